"""See to it that what is done after an answer ends too: the rest of a result that is read on, a rollback, a return.

The caller has gone, so nobody waits and nobody would tell a stuck driver to end. One thread looks after all of it: when
a call's time is over its work is told to end, and what has not ended a grace later is given up. The thread sleeps until
something is due, and ends when there is nothing left.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from mssql_mcp.connection.call import Call

# The most that a driver gets to answer a cancel before its connection is given up, and the share of the call's time
# that it gets at most: the caller has its answer when the deadline comes.
GRACE_SECONDS = 1.0
GRACE_SHARE = 0.1
# What comes to its end at a shutdown without being told to: a rollback does.
SETTLING_SECONDS = 0.1


@dataclass(slots=True, eq=False)
class _Rest:
    """What one call left to do.

    Attributes:
        call: Whose time it takes.
        give_up: Leaves it behind.
        ends_at: When it is told to end.
        given_up_at: When it is left behind.
        is_told: Whether it was told to end.
    """

    call: Call
    give_up: Callable[[], None]
    ends_at: float
    given_up_at: float
    is_told: bool = False


class Afterwork:
    """What is being done after answers. Safe from any thread.

    Args:
        grace_seconds: The most that a driver gets to answer a cancel.
        clock: Monotonic seconds.
        starts_thread: Whether a thread looks; without it somebody else calls `look`.
    """

    def __init__(
        self,
        *,
        grace_seconds: float = GRACE_SECONDS,
        clock: Callable[[], float] = time.monotonic,
        starts_thread: bool = True,
    ) -> None:
        self.grace_seconds = grace_seconds
        self._clock = clock
        self._starts_thread = starts_thread
        self._condition = threading.Condition()
        self._rests: set[_Rest] = set()
        self._looks_at: float | None = None
        self._is_closed = False

    def grace(self, call: Call) -> float:
        """Give the seconds before a call's deadline at which its work is told to end."""
        return min(self.grace_seconds, GRACE_SHARE * call.seconds)

    def begin(self, call: Call, give_up: Callable[[], None]) -> Callable[[], None]:
        """Look after what a call left to do, from now on; gives the function that says that it is done.

        Args:
            call: Its deadline holds; what began later than that has the grace.
            give_up: Called when it does not end; must not wait.
        """
        now, left, grace = self._clock(), call.remaining(), self.grace(call)
        rest = _Rest(call, give_up, now + max(0.0, left - grace), now + max(left, grace))
        with self._condition:
            is_closed = self._is_closed
            self._rests.add(rest)
            if not is_closed:
                self._wake_for(rest)
        if is_closed:
            call.cancel()

        def done() -> None:
            with self._condition:
                self._rests.discard(rest)
                if self._is_closed:
                    self._condition.notify_all()

        return done

    def look(self) -> float | None:
        """Tell what is due to end, and give up what did not; gives when to look again, None for never."""
        with self._condition:
            now = self._clock()
            told = [rest for rest in self._rests if not rest.is_told and rest.ends_at <= now]
            lost = [rest for rest in self._rests if rest.given_up_at <= now]
            self._rests.difference_update(lost)
            for rest in told:
                rest.is_told = True
            times = [rest.given_up_at if rest.is_told else rest.ends_at for rest in self._rests]
            self._looks_at = min(times, default=None)
        for rest in told:
            rest.call.expire()
        for rest in lost:
            rest.give_up()
        return self._looks_at

    def close(self) -> None:
        """Cancel what is still being done and wait for its end, no longer than the grace."""
        with self._condition:
            self._is_closed = True
            self._condition.notify_all()
            self._condition.wait_for(lambda: not self._rests, SETTLING_SECONDS)
            left = list(self._rests)
        for rest in left:
            rest.call.cancel()
        with self._condition:
            self._condition.wait_for(lambda: not self._rests, self.grace_seconds)

    def _wake_for(self, rest: _Rest) -> None:
        """See that somebody looks in time."""
        if self._looks_at is None:
            self._looks_at = rest.ends_at
            if self._starts_thread:
                threading.Thread(target=self._run, name="mssql-mcp-afterwork", daemon=True).start()
        elif rest.ends_at < self._looks_at:
            self._looks_at = rest.ends_at
            self._condition.notify_all()

    def _run(self) -> None:
        while True:
            with self._condition:
                while not self._is_closed and self._looks_at is not None and self._looks_at > self._clock():
                    self._condition.wait(self._looks_at - self._clock())
                if self._is_closed:
                    return
            if self.look() is None:
                return
