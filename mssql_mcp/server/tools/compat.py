"""The tools of pyodbc-mcp-server 0.4 and of its plan, by its names, so that its users move by changing one line.

Signatures and descriptions only: `compat_answers` has the answers. They work on the default connection, in the database
that `SwitchDatabase` chose for the client.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

from mcp.server.mcpserver import Context
from mcp.types import CallToolResult
from pydantic import Field

from mssql_mcp.server.state import ServerState, ask, owner_of
from mssql_mcp.server.tool import ToolSpec
from mssql_mcp.server.tools.arguments import TableName
from mssql_mcp.server.tools.catalog import text

if TYPE_CHECKING:
    from mssql_mcp.server.tools.compat_answers import Scene
    from mssql_mcp.server.tools.compat_shapes import Answer

SchemaFilter = Annotated[str | None, Field(description="One schema only, such as dbo")]

# By this header a client of the protocols up to 2025-11-25 names its session over HTTP.
# https://modelcontextprotocol.io/specification/2025-11-25/basic/transports#session-management
SESSION_HEADER = "mcp-session-id"


async def ListTables(ctx: Context[ServerState], schema_filter: SchemaFilter = None) -> CallToolResult:
    """List the tables of the database."""
    from mssql_mcp.server.tools.compat_answers import list_tables

    return await _answer(ctx, lambda scene: list_tables(scene, schema_filter))


async def ListViews(ctx: Context[ServerState], schema_filter: SchemaFilter = None) -> CallToolResult:
    """List the views of the database."""
    from mssql_mcp.server.tools.compat_answers import list_views

    return await _answer(ctx, lambda scene: list_views(scene, schema_filter))


async def DescribeTable(table_name: TableName, ctx: Context[ServerState]) -> CallToolResult:
    """Describe the columns of a table or view: type, nullability, default, primary key, foreign key."""
    from mssql_mcp.server.tools.compat_answers import describe_table

    return await _answer(ctx, lambda scene: describe_table(scene, table_name))


async def ReadData(
    query: Annotated[str, Field(description="One T-SQL SELECT (WITH ... SELECT is fine)")],
    ctx: Context[ServerState],
    max_rows: Annotated[int | None, Field(ge=1, description="Rows to return (default 100)")] = None,
) -> CallToolResult:
    """Run one SELECT and return its rows. `note` says when there are more."""
    from mssql_mcp.server.tools.compat_answers import read_data

    return await _answer(ctx, lambda scene: read_data(scene, query, max_rows))


async def GetTableRelationships(table_name: TableName, ctx: Context[ServerState]) -> CallToolResult:
    """Give the foreign keys of a table in both directions: columns, actions, whether disabled."""
    from mssql_mcp.server.tools.compat_answers import table_relationships

    return await _answer(ctx, lambda scene: table_relationships(scene, table_name))


async def ListIndexes(table_name: TableName, ctx: Context[ServerState]) -> CallToolResult:
    """List the indexes of a table or view: key columns in order, included columns, filter."""
    from mssql_mcp.server.tools.compat_answers import list_indexes

    return await _answer(ctx, lambda scene: list_indexes(scene, table_name))


async def ListConstraints(table_name: TableName, ctx: Context[ServerState]) -> CallToolResult:
    """List the constraints of a table: CHECK, UNIQUE, DEFAULT, PRIMARY KEY, FOREIGN KEY."""
    from mssql_mcp.server.tools.compat_answers import list_constraints

    return await _answer(ctx, lambda scene: list_constraints(scene, table_name))


async def ListStoredProcedures(ctx: Context[ServerState], schema_filter: SchemaFilter = None) -> CallToolResult:
    """List the stored procedures of the database with their parameters."""
    from mssql_mcp.server.tools.compat_answers import list_procedures

    return await _answer(ctx, lambda scene: list_procedures(scene, schema_filter))


async def ListFunctions(ctx: Context[ServerState], schema_filter: SchemaFilter = None) -> CallToolResult:
    """List the user-defined functions of the database with their type, parameters and result."""
    from mssql_mcp.server.tools.compat_answers import list_functions

    return await _answer(ctx, lambda scene: list_functions(scene, schema_filter))


async def ListTriggers(ctx: Context[ServerState], schema_filter: SchemaFilter = None) -> CallToolResult:
    """List the triggers of tables and views, and of the database: table, events, whether disabled."""
    from mssql_mcp.server.tools.compat_answers import list_triggers

    return await _answer(ctx, lambda scene: list_triggers(scene, schema_filter))


async def ListDatabases(ctx: Context[ServerState]) -> CallToolResult:
    """List the databases that SwitchDatabase can choose."""
    from mssql_mcp.server.tools.compat_answers import list_databases

    return await _answer(ctx, list_databases)


async def SwitchDatabase(
    database_name: Annotated[str, Field(description="A name of ListDatabases")], ctx: Context[ServerState]
) -> CallToolResult:
    """Choose the database in which the tools with names like this one work from now on."""
    from mssql_mcp.server.tools.compat_answers import switch_database

    answer = await _asked(ctx, lambda scene: switch_database(scene, database_name))
    ctx.request_context.lifespan_context.switched[client_of(ctx)] = answer["database"]
    return _written(answer)


def client_of(ctx: Context[ServerState]) -> str:
    """Tell clients apart, and the sessions of one where the protocol has sessions."""
    return f"{owner_of(ctx)} {(ctx.headers or {}).get(SESSION_HEADER, '')}"


async def _answer(ctx: Context[ServerState], work: Callable[[Scene], Answer]) -> CallToolResult:
    return _written(await _asked(ctx, work))


async def _asked(ctx: Context[ServerState], work: Callable[[Scene], Answer]) -> Answer:
    from mssql_mcp.server.tools.compat_answers import Scene

    database = ctx.request_context.lifespan_context.switched.get(client_of(ctx))
    return await ask(ctx, lambda workspace, call: work(Scene(workspace, call, database)))


def _written(answer: Answer) -> CallToolResult:
    from mssql_mcp.server.tools.compat_shapes import compact

    return text(compact(answer))


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
