"""Threads that wait for drivers, so that nobody else has to: bounded for each connection, and given up when stuck.

The drivers block and cannot be interrupted from Python, only asked (`Call.end_work`). So every call works in a thread
of this pool while its caller waits no longer than the call's deadline and a short grace. A thread whose driver does not
answer is left behind (it ends by itself when the driver lets go), its place is free again at once, and the connection
that it holds is thrown away. What a call does after its answer is bounded in the same way (`afterwork`). The threads
are daemons: a stuck driver never keeps the process alive.
"""

from __future__ import annotations

import threading
from collections import deque
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from mssql_mcp.connection.inside import inside_driver
from mssql_mcp.errors import ToolError
from mssql_mcp.execution.afterwork import GRACE_SECONDS, Afterwork

if TYPE_CHECKING:
    from collections.abc import Callable

    from mssql_mcp.connection.call import Call

T = TypeVar("T")

# The lane whose threads read what is kept: no connection has this name, so no slow database keeps them waiting.
KEPT = "(kept)"
KEPT_SIZE = 4


@dataclass(slots=True, eq=False)
class Job:
    """One call's work.

    Attributes:
        call: Deadline and cancellation.
        future: The work's outcome.
        is_over: Set once also what follows the answer is done.
        is_abandoned: Set once nobody waits any more and the place was given to another.
    """

    call: Call
    work: Callable[[], Any]
    future: Future[Any] = field(default_factory=Future)
    is_over: bool = False
    is_abandoned: bool = False


class Lane:
    """The threads of one connection: at most `size` jobs run at a time, the others wait in turn.

    Args:
        name: Of its threads.
        size: How many there are at most.
        afterwork: Looks after what is done after an answer; None for one of its own.
    """

    def __init__(self, name: str, size: int, afterwork: Afterwork | None = None) -> None:
        self.name = name
        self.size = size
        self._afterwork = afterwork or Afterwork()
        self._condition = threading.Condition()
        self._waiting: deque[Job] = deque()
        self._busy = 0
        self._idle = 0
        self._starting = 0
        self._is_closed = False

    @property
    def busy(self) -> int:
        """How many jobs run now; those that were given up do not count."""
        with self._condition:
            return self._busy

    def submit(self, job: Job) -> None:
        """Queue a job; starts a thread where none is idle and the lane is not full."""
        with self._condition:
            if self._is_closed:
                raise ToolError("The server is shutting down.", code="server.closing")
            self._waiting.append(job)
            self._condition.notify()
            self._grow()

    def abandon(self, job: Job) -> None:
        """Stop counting a job that does not end, and let the next one run."""
        with self._condition:
            if job in self._waiting:
                self._waiting.remove(job)
                return
            if job.is_abandoned or job.is_over:
                return
            job.is_abandoned = True
            self._busy -= 1
            self._grow()

    def close(self) -> None:
        """Let idle threads end and take no more jobs."""
        with self._condition:
            self._is_closed = True
            self._condition.notify_all()

    def _grow(self) -> None:
        """Start a thread where more jobs wait than threads are on their way to take one, unless the lane is full.

        An idle thread that was woken for one job counts as idle until it has taken it, so idle threads are counted
        against the jobs that wait: else a second job would be left to a thread that is taken already.
        """
        on_their_way = self._idle + self._starting
        if len(self._waiting) > on_their_way and self._busy + self._idle < self.size:
            self._starting += 1
            self._busy += 1
            threading.Thread(target=self._run, name=f"mssql-mcp-{self.name}", daemon=True).start()

    def _run(self) -> None:
        with self._condition:
            self._starting -= 1
        while True:
            with self._condition:
                self._busy -= 1
                self._idle += 1
                while not self._waiting and not self._is_closed:
                    self._condition.wait()
                self._idle -= 1
                if not self._waiting:
                    return
                job = self._waiting.popleft()
                self._busy += 1
            self._do(job)
            with self._condition:
                job.is_over = True
                if job.is_abandoned:
                    return

    def _do(self, job: Job) -> None:
        if not job.future.set_running_or_notify_cancel():
            return
        with inside_driver():
            _work(job)
            if job.call.has_deferred:
                done = self._afterwork.begin(job.call, lambda: self._give_up(job))
                try:
                    job.call.run_deferred()
                finally:
                    done()

    def _give_up(self, job: Job) -> None:
        self.abandon(job)
        job.call.abandon()


