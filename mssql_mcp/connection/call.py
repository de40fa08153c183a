"""One call's deadline and its cancellation: everything a call waits for asks here how long it still may.

A `Call` is made at the front door (CLI or MCP) and handed down. The thread that works asks `remaining()`, `check()` and
`wait()`; any other thread may `cancel()`. What is under way on a server registers how to end it with `ending_with()`.
"""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from mssql_mcp.connection.failure_rule import SEE_CHECK
from mssql_mcp.errors import DatabaseConnectionError, QueryCancelledError, QueryTimeoutError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mssql_mcp.errors import ToolError

# Of a driver that does not answer a cancel.
UNANSWERED = "The server was told to end it and has not answered, so its connection was given up."
_READ_LESS = "Read less (a WHERE clause, TOP, fewer columns, an aggregate)"


class Call:
    """A deadline that can be cancelled from another thread.

    Args:
        seconds: From now to the deadline.
        clock: Monotonic seconds; passed in so that tests need no waiting.

    Attributes:
        connecting_to: The server that has not let the call in yet; empty where none is waited for.
        connect_failure: Why the last try to connect to it failed; None before the first one ended.
    """

    def __init__(self, seconds: float, *, clock: Callable[[], float] = time.monotonic) -> None:
        self.seconds = seconds
        self.clock = clock
        self._started = clock()
        self._cancelled = threading.Event()
        self._is_expired = False
        self.connecting_to = ""
        self.connect_failure: ToolError | None = None
        self._was_connected = False
        self._waits_for: Call | None = None
        self._lock = threading.Lock()
        self._enders: list[Callable[[], None]] = []
        self._abandoners: list[Callable[[], None]] = []
        self._deferred: list[Callable[[], None]] = []
        self._part: Callable[[], object] | None = None

    @property
    def elapsed_ms(self) -> float:
        """Milliseconds since the call began."""
        return (self.clock() - self._started) * 1000

    @property
    def is_cancelled(self) -> bool:
        """Whether somebody cancelled the call."""
        return self._cancelled.is_set()

    @property
    def is_over(self) -> bool:
        """Whether the deadline passed, or comes so soon that nothing new may begin."""
        return self._is_expired or self.remaining() <= 0

    def remaining(self) -> float:
        """Give the seconds that are left; 0 once the deadline passed, never negative."""
        return max(0.0, self._started + self.seconds - self.clock())

    def check(self) -> None:
        """Return where the call may go on.

        Raises:
            QueryCancelledError: The call was cancelled.
            QueryTimeoutError: The deadline passed.
            DatabaseConnectionError: It passed while the server had not let the call in (`connection.timeout`).
        """
        if self.is_cancelled:
            raise QueryCancelledError("The call was cancelled; the work on the server was ended.")
        if self.is_over:
            raise self.timeout_error()

    def connecting(self, server: str) -> None:
        """Note that the call waits for that server to let it in; until `connected`, its deadline says so."""
        self.connecting_to, self.connect_failure = server or "The server", None

    def connect_failed(self, failure: ToolError) -> None:
        """Note why the last try to connect failed."""
        self.connect_failure = failure

    def connected(self) -> None:
        """Note that a session is open."""
        self.connecting_to, self.connect_failure, self._was_connected = "", None, True

    @contextmanager
    def waiting_for(self, other: Call) -> Iterator[None]:
        """Within the block, the deadline is explained by where another call is, whose work goes on after it."""
        self._waits_for = other
        try:
            yield
        finally:
            self._waits_for = None

    def timeout_error(self, *, is_answered: bool = True) -> QueryTimeoutError | DatabaseConnectionError:
        """Make the error that says that the deadline passed, and where the call was then.

        Args:
            is_answered: Whether what was under way ended when it was told to.
        """
        at_work = self._waits_for or self
        if at_work.connecting_to:
            return self._not_let_in(at_work.connecting_to, at_work.connect_failure)
        late = f"The call took longer than {self.seconds:g} s"
        if at_work is not self:
            return QueryTimeoutError(
                f"{late}; what it waited for goes on.",
                hint="Ask again in a moment, or ask for a longer timeout.",
            )
        if not self._was_connected:
            return QueryTimeoutError(
                f"{late} and was ended before anything was sent to a server.",
                hint="Other calls were at work, or the text takes long to judge: try again when fewer run, or ask for "
                "a longer timeout.",
            )
        return QueryTimeoutError(
            f"{late} and was ended, also on the server." if is_answered else f"{late}. {UNANSWERED}",
            hint=f"{_READ_LESS}, or ask for a longer timeout_seconds.",
            shell_hint=f"{_READ_LESS}, or ask for a longer --timeout.",
        )

    def _not_let_in(self, server: str, failure: ToolError | None) -> DatabaseConnectionError:
        said = f"{server} did not let us in within the call's {self.seconds:g} s."
        if failure is None:
            return DatabaseConnectionError(
                said,
                code="connection.timeout",
                hint=f"Is the address right, and is the server not overloaded? {SEE_CHECK}",
                retryable=True,
            )
        return DatabaseConnectionError(
            f"{said} The last try: {failure.message}",
            code="connection.timeout",
            hint=failure.hint,
            shell_hint=failure.shell_hint,
            retryable=True,
            number=failure.number,
            sqlstate=failure.sqlstate,
        )

    def wait(self, seconds: float) -> None:
        """Sleep for so long, waking early when the call is cancelled.

        Raises:
            QueryCancelledError: The call was cancelled meanwhile.
            QueryTimeoutError: The deadline would pass before the sleep ends; then nothing is slept.
        """
        if seconds >= self.remaining():
            raise self.timeout_error()
        self._cancelled.wait(seconds)
        self.check()

    def cancel(self) -> None:
        """End the call: whatever is under way is told to end. Safe from any thread, any number of times."""
        self._cancelled.set()
        self.end_work()

    def expire(self) -> None:
        """End the call because its time is over, or so nearly that what is under way needs the rest to end."""
        self._is_expired = True
        self.end_work()

    def end_work(self) -> None:
        """Tell whatever is under way to end; `cancel` and `expire` say why."""
        with self._lock:
            enders = list(self._enders)
        for end in enders:
            end()

    def defer(self, work: Callable[[], None]) -> None:
        """Keep work for after the answer (a rollback, the return to the pool); `work` must not raise."""
        with self._lock:
            self._deferred.append(work)

    @property
    def has_deferred(self) -> bool:
        """Whether there is work that was kept for after the answer."""
        with self._lock:
            return bool(self._deferred)

    def run_deferred(self) -> None:
        """Do the work that was kept for after the answer, in the order in which it was given."""
        while True:
            with self._lock:
                if not self._deferred:
                    return
                work = self._deferred.pop(0)
            work()

    @contextmanager
    def ending_with(self, end: Callable[[], None], *, abandon: Callable[[], None] | None = None) -> Iterator[None]:
        """Register how to end what runs inside the block; both must be safe from another thread and must not raise.

        Args:
            end: Asks the driver to end the work; called at the deadline and on cancellation.
            abandon: Gives up what the work holds, for a driver that does not answer `end`.
        """
        with self._lock:
            self._enders.append(end)
            if abandon:
                self._abandoners.append(abandon)
        try:
            if self.is_cancelled:
                end()
            yield
        finally:
            with self._lock:
                self._enders.remove(end)
                if abandon and abandon in self._abandoners:
                    self._abandoners.remove(abandon)

    @contextmanager
    def offering(self, part: Callable[[], object]) -> Iterator[None]:
        """Within the block, have something for a caller who stops waiting for a driver that does not answer.

        Args:
            part: Gives what has come of the answer; None where nothing has. Called from another thread.
        """
        self._part = part
        try:
            yield
        finally:
            self._part = None

    def part(self) -> object:
        """Give what has come of the answer, where anything has; None else. Safe from any thread."""
        part = self._part
        return part() if part else None

    def abandon(self) -> None:
        """Give up on work that did not end when it was told to; its thread cleans up when the driver lets go of it."""
        with self._lock:
            abandoners, self._abandoners = self._abandoners, []
        for give_up in abandoners:
            give_up()
