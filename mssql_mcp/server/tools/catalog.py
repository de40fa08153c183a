"""The tools that find the way in a database."""

from __future__ import annotations

from typing import Annotated, Literal

from mcp.server.mcpserver import Context
from mcp.types import CallToolResult, TextContent
from pydantic import Field

from mssql_mcp.catalog.budget import within
from mssql_mcp.catalog.choices import Kind, Section
from mssql_mcp.catalog.model import Catalog
from mssql_mcp.connection.call import Call
from mssql_mcp.errors import ObjectNotFoundError
from mssql_mcp.server.state import ServerState, ask
from mssql_mcp.server.tool import ToolSpec
from mssql_mcp.server.tools.arguments import Connection, Database, TableName
from mssql_mcp.workspace import Workspace

NAMES_ON_A_PAGE = 200


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
        budget = workspace.limit_settings(connection).max_characters
        return within("\n".join(lines), budget, "sys.databases has the rest") or "No database may be seen."

    return text(await ask(ctx, work, connection=connection))


async def list_tables(
    ctx: Context[ServerState],
    pattern: Annotated[str | None, Field(description="Part of a name, glob (ord*) or LIKE pattern")] = None,
    schema: Annotated[str | None, Field(description="One schema only")] = None,
    detail: Annotated[
        Literal["names", "columns"], Field(description="columns: a compact map with columns, types, keys and links")
    ] = "names",
    kind: Literal["table", "view", "all"] = "all",
    limit: Annotated[int, Field(ge=1, le=1000)] = NAMES_ON_A_PAGE,
    offset: Annotated[int, Field(ge=0)] = 0,
    connection: Connection = None,
    database: Database = None,
) -> CallToolResult:
    """List tables and views with row counts, by schema and pattern. detail=columns shows a whole schema or database at
    once: start with it.
    """
    from mssql_mcp.catalog.listing import TABLES, list_objects, listing_text

    kinds: tuple[Kind, ...] = TABLES if kind == "all" else (kind,)

    def work(workspace: Workspace, call: Call) -> str:
        budget = workspace.limit_settings(connection).max_characters
        if detail == "columns":
            index = workspace.index(call, connection=connection, database=database)
            # The usual page is for lists of names: a map shows everything as well as it fits.
            most = limit if offset or limit != NAMES_ON_A_PAGE else None
            return index.map(schema=schema, pattern=pattern, kinds=kinds, limit=most, offset=offset, budget=budget)
        catalog = workspace.overview(call, connection=connection, database=database)
        listing = list_objects(catalog, kinds=kinds, schema=schema, pattern=pattern, limit=limit, offset=offset)
        return listing_text(catalog, listing, budget=budget)

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
    constraints, triggers, sizes and the definition of a view. Any other object is described in short.
    """
    from mssql_mcp.catalog.describe import chosen_sections
    from mssql_mcp.catalog.describe_objects import find_other, object_notes, object_text
    from mssql_mcp.catalog.describe_text import describe_text
    from mssql_mcp.catalog.notes import MEASURES, notes, within_with_notes

    def work(workspace: Workspace, call: Call) -> str:
        budget = workspace.limit_settings(connection).max_characters
        try:
            found, around = workspace.described(table, call, connection=connection, database=database)
        except ObjectNotFoundError as error:
            other, whole = find_other(workspace.cache(connection), call, table, database, error)
            return within_with_notes(
                lambda room: object_text(other, more="get_definition", budget=room), object_notes(other, whole), budget
            )
        wanted = sections or ()
        measures = MEASURES if "statistics" in chosen_sections(detail, wanted) else ("row counts", "identity seeds")
        return within_with_notes(
            lambda room: describe_text(found, detail=detail, sections=wanted, budget=room),
            notes(around, shown=measures),
            budget,
        )

    return text(await ask(ctx, work, connection=connection))


async def search_objects(
    words: Annotated[str, Field(description="Words or parts of words", max_length=400)],
    ctx: Context[ServerState],
    kinds: Annotated[list[Kind] | None, Field(description="Only these kinds")] = None,
    schema: Annotated[str | None, Field(description="One schema only")] = None,
    limit: Annotated[int, Field(ge=1, le=200)] = 20,
    connection: Connection = None,
    database: Database = None,
) -> CallToolResult:
    """Find tables, views, columns, routines and other objects by words in names, columns, comments and definitions."""
    from mssql_mcp.catalog.listing import known_schema
    from mssql_mcp.catalog.notes import notes, within_with_notes
    from mssql_mcp.catalog.search import search_text

    def work(workspace: Workspace, call: Call) -> str:
        index = workspace.index(call, connection=connection, database=database)
        place = known_schema(index.catalog, schema)
        result = index.search(words, kinds=kinds or (), schema=place, limit=limit)
        budget = workspace.limit_settings(connection).max_characters
        return within_with_notes(
            lambda room: search_text(words, result, budget=room), notes(index.catalog, shown=("row counts",)), budget
        )

    return text(await ask(ctx, work, connection=connection))


async def list_routines(
    ctx: Context[ServerState],
    pattern: Annotated[str | None, Field(description="Part of a name, glob or LIKE pattern")] = None,
    schema: Annotated[str | None, Field(description="One schema only")] = None,
    limit: Annotated[int, Field(ge=1, le=1000)] = 200,
    offset: Annotated[int, Field(ge=0)] = 0,
    connection: Connection = None,
    database: Database = None,
) -> CallToolResult:
    """List stored procedures and functions with their parameters. None can be run; get_definition shows their text."""
    from mssql_mcp.catalog.listing import ROUTINES, list_objects, listing_text

    def work(workspace: Workspace, call: Call) -> str:
        catalog = workspace.catalog(call, connection=connection, database=database)
        listing = list_objects(catalog, kinds=ROUTINES, schema=schema, pattern=pattern, limit=limit, offset=offset)
        return listing_text(catalog, listing, budget=workspace.limit_settings(connection).max_characters)

    return text(await ask(ctx, work, connection=connection))


async def get_definition(
    names: Annotated[list[str], Field(description="Names of views, routines or triggers", min_length=1, max_length=20)],
    ctx: Context[ServerState],
    connection: Connection = None,
    database: Database = None,
) -> CallToolResult:
    """Get the T-SQL text of views, procedures, functions and triggers, several in one call."""
    from mssql_mcp.catalog.definitions import definitions_text, failure_notes, find_all
    from mssql_mcp.catalog.notes import notes_of, within_with_notes

    def work(workspace: Workspace, call: Call) -> str:
        def catalog_of(place: str | None) -> Catalog:
            return workspace.catalog(call, connection=connection, database=place or database)

        found = find_all(names, catalog_of)
        budget = workspace.limit_settings(connection).max_characters
        beside = [*failure_notes(found.failures), *notes_of(found.catalogs)]
        return within_with_notes(lambda room: definitions_text(found.items, budget=room), beside, budget)

    return text(await ask(ctx, work, connection=connection))


async def find_join_path(
    tables: Annotated[list[str], Field(description="Tables to join, the first in FROM", min_length=2, max_length=8)],
    ctx: Context[ServerState],
    max_paths: Annotated[int, Field(ge=1, le=10)] = 3,
    connection: Connection = None,
    database: Database = None,
) -> CallToolResult:
    """Find the shortest ways to join tables over foreign keys (and guessed links, marked as such), with ON clauses to
    paste.
    """
    from mssql_mcp.catalog.joins import paths_text
    from mssql_mcp.catalog.notes import notes, within_with_notes
    from mssql_mcp.catalog.places import check_within, database_of

    def work(workspace: Workspace, call: Call) -> str:
        place = database_of(tables, database)
        index = workspace.index(call, connection=connection, database=place)
        check_within(index.catalog, tables)
        paths = index.join_paths(tables, max_paths=max_paths)
        budget = workspace.limit_settings(connection).max_characters
        return within_with_notes(lambda room: paths_text(paths, budget=room), notes(index.catalog), budget)

    return text(await ask(ctx, work, connection=connection))


def text(answer: str) -> CallToolResult:
    """Make an answer of one text."""
    return CallToolResult(content=[TextContent(type="text", text=answer)])


TOOLS = (
    ToolSpec(list_databases, "catalog", "List databases"),
    ToolSpec(list_tables, "catalog", "List tables and views"),
    ToolSpec(describe_table, "catalog", "Describe a table"),
    ToolSpec(search_objects, "catalog", "Search objects"),
    ToolSpec(list_routines, "catalog", "List procedures and functions"),
    ToolSpec(get_definition, "catalog", "Get definitions"),
    ToolSpec(find_join_path, "catalog", "Find join paths"),
)
