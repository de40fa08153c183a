"""The tools that find the way in a database."""

from __future__ import annotations

from typing import Annotated, Literal

from mcp.server.mcpserver import Context
from mcp.types import CallToolResult, TextContent
from pydantic import Field

from mssql_mcp.catalog.describe import Section
from mssql_mcp.catalog.describe_text import describe_text
from mssql_mcp.catalog.listing import list_objects, listing_text, missing_notes
from mssql_mcp.connection.call import Call
from mssql_mcp.server.state import ServerState, ask
from mssql_mcp.server.tool import ToolSpec
from mssql_mcp.server.tools.arguments import Connection, Database, TableName
from mssql_mcp.workspace import Workspace


async def list_databases(ctx: Context[ServerState], connection: Connection = None) -> CallToolResult:
    """List the databases of a connection that may be named as `database` in other tools."""

    def work(workspace: Workspace, call: Call) -> str:
        own = workspace.source(connection).settings.database
        lines = [
            f"{database.name}{' (default)' if database.name == own else ''}"
            f"{'' if database.state == 'ONLINE' else ' ' + database.state}"
            f"{' no access' if database.is_accessible is False else ''}"
            for database in workspace.databases(call, connection)
        ]
        return "\n".join(lines) or "No database may be seen."

    return text(await ask(ctx, work, connection=connection))


async def list_tables(
    ctx: Context[ServerState],
    pattern: Annotated[str | None, Field(description="Part of a name, glob (ord*) or LIKE pattern")] = None,
    schema: Annotated[str | None, Field(description="One schema only")] = None,
    kind: Literal["table", "view", "all"] = "all",
    limit: Annotated[int, Field(ge=1, le=1000)] = 200,
    offset: Annotated[int, Field(ge=0)] = 0,
    connection: Connection = None,
    database: Database = None,
) -> CallToolResult:
    """List tables and views with their row counts, by schema and pattern. Use describe_table for columns."""

    def work(workspace: Workspace, call: Call) -> str:
        catalog = workspace.overview(call, connection=connection, database=database)
        listing = list_objects(
            catalog,
            kinds=("table", "view") if kind == "all" else (kind,),
            schema=schema,
            pattern=pattern,
            limit=limit,
            offset=offset,
        )
        return listing_text(catalog, listing)

    return text(await ask(ctx, work, connection=connection))


async def describe_table(
    table: TableName,
    ctx: Context[ServerState],
    detail: Literal["summary", "full"] = "summary",
    sections: Annotated[list[Section] | None, Field(description="Only these parts")] = None,
    connection: Connection = None,
    database: Database = None,
) -> CallToolResult:
    """Describe one table or view: columns, keys, foreign keys in both directions; detail=full adds indexes,
    constraints, triggers, sizes and the definition of a view.
    """

    def work(workspace: Workspace, call: Call) -> str:
        found, around = workspace.described(table, call, connection=connection, database=database)
        return "\n".join([describe_text(found, detail=detail, sections=sections or ()), *missing_notes(around)])

    return text(await ask(ctx, work, connection=connection))


def text(answer: str) -> CallToolResult:
    """Make an answer of one text."""
    return CallToolResult(content=[TextContent(type="text", text=answer)])


CATALOG_TOOLS = (
    ToolSpec(list_databases, "catalog", "List databases"),
    ToolSpec(list_tables, "catalog", "List tables and views"),
    ToolSpec(describe_table, "catalog", "Describe a table"),
)
