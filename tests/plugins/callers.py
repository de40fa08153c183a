"""Call the workspace as the front doors do, in its lane and with a deadline, and look at what is left over."""

from __future__ import annotations

import contextlib
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from mssql_mcp.connection.call import Call
from mssql_mcp.connection.registry import Registry
from mssql_mcp.errors import ToolError
from mssql_mcp.settings import Settings
from mssql_mcp.workspace import Query, Workspace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mssql_mcp.result import ResultSet
    from mssql_mcp.settings import ConnectionSettings

# How long a background clean-up may take before a test says that it does not happen.
PATIENCE_SECONDS = 20.0
POLL_SECONDS = 0.01
THREAD_NAMES = "mssql-mcp"


@dataclass(frozen=True)
class Outcome:
    """How a call ended.

    Attributes:
        call: With what was left of its time.
        result: The rows, or None.
        error: The failure, or None.
        seconds_left: Of the deadline when the caller had its answer; negative where it came late.
    """

    call: Call
    result: ResultSet | None
    error: ToolError | None
    seconds_left: float

    @property
    def code(self) -> str:
        """The error's code; empty where there is none."""
        return self.error.code if self.error else ""

    @property
    def rows(self) -> list[list[Any]]:
        """The rows; the error is raised where there are none."""
        if self.error:
            raise self.error
        assert self.result is not None
        return [list(row) for row in self.result.rows]


class Caller:
    """Calls a workspace and looks at what it leaves behind.

    Args:
        workspace: To call.
    """

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self._others = frozenset(threading.enumerate())

    def query(self, sql: str, *, seconds: float = 30, call: Call | None = None, **more: Any) -> Outcome:
        """Ask one question; errors of ours become the outcome."""
        call = call or Call(seconds)
        lane = self.workspace.lane()
        result = error = None
        try:
            result = self.workspace.workers.run(
                call,
                lambda: self.workspace.query(Query(sql, **more), call),
                lane=lane.name,
                size=lane.size,
                of_part=lambda rows: rows,
            )
        except ToolError as failure:
            error = failure
        return Outcome(call, result, error, call.seconds - call.elapsed_ms / 1000)

    @property
    def checked_out(self) -> int:
        """Connections that are out of the pool now."""
        return self.workspace.registry.source().engine().pool.checkedout()  # type: ignore[attr-defined]

    def is_at_rest(self) -> bool:
        """Whether no connection is out and no job runs."""
        return self.checked_out == 0 and self.workspace.lane().busy == 0

    def threads(self) -> list[str]:
        """Names of our threads that live now and did not before this caller was made."""
        new = (thread for thread in threading.enumerate() if thread not in self._others)
        return [thread.name for thread in new if thread.name.startswith(THREAD_NAMES)]


def eventually(condition: Callable[[], bool], seconds: float = PATIENCE_SECONDS) -> bool:
    """Wait for what other threads do; gives whether it came."""
    clock = Call(seconds)
    tick = threading.Event()
    while not condition():
        if clock.remaining() <= 0:
            return False
        tick.wait(POLL_SECONDS)
    return True


@contextlib.contextmanager
def calling(connection: ConnectionSettings, **settings: Any) -> Iterator[Caller]:
    """Give a caller of a workspace on one connection, which is closed at the end."""
    whole = Settings(connections={"main": connection}, **settings)
    workspace = Workspace(whole, Registry(whole))
    try:
        yield Caller(workspace)
    finally:
        workspace.close()


@pytest.fixture
def caller() -> Iterator[Callable[..., Caller]]:
    """Make callers of workspaces on one connection: `caller(connection, limits=...)`; closed after the test."""
    with contextlib.ExitStack() as made:
        yield lambda connection, **settings: made.enter_context(calling(connection, **settings))
