"""Ask one connection the catalog's own statements: within the call's time, counted, and degrading part by part.

A part that the server cannot or may not give becomes a `MissingPart` with the reason, and the rest is read on. What
ends the whole call (the deadline, a cancel, a lost connection) is raised.
"""

from __future__ import annotations

from collections import namedtuple
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from mssql_mcp.catalog.model import MissingPart
from mssql_mcp.catalog.statements import bind, needed_columns, presence_statement, statement, varies
from mssql_mcp.errors import DatabaseConnectionError, QueryCancelledError, QueryTimeoutError, ToolError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy.engine import Connection

    from mssql_mcp.catalog.statements import Part
    from mssql_mcp.connection.call import Call
    from mssql_mcp.connection.source import Source

DENIED = "query.permission_denied"


class Session:
    """A connection that is asked about its database; it is checked out here.

    Args:
        source: Gives the connection, translates errors and cancels.
        call: Deadline and cancellation.
        database: Which database; None for the connection's own.
        absent: Columns of catalog views that the server is known to lack; None asks it when that matters.

    Raises:
        ToolError: The server cannot be reached.
    """

    def __init__(
        self, source: Source, call: Call, database: str | None = None, *, absent: frozenset[str] | None = None
    ) -> None:
        self._source = source
        self._database = database
        self.call = call
        self.connection = self._connected()
        self.absent = absent
        self.round_trips = 0
        self.missing: list[MissingPart] = []
        self._cursor: Any = None
        self._is_abandoned = False

    def rows(self, part: Part, **values: Any) -> list[Any] | None:
        """Ask for a part; None where it cannot be had, which is then noted in `missing`.

        Args:
            part: What to ask for.
            values: Values of the statement's parameters; with `object_id` the part is about that object alone.

        Returns:
            Named tuples with the statement's column aliases.
        """
        failure: ToolError | None = None
        for text in self._texts(part, is_one="object_id" in values):
            try:
                return self.ask(text, **values)
            except (QueryTimeoutError, QueryCancelledError, DatabaseConnectionError):
                raise
            except ToolError as error:
                failure = failure or error
        self.note(part, failure)
        return None

    def ask(self, sql: str, **values: Any) -> list[Any]:
        """Run one statement and give all its rows as named tuples.

        Raises:
            ToolError: What the server said, translated.
        """
        text, order = bind(sql, values)
        self.call.check()
        self.round_trips += 1
        try:
            return self._fetched(text, order)
        except Exception as error:  # noqa: BLE001 - translated; every driver has a tree of its own
            if self.round_trips > 1 or self.call.is_cancelled or not self._source.is_disconnect(error):
                raise self.translated(error) from None
        # The first statement met a connection that broke while it was idle: a new one is taken, unseen.
        self.discard()
        self.connection = self._connected()
        try:
            return self._fetched(text, order)
        except Exception as error:  # noqa: BLE001 - as above
            raise self.translated(error) from None

    def note(self, part: Part, failure: ToolError | None) -> None:
        """Note that a part is missing."""
        denied = failure is not None and failure.code == DENIED
        reason = failure.message if failure else "The server does not tell."
        self.missing.append(MissingPart(part.name, reason, part.permission if denied else ""))

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

    def _texts(self, part: Part, *, is_one: bool) -> Iterator[str]:
        """Give the statements to try: as the server's columns ask for, else without anything newer than 2008."""
        for file in part.files:
            absent = self._absent_columns() if varies(file) else frozenset[str]()
            text = statement(file, absent=absent, is_one=is_one)
            yield text
            oldest = statement(file, absent=frozenset(needed_columns()), is_one=is_one)
            if oldest != text:
                yield oldest

    def _absent_columns(self) -> frozenset[str]:
        if self.absent is None:
            try:
                answer: Sequence[Any] = self.ask(presence_statement())[0]
            except (QueryTimeoutError, QueryCancelledError, DatabaseConnectionError):
                raise
            except ToolError:
                answer = (1,) * len(needed_columns())  # cannot tell: try the newest, fall back to the oldest
            self.absent = frozenset(
                name for name, length in zip(needed_columns(), answer, strict=True) if length is None
            )
        return self.absent

    def _connected(self) -> Connection:
        connection = self._source.connect(self.call, self._database)
        return connection.execution_options(mssql_mcp_cursor=self._starting)

    def _fetched(self, text: str, order: tuple[Any, ...]) -> list[Any]:
        result = self.connection.exec_driver_sql(text, order or None)
        row_type = namedtuple("Row", list(result.keys()), rename=True)  # type: ignore[misc]
        return [row_type._make(row) for row in result.cursor.fetchall()]

    def _starting(self, cursor: Any) -> None:
        self._cursor = cursor

    def translated(self, error: Exception) -> ToolError:
        """Say what happened in our words, and make the connection fit for the next statement."""
        self.call.check()
        if self._source.is_disconnect(error):
            self.connection.invalidate()
        elif not self.connection.closed:
            self.connection.rollback()  # some servers refuse everything in a transaction once a statement failed
        return self._source.failure(error)
