"""Complete the variables of resource templates and the arguments of prompts, from what the catalog knows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mcp.types import Completion

from mssql_mcp.errors import ToolError
from mssql_mcp.server.bridge import perform

if TYPE_CHECKING:
    from mcp.server import MCPServer
    from mcp.types import CompletionArgument, CompletionContext, PromptReference, ResourceTemplateReference

    from mssql_mcp.connection.call import Call
    from mssql_mcp.workspace import Workspace

# The most that one answer may hold (MCP, completion/complete).
MAX_VALUES = 100
# A person waits for this while typing.
SECONDS = 5.0


def add_completions(server: MCPServer[Any], workspace: Workspace) -> None:
    """Add the handler of `completion/complete`."""

    @server.completion()  # type: ignore[no-untyped-call, untyped-decorator]
    async def complete(
        ref: PromptReference | ResourceTemplateReference,
        argument: CompletionArgument,
        context: CompletionContext | None,
    ) -> Completion | None:
        def work(call: Call) -> list[str]:
            return candidates(workspace, argument.name, call)

        try:
            names = await perform(workspace.workers, workspace.lane(), SECONDS, work)
        except ToolError:
            return Completion(values=[], total=0, has_more=False)
        found = matching(names, argument.value)
        return Completion(values=found[:MAX_VALUES], total=len(found), has_more=len(found) > MAX_VALUES)


def candidates(workspace: Workspace, variable: str, call: Call) -> list[str]:
    """Name everything that a variable may stand for; nothing for a variable that takes free text."""
    from mssql_mcp.catalog.names import full_name

    if variable in ("table_name", "table"):
        return [full_name(table) for table in workspace.overview(call).tables]
    if variable in ("schema_name", "schema"):
        return [schema.name for schema in workspace.overview(call).schemas]
    if variable == "database":
        return [database.name for database in workspace.databases(call)]
    return []


def matching(names: list[str], typed: str) -> list[str]:
    """Give the names that begin with what was typed, then those whose own name does, then those that hold it."""
    folded = typed.casefold()
    ranked = [(min(_rank(name.casefold(), folded), _rank(_bare(name.casefold()), folded)), name) for name in names]
    return [name for rank, name in sorted(ranked) if rank < 3]


def _bare(name: str) -> str:
    """Give a quoted name without its brackets, as most people type it."""
    return name.replace("[", "").replace("]", "") if "[" in name else name


def _rank(name: str, typed: str) -> int:
    if name.startswith(typed):
        return 0
    if name.rpartition(".")[2].startswith(typed):
        return 1
    return 2 if typed in name else 3
