"""Work under way, and those who wait for it."""

from __future__ import annotations

import threading

import pytest

from mssql_mcp.catalog.flight import Flight, background
from mssql_mcp.connection.call import Call
from mssql_mcp.errors import QueryCancelledError, QueryError, QueryTimeoutError


def test_everybody_gets_the_end() -> None:
    """Those who wait go on when the work is done, and what was kept for afterwards is done by then."""
    flight, order = Flight(Call(30)), []
    flight.call.defer(lambda: order.append("deferred"))
    background(flight, lambda _: order.append("work"), "test")
    flight.wait(Call(30))
    assert order == ["work", "deferred"]
    assert flight.is_done


def test_its_error_reaches_those_who_wait() -> None:
    """A failure is raised at each who waits; one of no kind of ours is put into words."""

    def fail(_: Flight) -> None:
        message = "No."
        raise QueryError(message)

    flight = Flight(Call(30))
    background(flight, fail, "test")
    for _ in range(2):
        with pytest.raises(QueryError, match="No"):
            flight.wait(Call(30))
    other = Flight(Call(30))
    background(other, lambda _: 1 / 0, "test")  # type: ignore[arg-type, return-value]
    with pytest.raises(Exception, match="ZeroDivisionError"):
        other.wait(Call(30))


def test_a_waiter_leaves_when_its_call_ends() -> None:
    """A caller that is cancelled or out of time waits no longer; the work goes on."""
    flight, release = Flight(Call(30)), threading.Event()
    background(flight, lambda _: release.wait(30), "test")  # type: ignore[arg-type, return-value]
    cancelled = Call(30)
    cancelled.cancel()
    with pytest.raises(QueryCancelledError):
        flight.wait(cancelled)
    with pytest.raises(QueryTimeoutError):
        flight.wait(Call(0.001))
    assert not flight.wait_at_most(0, Call(30))
    assert not flight.is_done
    release.set()
    assert flight.wait_at_most(30, Call(30))


def test_the_deadline_ends_the_work() -> None:
    """When its own time is over, the work is told to end."""
    flight, told = Flight(Call(0.01)), threading.Event()

    def work(running: Flight) -> None:
        with running.call.ending_with(told.set):
            assert told.wait(30)

    background(flight, work, "test")
    flight.wait(Call(30))


def test_cancel_ends_the_work() -> None:
    """A flight that is cancelled ends what it does on the server."""
    flight, told = Flight(Call(30)), threading.Event()

    def work(running: Flight) -> None:
        with running.call.ending_with(told.set):
            flight.cancel()
            assert told.wait(30)
            running.call.check()

    background(flight, work, "test")
    with pytest.raises(QueryCancelledError):
        flight.wait(Call(30))
