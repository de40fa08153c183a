"""What a running server holds, and how a tool's coroutine gets work done with it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from cachetools import LRUCache

from mssql_mcp.server.bridge import perform

if TYPE_CHECKING:
    from collections.abc import Callable, MutableMapping

    from mcp.server.mcpserver import Context

    from mssql_mcp.connection.call import Call
    from mssql_mcp.workspace import Workspace

T = TypeVar("T")

# Of so many clients it is known which database they switched to; the one not heard of longest is forgotten.
MAX_SWITCHED = 10_000


@dataclass(frozen=True, slots=True)
class ServerState:
    """The lifespan state of the server.

    Attributes:
        workspace: Settings, connections, gate, runner and catalog.
        switched: The database that each client's `SwitchDatabase` chose for its other compat tools.
    """

    workspace: Workspace
    switched: MutableMapping[str, str] = field(default_factory=lambda: LRUCache(MAX_SWITCHED))


async def ask(
    context: Context[ServerState],
    work: Callable[[Workspace, Call], T],
    *,
    connection: str | None = None,
    timeout_seconds: float | None = None,
    is_kept: bool = False,
    of_part: Callable[[Any], T] | None = None,
) -> T:
    """Do blocking work on the workspace for one tool call, inside its deadline, telling the progress.

    Args:
        context: Of the tool call.
        work: Gets the workspace and the call.
        connection: Whose threads do it; None takes the default connection.
        timeout_seconds: Deadline; None takes the connection's limit.
        is_kept: Whether the work only reads what is kept, which waits for no database.
        of_part: Makes an answer of the rows that had come at the deadline, where the driver does not answer then.
    """
    workspace = context.request_context.lifespan_context.workspace
    workspace.registry.introduce(client_of(context))
    limits = workspace.limits(connection, timeout_seconds=timeout_seconds)

    async def progress(elapsed: float, total: float) -> None:
        await context.report_progress(round(elapsed, 1), total, "running")

    return await perform(
        workspace.workers,
        workspace.workers.kept() if is_kept else workspace.lane(connection),
        limits.timeout_seconds,
        lambda call: work(workspace, call),
        progress,
        of_part,
    )


# Over stdio there is one client, the one that started the process.
LOCAL_OWNER = "local"


def client_of(context: Context[ServerState]) -> str:
    """Give the client's name and version as it introduced itself; empty where it did not."""
    known = context.session.client_params
    return f"{known.client_info.name} {known.client_info.version}".strip() if known else ""


def owner_of(_context: Context[ServerState]) -> str:
    """Give the key of the client that asks: what one client had kept, no other may read."""
    return LOCAL_OWNER
