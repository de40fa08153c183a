"""A statement can be ended from another thread, and no cancel ever meets a cursor that may be closed."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy

from mssql_mcp.connection.call import Call
from mssql_mcp.connection.demo import DemoSource
from mssql_mcp.connection.hooks import announce_cursors
from mssql_mcp.connection.inside import all_left
from mssql_mcp.errors import QueryCancelledError
from mssql_mcp.execution.ending import Ending
from mssql_mcp.settings import ConnectionSettings

if TYPE_CHECKING:
    from collections.abc import Iterator

PATIENCE_SECONDS = 30


class Source(DemoSource):
    """Its cancel waits in the driver until the test lets it out."""

    def __init__(self) -> None:
        super().__init__("demo", ConnectionSettings(demo=True))
        self.entered, self.may_leave = threading.Event(), threading.Event()
        self.cursors: list[Any] = []

    def cancel(self, connection: Any, cursor: Any) -> None:
        self.cursors.append(cursor)
        self.entered.set()
        assert self.may_leave.wait(PATIENCE_SECONDS)


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
    assert source.cursors[0] is not None


def test_no_cancel_begins_once_it_is_settled(connection: sqlalchemy.Connection) -> None:
    """The connection may go back to the pool: nobody asked for an end in time."""
    source = Source()
    ending = Ending(source, Call(PATIENCE_SECONDS))
    ending.over(connection).exec_driver_sql("SELECT 1")
    ending.settle()
    ending.end()
    assert (source.cursors, ending.is_asked) == ([], False)


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
