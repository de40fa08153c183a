"""From the event loop to the threads that wait for drivers, and back: a call's deadline and cancel in both directions.

The SDK runs synchronous tools in a thread that cannot be cancelled and shares its limiter with the stdio reader, so
every tool here is a coroutine that waits in `perform` while `mssql_mcp.execution.workers` does the blocking work.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, TypeVar

from mssql_mcp.connection.call import Call
from mssql_mcp.execution.workers import Job

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from mssql_mcp.execution.workers import Lane, Workers

T = TypeVar("T")

# Seconds between two progress notifications of a call that takes long.
PROGRESS_SECONDS = 1.0


async def perform(
    workers: Workers,
    lane: Lane,
    seconds: float,
    work: Callable[[Call], T],
    progress: Callable[[float, float], Awaitable[None]] | None = None,
    of_part: Callable[[Any], T] | None = None,
) -> T:
    """Do blocking work in the lane and wait for it without blocking the event loop.

    Args:
        workers: Where the lane is; knows the grace.
        lane: The threads of one connection.
        seconds: Deadline of the call, from now; waiting for a thread counts.
        work: What to do; gets the call that carries deadline and cancellation.
        progress: Told now and then how many seconds have passed, and how many the call may take.
        of_part: Makes an answer of the part that had come at the deadline; see `Workers.left`.

    Raises:
        QueryTimeoutError: The deadline passed.
        asyncio.CancelledError: The client went away; the work was told to end.
    """
    call = Call(seconds)
    job = Job(call, lambda: work(call))
    lane.submit(job)
    outcome: asyncio.Future[T] = asyncio.wrap_future(job.future)
    outcome.add_done_callback(_look_at)
    try:
        if await _is_done(outcome, call, workers.grace(call), progress):
            return outcome.result()
        call.expire()
        if (await asyncio.wait({outcome}, timeout=call.remaining()))[0]:
            return outcome.result()
    except asyncio.CancelledError:
        call.cancel()
        asyncio.get_running_loop().call_later(workers.grace_seconds, _give_up_if_running, workers, lane, job)
        raise
    return workers.left(lane, job, of_part)


async def _is_done(
    outcome: asyncio.Future[T],
    call: Call,
    grace: float,
    progress: Callable[[float, float], Awaitable[None]] | None,
) -> bool:
    """Wait until the work ends or its time but for the grace is over, telling the progress meanwhile."""
    while not outcome.done():
        left = call.remaining() - grace
        if left <= 0:
            return False
        await asyncio.wait({outcome}, timeout=min(left, PROGRESS_SECONDS) if progress else left)
        if progress and not outcome.done():
            await progress(call.elapsed_ms / 1000, call.seconds)
    return True


def _look_at(outcome: asyncio.Future[Any]) -> None:
    """Take note of an outcome that may come when nobody waits any more; asyncio would log it with a traceback."""
    if not outcome.cancelled():
        outcome.exception()


def _give_up_if_running(workers: Workers, lane: Lane, job: Job) -> None:
    if not job.future.done():
        workers.give_up(lane, job)