def _work(job: Job) -> None:
    try:
        job.call.check()
        outcome = job.work()
    except BaseException as error:  # noqa: BLE001 - every outcome belongs to the caller, who waits in another thread
        job.future.set_exception(error)
    else:
        job.future.set_result(outcome)


class Workers:
    """The lanes of all connections.

    Args:
        grace_seconds: The most that a driver gets to answer a cancel.
    """

    def __init__(self, *, grace_seconds: float = GRACE_SECONDS) -> None:
        self.grace_seconds = grace_seconds
        self._afterwork = Afterwork(grace_seconds=grace_seconds)
        self._lanes: dict[str, Lane] = {}
        self._lock = threading.Lock()

    def grace(self, call: Call) -> float:
        """Give the seconds before a call's deadline at which its work is told to end."""
        return self._afterwork.grace(call)

    def lane(self, name: str, size: int) -> Lane:
        """Give the lane of a connection, making it with that size where it is new."""
        with self._lock:
            if name not in self._lanes:
                self._lanes[name] = Lane(name, size, self._afterwork)
            return self._lanes[name]

    def kept(self) -> Lane:
        """Give the lane in which is read what is kept: results and plans."""
        return self.lane(KEPT, KEPT_SIZE)

    def run(
        self,
        call: Call,
        work: Callable[[], T],
        *,
        lane: str = "",
        size: int = 8,
        of_part: Callable[[Any], T] | None = None,
    ) -> T:
        """Do the work in the lane and wait for it, no longer than the call's deadline and the grace.

        Args:
            call: Deadline and cancellation.
            work: What to do.
            lane: Its name.
            size: How many jobs it may run at a time.
            of_part: As of `left`.

        Raises:
            QueryTimeoutError: The deadline passed and the work did not end in the grace.
            BaseException: Whatever the work raised.
        """
        place = self.lane(lane, size)
        job = Job(call, work)
        place.submit(job)
        outcome: T
        try:
            outcome = job.future.result(max(0.0, call.remaining() - self.grace(call)))
        except TimeoutError:
            if job.future.done():
                raise
            call.expire()
            outcome = self._last_chance(place, job, of_part)
        except KeyboardInterrupt:
            call.cancel()
            self._settle(place, job)
            raise
        return outcome

    def _last_chance(self, place: Lane, job: Job, of_part: Callable[[Any], T] | None) -> Any:
        try:
            return job.future.result(job.call.remaining())
        except TimeoutError:
            if job.future.done():
                raise
        return self.left(place, job, of_part)

    def left(self, place: Lane, job: Job, of_part: Callable[[Any], T] | None = None) -> T:
        """Leave a job behind whose time is over, and give what has come of its answer.

        Args:
            place: Its lane.
            job: Whose driver does not answer.
            of_part: Makes an answer of the part that `Call.offering` offers; None takes no part for an answer.

        Raises:
            QueryTimeoutError: Nothing has come.
        """
        part = job.call.part() if of_part else None
        self.give_up(place, job)
        if job.future.done():  # in the last moment
            outcome: T = job.future.result()
            return outcome
        if of_part and part is not None:
            return of_part(part)
        raise job.call.timeout_error(is_answered=False)

    def _settle(self, place: Lane, job: Job) -> None:
        try:
            job.future.exception(self.grace_seconds)
        except TimeoutError:
            self.give_up(place, job)

    @staticmethod
    def give_up(place: Lane, job: Job) -> None:
        """Leave a job behind that has no outcome: free its place and throw away what it holds."""
        if job.future.done():
            return
        place.abandon(job)
        job.call.abandon()

    def close(self) -> None:
        """Let every idle thread end, and end what is still being done after an answer."""
        with self._lock:
            for lane in self._lanes.values():
                lane.close()
        self._afterwork.close()
