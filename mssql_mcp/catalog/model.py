"""What a database holds, as frozen values: the one language in which readers, searches and renderings speak of it.

Names stay as the server wrote them; lookups (`mssql_mcp.catalog.names`) ignore case. What a server did not tell
is None, never a guess; what could not be read is named in `Catalog.missing`. Tables are in `mssql_mcp.catalog.table`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from mssql_mcp.catalog.choices import Depth, Kind
from mssql_mcp.catalog.table import (
    Action,
    CheckConstraint,
    Column,
    Computed,
    DefaultConstraint,
    ForeignKey,
    Identity,
    Index,
    IndexKey,
    Partition,
    Partitioning,
    PrimaryKey,
    Table,
    TableKind,
    Temporal,
    Trigger,
    UniqueConstraint,
)

if TYPE_CHECKING:
    from datetime import datetime

__all__ = [
    "Action",
    "Catalog",
    "CheckConstraint",
    "Column",
    "Computed",
    "Database",
    "DefaultConstraint",
    "Depth",
    "ForeignKey",
    "Identity",
    "Index",
    "IndexKey",
    "Kind",
    "MissingPart",
    "NamedObject",
    "Parameter",
    "Partition",
    "Partitioning",
    "PrimaryKey",
    "Routine",
    "Schema",
    "Sequence",
    "Synonym",
    "Table",
    "TableKind",
    "Temporal",
    "Trigger",
    "UniqueConstraint",
    "UserType",
    "kind_of",
]


@dataclass(frozen=True, slots=True)
class MissingPart:
    """A part of the catalog that could not be read, and why.

    Attributes:
        part: What is missing, such as `row counts` or `definitions`.
        reason: One sentence.
        permission: The permission that would give it; empty where none would.
    """

    part: str
    reason: str
    permission: str = ""


@dataclass(frozen=True, slots=True)
class Database:
    """A database of a server.

    Attributes:
        name: As the server writes it.
        state: `ONLINE`, `OFFLINE`, `RESTORING`, ...
        is_read_only: Whether the server refuses every write in it.
        is_system: Whether it is master, model, msdb or tempdb.
        compatibility_level: Such as 160; None where the server does not say.
        collation: Default collation.
        created: When it was created.
        is_accessible: Whether this login may open it; None where the server does not say.
        recovery_model: `FULL`, `SIMPLE`, `BULK_LOGGED`; empty where the server does not say.
        size_kb: Data and log files together, in KiB; None where the server does not say.
    """

    name: str
    state: str = "ONLINE"
    is_read_only: bool = False
    is_system: bool = False
    compatibility_level: int | None = None
    collation: str = ""
    created: datetime | None = None
    is_accessible: bool | None = None
    recovery_model: str = ""
    size_kb: int | None = None


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of a routine, in order; `name` begins with @."""

    name: str
    type: str
    is_output: bool = False
    has_default: bool = False
    is_read_only: bool = False
    comment: str | None = None


@dataclass(frozen=True, slots=True)
class Routine:
    """A procedure or a function.

    Attributes:
        schema: Its schema.
        name: Its name.
        kind: Procedure or function.
        flavour: `sql`, `scalar`, `inline table`, `table`, `aggregate`, `clr`, `clr scalar`, `clr table`, `extended`.
        parameters: In order.
        returns: The type of a scalar function; `table` for a table function; empty for a procedure.
        columns: Of a table function's result.
        created: When it was created.
        modified: When it last changed.
        comment: The extended property MS_Description.
        definition: Its text; None where it is encrypted, CLR or may not be seen.
    """

    schema: str
    name: str
    kind: Literal["procedure", "function"]
    flavour: str = "sql"
    parameters: tuple[Parameter, ...] = ()
    returns: str = ""
    columns: tuple[Column, ...] = ()
    created: datetime | None = None
    modified: datetime | None = None
    comment: str | None = None
    definition: str | None = None


@dataclass(frozen=True, slots=True)
class Synonym:
    """Another name for an object; `target` is as it was declared, with up to four parts."""

    schema: str
    name: str
    target: str
    comment: str | None = None


