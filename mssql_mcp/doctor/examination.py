"""What the checks share: the source, the call, and one connection that is opened when the first of them needs it."""

from __future__ import annotations

import contextlib
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from mssql_mcp.errors import ToolError

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

    from mssql_mcp.connection.call import Call
    from mssql_mcp.connection.source import Source


class Examination:
    """One walk through the checks.

    Args:
        source: What is examined.
        call: Deadline of the whole walk.
        database: To examine; None takes the connection's own.
    """

    def __init__(self, source: Source, call: Call, database: str | None = None) -> None:
        self.source = source
        self.call = call
        self.database = database
        self._connection: Connection | None = None
        self._failure: ToolError | None = None

    def connection(self) -> Connection:
        """Give the connection, opening it the first time.

        Raises:
            ToolError: It cannot be opened; the same error each time.
        """
        if self._failure is not None:
            raise self._failure
        if self._connection is None:
            try:
                self._connection = self.source.connect(self.call, self.database)
            except ToolError as error:
                self._failure = error
                raise
        return self._connection

    def rows(self, file: str) -> list[dict[str, Any]]:
        """Run one of the fixed statements and give its rows by column name.

        Args:
            file: Name in `sql/`, without `.sql`.

        Raises:
            ToolError: The server refused it; the connection is usable again afterwards.
        """
        self.call.check()
        connection = self.connection()
        statement = self.source.statement(read_sql(file), (), {})
        failure: ToolError
        try:
            result = connection.exec_driver_sql(statement.sql, statement.parameters or None)
            names = list(result.keys())
            return [dict(zip(names, row, strict=True)) for row in result.fetchall()]
        except Exception as error:  # noqa: BLE001 - the driver's classes are not known here
            failure = self.source.failure(error)
        with contextlib.suppress(Exception):
            connection.rollback()
        raise failure

    def optional_rows(self, file: str) -> list[dict[str, Any]] | None:
        """Run a statement that this server may lack or refuse; None then.

        Raises:
            ToolError: The connection or the time is gone.
        """
        try:
            return self.rows(file)
        except ToolError as error:
            if error.code.startswith("connection.") or error.code in ("query.timeout", "query.cancelled"):
                raise
            return None

    def close(self) -> None:
        """Give the connection back."""
        connection, self._connection = self._connection, None
        if connection is not None:
            with contextlib.suppress(Exception):
                connection.close()


@cache
def read_sql(file: str) -> str:
    """Read one of the fixed statements."""
    return (resources.files("mssql_mcp.doctor") / "sql" / f"{file}.sql").read_text(encoding="utf-8")
