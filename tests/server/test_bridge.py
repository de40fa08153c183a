"""Deadline and cancellation cross from the event loop to the driver's thread."""

import asyncio
import gc
import threading

import pytest

from mssql_mcp.errors import QueryTimeoutError
from mssql_mcp.execution.workers import Workers
from mssql_mcp.server.bridge import perform


def wait_until_ended(call, *, started=None):
    """Do what a driver does: block until it is told to end."""
    ended = threading.Event()
    with call.ending_with(ended.set):
        if started:
            started.set()
        ended.wait()
        call.check()


def test_the_outcome_comes_back():
    """The work gets the call and its result is the answer."""
    workers = Workers()
    assert asyncio.run(perform(workers, workers.lane("a", 1), 60, lambda call: call.seconds)) == 60


def test_the_deadline_reaches_the_driver():
    """The driver is told to end, and the caller hears of the timeout."""
    workers = Workers(grace_seconds=30)
    with pytest.raises(QueryTimeoutError):
        asyncio.run(perform(workers, workers.lane("a", 1), 0.02, wait_until_ended))
    assert workers.lane("a", 1).busy <= 1


def test_a_client_that_goes_away_ends_the_work():
    """Cancelling the coroutine cancels the call in its thread."""
    workers, started, seen = Workers(), threading.Event(), []

    def work(call):
        try:
            wait_until_ended(call, started=started)
        finally:
            seen.append(call.is_cancelled)

    async def scenario():
        task = asyncio.create_task(perform(workers, workers.lane("a", 1), 60, work))
        await asyncio.to_thread(started.wait)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await perform(workers, workers.lane("a", 1), 60, lambda _: None)  # the place is free again

    asyncio.run(scenario())
    assert seen == [True]


def test_a_driver_that_does_not_answer_is_given_up():
    """The caller is answered although the thread is stuck, and the place is free."""
    workers, stuck = Workers(grace_seconds=0.01), threading.Event()

    async def scenario():
        lane = workers.lane("a", 1)
        with pytest.raises(QueryTimeoutError):
            await perform(workers, lane, 0.02, lambda _: stuck.wait())
        return await perform(workers, lane, 60, lambda _: "next")

    assert asyncio.run(scenario()) == "next"
    stuck.set()


def test_what_had_come_from_a_stuck_driver_is_the_answer():
    """The caller gets it in time, and the place is free."""
    workers, stuck = Workers(grace_seconds=0.01), threading.Event()

    def work(call):
        with call.offering(lambda: ["row"]):
            stuck.wait()

    async def scenario():
        lane = workers.lane("a", 1)
        came = await perform(workers, lane, 0.02, work, of_part=lambda rows: [*rows, "cut"])
        return came, await perform(workers, lane, 60, lambda _: "next")

    assert asyncio.run(scenario()) == (["row", "cut"], "next")
    stuck.set()


def test_other_calls_go_on_while_one_waits():
    """The event loop is never blocked by a driver."""
    workers, release = Workers(), threading.Event()

    async def scenario():
        slow = asyncio.create_task(perform(workers, workers.lane("a", 1), 60, lambda _: release.wait()))
        fast = await perform(workers, workers.lane("b", 1), 60, lambda _: "fast")
        release.set()
        await slow
        return fast

    assert asyncio.run(scenario()) == "fast"


def test_an_outcome_that_nobody_waits_for_is_not_logged():
    """A call that ends after its client went away leaves no traceback in the log."""
    workers, started, complaints = Workers(), threading.Event(), []

    async def scenario():
        asyncio.get_running_loop().set_exception_handler(lambda _, context: complaints.append(context["message"]))
        task = asyncio.create_task(
            perform(workers, workers.lane("a", 1), 60, lambda call: wait_until_ended(call, started=started))
        )
        await asyncio.to_thread(started.wait)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await perform(workers, workers.lane("a", 1), 60, lambda _: None)

    asyncio.run(scenario())
    gc.collect()
    assert complaints == []
