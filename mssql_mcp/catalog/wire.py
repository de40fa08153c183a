"""Send the catalog's own statements over one connection: one at a time, or several in one round trip.

What the driver says is translated where it is raised. A connection that broke while it was idle is replaced once,
unseen, by the first statement that finds out.
"""

from __future__ import annotations

from collections import namedtuple
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from mssql_mcp.catalog.statements import bind
from mssql_mcp.errors import QueryCancelledError, QueryTimeoutError, ToolError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.engine import Connection

    from mssql_mcp.connection.call import Call
    from mssql_mcp.connection.source import Source

# How often a statement is sent again that failed for a passing reason: a deadlock, a lock that was held too long.
RETRIES = 2
RETRY_SECONDS = 0.2
PASSING = frozenset({"query.deadlock", "query.lock_timeout", "query.data_moved", "query.resources"})


class Wire:
    """One connection, checked out here.

    Args:
        source: Gives the connection, translates errors and cancels.
        call: Deadline and cancellation.
        database: Which database; None for the connection's own.

    Raises:
        ToolError: The server cannot be reached.
    """

    def __init__(self, source: Source, call: Call, database: str | None = None) -> None:
        self._source = source
        self._database = database
        self._cursor: Any = None
        self._is_abandoned = False
        self.call = call
        self.connection = self._connected()
        self.round_trips = 0

    def ask(self, sql: str, **values: Any) -> list[Any]:
        """Run one statement and give all its rows as named tuples of its column aliases.

        Raises:
            ToolError: What the server said, translated.
        """
        for attempt in range(RETRIES + 1):
            try:
                return self._sent([sql], values)[0]
            except ToolError as error:
                if error.code not in PASSING or attempt == RETRIES:
                    raise
                self.call.wait(RETRY_SECONDS * (attempt + 1))
        raise AssertionError  # the last attempt returns or raises

    def ask_together(self, texts: Sequence[str], **values: Any) -> list[list[Any]]:
        """Run several statements in one round trip, as far as they go.

        Returns:
            The rows of each statement up to the first that failed; that one and those after it are not in the list.

        Raises:
            ToolError: The call ended.
        """
        answers: list[list[Any]] = []
        try:
            self._sent(texts, values, answers)
        except (QueryTimeoutError, QueryCancelledError):
            raise
        except ToolError:
            if self.connection.invalidated:
                raise
        return answers

    def cancel(self) -> None:
        """Ask the driver to end what runs; safe from another thread."""
        self._source.cancel(self.connection, self._cursor)

    def abandon(self) -> None:
        """Take the connection out of the pool: its thread is stuck in the driver. Called from another thread."""
        self._is_abandoned = True
        if not self.connection.closed:
            self.connection.detach()

    def discard(self) -> None:
        """Throw the connection away: what it was doing is not known."""
        with suppress(Exception):
            if not self._is_abandoned:
                self.connection.invalidate()

    def release(self) -> None:
        """Give the connection back to the pool, rolled back."""
        with suppress(Exception):  # the caller has its answer; the pool replaces a connection that fails now
            self.connection.close()

    def translated(self, error: Exception) -> ToolError:
        """Say what happened in our words, and make the connection fit for the next statement."""
        self.call.check()
        if self._source.is_disconnect(error):
            self.connection.invalidate()
        elif not self.connection.closed:
            self.connection.rollback()  # some servers refuse everything in a transaction once a statement failed
        return self._source.failure(error)

    def _sent(
        self, texts: Sequence[str], values: dict[str, Any], answers: list[list[Any]] | None = None
    ) -> list[list[Any]]:
        sql, order = bind(";\n".join(text.rstrip("; \n") for text in texts), values)
        answers = [] if answers is None else answers
        self.call.check()
        self.round_trips += 1
        try:
            self._fetch(sql, order, len(texts), answers)
        except Exception as error:  # noqa: BLE001 - translated; every driver has a tree of its own
            is_first = self.round_trips == 1 and not answers
            if not is_first or self.call.is_cancelled or not self._source.is_disconnect(error):
                raise self.translated(error) from None
            self.discard()
            self.connection = self._connected()
            self._send_again(sql, order, len(texts), answers)
        return answers

    def _send_again(self, sql: str, order: tuple[Any, ...], count: int, answers: list[list[Any]]) -> None:
        try:
            self._fetch(sql, order, count, answers)
        except Exception as error:  # noqa: BLE001 - as above
            raise self.translated(error) from None

    def _fetch(self, sql: str, order: tuple[Any, ...], count: int, answers: list[list[Any]]) -> None:
        cursor = self.connection.exec_driver_sql(sql, order or None).cursor
        while len(answers) < count:
            row_type = namedtuple("Row", [column[0] for column in cursor.description], rename=True)  # type: ignore[misc]
            answers.append([row_type._make(row) for row in cursor.fetchall()])
            if len(answers) < count and not cursor.nextset():
                return

    def _connected(self) -> Connection:
        connection = self._source.connect(self.call, self._database)
        return connection.execution_options(mssql_mcp_cursor=self._starting)

    def _starting(self, cursor: Any) -> None:
        self._cursor = cursor
