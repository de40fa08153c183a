"""Open the result of an approved text: the one place where user SQL meets a cursor.

The text is `Approved`, which only the gate can make, and is sent as it is (`exec_driver_sql`), inside a transaction
that is always rolled back. The deadline and a cancel reach the driver through the `Call`; a connection that does not
answer is given up.
"""

from __future__ import annotations

import threading
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mssql_mcp.connection import reading
from mssql_mcp.errors import QueryCancelledError, QueryTimeoutError, ToolError
from mssql_mcp.execution.concealing import concealed
from mssql_mcp.execution.values import columns_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from sqlalchemy.engine import Connection, CursorResult

    from mssql_mcp.connection.call import Call
    from mssql_mcp.connection.source import Source, Statement
    from mssql_mcp.gate.approved import Approved
    from mssql_mcp.result import Column

# A cancel is asked for, and asked for again after these pauses.
CANCEL_PAUSES_SECONDS = (0.1, 0.4, 1.5)


@dataclass(frozen=True, slots=True)
class OpenResult:
    """A statement that runs, before its rows are read.

    Attributes:
        columns: Names and SQL Server types.
        fetch: Gives up to so many further rows as the driver's own values; an empty list at the end.
        trace: Id by which the server's owner finds the statement in Query Store; empty for none.
    """

    columns: tuple[Column, ...]
    fetch: Callable[[int], Sequence[Sequence[Any]]]
    trace: str = ""


@contextmanager
def opened(
    source: Source,
    approved: Approved,
    *,
    call: Call,
    values: Mapping[str, Any],
    database: str | None = None,
) -> Iterator[OpenResult]:
    """Run one approved SELECT and give its open result; what the driver raises becomes one of our errors.

    The connection goes back to the pool after the answer (`Call.run_deferred`), rolled back; it is thrown away where
    its state is not known. An error of the block itself is nobody's business here and passes unchanged.
    """
    statement = source.statement(approved.sql, approved.parameter_order, values)
    held = _Held(source, call, database, is_masked=approved.is_masked)
    try:
        with call.ending_with(held.end, abandon=held.abandon):
            raw = held.guarded(lambda: held.execute(statement)).cursor
            columns = statement.columns or columns_of(
                raw.description or (),
                getattr(raw, "_column_sql_types", None),  # mssql-python tells ODBC's codes here
            )

            def read(count: int) -> Sequence[Sequence[Any]]:
                return source.decoded(reading.fetch(raw, count, columns), columns)

            def fetch(count: int) -> Sequence[Sequence[Any]]:
                call.check()
                rows: Sequence[Sequence[Any]] = held.guarded(lambda: read(count))
                return rows

            yield OpenResult(columns, fetch, statement.trace)
    except (QueryTimeoutError, QueryCancelledError):
        call.defer(held.discard)  # it may have to wait for the driver's cancel, and the caller must not
        raise
    except BaseException as error:
        if held.is_spoilt or not isinstance(error, Exception):
            held.discard()
        raise
    finally:
        call.defer(held.release)


class _Held:
    """The connection that a statement holds, and the ways of ending what runs on it.

    A driver's cancel comes from a thread of its own and crashes the process where the statement's handle is freed
    meanwhile. So `_settle` stands before everything that closes a cursor or a connection: it waits for a cancel that is
    in the driver, and lets none begin after it.

    Attributes:
        is_spoilt: Whether the driver said that the connection is gone.
    """

    def __init__(self, source: Source, call: Call, database: str | None, *, is_masked: bool) -> None:
        self.is_spoilt = False
        self._is_masked = is_masked
        self._source = source
        self._call = call
        self._database = database
        self._connection: Connection | None = None
        self._result: CursorResult[Any] | None = None
        self._cursor: Any = None
        self._is_abandoned = False
        self._driver = threading.Lock()
        self._settled = threading.Event()

    def guarded(self, work: Callable[[], Any]) -> Any:
        """Do what calls the driver; its errors become ours, and a cancel or the deadline explains whatever it said."""
        failure: ToolError
        try:
            return work()
        except ToolError:
            raise
        except Exception as error:  # noqa: BLE001 - the drivers' classes are not known here
            self.is_spoilt = self._source.is_disconnect(error)
            failure = self._source.failure(error)
        if self._is_masked:
            failure = concealed(failure)
        self._call.check()
        # Outside the handler: nothing of the driver's exception hangs on ours.
        raise failure

    def execute(self, statement: Statement) -> CursorResult[Any]:
        """Run the statement; a connection that broke while it was idle is replaced once, unseen."""
        try:
            return self._execute(statement)
        except Exception as error:
            if not self._source.is_disconnect(error) or self._call.is_cancelled or self._call.is_over:
                raise
            self.discard()
            return self._execute(statement)

    def _execute(self, statement: Statement) -> CursorResult[Any]:
        try:
            self._connection = self._source.connect(self._call, self._database)
        except ToolError as error:
            error.was_retried = True
            raise
        self._settled.clear()
        prepared = self._connection.execution_options(mssql_mcp_cursor=self._starting, mssql_mcp_failed=self._settle)
        self._result = prepared.exec_driver_sql(statement.sql, statement.parameters or None)
        return self._result

    def _starting(self, cursor: Any) -> None:
        """Take the cursor just before it executes, so that another thread can cancel it."""
        self._cursor = cursor
        self._call.check()

    def end(self) -> None:
        """Ask the driver to end what runs. Called from another thread, which must not wait.

        The driver's cancel waits until the server has answered it, which a server at work may do late or never.
        """
        threading.Thread(target=self._cancel, name="mssql-mcp-cancel", daemon=True).start()

    def _cancel(self) -> None:
        """Cancel, and again a little later: a cancel that comes just before the statement starts has no effect."""
        for pause in CANCEL_PAUSES_SECONDS:
            with self._driver:
                if self._settled.is_set():
                    return
                self._source.cancel(self._connection, self._cursor)
            if self._settled.wait(pause):
                return

    def _settle(self) -> None:
        """Wait until no cancel is in the driver, and let none begin: only then may what it works on be closed."""
        self._settled.set()
        with self._driver:
            pass

    def abandon(self) -> None:
        """Take the connection out of the pool: its thread is stuck in the driver. Called from another thread."""
        self._is_abandoned = True
        if self._connection is not None and not self._connection.closed:
            self._connection.detach()

    def discard(self) -> None:
        """Throw the connection away: what it was doing is not known."""
        self._settle()
        connection, self._connection = self._connection, None
        self._cursor = self._result = None
        if connection is None:
            return
        try:
            if not self._is_abandoned:
                connection.invalidate()
            connection.close()
        except Exception:  # noqa: BLE001, S110 - the connection is gone; there is nothing to save
            pass

    def release(self) -> None:
        """Roll back and give the connection back to the pool."""
        if self.is_spoilt:
            self.discard()
            return
        self._settle()
        connection, self._connection = self._connection, None
        if connection is None:
            return
        try:
            if self._result is not None:
                self._result.close()
            connection.close()
        except Exception:  # noqa: BLE001 - the caller has its answer; a connection that fails now is replaced later
            self._connection = connection
            self.discard()
