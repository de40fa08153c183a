"""Turn the raw rows of the catalog views into routines, synonyms, sequences and user-defined types."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from mssql_mcp.catalog.assemble_tables import triggers
from mssql_mcp.catalog.model import Parameter, Routine, Schema, Sequence, Synonym, UserType
from mssql_mcp.catalog.parameter_defaults import parameter_defaults
from mssql_mcp.catalog.rows import OF_OBJECT, OF_PARAMETER, OF_SCHEMA, OF_TYPE, Rows, grouped, type_of
from mssql_mcp.catalog.type_names import written_type

if TYPE_CHECKING:
    from mssql_mcp.catalog.assemble_tables import TableAssembly
    from mssql_mcp.catalog.table import Trigger

# Type codes: https://learn.microsoft.com/sql/relational-databases/system-catalog-views/sys-objects-transact-sql
ROUTINES: dict[str, tuple[Literal["procedure", "function"], str]] = {
    "P": ("procedure", "sql"),
    "PC": ("procedure", "clr"),
    "X": ("procedure", "extended"),
    "FN": ("function", "scalar"),
    "IF": ("function", "inline table"),
    "TF": ("function", "table"),
    "FS": ("function", "clr scalar"),
    "FT": ("function", "clr table"),
    "AF": ("function", "aggregate"),
}
SEQUENCE = "SO"
RESULT = 0  # parameter_id of what a scalar function returns

# Schemas that exist in every database and say nothing unless they hold something.
BUILT_IN = frozenset({"sys", "information_schema", "guest"})
ROLE_SCHEMA = "db_"


class ObjectAssembly:
    """Assembles the objects of one read that are not tables."""

    def __init__(self, rows: Rows, tables: TableAssembly) -> None:
        self._rows = rows
        self._tables = tables
        self._comments = rows.comment_index()
        self._objects = {row.object_id: row for row in rows.objects}
        self._definitions = {row.object_id: row for row in rows.definitions}
        self._parameters = grouped(rows.parameters, "object_id")

    def schemas(self) -> tuple[Schema, ...]:
        """Give the schemas: those that a person made, and any that hold something."""
        used = {row.schema_name for row in self._rows.objects}
        found = dict.fromkeys(used) | {
            row.schema_name: self._comments.get((OF_SCHEMA, row.schema_id, 0))
            for row in self._rows.schemas
            if row.schema_name in used or not _is_built_in(row.schema_name)
        }
        return tuple(Schema(name, found[name]) for name in sorted(found, key=str.casefold))

    def routines(self) -> tuple[Routine, ...]:
        """Give procedures and functions, sorted by schema and name."""
        return tuple(_sorted(self._routine(row) for row in self._rows.objects if row.object_type in ROUTINES))

    def synonyms(self) -> tuple[Synonym, ...]:
        """Give the synonyms, sorted likewise."""
        found = []
        for row in self._rows.synonyms:
            if owner := self._objects.get(row.object_id):
                comment = self._comments.get((OF_OBJECT, row.object_id, 0))
                found.append(Synonym(owner.schema_name, owner.object_name, row.base_object_name, comment))
        return tuple(_sorted(found))

    def sequences(self) -> tuple[Sequence, ...]:
        """Give the sequences, sorted likewise; of those that the server tells nothing about, the names."""
        found = [self._sequence(row) for row in self._rows.sequences if row.object_id in self._objects]
        found += [
            Sequence(row.schema_name, row.object_name, "", comment=self._comments.get((OF_OBJECT, row.object_id, 0)))
            for row in self.bare_sequences()
        ]
        return tuple(_sorted(found))

    def bare_sequences(self) -> list[Any]:
        """Give the rows of objects that are sequences and have no row among the sequences."""
        told = {row.object_id for row in self._rows.sequences}
        return [row for row in self._rows.objects if row.object_type == SEQUENCE and row.object_id not in told]

    def types(self) -> tuple[UserType, ...]:
        """Give the user-defined types, sorted likewise."""
        return tuple(_sorted(self._type(row) for row in self._rows.types))

    def database_triggers(self) -> tuple[Trigger, ...]:
        """Give the triggers that watch the database rather than a table."""
        rows = [row for row in self._rows.triggers if row.parent_class == 0]
        texts = {row.trigger_id: self._definitions.get(row.trigger_id) for row in rows}
        return triggers(rows, "", "", texts, self._comments)

    def _routine(self, row: Any) -> Routine:
        kind, flavour = ROUTINES[row.object_type]
        listed = self._parameters.get(row.object_id, ())
        result = next((type_name(item) for item in listed if item.parameter_id == RESULT), "")
        definition = self._definitions.get(row.object_id)
        text = definition.definition if definition is not None else None
        # The catalog views tell the defaults of CLR parameters only.
        defaults = {name.casefold() for name in parameter_defaults(text)} if text and listed else set()
        return Routine(
            schema=row.schema_name,
            name=row.object_name,
            kind=kind,
            flavour=flavour,
            parameters=tuple(self._parameter(item, defaults) for item in listed if item.parameter_id != RESULT),
            returns="table" if "table" in flavour else result,
            columns=self._tables.columns(row.object_id),
            created=row.created,
            modified=row.modified,
            comment=self._comments.get((OF_OBJECT, row.object_id, 0)),
            definition=text,
        )

    def _parameter(self, row: Any, defaults: set[str]) -> Parameter:
        return Parameter(
            name=row.parameter_name,
            type=type_name(row),
            is_output=bool(row.is_output),
            has_default=bool(row.has_default_value) or row.parameter_name.casefold() in defaults,
            is_read_only=bool(row.is_readonly),
            comment=self._comments.get((OF_PARAMETER, row.object_id, row.parameter_id)),
        )

    def _sequence(self, row: Any) -> Sequence:
        owner = self._objects[row.object_id]
        return Sequence(
            schema=owner.schema_name,
            name=owner.object_name,
            type=written_type(row.base_type or row.type_name, None, row.precision, row.scale),
            start=row.start_value or "",
            increment=row.increment or "",
            minimum=row.minimum_value or "",
            maximum=row.maximum_value or "",
            current=row.current_value or "",
            is_cycling=bool(row.is_cycling),
            comment=self._comments.get((OF_OBJECT, row.object_id, 0)),
        )

    def _type(self, row: Any) -> UserType:
        kind: Literal["alias", "table", "clr"] = (
            "table" if row.is_table_type else "clr" if row.is_assembly_type else "alias"
        )
        return UserType(
            schema=row.schema_name,
            name=row.type_name,
            kind=kind,
            base=written_type(row.base_type, row.max_length, row.precision, row.scale)
            if kind == "alias" and row.base_type
            else "",
            is_nullable=bool(row.is_nullable),
            columns=self._tables.columns(row.type_table_object_id) if kind == "table" else (),
            comment=self._comments.get((OF_TYPE, row.user_type_id, 0)),
        )


def type_name(row: Any) -> str:
    """Give a parameter's type: the declared user-defined type where there is one, else the system type."""
    written, alias = type_of(row)
    return alias or written


def _is_built_in(schema: str) -> bool:
    folded = schema.casefold()
    return folded in BUILT_IN or folded.startswith(ROLE_SCHEMA)


def _sorted(items: Any) -> list[Any]:
    return sorted(items, key=lambda item: (item.schema.casefold(), item.name.casefold()))
