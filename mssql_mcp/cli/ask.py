"""Do a command's work in a worker thread with one deadline, so that Ctrl-C ends it on the server too."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

    from mssql_mcp.cli.options import Invocation
    from mssql_mcp.connection.call import Call
    from mssql_mcp.workspace import Workspace

T = TypeVar("T")


def ask(
    invocation: Invocation,
    work: Callable[[Workspace, Call], T],
    *,
    timeout_seconds: float | None = None,
    of_part: Callable[[Any], T] | None = None,
) -> T:
    """Open the workspace, do the work inside one call, close it.

    Args:
        invocation: Whose settings and connection.
        work: Gets the workspace and the call.
        timeout_seconds: Deadline; None takes the connection's limit.
        of_part: Makes an answer of the rows that had come at the deadline, where the driver does not answer then.

    Raises:
        ToolError: Whatever failed.
    """
    from mssql_mcp.connection.call import Call

    workspace = invocation.workspace()
    try:
        limits = workspace.limits(invocation.connection, timeout_seconds=timeout_seconds)
        workspace.registry.introduce()
        lane = workspace.lane(invocation.connection)
        call = Call(limits.timeout_seconds)
        return workspace.workers.run(
            call, lambda: work(workspace, call), lane=lane.name, size=lane.size, of_part=of_part
        )
    finally:
        workspace.close()
