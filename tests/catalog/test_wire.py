"""Statements over one connection."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy

from mssql_mcp.catalog.wire import Wire
from mssql_mcp.connection.call import Call
from mssql_mcp.errors import DatabaseConnectionError, QueryCancelledError, QueryError, ToolError


def test_rows_have_the_names_of_their_columns(small_server: Any) -> None:
    """Rows are named tuples; values are bound, never written into the text."""
    wire = Wire(small_server, Call(30))
    (row,) = wire.ask("SELECT @name AS first, 2 AS [odd name], @name AS first", name="x' OR 1=1")
    assert (row.first, row[1], row[2]) == ("x' OR 1=1", 2, "x' OR 1=1")
    assert "OR 1=1" not in small_server.asked[-1]


def test_several_statements_in_one_round_trip(small_server: Any) -> None:
    """Each statement's rows come apart, its values at their places."""
    wire = Wire(small_server, Call(30))
    answers = wire.ask_together(["SELECT @a AS a;", "SELECT @b AS b, @a AS a", "SELECT 3 AS c"], a=1, b=2)
    assert [tuple(rows[0]) for rows in answers] == [(1,), (2, 1), (3,)]
    assert wire.round_trips == len(small_server.asked) == 1


def test_a_failure_among_several_leaves_those_before_it(small_server: Any) -> None:
    """What came before the failing statement is kept."""
    wire = Wire(small_server, Call(30))
    assert len(wire.ask_together(["SELECT 1 AS a", "SELECT * FROM sys.nothing", "SELECT 3 AS c"])) == 1


def test_a_connection_that_broke_while_idle_is_replaced(small_server: Any) -> None:
    """When the first statement finds the connection gone, a new one is taken; when a later one does, that is told."""
    wire = Wire(small_server, Call(30))
    small_server.broken = "broken"
    small_server.breaks = 1
    assert wire.ask("SELECT 1 AS broken")
    small_server.breaks = 1
    with pytest.raises(DatabaseConnectionError):
        wire.ask("SELECT 1 AS broken")
    small_server.breaks = 2
    with pytest.raises(DatabaseConnectionError):
        Wire(small_server, Call(30)).ask("SELECT 1 AS broken")


def test_a_connection_lost_among_several_is_told(small_server: Any) -> None:
    """A batch that loses the connection is no answer cut short."""
    wire = Wire(small_server, Call(30))
    wire.ask("SELECT 1 AS a")
    small_server.broken = "broken"
    with pytest.raises(DatabaseConnectionError):
        wire.ask_together(["SELECT 1 AS a", "SELECT 1 AS broken"])


def test_a_passing_failure_is_tried_again(small_server: Any) -> None:
    """A lock that is held too long is waited for twice, inside the call; another failure is told at once."""
    waits: list[float] = []

    class Patient(Call):
        def wait(self, seconds: float) -> None:
            waits.append(seconds)
            if len(waits) == 2:
                small_server.broken = None

    wire = Wire(small_server, Patient(30))
    small_server.is_locked = True
    small_server.broken = "held"
    assert wire.ask("SELECT 1 AS held")
    assert waits == [0.2, 0.4]
    small_server.broken = "held"
    waits.append(0)
    with pytest.raises(QueryError) as caught:
        wire.ask("SELECT 1 AS held")
    assert caught.value.code == "query.lock_timeout"


def test_more_text_than_is_kept_is_refused(small_server: Any) -> None:
    """A part whose texts are too many together is not read to the end; the connection is still good."""
    wire = Wire(small_server, Call(30))
    many = "SELECT 1 AS a, 'xxxxxxxxxx' AS b UNION ALL SELECT 2, 'yyyyyyyyyy'"
    assert len(wire.ask(many, 20)) == 2
    with pytest.raises(ToolError) as caught:
        wire.ask(many, 19)
    assert caught.value.code == "catalog.too_large"
    assert wire.ask("SELECT 1 AS a")


def test_rows_that_end_early_are_not_taken_for_all(small_server: Any) -> None:
    """A driver may answer a cancel with fewer rows instead of an error: half a catalogue would be kept as whole."""
    call = Call(30)
    wire = Wire(small_server, call)
    small_server.cancel = lambda *_: None
    sqlalchemy.event.listen(wire.connection.engine, "after_cursor_execute", lambda *_: call.cancel())
    with call.ending_with(wire.cancel), pytest.raises(QueryCancelledError):
        wire.ask("SELECT 1 AS a WHERE 1 = 0")
    wire.release()


def test_a_connection_whose_end_was_asked_for_is_thrown_away(small_server: Any) -> None:
    """Also where the statement ended well: what the driver makes of the cancel then is not known."""
    thrown_away: list[object] = []
    sqlalchemy.event.listen(small_server.connect(Call(30)).engine, "invalidate", lambda *args: thrown_away.append(args))
    wire = Wire(small_server, Call(30))
    wire.ask("SELECT 1 AS a")
    wire.release()
    assert not thrown_away
    wire = Wire(small_server, Call(30))
    wire._ending._starting(object())
    wire.cancel()
    wire.release()
    assert len(thrown_away) == 1


def test_cancel_reaches_the_driver(small_server: Any) -> None:
    """Another thread can end what runs, and give up the connection."""
    wire = Wire(small_server, Call(30))
    wire.ask("SELECT 1 AS a")
    wire.cancel()
    wire.abandon()
    wire.discard()
    wire.release()
    assert wire.connection.closed
