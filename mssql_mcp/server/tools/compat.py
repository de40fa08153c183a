"""The tools of pyodbc-mcp-server 0.4 and of its plan, by its names, so that its users move by changing one line.

Thin on purpose: each asks the workspace what the other tools ask it, and `compat_shapes` and `compat_tables` give the
answer its keys. They work on the default connection, in the database that `SwitchDatabase` chose for the client.
"""

from __future__ import annotations

import difflib
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Literal

from mcp.server.mcpserver import Context
from mcp.types import CallToolResult
from pydantic import Field

from mssql_mcp.catalog import statements as parts
from mssql_mcp.catalog.listing import known_schema, list_objects
from mssql_mcp.catalog.model import Catalog, Kind, NamedObject, Routine, Table, kind_of
from mssql_mcp.connection.call import Call
from mssql_mcp.errors import DatabaseConnectionError, ValidationError
from mssql_mcp.server.state import ServerState, ask, owner_of
from mssql_mcp.server.tool import ToolSpec
from mssql_mcp.server.tools.arguments import TableName
from mssql_mcp.server.tools.catalog import text
from mssql_mcp.server.tools.compat_shapes import (
    Answer,
    compact,
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
from mssql_mcp.workspace import Query, Workspace

SchemaFilter = Annotated[str | None, Field(description="One schema only, such as dbo")]

# By this header a client of the protocols up to 2025-11-25 names its session over HTTP.
# https://modelcontextprotocol.io/specification/2025-11-25/basic/transports#session-management
SESSION_HEADER = "mcp-session-id"
NARROW = "Use schema_filter to narrow, or ReadData on {}."


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
    database: str | None

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

    def described(self, name: str, *parts_read: parts.Part) -> tuple[Table, Answer]:
        """Give a table or view, and the keys with which an answer about it begins."""
        table, around = self.workspace.described(name, self.call, database=self.database)
        lacking = missing(around, *(part.name for part in parts_read))
        return table, {"database": around.database, "table": dotted(table.schema, table.name), **lacking}


async def ListTables(ctx: Context[ServerState], schema_filter: SchemaFilter = None) -> CallToolResult:
    """List the tables of the database."""
    return await _list_objects(ctx, "table", schema_filter, "INFORMATION_SCHEMA.TABLES")


async def ListViews(ctx: Context[ServerState], schema_filter: SchemaFilter = None) -> CallToolResult:
    """List the views of the database."""
    return await _list_objects(ctx, "view", schema_filter, "INFORMATION_SCHEMA.VIEWS")


async def DescribeTable(table_name: TableName, ctx: Context[ServerState]) -> CallToolResult:
    """Describe the columns of a table or view: type, nullability, default, primary key, foreign key."""

    def work(scene: Scene) -> Answer:
        table, head = scene.described(table_name, parts.COLUMNS, parts.INDEXES, parts.FOREIGN_KEYS)
        rest = "ReadData on INFORMATION_SCHEMA.COLUMNS has the others."
        return listing(head, "column", column_entries(table), room=scene.room, rest=rest)

    return await _answer(ctx, work)


async def ReadData(
    query: Annotated[str, Field(description="One T-SQL SELECT (WITH ... SELECT is fine)")],
    ctx: Context[ServerState],
    max_rows: Annotated[int | None, Field(ge=1, description="Rows to return (default 100)")] = None,
) -> CallToolResult:
    """Run one SELECT and return its rows. `note` says when there are more."""

    def work(scene: Scene) -> Answer:
        ceiling = scene.workspace.limit_settings().row_ceiling
        asked = min(max_rows, ceiling) if max_rows else None
        result = scene.workspace.query(Query(query, database=scene.database, max_rows=asked), scene.call)
        head: Answer = {"database": scene.database} if scene.database else {}
        kept = scene.workspace.limits(max_rows=asked).max_rows
        return data_answer(result, head, max_rows=kept, ceiling=ceiling, room=scene.room)

    return await _answer(ctx, work)


async def GetTableRelationships(table_name: TableName, ctx: Context[ServerState]) -> CallToolResult:
    """Give the foreign keys of a table in both directions: columns, actions, whether disabled."""

    def work(scene: Scene) -> Answer:
        table, head = scene.described(table_name, parts.FOREIGN_KEYS)
        return relationships(head, table, room=scene.room)

    return await _answer(ctx, work)


async def ListIndexes(table_name: TableName, ctx: Context[ServerState]) -> CallToolResult:
    """List the indexes of a table or view: key columns in order, included columns, filter."""

    def work(scene: Scene) -> Answer:
        table, head = scene.described(table_name, parts.INDEXES)
        return listing(
            head, "index", index_entries(table), room=scene.room, rest="ReadData on sys.indexes has the others."
        )

    return await _answer(ctx, work)


async def ListConstraints(table_name: TableName, ctx: Context[ServerState]) -> CallToolResult:
    """List the constraints of a table: CHECK, UNIQUE, DEFAULT, PRIMARY KEY, FOREIGN KEY."""

    def work(scene: Scene) -> Answer:
        table, head = scene.described(
            table_name, parts.CHECKS, parts.INDEXES, parts.COLUMNS, parts.FOREIGN_KEYS, parts.DEFINITIONS
        )
        rest = "ReadData on INFORMATION_SCHEMA.TABLE_CONSTRAINTS has the others."
        return listing(head, "constraint", constraint_entries(table), room=scene.room, rest=rest)

    return await _answer(ctx, work)


async def ListStoredProcedures(ctx: Context[ServerState], schema_filter: SchemaFilter = None) -> CallToolResult:
    """List the stored procedures of the database with their parameters."""
    return await _list_routines(ctx, "procedure", schema_filter)


async def ListFunctions(ctx: Context[ServerState], schema_filter: SchemaFilter = None) -> CallToolResult:
    """List the user-defined functions of the database with their type, parameters and result."""
    return await _list_routines(ctx, "function", schema_filter)


async def ListTriggers(ctx: Context[ServerState], schema_filter: SchemaFilter = None) -> CallToolResult:
    """List the triggers of tables and views, and of the database: table, events, whether disabled."""

    def work(scene: Scene) -> Answer:
        catalog = scene.catalog()
        triggers = triggers_of(catalog, known_schema(catalog, schema_filter or None))
        entries = [trigger_entry(trigger) for trigger in triggers]
        head = place(catalog, schema_filter, parts.TRIGGERS.name)
        return listing(head, "trigger", entries, room=scene.room, rest=NARROW.format("sys.triggers"))

    return await _answer(ctx, work)


async def ListDatabases(ctx: Context[ServerState]) -> CallToolResult:
    """List the databases that SwitchDatabase can choose."""

    def work(scene: Scene) -> Answer:
        # The connection's own database answers even where the one that was switched to has gone.
        own = scene.workspace.overview(scene.call)
        current = scene.database or own.database
        entries = [database_entry(database, current) for database in scene.workspace.databases(scene.call)]
        head = {"server": own.server, "current_database": current}
        return listing(head, "database", entries, room=scene.room, rest="ReadData on sys.databases has the others.")

    return await _answer(ctx, work)


async def SwitchDatabase(
    database_name: Annotated[str, Field(description="A name of ListDatabases")], ctx: Context[ServerState]
) -> CallToolResult:
    """Choose the database in which the tools with names like this one work from now on."""

    def work(scene: Scene) -> Answer:
        there = open_database(scene, database_name)
        kinds = [kind_of(table) for table in there.tables]
        counts = {"table_count": kinds.count("table"), "view_count": kinds.count("view")}
        return {"database": there.database, "server": there.server, **counts}

    answer = await _asked(ctx, work)
    ctx.request_context.lifespan_context.switched[client_of(ctx)] = answer["database"]
    return text(compact(answer))


def open_database(scene: Scene, name: str) -> Catalog:
    """Open a database, which proves that it may be named, is there, and lets this login in.

    Raises:
        ValidationError: `input.unknown_database`; the settings do not allow it, or there is none of that name.
        DatabaseConnectionError: It is there and cannot be opened.
    """
    wanted = name.strip()
    if wanted.startswith("[") and wanted.endswith("]"):
        wanted = wanted[1:-1].replace("]]", "]")
    scene.workspace.source(database=wanted)
    known = [database.name for database in scene.workspace.databases(scene.call)]
    same = next((other for other in known if other.casefold() == wanted.casefold()), None)
    try:
        there = scene.workspace.overview(scene.call, database=same or wanted)
    except DatabaseConnectionError:
        if same:
            raise
        there = None
    # Azure SQL lists fewer databases than it opens, so not being listed alone is no proof of not being there.
    if there is None or there.database.casefold() != wanted.casefold():
        raise ValidationError(
            f"There is no database {wanted}, or this login may not open it.",
            code="input.unknown_database",
            hint="ListDatabases names those that there are.",
            nearest=difflib.get_close_matches(wanted, known, n=3),
        )
    return there


def client_of(ctx: Context[ServerState]) -> str:
    """Tell clients apart, and the sessions of one where the protocol has sessions."""
    return f"{owner_of(ctx)} {(ctx.headers or {}).get(SESSION_HEADER, '')}"


async def _list_objects(
    ctx: Context[ServerState], kind: Literal["table", "view"], schema_filter: str | None, view: str
) -> CallToolResult:
    def work(scene: Scene) -> Answer:
        catalog = scene.overview()
        names = names_of(_all_of(catalog, kind, schema_filter))
        head = place(catalog, schema_filter, parts.OBJECTS.name)
        return listing(head, kind, names, room=scene.room, rest=NARROW.format(view))

    return await _answer(ctx, work)


async def _list_routines(
    ctx: Context[ServerState], kind: Literal["procedure", "function"], schema_filter: str | None
) -> CallToolResult:
    def work(scene: Scene) -> Answer:
        catalog = scene.catalog()
        routines = _all_of(catalog, kind, schema_filter)
        entries = [routine_entry(routine) for routine in routines if isinstance(routine, Routine)]
        head = place(catalog, schema_filter, parts.OBJECTS.name, parts.PARAMETERS.name)
        return listing(head, kind, entries, room=scene.room, rest=NARROW.format("sys.objects"))

    return await _answer(ctx, work)


def _all_of(catalog: Catalog, kind: Kind, schema_filter: str | None) -> tuple[NamedObject, ...]:
    return list_objects(catalog, kinds=(kind,), schema=schema_filter or None, limit=sys.maxsize).items


async def _answer(ctx: Context[ServerState], work: Callable[[Scene], Answer]) -> CallToolResult:
    return text(compact(await _asked(ctx, work)))


async def _asked(ctx: Context[ServerState], work: Callable[[Scene], Answer]) -> Answer:
    database = ctx.request_context.lifespan_context.switched.get(client_of(ctx))
    return await ask(ctx, lambda workspace, call: work(Scene(workspace, call, database)))


TOOLS = (
    ToolSpec(ListTables, "compat", "List tables"),
    ToolSpec(ListViews, "compat", "List views"),
    ToolSpec(DescribeTable, "compat", "Describe a table"),
    ToolSpec(ReadData, "compat", "Run a SELECT", meta={"anthropic/maxResultSizeChars": 200_000}),
    ToolSpec(GetTableRelationships, "compat", "Foreign keys of a table"),
    ToolSpec(ListIndexes, "compat", "List indexes"),
    ToolSpec(ListConstraints, "compat", "List constraints"),
    ToolSpec(ListStoredProcedures, "compat", "List stored procedures"),
    ToolSpec(ListFunctions, "compat", "List functions"),
    ToolSpec(ListTriggers, "compat", "List triggers"),
    ToolSpec(ListDatabases, "compat", "List databases"),
    ToolSpec(SwitchDatabase, "compat", "Switch the database"),
)
