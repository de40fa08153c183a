"""Transient failures are tried again, with growing waits, inside the deadline; nothing else is."""

from __future__ import annotations

from functools import partial

import pytest

from mssql_mcp.connection.call import Call
from mssql_mcp.connection.retry import delay_seconds, with_retry
from mssql_mcp.errors import DatabaseConnectionError, QueryCancelledError, QueryError, ToolError
from mssql_mcp.settings import RetrySettings

SETTINGS = RetrySettings(max_retries=3, delay_seconds=1, max_delay_seconds=3)
PASSING = DatabaseConnectionError("x", code="connection.unavailable", retryable=True)


class Work:
    """Fails with the given errors, one a call, and then works."""

    def __init__(self, *errors: Exception) -> None:
        self.errors = list(errors)
        self.calls = 0

    def __call__(self) -> str:
        self.calls += 1
        if self.errors:
            raise self.errors.pop(0)
        return "done"


class Clock:
    """A clock that sleeping moves on."""

    def __init__(self) -> None:
        self.now = 0.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


def run(work: Work, *, seconds: float = 100, settings: RetrySettings = SETTINGS) -> tuple[str, Clock]:
    clock = Clock()
    return with_retry(work, settings, Call(seconds, clock=clock), sleep=clock.sleep, random=lambda: 1.0), clock


def test_a_failure_that_passes_is_tried_again() -> None:
    """Waits double from the first to the longest."""
    work = Work(PASSING, PASSING, PASSING)
    outcome, clock = run(work)
    assert outcome == "done"
    assert clock.slept == [1, 2, 3]


def test_the_tries_end() -> None:
    """After the configured number of new tries the last failure is raised as it is."""
    work = Work(*[PASSING] * 4)
    with pytest.raises(DatabaseConnectionError) as caught:
        run(work)
    assert caught.value is PASSING
    assert work.calls == 4


@pytest.mark.parametrize(
    "error",
    [
        DatabaseConnectionError("x", code="connection.login_failed"),
        DatabaseConnectionError("x", code="connection.dns"),
        DatabaseConnectionError("x", code="connection.busy", retryable=True),
        QueryError("x", code="query.lock_timeout", retryable=True),
        QueryCancelledError("x"),
        ValueError("x"),
    ],
)
def test_nothing_else_is_tried_again(error: Exception) -> None:
    """A failure that a second try cannot mend, or that the caller must judge, is raised at once."""
    work = Work(error)
    with pytest.raises(type(error)):
        run(work)
    assert work.calls == 1


def test_no_wait_goes_beyond_the_deadline() -> None:
    """Where the next wait would pass the deadline, the last failure is told instead of a timeout."""
    work = Work(PASSING, PASSING, PASSING)
    with pytest.raises(DatabaseConnectionError):
        run(work, seconds=2.5)
    assert work.calls == 2


def test_no_try_begins_that_could_not_be_whole() -> None:
    """After a login that timed out, a shorter one would end at the call's deadline and hide the reason."""
    clock = Clock()
    call = Call(30, clock=clock)
    silent = DatabaseConnectionError("x", code="connection.timeout", retryable=True)
    calls = []

    def work(failure: DatabaseConnectionError) -> str:
        calls.append(failure.code)
        clock.now += 16
        raise failure

    for failure in (silent, PASSING):
        clock.now = 0
        once = partial(work, failure)
        with pytest.raises(DatabaseConnectionError) as caught:
            with_retry(once, SETTINGS, call, sleep=clock.sleep, random=lambda: 1.0, try_seconds=15)
        assert caught.value is failure
    assert calls == ["connection.timeout", "connection.unavailable", "connection.unavailable"]


def test_no_retries_are_possible() -> None:
    """0 retries is one try."""
    work = Work(PASSING)
    with pytest.raises(ToolError):
        run(work, settings=RetrySettings(max_retries=0))
    assert work.calls == 1


def test_a_cancelled_call_is_not_tried_again() -> None:
    """The wait belongs to the call: a cancellation ends it."""
    call = Call(30)

    def work() -> str:
        call.cancel()
        raise PASSING

    with pytest.raises(QueryCancelledError):
        with_retry(work, SETTINGS, call)


@pytest.mark.parametrize(("random", "share"), [(0.0, 0.5), (0.5, 0.75), (1.0, 1.0)])
def test_half_of_each_wait_is_random(random: float, share: float) -> None:
    """Many callers that fail at once do not come back at once."""
    assert delay_seconds(2, SETTINGS, lambda: random) == 2 * share
    assert delay_seconds(50, SETTINGS, lambda: random) == 3 * share
