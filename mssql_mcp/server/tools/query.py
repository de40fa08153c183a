"""The tools that run SQL."""

from __future__ import annotations

from typing import Annotated

from mcp.server.mcpserver import Context
from mcp.types import CallToolResult, TextContent
from pydantic import Field

from mssql_mcp.connection.call import Call
from mssql_mcp.errors import ValidationError
from mssql_mcp.rendering import render
from mssql_mcp.result import ResultSet
from mssql_mcp.server.state import ServerState, ask, owner_of
from mssql_mcp.server.tool import ToolSpec
from mssql_mcp.server.tools.arguments import Connection, Database, ParameterValue, RowFormat, TableName
from mssql_mcp.workspace import Query, Workspace


async def run_query(
    ctx: Context[ServerState],
    sql: Annotated[str | None, Field(description="One T-SQL SELECT (WITH ... SELECT is fine)")] = None,
    parameters: Annotated[
        dict[str, ParameterValue] | None,
        Field(description='Bound to @names in sql: {"id": 5}; typed: {"day": {"value": "2024-05-01", "type": "date"}}'),
    ] = None,
    max_rows: Annotated[int | None, Field(ge=1, description="Rows to return (default 100)")] = None,
    cursor: Annotated[str | None, Field(description="Instead of sql: `next` of a cut answer, to go on")] = None,
    timeout_seconds: Annotated[float | None, Field(gt=0, le=3600)] = None,
    format: RowFormat = None,
    connection: Connection = None,
    database: Database = None,
) -> CallToolResult:
    """Run one read-only SELECT and return its rows. Use list_tables and describe_table first to learn the names.
    Aggregate in SQL rather than fetching many rows; a cut answer says so and why, and can be continued for 10 minutes.
    """
    if (sql is None) == (cursor is None):
        raise ValidationError(
            "Give either sql or cursor.",
            code="input.sql_or_cursor",
            hint="sql asks a new question; cursor (`next` of a cut answer) goes on with that one and takes no sql.",
        )
    if cursor is not None and (parameters or database):
        raise ValidationError(
            "parameters and database belong to sql, not to cursor.",
            code="input.sql_or_cursor",
            hint="Leave them out: the cursor goes on with the query as it was.",
        )
    chosen = format or ctx.request_context.lifespan_context.workspace.settings.server.format
    owner = owner_of(ctx)

    def work(workspace: Workspace, call: Call) -> ResultSet:
        if cursor is not None:
            return workspace.resume(
                cursor, call, owner=owner, connection=connection, max_rows=max_rows, output_format=chosen
            )
        return workspace.query(Query(sql or "", parameters, connection, database, max_rows, owner, chosen), call)

    result = await ask(
        ctx,
        work,
        connection=connection,
        timeout_seconds=timeout_seconds,
        is_kept=cursor is not None,
        of_part=lambda rows: rows,
    )
    return CallToolResult(content=[TextContent(type="text", text=render(result, chosen))])


async def explain_query(
    sql: Annotated[str, Field(description="One T-SQL SELECT; it is not run")],
    ctx: Context[ServerState],
    parameters: Annotated[dict[str, ParameterValue] | None, Field(description="As of run_query")] = None,
    connection: Connection = None,
    database: Database = None,
) -> CallToolResult:
    """Explain what a SELECT would cost, without running it: estimated cost and rows, costly operators, scans, warnings,
    missing indexes. Use it before a query on large tables, or to tune one.
    """
    from mssql_mcp.insight.plan import digest, digest_text, parse_plan

    query = Query(sql, parameters, connection, database)
    found = await ask(ctx, lambda workspace, call: workspace.explain(query, call), connection=connection)
    told = digest_text(digest(parse_plan(found.xml)))
    plans = ctx.request_context.lifespan_context.workspace.memory.plans
    identity = plans.add(found.xml, owner=owner_of(ctx))
    whole = [f"Whole plan (XML): mssql://plans/{identity}"] if identity else []
    return CallToolResult(content=[TextContent(type="text", text="\n".join([told, *found.notes, *whole]))])


async def profile_table(
    table: TableName,
    ctx: Context[ServerState],
    columns: Annotated[list[str] | None, Field(description="Only these columns")] = None,
    sample_rows: Annotated[int, Field(ge=100, le=1_000_000, description="Rows to look at, at most")] = 10_000,
    connection: Connection = None,
    database: Database = None,
) -> CallToolResult:
    """Profile a table's values: NULLs, distinct values, least, greatest, commonest. Large tables are sampled."""

    def work(workspace: Workspace, call: Call) -> str:
        found = workspace.profile(
            table, call, columns=columns or (), sample_rows=sample_rows, connection=connection, database=database
        )
        return found.text(workspace.limit_settings(connection).max_characters)

    answer = await ask(ctx, work, connection=connection)
    return CallToolResult(content=[TextContent(type="text", text=answer)])


TOOLS = (
    # The host's limit on a tool's text, where it knows the key; ours is below it by default.
    ToolSpec(run_query, "query", "Run a SELECT", meta={"anthropic/maxResultSizeChars": 200_000}),
    ToolSpec(explain_query, "query", "Explain a SELECT"),
    ToolSpec(profile_table, "query", "Profile a table"),
)
