"""What is done after an answer ends at the call's deadline, and a stuck driver is given up."""

from __future__ import annotations

import threading

import pytest

from mssql_mcp.connection.call import Call
from mssql_mcp.errors import QueryTimeoutError
from mssql_mcp.execution.afterwork import Afterwork

PATIENCE_SECONDS = 30


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def afterwork(clock: Clock) -> Afterwork:
    return Afterwork(clock=clock, starts_thread=False)


def test_the_work_is_told_to_end_and_then_given_up(afterwork: Afterwork, clock: Clock) -> None:
    """A grace before the deadline, and at the deadline; in between there is nothing to do."""
    call, happened = Call(20, clock=clock), []
    with call.ending_with(lambda: happened.append("told")):
        afterwork.begin(call, lambda: happened.append("given up"))
        assert afterwork.look() == 19.0
        assert happened == []
        clock.now = 19.0
        assert afterwork.look() == 20.0
        assert happened == ["told"]
        with pytest.raises(QueryTimeoutError):
            call.check()
        assert afterwork.look() == 20.0
        clock.now = 20.0
        assert afterwork.look() is None
    assert happened == ["told", "given up"]


def test_work_that_is_done_is_left_alone(afterwork: Afterwork, clock: Clock) -> None:
    """Nothing is told, and nobody needs to look any more."""
    call = Call(20, clock=clock)
    done = afterwork.begin(call, lambda: pytest.fail("it was done"))
    done()
    done()
    clock.now = 60.0
    assert afterwork.look() is None
    assert not call._is_expired


def test_what_begins_at_the_deadline_has_the_grace(afterwork: Afterwork, clock: Clock) -> None:
    """To throw a connection away takes a moment, which no place in the lane has to pay for."""
    call, happened = Call(20, clock=clock), []
    clock.now = 21.0
    afterwork.begin(call, lambda: happened.append("given up"))
    assert afterwork.look() == 22.0
    clock.now = 22.0
    assert afterwork.look() is None
    assert happened == ["given up"]


def test_a_close_cancels_what_is_left(clock: Clock) -> None:
    """Also what begins after it: a shutdown leaves nothing running on a server."""
    afterwork = Afterwork(grace_seconds=PATIENCE_SECONDS, clock=clock, starts_thread=False)
    call = Call(60)
    with call.ending_with(afterwork.begin(call, lambda: None)):
        afterwork.close()
    assert call.is_cancelled
    late = Call(60)
    afterwork.begin(late, lambda: None)
    assert late.is_cancelled


def test_a_close_does_not_wait_for_ever(clock: Clock) -> None:
    """A driver that does not answer keeps nobody."""
    afterwork = Afterwork(grace_seconds=0.01, clock=clock, starts_thread=False)
    afterwork.begin(Call(60), lambda: None)
    afterwork.close()


def test_a_thread_looks_in_time() -> None:
    """Also where something shorter comes while it sleeps for something longer; it ends with the last."""
    afterwork = Afterwork(grace_seconds=0.01)
    given_up = threading.Event()
    done = afterwork.begin(Call(PATIENCE_SECONDS), lambda: None)
    afterwork.begin(Call(0.02), given_up.set)
    assert given_up.wait(PATIENCE_SECONDS)
    done()
    afterwork.close()
