"""One deadline, one cancellation, whoever waits."""

import threading

import pytest

from mssql_mcp.connection.call import Call
from mssql_mcp.errors import DatabaseConnectionError, QueryCancelledError, QueryTimeoutError


class Clock:
    """Seconds that pass only when they are told to."""

    def __init__(self):
        self.now = 100.0

    def __call__(self):
        return self.now


def test_remaining_runs_down_to_zero_and_no_further():
    """What is left is never negative."""
    clock = Clock()
    call = Call(5, clock=clock)
    clock.now += 2
    assert call.remaining() == 3
    clock.now += 9
    assert call.remaining() == 0


def test_check_raises_once_the_deadline_passed():
    """A call that is too late goes no further."""
    clock = Clock()
    call = Call(5, clock=clock)
    call.check()
    clock.now += 5
    with pytest.raises(QueryTimeoutError, match="longer than 5 s"):
        call.check()


def late(call):
    """Give the error of a call whose deadline passes now."""
    call.expire()
    with pytest.raises((QueryTimeoutError, DatabaseConnectionError)) as caught:
        call.check()
    return caught.value


def test_a_deadline_before_the_login_is_a_failure_to_connect():
    """Nothing was sent: the server is named, with what the last try said."""
    call = Call(60)
    call.connecting("db,1433")
    error = late(call)
    assert (error.code, error.retryable) == ("connection.timeout", True)
    assert "db,1433 did not let us in within the call's 60 s" in str(error)
    assert "on the server" not in str(error)
    assert "mssql-mcp check" in error.hint
    call.connect_failed(DatabaseConnectionError("No route.", hint="Look.", number=53, sqlstate="08001"))
    error = late(call)
    assert (error.code, error.hint, error.number, error.sqlstate) == ("connection.timeout", "Look.", 53, "08001")
    assert str(error).endswith("The last try: No route.")


def test_only_what_was_sent_is_ended_on_the_server():
    """The words say where the call was."""
    call = Call(60)
    assert "before anything was sent" in str(late(call))
    call.connecting("db")
    call.connected()
    error = late(call)
    assert error.code == "query.timeout"
    assert "also on the server" in str(error)
    error = call.timeout_error(is_answered=False)
    assert error.code == "query.timeout"
    assert "has not answered" in str(error)


def test_what_has_come_is_offered_while_it_comes():
    """Another thread may take it; before and after there is nothing."""
    call = Call(60)
    rows: list[int] = []
    assert call.part() is None
    with call.offering(lambda: rows or None):
        assert call.part() is None
        rows.append(1)
        assert call.part() == [1]
    assert call.part() is None


def test_who_waits_for_another_call_is_told_where_that_one_is():
    """A catalog that is read in the background goes on, unless its server lets nobody in."""
    call, other = Call(60), Call(60)
    other.connecting("db")
    with call.waiting_for(other):
        assert late(call).code == "connection.timeout"
        other.connected()
        error = late(call)
    assert error.code == "query.timeout"
    assert "goes on" in str(error)
    assert "before anything was sent" in str(late(call))


def test_an_expired_call_is_over_although_seconds_are_left():
    """What is told to end just before the deadline says that the time was over."""
    call, told = Call(60), []
    with call.ending_with(lambda: told.append("end")):
        call.expire()
    assert told == ["end"]
    with pytest.raises(QueryTimeoutError):
        call.check()


def test_wait_refuses_a_sleep_that_would_outlast_the_deadline():
    """No time is spent on a retry that could not be used."""
    with pytest.raises(QueryTimeoutError):
        Call(1, clock=Clock()).wait(2)


def test_cancel_wakes_a_sleeper():
    """A cancelled call does not finish its wait."""
    call = Call(3600)
    threading.Timer(0, call.cancel).start()
    with pytest.raises(QueryCancelledError):
        call.wait(1800)


def test_cancel_ends_what_is_under_way():
    """The driver is told at once, and only while the work runs."""
    call, told = Call(60), []
    with call.ending_with(lambda: told.append("first")):
        call.cancel()
    call.cancel()
    assert told == ["first"]


def test_work_that_begins_after_the_cancel_is_ended_at_once():
    """No statement starts on a call that nobody waits for."""
    call, told = Call(60), []
    call.cancel()
    with call.ending_with(lambda: told.append("late")):
        pass
    assert told == ["late"]


def test_abandon_gives_up_once():
    """What the work holds is given up exactly once."""
    call, told = Call(60), []
    with call.ending_with(lambda: None, abandon=lambda: told.append("gone")):
        call.abandon()
        call.abandon()
    assert told == ["gone"]


def test_deferred_work_is_done_in_order_and_once():
    """What waits for the answer is done after it."""
    call, told = Call(60), []
    call.defer(lambda: told.append(1))
    call.defer(lambda: told.append(2))
    call.run_deferred()
    call.run_deferred()
    assert told == [1, 2]
