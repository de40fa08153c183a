"""A table or a view and all that belongs to it, as frozen values.

Types are written as SQL Server writes them in DDL (`decimal(10,2)`, `nvarchar(max)`, `datetime2(3)`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from datetime import datetime

TableKind = Literal["table", "view", "external"]
Temporal = Literal["history", "system-versioned", ""]
Action = Literal["NO ACTION", "CASCADE", "SET NULL", "SET DEFAULT"]


@dataclass(frozen=True, slots=True)
class Identity:
    """An identity column's rule; None where the server does not say."""

    seed: int | None = None
    increment: int | None = None


@dataclass(frozen=True, slots=True)
class Computed:
    """A computed column's expression and whether it is stored; the expression is empty where it may not be seen."""

    definition: str
    is_persisted: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table, a view, a table type or a table function's result.

    Attributes:
        name: As the server writes it.
        type: The physical type as DDL writes it.
        is_nullable: Whether NULL may be in it.
        default: The default's expression, as the server keeps it (with its parentheses).
        identity: Set for an identity column.
        computed: Set for a computed column.
        comment: The extended property MS_Description.
        alias: The user-defined type it was declared with (`dbo.Phone`).
        collation: Where it differs from the database's.
        generated: `row start`, `row end`, `transaction id start`, ... of a temporal or ledger table.
        masking: Function of dynamic data masking, such as `default()`.
        encryption: `deterministic` or `randomized` under Always Encrypted.
        marks: Any of `sparse`, `rowguid`, `hidden`, `column set`, `filestream`.
    """

    name: str
    type: str
    is_nullable: bool = True
    default: str | None = None
    identity: Identity | None = None
    computed: Computed | None = None
    comment: str | None = None
    alias: str | None = None
    collation: str | None = None
    generated: str | None = None
    masking: str | None = None
    encryption: str | None = None
    marks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PrimaryKey:
    """The primary key: its columns in key order."""

    name: str
    columns: tuple[str, ...]
    is_clustered: bool | None = None


@dataclass(frozen=True, slots=True)
class ForeignKey:
    """A foreign key with both of its ends; `columns` and `referenced_columns` pair up.

    Attributes:
        name: Of the constraint.
        schema: Of the table that holds the key.
        table: The table that holds the key.
        columns: In constraint order.
        referenced_schema: Of the table that is pointed at.
        referenced_table: The table that is pointed at.
        referenced_columns: In constraint order.
        on_delete: What happens to the rows here when the referenced row is deleted.
        on_update: Likewise when its key changes.
        is_enabled: Whether new rows are checked.
        is_trusted: Whether all existing rows were checked.
        comment: The extended property MS_Description.
    """

    name: str
    schema: str
    table: str
    columns: tuple[str, ...]
    referenced_schema: str
    referenced_table: str
    referenced_columns: tuple[str, ...]
    on_delete: Action = "NO ACTION"
    on_update: Action = "NO ACTION"
    is_enabled: bool = True
    is_trusted: bool = True
    comment: str | None = None


@dataclass(frozen=True, slots=True)
class UniqueConstraint:
    """A UNIQUE constraint: its columns in key order."""

    name: str
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CheckConstraint:
    """A CHECK constraint; `column` is set where it was declared on one column."""

    name: str
    definition: str
    column: str | None = None
    is_enabled: bool = True
    is_trusted: bool = True
    comment: str | None = None


@dataclass(frozen=True, slots=True)
class DefaultConstraint:
    """A named default of one column."""

    name: str
    column: str
    definition: str
    comment: str | None = None


@dataclass(frozen=True, slots=True)
class IndexKey:
    """One key column of an index."""

    column: str
    is_descending: bool = False


@dataclass(frozen=True, slots=True)
class Index:
    """An index.

    Attributes:
        name: Of the index.
        type: `clustered`, `nonclustered`, `xml`, `spatial`, `clustered columnstore`, `nonclustered hash`, ...
        keys: In key order; a columnstore index has none and lists its columns in `included`.
        included: Columns that are carried along.
        is_unique: Whether it forbids duplicates.
        is_primary_key: Whether it carries the primary key.
        is_unique_constraint: Whether it carries a UNIQUE constraint.
        filter: The WHERE of a filtered index.
        is_disabled: Whether the server does not maintain or use it.
        compression: `row`, `page`, `columnstore`, ...; empty for none or where the server does not say.
        size_kb: In KiB; None where the server does not say.
        comment: The extended property MS_Description.
    """

    name: str
    type: str
    keys: tuple[IndexKey, ...]
    included: tuple[str, ...] = ()
    is_unique: bool = False
    is_primary_key: bool = False
    is_unique_constraint: bool = False
    filter: str | None = None
    is_disabled: bool = False
    compression: str = ""
    size_kb: int | None = None
    comment: str | None = None


@dataclass(frozen=True, slots=True)
class Trigger:
    """A trigger of a table, a view or (with an empty `table`) the database.

    Attributes:
        name: Of the trigger.
        schema: Of its table; empty for a database trigger.
        table: Its table or view; empty for a database trigger.
        events: Such as `INSERT`, `UPDATE`, or DDL events.
        is_instead_of: INSTEAD OF rather than AFTER.
        is_enabled: Whether it fires.
        definition: Its text; None where it may not be seen.
        comment: The extended property MS_Description.
    """

    name: str
    schema: str
    table: str
    events: tuple[str, ...]
    is_instead_of: bool = False
    is_enabled: bool = True
    definition: str | None = None
    comment: str | None = None


@dataclass(frozen=True, slots=True)
class Partitioning:
    """How a table is partitioned.

    Attributes:
        scheme: Partition scheme.
        function: Partition function.
        column: The column that decides.
        is_right: Whether a boundary value belongs to the partition on its right (RANGE RIGHT).
        boundaries: The boundary values as text, ascending.
    """

    scheme: str
    function: str
    column: str
    is_right: bool
    boundaries: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Partition:
    """One partition of a table's heap or clustered index."""

    number: int
    row_count: int
    compression: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A table or a view, whole.

    Attributes:
        schema: Its schema.
        name: Its name.
        kind: Table, view or external table.
        columns: In column order; empty in an overview.
        primary_key: None where there is none.
        foreign_keys: Those that it holds.
        referenced_by: Those of other tables (and its own) that point at it.
        uniques: UNIQUE constraints.
        checks: CHECK constraints.
        defaults: Named defaults.
        indexes: Every index, those of keys too.
        triggers: Its own.
        row_count: From the server's statistics, never counted; None for a view or where it is not known.
        size_kb: Reserved space of data and indexes in KiB; None where it is not known.
        created: When it was created.
        modified: When its definition (or an index) last changed.
        comment: The extended property MS_Description.
        definition: A view's text; None where it may not be seen.
        temporal: Its role in system versioning.
        history_table: `schema.name` of the history of a system-versioned table.
        marks: Any of `memory-optimized`, `node`, `edge`, `filetable`, `cdc`, `ledger`, `stretch`, `schema-bound`.
        partitioning: None where it is not partitioned or that is not known.
        partitions: Of the heap or clustered index; empty unless this table alone was read.
    """

    schema: str
    name: str
    kind: TableKind = "table"
    columns: tuple[Column, ...] = ()
    primary_key: PrimaryKey | None = None
    foreign_keys: tuple[ForeignKey, ...] = ()
    referenced_by: tuple[ForeignKey, ...] = ()
    uniques: tuple[UniqueConstraint, ...] = ()
    checks: tuple[CheckConstraint, ...] = ()
    defaults: tuple[DefaultConstraint, ...] = ()
    indexes: tuple[Index, ...] = ()
    triggers: tuple[Trigger, ...] = ()
    row_count: int | None = None
    size_kb: int | None = None
    created: datetime | None = None
    modified: datetime | None = None
    comment: str | None = None
    definition: str | None = None
    temporal: Temporal = ""
    history_table: str | None = None
    marks: tuple[str, ...] = ()
    partitioning: Partitioning | None = None
    partitions: tuple[Partition, ...] = ()

    def column(self, name: str) -> Column | None:
        """Give a column by name, ignoring case."""
        folded = name.casefold()
        return next((column for column in self.columns if column.name.casefold() == folded), None)
