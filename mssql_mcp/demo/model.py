"""The words in which the sample database is declared; `schema` uses them, everything else derives from them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

RoutineKind = Literal["procedure", "scalar function", "inline table function"]


@dataclass(frozen=True, slots=True)
class DemoColumn:
    """One column of a table or view.

    Attributes:
        name: Column name.
        type: SQL Server type in full, such as `decimal(10,2)` or `nvarchar(max)`.
        nullable: Whether NULL may stand in it.
        comment: The MS_Description extended property; empty for none.
        identity: Seed and increment of an IDENTITY column.
        default: T-SQL text of the default, in the parentheses that `sys.default_constraints` shows.
        computed: T-SQL text of a computed column, in the parentheses that `sys.computed_columns` shows.
        persisted: Whether the computed column is PERSISTED.
    """

    name: str
    type: str
    nullable: bool = False
    comment: str = ""
    identity: tuple[int, int] | None = None
    default: str | None = None
    computed: str | None = None
    persisted: bool = False


@dataclass(frozen=True, slots=True)
class DemoKey:
    """A primary key or unique constraint."""

    name: str
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DemoForeignKey:
    """A foreign key; `columns` point at `referenced_columns` in the same order."""

    name: str
    columns: tuple[str, ...]
    referenced_schema: str
    referenced_table: str
    referenced_columns: tuple[str, ...]
    on_delete: Literal["NO ACTION", "CASCADE", "SET NULL"] = "NO ACTION"


@dataclass(frozen=True, slots=True)
class DemoCheck:
    """A check constraint with its T-SQL condition."""

    name: str
    definition: str


@dataclass(frozen=True, slots=True)
class DemoIndex:
    """A nonclustered index.

    Attributes:
        name: Index name.
        columns: Key columns; a leading `-` means descending.
        unique: Whether it is UNIQUE.
        included: Columns of INCLUDE (...); declared, SQLite has none.
        filter: T-SQL text of the WHERE clause of a filtered index; empty for none.
    """

    name: str
    columns: tuple[str, ...]
    unique: bool = False
    included: tuple[str, ...] = ()
    filter: str = ""


@dataclass(frozen=True, slots=True)
class DemoTrigger:
    """A DML trigger, as text only."""

    name: str
    timing: Literal["AFTER", "INSTEAD OF"]
    events: tuple[Literal["INSERT", "UPDATE", "DELETE"], ...]
    definition: str
    disabled: bool = False


@dataclass(frozen=True, slots=True)
class DemoTable:
    """A table with everything that hangs on it."""

    schema: str
    name: str
    columns: tuple[DemoColumn, ...]
    comment: str = ""
    primary_key: DemoKey | None = None
    unique_keys: tuple[DemoKey, ...] = ()
    foreign_keys: tuple[DemoForeignKey, ...] = ()
    checks: tuple[DemoCheck, ...] = ()
    indexes: tuple[DemoIndex, ...] = ()
    triggers: tuple[DemoTrigger, ...] = ()
    created: str = "2022-01-03 08:00:00.000"

    @property
    def full_name(self) -> str:
        """`schema.table`, which is also the table's name in the SQLite file."""
        return f"{self.schema}.{self.name}"

    def column(self, name: str) -> DemoColumn:
        """Give the column of this exact name."""
        return next(column for column in self.columns if column.name == name)


@dataclass(frozen=True, slots=True)
class DemoView:
    """A view: its whole CREATE VIEW text in T-SQL, and the columns that it yields."""

    schema: str
    name: str
    columns: tuple[DemoColumn, ...]
    definition: str
    comment: str = ""
    created: str = "2022-02-01 09:30:00.000"

    @property
    def full_name(self) -> str:
        """`schema.view`, which is also the view's name in the SQLite file."""
        return f"{self.schema}.{self.name}"


@dataclass(frozen=True, slots=True)
class DemoParameter:
    """A parameter of a routine."""

    name: str
    type: str
    has_default: bool = False
    is_output: bool = False


@dataclass(frozen=True, slots=True)
class DemoRoutine:
    """A procedure or function: text for the catalog; the demo cannot run it."""

    schema: str
    name: str
    kind: RoutineKind
    parameters: tuple[DemoParameter, ...]
    definition: str
    returns: str = ""
    comment: str = ""
    created: str = "2022-02-01 10:00:00.000"

    @property
    def full_name(self) -> str:
        """`schema.routine`."""
        return f"{self.schema}.{self.name}"


@dataclass(frozen=True, slots=True)
class DemoSynonym:
    """Another name for a table or view."""

    schema: str
    name: str
    base_schema: str
    base_name: str

    @property
    def full_name(self) -> str:
        """`schema.synonym`."""
        return f"{self.schema}.{self.name}"
