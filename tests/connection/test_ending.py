"""A statement can be ended from another thread, and no cancel ever meets a cursor that may be closed."""

from __future__ import annotations

import threading
import weakref
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy

from mssql_mcp.connection.call import Call
from mssql_mcp.connection.demo import DemoSource
from mssql_mcp.connection.ending import PAUSES_SECONDS, Ending
from mssql_mcp.connection.hooks import announce_cursors
from mssql_mcp.connection.inside import all_left
from mssql_mcp.errors import QueryCancelledError
from mssql_mcp.settings import ConnectionSettings

if TYPE_CHECKING:
    from collections.abc import Iterator

PATIENCE_SECONDS = 30


class Source(DemoSource):
    """Its cancel waits in the driver until the test lets it out."""

    def __init__(self, *, waits: bool = True) -> None:
        super().__init__("demo", ConnectionSettings(demo=True))
        self.entered, self.may_leave = threading.Event(), threading.Event()
        self.cancels = threading.Semaphore(0)
        self.cursors: list[int] = []
        if not waits:
            self.may_leave.set()

    def cancel(self, connection: Any, cursor: Any) -> None:
        self.cursors.append(id(cursor))
        self.entered.set()
        self.cancels.release()
        assert self.may_leave.wait(PATIENCE_SECONDS)


class Cursor:
    """A cursor that tells when nobody holds it any more, and in which thread."""


@pytest.fixture
def connection() -> Iterator[sqlalchemy.Connection]:
    engine = sqlalchemy.create_engine("sqlite://")
    announce_cursors(engine)
    with engine.connect() as made:
        yield made
    engine.dispose()


def test_closing_waits_for_a_cancel_that_is_in_the_driver(connection: sqlalchemy.Connection) -> None:
    """And the end of the process waits for it, too: it would come back into a process that is gone."""
    source = Source()
    ending = Ending(source, Call(PATIENCE_SECONDS))
    ending.over(connection).exec_driver_sql("SELECT 1")
    ending.end()
    assert source.entered.wait(PATIENCE_SECONDS)
    settling = threading.Thread(target=ending.settle)
    settling.start()
    settling.join(0.05)
    assert settling.is_alive()
    assert not all_left(0)
    source.may_leave.set()
    settling.join(PATIENCE_SECONDS)
    assert not settling.is_alive()
    assert all_left(PATIENCE_SECONDS)
    assert len(source.cursors) == 1


def test_a_cancel_is_asked_for_again(connection: sqlalchemy.Connection) -> None:
    """One that comes just before the statement starts has no effect; so after the last pause, too."""
    source = Source(waits=False)
    ending = Ending(source, Call(PATIENCE_SECONDS))
    ending.over(connection).exec_driver_sql("SELECT 1")
    ending.end()
    for _ in range(1 + len(PAUSES_SECONDS)):
        assert source.cancels.acquire(timeout=PATIENCE_SECONDS)
    assert all_left(PATIENCE_SECONDS)
    ending.settle()
    assert (len(set(source.cursors)), len(source.cursors)) == (1, 4)


def test_nothing_is_cancelled_where_nothing_runs(connection: sqlalchemy.Connection) -> None:
    """Neither before the first statement nor between two: nobody asked for an end in time."""
    source = Source()
    ending = Ending(source, Call(PATIENCE_SECONDS))
    prepared = ending.over(connection)
    ending.end()
    prepared.exec_driver_sql("SELECT 1")
    ending.settle()
    ending.end()
    assert all_left(PATIENCE_SECONDS)
    assert (source.cursors, ending.is_asked) == ([], False)


def test_each_statement_can_be_ended(connection: sqlalchemy.Connection) -> None:
    """What runs after one that was settled is ended as that one was."""
    source = Source(waits=False)
    ending = Ending(source, Call(PATIENCE_SECONDS))
    prepared = ending.over(connection)
    prepared.exec_driver_sql("SELECT 1").close()
    ending.settle()
    prepared.exec_driver_sql("SELECT 2")
    ending.end()
    assert source.cancels.acquire(timeout=PATIENCE_SECONDS)
    ending.settle()
    assert ending.is_asked


def test_a_cancel_never_meets_a_later_statement() -> None:
    """One that waits to ask again, asks no more once its statement is over."""
    source = Source()
    ending = Ending(source, Call(PATIENCE_SECONDS))
    first, second = Cursor(), Cursor()
    ending._starting(first)
    ending.end()
    assert source.entered.wait(PATIENCE_SECONDS)
    starting = threading.Thread(target=ending._starting, args=(second,))
    starting.start()
    source.may_leave.set()
    starting.join(PATIENCE_SECONDS)
    assert all_left(PATIENCE_SECONDS)
    ending.settle()
    assert set(source.cursors) == {id(first)}


def test_a_cursor_is_given_up_by_the_thread_that_settles() -> None:
    """Freed by the thread that waits to cancel again, its handle would go while another closes the connection."""
    source = Source(waits=False)
    ending = Ending(source, Call(PATIENCE_SECONDS))
    cursor: Cursor | None = Cursor()
    given_up_by: list[int] = []
    assert cursor is not None
    weakref.finalize(cursor, lambda: given_up_by.append(threading.get_ident()))
    ending._starting(cursor)
    cursor = None
    ending.end()
    assert source.entered.wait(PATIENCE_SECONDS)
    ending.settle()
    assert given_up_by == [threading.get_ident()]


def test_a_statement_that_failed_is_settled(connection: sqlalchemy.Connection) -> None:
    """SQLAlchemy closes its cursor."""
    ending = Ending(Source(), Call(PATIENCE_SECONDS))
    with pytest.raises(sqlalchemy.exc.OperationalError):
        ending.over(connection).exec_driver_sql("SELECT nothing")
    ending.end()
    assert not ending.is_asked


def test_a_statement_of_a_call_that_is_over_does_not_start(connection: sqlalchemy.Connection) -> None:
    """A cancel between connecting and executing is not lost."""
    call = Call(PATIENCE_SECONDS)
    call.cancel()
    with pytest.raises(QueryCancelledError):
        Ending(Source(), call).over(connection).exec_driver_sql("SELECT 1")
