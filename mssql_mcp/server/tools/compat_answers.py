"""What the compat tools answer: what the workspace knows, in the shapes of `compat_shapes` and `compat_tables`.

Knows nothing of MCP; `compat` imports it when the first of its tools is called.
"""

from __future__ import annotations

import difflib
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from mssql_mcp.catalog import statements as parts
from mssql_mcp.catalog.listing import known_schema, list_objects
from mssql_mcp.catalog.model import Routine, kind_of
from mssql_mcp.errors import DatabaseConnectionError, ValidationError
from mssql_mcp.server.tools.compat_shapes import (
    Answer,
    data_answer,
    database_entry,
    dotted,
    listing,
    missing,
    names_of,
    place,
    routine_entry,
    trigger_entry,
    triggers_of,
)
from mssql_mcp.server.tools.compat_tables import column_entries, constraint_entries, index_entries, relationships
from mssql_mcp.workspace import Query

if TYPE_CHECKING:
    from mssql_mcp.catalog.model import Catalog, Kind, NamedObject, Table
    from mssql_mcp.connection.call import Call
    from mssql_mcp.workspace import Workspace

NARROW = "Use schema_filter to narrow, or ReadData on {}."
OTHERS = "ReadData on {} has the others."


@dataclass(frozen=True, slots=True)
class Scene:
    """Where one call works.

    Attributes:
        workspace: Settings, connections, gate, runner and catalog.
        call: Deadline and cancellation.
        database: What the client switched to; None for the connection's own.
    """

    workspace: Workspace
    call: Call
    database: str | None = None

    @property
    def room(self) -> int:
        """Characters of one answer."""
        return self.workspace.limit_settings().max_characters

    def overview(self) -> Catalog:
        """Give names, kinds and comments of the database's objects."""
        return self.workspace.overview(self.call, database=self.database)

    def catalog(self) -> Catalog:
        """Give everything that is known of the database."""
        return self.workspace.catalog(self.call, database=self.database)

    def described(self, name: str, *needed: parts.Part) -> tuple[Table, Answer]:
        """Give a table or view, and the keys with which an answer that needs these parts of it begins."""
        table, around = self.workspace.described(name, self.call, database=self.database)
        lacking = missing(around, *(part.name for part in needed))
        return table, {"database": around.database, "table": dotted(table.schema, table.name), **lacking}


def list_tables(scene: Scene, schema_filter: str | None) -> Answer:
    """Answer `ListTables`."""
    return _named(scene, "table", schema_filter, NARROW.format("INFORMATION_SCHEMA.TABLES"))


def list_views(scene: Scene, schema_filter: str | None) -> Answer:
    """Answer `ListViews`."""
    return _named(scene, "view", schema_filter, NARROW.format("INFORMATION_SCHEMA.VIEWS"))


def _named(scene: Scene, kind: Literal["table", "view"], schema_filter: str | None, rest: str) -> Answer:
    catalog = scene.overview()
    names = names_of(_all_of(catalog, kind, schema_filter))
    return listing(place(catalog, schema_filter, parts.OBJECTS.name), kind, names, room=scene.room, rest=rest)


def _all_of(catalog: Catalog, kind: Kind, schema_filter: str | None) -> tuple[NamedObject, ...]:
    return list_objects(catalog, kinds=(kind,), schema=schema_filter or None, limit=sys.maxsize).items


def describe_table(scene: Scene, table_name: str) -> Answer:
    """Answer `DescribeTable`."""
    table, head = scene.described(table_name, parts.COLUMNS, parts.INDEXES, parts.FOREIGN_KEYS)
    rest = OTHERS.format("INFORMATION_SCHEMA.COLUMNS")
    return listing(head, "column", column_entries(table), room=scene.room, rest=rest)


def read_data(scene: Scene, query: str, max_rows: int | None) -> Answer:
    """Answer `ReadData`; more rows than the ceiling are asked for as if it were the ceiling, as before."""
    ceiling = scene.workspace.limit_settings().row_ceiling
    asked = min(max_rows, ceiling) if max_rows else None
    # Objects are measured here: of the query, the rows alone are.
    question = Query(query, database=scene.database, max_rows=asked, output_format="objects")
    result = scene.workspace.query(question, scene.call)
    head: Answer = {"database": scene.database} if scene.database else {}
    kept = scene.workspace.limits(max_rows=asked).max_rows
    return data_answer(result, head, max_rows=kept, ceiling=ceiling, room=scene.room)


