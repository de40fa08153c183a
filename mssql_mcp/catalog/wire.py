"""Send the catalog's own statements over one connection: one at a time, or several in one round trip.

What the driver says is translated where it is raised. A connection that broke while it was idle is replaced once,
unseen, by the first statement that finds out.
"""

from __future__ import annotations

from collections import namedtuple
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from mssql_mcp.catalog.statements import bind
from mssql_mcp.connection.ending import Ending
from mssql_mcp.errors import QueryCancelledError, QueryTimeoutError, ToolError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.engine import Connection

    from mssql_mcp.connection.call import Call
    from mssql_mcp.connection.source import Source

# How often a statement is sent again that failed for a passing reason: a deadlock, a lock that was held too long.
RETRIES = 2
RETRY_SECONDS = 0.2
# Rows fetched at a time: between two of them a cancel is noticed.
BATCH_ROWS = 2_000
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
        self._ending = Ending(source, call)
        self._is_abandoned = False
        self.call = call
        self.connection = self._connected()
        self.round_trips = 0

    def ask(self, sql: str, max_characters: int | None = None, **values: Any) -> list[Any]:
        """Run one statement and give all its rows as named tuples of its column aliases.

        Args:
            sql: The statement; parameters are written `@name`.
            max_characters: The most that the last column may hold in all rows together; None for any number.
            values: Values of the parameters.

        Raises:
            ToolError: What the server said, translated; `catalog.too_large` where a part has more characters.
        """
        for attempt in range(RETRIES + 1):
            try:
                return self._sent([sql], values, max_characters=max_characters)[0]
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
        """Ask the driver to end what runs; safe from another thread, waits for nothing."""
        self._ending.end()

    def abandon(self) -> None:
        """Take the connection out of the pool: its thread is stuck in the driver. Called from another thread."""
        self._is_abandoned = True
        if not self.connection.closed:
            self.connection.detach()

    def discard(self) -> None:
        """Throw the connection away: what it was doing is not known."""
        self._ending.settle()
        with suppress(Exception):
            if not self._is_abandoned:
                self.connection.invalidate()

    def release(self) -> None:
        """Give the connection back to the pool, rolled back; it is thrown away where somebody asked for its end."""
        self._ending.settle()
        if self._ending.is_asked:
            self.discard()
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
        self,
        texts: Sequence[str],
        values: dict[str, Any],
        answers: list[list[Any]] | None = None,
        max_characters: int | None = None,
    ) -> list[list[Any]]:
        sql, order = bind(";\n".join(text.rstrip("; \n") for text in texts), values)
        answers = [] if answers is None else answers
        self.call.check()
        self.round_trips += 1
        try:
            self._fetch(sql, order, len(texts), answers, max_characters)
        except Exception as error:  # noqa: BLE001 - translated; every driver has a tree of its own
            is_first = self.round_trips == 1 and not answers
            if not is_first or self.call.is_cancelled or not self._source.is_disconnect(error):
                raise self.translated(error) from None
            self.discard()
            self.connection = self._connected()
            self._send_again(sql, order, len(texts), answers, max_characters)
        return answers

    def _send_again(
        self, sql: str, order: tuple[Any, ...], count: int, answers: list[list[Any]], most: int | None
    ) -> None:
        try:
            self._fetch(sql, order, count, answers, most)
        except Exception as error:  # noqa: BLE001 - as above
            raise self.translated(error) from None

    def _fetch(self, sql: str, order: tuple[Any, ...], count: int, answers: list[list[Any]], most: int | None) -> None:
        result = self.connection.exec_driver_sql(sql, order or None)
        try:
            cursor: Any = result.cursor
            while len(answers) < count:
                answers.append(self._rows(cursor, most))
                if self._ending.is_asked:
                    self.call.check()  # mssql-python gives the rows that it has then, as if there were no more
                if len(answers) < count and not cursor.nextset():
                    return
        finally:
            self._ending.settle()
            with suppress(Exception):  # what there was to read has been read, or its failure is on its way
                result.close()

    def _rows(self, cursor: Any, most: int | None) -> list[Any]:
        row_type = namedtuple("Row", [column[0] for column in cursor.description], rename=True)  # type: ignore[misc]
        rows: list[Any] = []
        room = most
        while fetched := cursor.fetchmany(BATCH_ROWS):
            self.call.check()
            rows.extend(map(row_type._make, fetched))
            if room is not None:
                room -= sum(len(row[-1] or "") for row in fetched)
                if room < 0:
                    raise _too_large(most)
        return rows

    def _connected(self) -> Connection:
        return self._ending.over(self._source.connect(self.call, self._database))


def _too_large(characters: int | None) -> ToolError:
    return ToolError(
        f"They have more than {characters} characters together, which is more than is kept in memory.",
        code="catalog.too_large",
    )
