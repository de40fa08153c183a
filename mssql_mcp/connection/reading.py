"""What a cursor of either driver is told before it is read, and how its rows are fetched."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

from mssql_mcp.connection.converters import converters_for
from mssql_mcp.errors import QueryError
from mssql_mcp.redact import redact

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mssql_mcp.result import Column


def add_converters(cursor: Any) -> None:
    """Teach pyodbc the types of a result that it cannot read, or not to the last digit; other drivers need nothing."""
    if _is_pyodbc(cursor):
        connection = cursor.connection
        for code, convert in converters_for(cursor.description or ()).items():
            connection.add_output_converter(code, convert)


def drop_converters(cursor: Any) -> None:
    """Let pyodbc describe the next result by its own types; with converters it would call each of them a text."""
    if _is_pyodbc(cursor):
        cursor.connection.clear_output_converters()


def fetch(cursor: Any, count: int, columns: Sequence[Column]) -> Sequence[Sequence[Any]]:
    """Fetch up to so many further rows.

    A time that mssql-python cannot read becomes NULL in a batch, and takes the rest of its row with it; row by row the
    driver says so. SQL Server sends no such time, others round one up to 24:00.

    Raises:
        QueryError: `query.unreadable_value`; the driver fails over a value that the server sent.
    """
    reason: Exception
    try:
        return _fetched(cursor, count, columns)
    except Exception as error:
        if not _is_unreadable(error):
            raise
        reason = error
    # Outside the handlers: nothing of the driver's exception hangs on ours.
    other = "pyodbc" if _module(cursor) == "mssql_python" else "mssql-python"
    raise QueryError(
        f"The driver cannot read a value of this result: {redact(str(reason))}",
        code="query.unreadable_value",
        hint="It is mostly an empty text in a sql_variant, or a time of 24:00. Write CAST(column AS nvarchar(100)), or "
        f"set driver to {other}.",
    )


def _fetched(cursor: Any, count: int, columns: Sequence[Column]) -> Sequence[Sequence[Any]]:
    if _module(cursor) == "mssql_python" and any(column.type.startswith("time(") for column in columns):
        return list(islice(iter(cursor.fetchone, None), count))
    rows: Sequence[Sequence[Any]] = cursor.fetchmany(count)
    return rows


def _is_unreadable(error: Exception) -> bool:
    """Tell a value that the driver cannot read from a connection that is gone, which has an error of its own."""
    said = str(error)
    if isinstance(error, TypeError | ValueError):
        return True
    return any(phrase in said for phrase in ("SQLGetData failed", "Error fetching LOB", "Invalid time format"))


def _is_pyodbc(cursor: Any) -> bool:
    return _module(cursor) == "pyodbc"


def _module(thing: Any) -> str:
    return type(thing).__module__.partition(".")[0]
