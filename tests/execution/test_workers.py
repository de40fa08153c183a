"""Nobody waits longer than the deadline, and a stuck driver takes nothing with it."""

import threading

import pytest

from mssql_mcp.connection.call import Call
from mssql_mcp.errors import QueryTimeoutError, ToolError
from mssql_mcp.execution.workers import Job, Lane, Workers


def test_the_outcome_comes_back():
    """A result is a result."""
    assert Workers().run(Call(60), lambda: 42) == 42


def test_an_error_comes_back_as_itself():
    """The caller sees what the work raised."""
    with pytest.raises(ZeroDivisionError):
        Workers().run(Call(60), lambda: 1 / 0)


def test_a_timeout_error_of_the_work_itself_is_not_mistaken_for_the_deadline():
    """Python's own TimeoutError from inside the work reaches the caller."""

    def fail():
        raise TimeoutError("from the work")

    with pytest.raises(TimeoutError, match="from the work"):
        Workers().run(Call(60), fail)


def test_a_stuck_driver_is_given_up_and_its_place_is_free():
    """The caller gets its answer, what the work held is thrown away, and the next call runs at once."""
    workers, stuck, thrown, told = Workers(grace_seconds=0.01), threading.Event(), [], []
    caller, at_work = threading.current_thread(), threading.Event()
    at_work.set()

    def clock():
        # However slow the machine is, the caller's time begins with the work.
        if threading.current_thread() is caller:
            at_work.wait(60)
        return 0.0

    def hang(call):
        with call.ending_with(lambda: told.append("cancel"), abandon=lambda: thrown.append("connection")):
            at_work.set()
            stuck.wait()

    call = Call(0.02, clock=clock)
    at_work.clear()
    with pytest.raises(QueryTimeoutError):
        workers.run(call, lambda: hang(call), lane="one", size=1)
    assert (told, thrown) == (["cancel"], ["connection"])
    assert workers.run(Call(60), lambda: "next", lane="one", size=1) == "next"
    stuck.set()


def test_what_had_come_from_a_stuck_driver_is_the_answer():
    """For a caller who can use a part; for one who cannot it is a timeout, which promises no end on the server."""
    workers, stuck, thrown = Workers(grace_seconds=0.01), threading.Event(), []
    rows = []

    def hang(call):
        with (
            call.ending_with(lambda: None, abandon=lambda: thrown.append("connection")),
            call.offering(lambda: rows or None),
        ):
            call.connected()
            stuck.wait()

    def ask(**more):
        call = Call(0.02)
        return workers.run(call, lambda: hang(call), **more)

    with pytest.raises(QueryTimeoutError, match="has not answered"):
        ask(of_part=len)
    rows += [1, 2]
    assert ask(of_part=len) == 2
    with pytest.raises(QueryTimeoutError, match="has not answered"):
        ask()
    assert len(thrown) == 3
    stuck.set()


def test_an_outcome_of_the_last_moment_is_the_answer():
    """It came between the deadline and the giving up."""
    workers = Workers()
    lane = workers.lane("one", 1)
    good, bad = Job(Call(60), lambda: "whole"), Job(Call(60), lambda: 1 / 0)
    for job in (good, bad):
        lane.submit(job)
        job.future.exception(60)
    assert workers.left(lane, good, str) == "whole"
    with pytest.raises(ZeroDivisionError):
        workers.left(lane, bad, str)


def test_a_driver_that_answers_the_cancel_is_not_given_up():
    """Work that ends in the grace says that the time was over, and keeps its connection."""
    workers, ended, thrown = Workers(grace_seconds=30), threading.Event(), []

    def cancellable(call):
        with call.ending_with(ended.set, abandon=lambda: thrown.append("connection")):
            ended.wait()
            call.check()

    now = [0.0]
    call = Call(100, clock=lambda: now[0])
    now[0] = 95.0  # less is left than the grace: the work is told to end at once, and has five seconds to do so
    with pytest.raises(QueryTimeoutError):
        workers.run(call, lambda: cancellable(call))
    assert thrown == []


