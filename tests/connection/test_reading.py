"""A value that a driver cannot read is an error of ours, and never another value."""

from __future__ import annotations

from typing import Any

import pytest

from mssql_mcp.connection.reading import add_converters, drop_converters, fetch
from mssql_mcp.errors import QueryError
from mssql_mcp.result import Column

ROWS = [(1,), (2,), (3,)]


class Cursor:
    """Gives rows in batches or one by one, and keeps how it was asked."""

    __module__ = "mssql_python.cursor"

    def __init__(self, failure: Exception | None = None) -> None:
        self.left = list(ROWS)
        self.failure = failure
        self.asked: list[str] = []

    def fetchmany(self, count: int) -> list[Any]:
        self.asked.append("many")
        if self.failure:
            raise self.failure
        taken, self.left = self.left[:count], self.left[count:]
        return taken

    def fetchone(self) -> Any:
        self.asked.append("one")
        if self.failure:
            raise self.failure
        return self.left.pop(0) if self.left else None


def test_rows_come_in_batches() -> None:
    """As the driver does it best."""
    cursor = Cursor()
    assert fetch(cursor, 2, (Column("a", "int"),)) == ROWS[:2]
    assert cursor.asked == ["many"]


def test_times_come_row_by_row_from_mssql_python() -> None:
    """In a batch it would give NULL for one that it cannot read."""
    cursor = Cursor()
    columns = (Column("a", "int"), Column("t", "time(7)"))
    assert fetch(cursor, 2, columns) == ROWS[:2]
    assert fetch(cursor, 2, columns) == ROWS[2:]
    assert set(cursor.asked) == {"one"}


@pytest.mark.parametrize(
    "failure",
    [
        RuntimeError("SQLGetData failed for SQL_CHAR/VARCHAR column"),
        RuntimeError("Error fetching LOB for column 1, cType=-8, loop=1, SQLGetData return=100"),
        ValueError("hour must be in 0..23"),
        TypeError("'NoneType' object is not subscriptable"),
    ],
)
def test_a_value_that_the_driver_cannot_read_is_said(failure: Exception) -> None:
    """It is no defect of ours, and there is a way around it."""
    with pytest.raises(QueryError) as caught:
        fetch(Cursor(failure), 2, ())
    assert caught.value.code == "query.unreadable_value"
    assert "pyodbc" in caught.value.hint
    assert caught.value.__context__ is None


def test_a_broken_connection_stays_one() -> None:
    """What the table of failures knows is left to it."""
    with pytest.raises(RuntimeError, match="08S01"):
        fetch(Cursor(RuntimeError("08S01", "[08S01] broken")), 2, ())


def test_other_drivers_are_taught_nothing() -> None:
    """Converters are pyodbc's alone."""
    add_converters(Cursor())
    drop_converters(Cursor())
