"""Asking a server, part by part."""

from __future__ import annotations

from typing import Any

import pytest

from mssql_mcp.catalog import statements as parts
from mssql_mcp.catalog.session import Known, Session
from mssql_mcp.connection.call import Call
from mssql_mcp.errors import DatabaseConnectionError, QueryCancelledError, QueryError


def session(server: Any, call: Call | None = None) -> Session:
    call = call or Call(30)
    return Session(server, call)


def test_rows_have_names(small_server: Any) -> None:
    """Rows come as named tuples, counted as one round trip each."""
    asked = session(small_server)
    rows = asked.rows(parts.SYNONYMS)
    assert rows is not None
    assert rows[0].base_object_name == "[dbo].[Customer]"
    assert asked.round_trips == 1


def test_values_are_bound(small_server: Any) -> None:
    """Values never stand in the text."""
    rows = session(small_server).rows(parts.RESOLVE, object_name="x' OR '1'='1")
    assert rows == []
    assert "'1'" not in small_server.asked[-1]


def test_a_denied_part_names_the_permission(small_server: Any) -> None:
    """A part that may not be read names the permission; one that is not there names none."""
    asked = session(small_server)
    asked.note(parts.SIZES, QueryError("SELECT permission was denied", code="query.permission_denied"))
    asked.note(parts.SIZES, QueryError("Invalid object name", number=208))
    asked.note(parts.CHECKS, None)
    assert [part.permission for part in asked.missing] == ["VIEW DATABASE STATE", "", ""]
    assert asked.missing[2].reason == "The server does not tell."


def test_a_server_that_cannot_tell_its_columns_is_tried(make_server: Any) -> None:
    """Without an answer about columns the newest text is tried, then the oldest."""
    server = make_server(absent=frozenset({"sys.tables.is_node"}))
    server._sqlite.create_function("COL_LENGTH", 2, None)
    asked = session(server)
    rows = asked.rows(parts.TABLE_PROPERTIES)
    assert rows
    assert asked.missing == []
    assert asked.round_trips == 3


def test_a_known_server_is_not_asked_again(small_server: Any) -> None:
    """What a server lacks is asked once and carried to the next session."""
    first = session(small_server)
    first.rows(parts.TABLE_PROPERTIES)
    call = Call(30)
    second = Session(small_server, call, known=first.known)
    second.rows(parts.TABLE_PROPERTIES)
    assert (first.round_trips, second.round_trips) == (2, 1)


def test_a_lost_connection_is_raised(small_server: Any) -> None:
    """A connection that is gone is no missing part."""
    small_server.broken = "sys.synonyms"
    with pytest.raises(DatabaseConnectionError):
        session(small_server).rows(parts.SYNONYMS)


def test_a_cancel_explains_the_failure(small_server: Any) -> None:
    """Whatever the driver says after a cancel, the call says that it was cancelled."""
    call = Call(30)
    asked = session(small_server, call)
    small_server._sqlite.create_function("SCHEMA_NAME", 0, lambda: call.cancel() or 1 / 0)
    with pytest.raises(QueryCancelledError):
        asked.ask("SELECT SCHEMA_NAME()")


def test_what_a_server_lacks_is_not_tried_twice(small_server: Any) -> None:
    """A statement that names a view which is not there is sent once; its part is missing each time."""
    small_server.drop("sys.allocation_units")
    small_server.drop("sys.dm_db_partition_stats")
    known = Known()
    first, second = (Session(small_server, Call(30), known=known) for _ in range(2))
    assert first.rows(parts.SIZES) is None
    assert second.rows(parts.SIZES) is None
    assert (first.round_trips, second.round_trips) == (2, 0)
    assert [part.part for part in (*first.missing, *second.missing)] == ["sizes", "sizes"]


def test_several_parts_in_one_round_trip(small_server: Any) -> None:
    """Parts that are asked for together come in one answer, each with its own rows."""
    asked = session(small_server)
    found = asked.rows_together((parts.SYNONYMS, parts.CHECKS, parts.COLUMNS), object_id=102)
    assert asked.round_trips == 2
    assert [row.constraint_name for row in found[parts.CHECKS] or []] == ["CK_Order"]
    assert len(found[parts.COLUMNS] or []) == 5


def test_a_part_that_fails_among_others_costs_itself(small_server: Any) -> None:
    """What comes before the failure is kept, the rest is asked for by itself, and what fails is missing."""
    small_server.drop("sys.check_constraints")
    asked = session(small_server)
    found = asked.rows_together((parts.SYNONYMS, parts.CHECKS, parts.SEQUENCES))
    assert found[parts.SYNONYMS]
    assert found[parts.CHECKS] is None
    assert found[parts.SEQUENCES]
    assert [part.part for part in asked.missing] == ["check constraints"]
    again = Session(small_server, Call(30), known=asked.known)
    again.rows_together((parts.SYNONYMS, parts.CHECKS, parts.SEQUENCES))
    assert again.round_trips == 1


def test_a_passing_failure_is_noticed(small_server: Any) -> None:
    """A part that is locked for long is missing, and the session says that asking again is worth it."""
    asked = session(small_server)
    asked.note(parts.CHECKS, QueryError("locked", code="query.lock_timeout"))
    assert asked.is_unsteady