def test_waiting_for_a_place_counts_into_the_deadline():
    """A full lane does not make a call wait for ever, and the call that gave up never runs."""
    workers, release, ran = Workers(grace_seconds=0.01), threading.Event(), []
    lane = workers.lane("full", 1)
    first = Job(Call(60), release.wait)
    lane.submit(first)
    with pytest.raises(QueryTimeoutError):
        workers.run(Call(0.02), lambda: ran.append("late"), lane="full", size=1)
    release.set()
    assert first.future.result(10)
    assert workers.run(Call(60), lambda: "then", lane="full", size=1) == "then"
    assert ran == []


def test_no_more_jobs_run_at_once_than_the_lane_is_wide():
    """The bound holds under load."""
    lane, lock, now, most = Lane("x", 3), threading.Lock(), [0], [0]
    meet = threading.Barrier(3)

    def work():
        with lock:
            now[0] += 1
            most[0] = max(most[0], now[0])
        meet.wait(30)  # three at a time: fewer would never pass the barrier
        with lock:
            now[0] -= 1

    jobs = [Job(Call(60), work) for _ in range(30)]
    for job in jobs:
        lane.submit(job)
    for job in jobs:
        job.future.result(60)
    assert most[0] == 3


def test_jobs_that_come_together_after_a_pause_run_together():
    """One thread is idle, two jobs come before it has woken up: the second does not wait for the first."""
    for _ in range(200):
        lane, meet = Lane("x", 4), threading.Barrier(3)
        first = Job(Call(60), lambda: None)
        lane.submit(first)
        first.future.result(60)
        jobs = [Job(Call(60), lambda meet=meet: meet.wait(30)) for _ in range(3)]
        for job in jobs:
            lane.submit(job)
        for job in jobs:
            job.future.result(60)  # a barrier that is not passed breaks after its half minute
        lane.close()


def test_one_lane_does_not_block_another():
    """A slow server does not slow another one."""
    workers, release = Workers(), threading.Event()
    workers.lane("slow", 1).submit(Job(Call(60), release.wait))
    assert workers.run(Call(60), lambda: "fast", lane="quick", size=1) == "fast"
    release.set()


def test_deferred_work_is_done_after_the_answer():
    """The answer does not wait for the clean-up."""
    answered, cleaned = threading.Event(), threading.Event()
    call = Call(60)

    def work():
        call.defer(lambda: (answered.wait(30), cleaned.set()))
        return "answer"

    assert Workers().run(call, work) == "answer"
    assert not cleaned.is_set()
    answered.set()
    assert cleaned.wait(30)


def test_a_closed_lane_takes_no_more_work():
    """Shutdown is an error with a code, not a hang."""
    workers = Workers()
    workers.run(Call(60), lambda: 1)
    workers.close()
    with pytest.raises(ToolError) as caught:
        workers.run(Call(60), lambda: 2)
    assert caught.value.code == "server.closing"


def test_what_is_done_after_an_answer_ends_at_the_deadline():
    """A stuck driver is told to end, then given up, although its caller has gone: the place is free again."""
    workers, stuck, happened = Workers(grace_seconds=0.01), threading.Event(), []
    call = Call(0.05)

    def hang():
        with call.ending_with(lambda: happened.append("cancel"), abandon=lambda: happened.append("connection")):
            stuck.wait()

    def work():
        call.defer(hang)
        return "answer"

    assert workers.run(call, work, lane="one", size=1) == "answer"
    assert workers.run(Call(60), lambda: "next", lane="one", size=1) == "next"
    assert happened == ["cancel", "connection"]
    stuck.set()


def test_a_shutdown_ends_what_is_done_after_an_answer():
    """It is cancelled, and the shutdown waits until it has ended."""
    workers, ended = Workers(grace_seconds=30), threading.Event()
    call = Call(3_600)

    def read_on():
        with call.ending_with(ended.set):
            ended.wait()

    workers.run(call, lambda: call.defer(read_on))
    workers.close()
    assert call.is_cancelled
    assert workers._afterwork._rests == set()


def test_what_is_kept_is_read_in_a_lane_of_its_own():
    """No slow database keeps it waiting."""
    workers, release = Workers(), threading.Event()
    for name in ("", "main"):
        workers.lane(name, 1).submit(Job(Call(60), release.wait))
    job = Job(Call(60), lambda: "kept")
    workers.kept().submit(job)
    assert job.future.result(30) == "kept"
    release.set()
