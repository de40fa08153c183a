"""What a client can read by address: facts about the server, names of tables and views, a look at a table's rows."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, TypeVar

from mcp.server.mcpserver.exceptions import ResourceError, ResourceNotFoundError

from mssql_mcp import errors
from mssql_mcp.rendering import error_text, render
from mssql_mcp.server.bridge import perform
from mssql_mcp.server.state import LOCAL_OWNER

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mcp.server import MCPServer

    from mssql_mcp.catalog.choices import Kind
    from mssql_mcp.connection.call import Call
    from mssql_mcp.workspace import Workspace

T = TypeVar("T")

PREVIEW_ROWS = 10


def add_resources(server: MCPServer[Any], workspace: Workspace) -> None:
    """Add every resource and template to the server."""

    @server.resource("mssql://info", title="Server and database", mime_type="application/json")
    async def info() -> str:
        """The server, its version, the database, and how many tables and views it has."""
        return _json(await _read(workspace, workspace.info))

    @server.resource("mssql://tables", title="Tables", mime_type="text/plain")
    async def tables() -> str:
        """The names of all tables, one schema.table a line."""
        return await _names(workspace, ("table",))

    @server.resource("mssql://views", title="Views", mime_type="text/plain")
    async def views() -> str:
        """The names of all views, one schema.view a line."""
        return await _names(workspace, ("view",))

    @server.resource("mssql://schema/{schema_name}", title="Tables of a schema", mime_type="text/plain")
    async def schema(schema_name: str) -> str:
        """The names of the tables and views of one schema, one a line."""
        return await _names(workspace, ("table", "view"), schema_name)

    @server.resource("mssql://table/{table_name}", title="A table's description", mime_type="application/json")
    async def table(table_name: str) -> str:
        """Columns, keys, foreign keys in both directions, indexes and constraints of a table or view."""
        from mssql_mcp.catalog.describe import describe
        from mssql_mcp.catalog.notes import note_facts

        found, around = await _read(workspace, lambda call: workspace.described(table_name, call))
        return _json(describe(found, detail="full") | note_facts(around))

    @server.resource("mssql://results/{result_id}", title="A result, as far as it is kept", mime_type="text/csv")
    async def result(result_id: str) -> str:
        """All kept rows of a truncated answer as CSV; result_id is its `next`. What is missing is said last."""
        return await _read(
            workspace,
            lambda call: "".join(
                workspace.memory.results.csv(result_id, owner=LOCAL_OWNER, wait_seconds=call.remaining() / 2)
            ),
            is_kept=True,
        )

    @server.resource("mssql://plans/{plan_id}", title="An execution plan", mime_type="application/xml")
    async def plan(plan_id: str) -> str:
        """The showplan XML that explain_query has digested."""
        return await _read(workspace, lambda _: workspace.memory.plans.get(plan_id, owner=LOCAL_OWNER), is_kept=True)

    @server.resource("mssql://table/{table_name}/preview", title="A table's first rows", mime_type="application/json")
    async def preview(table_name: str) -> str:
        """The first ten rows of a table or view."""
        return render(await _read(workspace, lambda call: workspace.preview(table_name, PREVIEW_ROWS, call)))


async def _read(workspace: Workspace, work: Callable[[Call], T], *, is_kept: bool = False) -> T:
    """Do the work on the default connection, or on what is kept; our errors become the SDK's, with code and hint."""
    lane = workspace.workers.kept() if is_kept else workspace.lane()
    try:
        return await perform(workspace.workers, lane, workspace.limits().timeout_seconds, work)
    except (errors.ObjectNotFoundError, errors.ValidationError) as error:
        raise ResourceNotFoundError(error_text(error)) from None
    except errors.ToolError as error:
        raise ResourceError(error_text(error)) from None


async def _names(workspace: Workspace, kinds: Sequence[Kind], schema: str | None = None) -> str:
    from mssql_mcp.catalog.listing import list_objects
    from mssql_mcp.catalog.names import full_name
    from mssql_mcp.catalog.notes import notes_on_names

    def work(call: Call) -> str:
        catalog = workspace.overview(call)
        listing = list_objects(catalog, kinds=kinds, schema=schema, limit=len(catalog.tables) + 1)
        return "\n".join([*map(full_name, listing.items), *notes_on_names(catalog)])

    return await _read(workspace, work)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)
