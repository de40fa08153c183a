"""One piece of work under way in a thread of its own, for which any number of callers may wait."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mssql_mcp.errors import ToolError

if TYPE_CHECKING:
    from collections.abc import Callable

    from mssql_mcp.connection.call import Call

# A waiter looks up this often whether its own call still wants the answer.
SLICE_SECONDS = 0.05
# What a driver gets to end its work after the deadline, before its connection is given up.
GRACE_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a piece of work is.

    Attributes:
        done: Steps that are done.
        total: Steps that there are.
        step: What is being done now.
    """

    done: int
    total: int
    step: str


class Flight:
    """Work that was started once.

    Args:
        call: Its own deadline and cancellation, apart from those of the callers that wait.

    Attributes:
        error: Why it failed; None while it runs and where it did not.
        progress: How far it is; None where it has not told.
    """

    def __init__(self, call: Call) -> None:
        self.call = call
        self.error: ToolError | None = None
        self.progress: Progress | None = None
        self._done = threading.Event()

    @property
    def is_done(self) -> bool:
        """Whether it has ended, well or not."""
        return self._done.is_set()

    def end(self) -> None:
        """Let everybody who waits go on."""
        self._done.set()

    def report(self, progress: Progress) -> None:
        """Note how far the work is."""
        self.progress = progress

    def cancel(self) -> None:
        """End the work, also on the server."""
        self.call.cancel()

    def wait(self, call: Call, tell: Callable[[Progress], None] | None = None) -> None:
        """Wait for the end, as long as the caller's own call may.

        Args:
            call: The caller's.
            tell: Is told how far the work is, in the caller's thread, whenever that has changed.

        Raises:
            ToolError: The work failed, or the caller's call ended first.
        """
        told: Progress | None = None
        with call.waiting_for(self.call):
            while not self._done.wait(min(SLICE_SECONDS, call.remaining())):
                call.check()
                if tell is not None and self.progress is not None and self.progress != told:
                    told = self.progress
                    tell(told)
        if self.error is not None:
            raise self.error

    def wait_at_most(self, seconds: float, call: Call) -> bool:
        """Wait for the end or so many seconds, whichever comes first; tell whether it has ended.

        Raises:
            ToolError: The caller's call ended.
        """
        slices = max(1, round(seconds / SLICE_SECONDS))
        for _ in range(slices if seconds > 0 else 0):
            if self._done.wait(SLICE_SECONDS):
                break
            call.check()
        return self.is_done


def background(flight: Flight, work: Callable[[Flight], None], name: str) -> None:
    """Do the work in a thread that does not keep the process alive, and end it at its deadline.

    Args:
        flight: Is ended when the work is; a `ToolError` that escapes the work becomes its error.
        work: What to do.
        name: Of the thread, for whoever looks at a dump.
    """

    def run() -> None:
        timers = [
            _timer(flight.call.remaining(), flight.call.expire),
            _timer(flight.call.remaining() + GRACE_SECONDS, flight.call.abandon),
        ]
        try:
            work(flight)
        except ToolError as error:
            flight.error = error
        except Exception as error:  # noqa: BLE001 - whoever waits must hear of it, in our words
            flight.error = ToolError(f"The catalog could not be read: {type(error).__name__}.")
        finally:
            for timer in timers:
                timer.cancel()
            flight.call.run_deferred()
            flight.end()

    threading.Thread(target=run, name=name, daemon=True).start()


def _timer(seconds: float, action: Callable[[], None]) -> threading.Timer:
    timer = threading.Timer(seconds, action)
    timer.daemon = True
    timer.start()
    return timer