@dataclass(frozen=True, slots=True)
class Sequence:
    """A sequence; numbers are text, since a sequence may be decimal(38,0); what the server does not tell is empty."""

    schema: str
    name: str
    type: str
    start: str = ""
    increment: str = ""
    minimum: str = ""
    maximum: str = ""
    current: str = ""
    is_cycling: bool = False
    comment: str | None = None


@dataclass(frozen=True, slots=True)
class UserType:
    """A user-defined type: an alias (`base` is set), a table type (`columns` are set) or a CLR type."""

    schema: str
    name: str
    kind: Literal["alias", "table", "clr"]
    base: str = ""
    is_nullable: bool = True
    columns: tuple[Column, ...] = ()
    comment: str | None = None


@dataclass(frozen=True, slots=True)
class Schema:
    """A schema."""

    name: str
    comment: str | None = None


@dataclass(frozen=True, slots=True)
class Catalog:
    """Everything that was read of one database.

    Attributes:
        database: Its name.
        default_schema: Where this login's bare names live.
        schemas: Sorted by name; those that hold something or that may be seen.
        tables: Tables and views, sorted by schema and name.
        routines: Procedures and functions, likewise.
        triggers: Database triggers; those of tables are with their tables.
        synonyms: Sorted likewise.
        sequences: Sorted likewise.
        types: User-defined types, sorted likewise.
        depth: An overview knows names, row counts and comments of objects; `full` knows the rest.
        missing: What could not be read.
        fingerprint: Changes when the schema changes; empty where the server could not give one.
        read_at: When it was read, in UTC.
        is_stale: Whether it is known or feared not to show the present state (a snapshot, a server that is down).
        server: Name and version of the server, one line.
        collation: Default collation of the database.
        comment: The database's own MS_Description.
        round_trips: How many statements it took to read.
    """

    database: str
    default_schema: str = "dbo"
    schemas: tuple[Schema, ...] = ()
    tables: tuple[Table, ...] = ()
    routines: tuple[Routine, ...] = ()
    triggers: tuple[Trigger, ...] = ()
    synonyms: tuple[Synonym, ...] = ()
    sequences: tuple[Sequence, ...] = ()
    types: tuple[UserType, ...] = ()
    depth: Depth = "full"
    missing: tuple[MissingPart, ...] = ()
    fingerprint: str = ""
    read_at: datetime | None = None
    is_stale: bool = False
    server: str = ""
    collation: str = ""
    comment: str | None = None
    round_trips: int = 0
    _named: dict[str, tuple[NamedObject, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        named: dict[str, list[NamedObject]] = {}
        for group in (self.tables, self.routines, self.synonyms, self.sequences, self.types):
            for item in group:
                named.setdefault(item.name.casefold(), []).append(item)
        object.__setattr__(self, "_named", {key: tuple(items) for key, items in named.items()})

    def named(self, name: str, schema: str | None = None) -> tuple[NamedObject, ...]:
        """Give the objects of a name (and schema), ignoring case; without a schema, of every schema."""
        found = self._named.get(name.casefold(), ())
        if schema is None:
            return found
        folded = schema.casefold()
        return tuple(item for item in found if item.schema.casefold() == folded)

    def table(self, schema: str, name: str) -> Table | None:
        """Give a table or view by its two names, ignoring case; an exact match wins where case tells two apart."""
        found = [item for item in self.named(name, schema) if isinstance(item, Table)]
        exact = [item for item in found if item.name == name and item.schema == schema]
        return next(iter(exact or found), None)


NamedObject = Table | Routine | Synonym | Sequence | UserType


def kind_of(item: NamedObject | Trigger) -> Kind:
    """Name the kind of an object; an external table is a table."""
    match item:
        case Table():
            return "view" if item.kind == "view" else "table"
        case Routine():
            return item.kind
        case Synonym():
            return "synonym"
        case Sequence():
            return "sequence"
        case UserType():
            return "type"
        case Trigger():
            return "trigger"