def table_relationships(scene: Scene, table_name: str) -> Answer:
    """Answer `GetTableRelationships`."""
    table, head = scene.described(table_name, parts.FOREIGN_KEYS)
    return relationships(head, table, room=scene.room)


def list_indexes(scene: Scene, table_name: str) -> Answer:
    """Answer `ListIndexes`."""
    table, head = scene.described(table_name, parts.INDEXES)
    return listing(head, "index", index_entries(table), room=scene.room, rest=OTHERS.format("sys.indexes"))


def list_constraints(scene: Scene, table_name: str) -> Answer:
    """Answer `ListConstraints`."""
    table, head = scene.described(table_name, parts.CHECKS, parts.INDEXES, parts.COLUMNS, parts.FOREIGN_KEYS)
    rest = OTHERS.format("INFORMATION_SCHEMA.TABLE_CONSTRAINTS")
    return listing(head, "constraint", constraint_entries(table), room=scene.room, rest=rest)


def list_procedures(scene: Scene, schema_filter: str | None) -> Answer:
    """Answer `ListStoredProcedures`."""
    return _routines(scene, "procedure", schema_filter)


def list_functions(scene: Scene, schema_filter: str | None) -> Answer:
    """Answer `ListFunctions`."""
    return _routines(scene, "function", schema_filter)


def _routines(scene: Scene, kind: Literal["procedure", "function"], schema_filter: str | None) -> Answer:
    catalog = scene.catalog()
    found = _all_of(catalog, kind, schema_filter)
    entries = [routine_entry(routine) for routine in found if isinstance(routine, Routine)]
    head = place(catalog, schema_filter, parts.OBJECTS.name, parts.PARAMETERS.name)
    return listing(head, kind, entries, room=scene.room, rest=NARROW.format("sys.objects"))


def list_triggers(scene: Scene, schema_filter: str | None) -> Answer:
    """Answer `ListTriggers`."""
    catalog = scene.catalog()
    triggers = triggers_of(catalog, known_schema(catalog, schema_filter or None))
    entries = [trigger_entry(trigger) for trigger in triggers]
    head = place(catalog, schema_filter, parts.TRIGGERS.name)
    return listing(head, "trigger", entries, room=scene.room, rest=NARROW.format("sys.triggers"))


def list_databases(scene: Scene) -> Answer:
    """Answer `ListDatabases`."""
    # The connection's own database answers even where the one that was switched to has gone.
    own = scene.workspace.overview(scene.call)
    current = scene.database or own.database
    entries = [database_entry(database, current) for database in scene.workspace.databases(scene.call)]
    head = {"server": own.server, "current_database": current}
    return listing(head, "database", entries, room=scene.room, rest=OTHERS.format("sys.databases"))


def switch_database(scene: Scene, database_name: str) -> Answer:
    """Answer `SwitchDatabase`: `database` is what to work in from now on.

    Raises:
        ValidationError: `input.unknown_database`; the settings do not allow it, or there is none of that name.
        DatabaseConnectionError: It is there and cannot be opened.
    """
    there = _opened(scene, database_name)
    kinds = [kind_of(table) for table in there.tables]
    counts = {"table_count": kinds.count("table"), "view_count": kinds.count("view")}
    return {"database": there.database, "server": there.server, **counts}


def _opened(scene: Scene, name: str) -> Catalog:
    """Open a database, which proves that it is there and lets this login in."""
    wanted = name.strip()
    if wanted.startswith("[") and wanted.endswith("]"):
        wanted = wanted[1:-1].replace("]]", "]")
    scene.workspace.source(database=wanted)
    known = [database.name for database in scene.workspace.databases(scene.call)]
    same = next((other for other in known if other.casefold() == wanted.casefold()), None)
    there = None
    try:
        there = scene.workspace.overview(scene.call, database=same or wanted)
    except DatabaseConnectionError:
        # Azure SQL lists fewer databases than it opens: only one that is neither listed nor opened is not there.
        if same:
            raise
    if there is None or there.database.casefold() != wanted.casefold():
        raise ValidationError(
            f"There is no database {wanted}, or this login may not open it.",
            code="input.unknown_database",
            hint="ListDatabases names those that there are.",
            nearest=difflib.get_close_matches(wanted, known, n=3),
        )
    return there
