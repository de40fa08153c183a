"""Wait for a driver no longer than one may, although nothing can interrupt it.

Microsoft's driver may hold a login for a minute beyond the login timeout (a server that accepts the connection and
stays silent). So a login runs in a thread of its own; a caller who stops waiting leaves it behind, and what it opens
late is closed at once. The thread is a daemon: it never keeps the process alive.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Generic, TypeVar

from mssql_mcp.connection.inside import inside_driver

if TYPE_CHECKING:
    from collections.abc import Callable

    from mssql_mcp.connection.call import Call

T = TypeVar("T")


class _Attempt(Generic[T]):
    """Work in a thread, whose outcome either the caller takes or nobody does."""

    def __init__(self, work: Callable[[], T], discard: Callable[[T], None]) -> None:
        self._work = work
        self._discard = discard
        self._lock = threading.Lock()
        self._is_abandoned = False
        self.settled = threading.Event()
        self.outcome: list[T] = []
        self.error: BaseException | None = None

    def run(self) -> None:
        """Do the work and keep or discard its outcome."""
        with inside_driver():
            self._run()

    def _run(self) -> None:
        try:
            value = self._work()
        except BaseException as error:  # noqa: BLE001 - every outcome belongs to the caller, who waits elsewhere
            self.error = error
            self.settled.set()
            return
        with self._lock:
            is_late = self._is_abandoned
            if not is_late:
                self.outcome.append(value)
        self.settled.set()
        if is_late:
            self._discard(value)

    def abandon(self) -> bool:
        """Stop waiting; False where the outcome has come meanwhile."""
        with self._lock:
            if self.outcome or self.error is not None:
                return False
            self._is_abandoned = True
        return True


def run_bounded(
    work: Callable[[], T],
    call: Call,
    seconds: float,
    *,
    discard: Callable[[T], None],
    late: Callable[[], Exception],
) -> T:
    """Do blocking work, and stop waiting at the limit, at the call's deadline or when the call is cancelled.

    Args:
        work: Runs in a thread of its own.
        call: Deadline and cancellation.
        seconds: The limit.
        discard: Closes an outcome that nobody waits for any more; must not raise.
        late: Makes the error for the limit.

    Raises:
        QueryTimeoutError: The call's deadline passed.
        QueryCancelledError: The call was cancelled.
        Exception: Whatever `work` raised, or `late()`.
    """
    attempt = _Attempt(work, discard)
    threading.Thread(target=attempt.run, name="mssql-mcp-login", daemon=True).start()
    with call.ending_with(attempt.settled.set):
        attempt.settled.wait(min(seconds, call.remaining()))
    if attempt.abandon():
        call.check()
        raise late()
    if attempt.error is not None:
        raise attempt.error
    return attempt.outcome[0]
