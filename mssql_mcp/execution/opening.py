"""Open the result of an approved text: the one place where user SQL meets a cursor.

The text is `Approved`, which only the gate can make, and is sent as it is (`exec_driver_sql`), inside a transaction
that is always rolled back. The deadline and a cancel reach the driver through the `Call`; a connection that does not
answer is given up.
"""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mssql_mcp.connection import reading
from mssql_mcp.connection.ending import Ending
from mssql_mcp.errors import QueryCancelledError, QueryError, QueryTimeoutError, ToolError
from mssql_mcp.execution.concealing import concealed
from mssql_mcp.execution.values import columns_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from sqlalchemy.engine import Connection, CursorResult

    from mssql_mcp.connection.call import Call
    from mssql_mcp.connection.source import Source, Statement
    from mssql_mcp.gate.approved import Approved
    from mssql_mcp.result import Column


@dataclass(frozen=True, slots=True)
class OpenResult:
    """A statement that runs, before its rows are read.

    Attributes:
        columns: Names and SQL Server types.
        fetch: Gives up to so many further rows as the driver's own values; fewer only at the end.
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
    its state is not known. Until then the rest may be fetched, and the call can end it. An error of the block itself is
    nobody's business here and passes unchanged.
    """
    statement = source.statement(approved.sql, approved.parameter_order, values)
    held = _Held(source, call, database, is_masked=approved.is_masked)
    try:
        held.enders.enter_context(call.ending_with(held.ending.end, abandon=held.abandon))
        raw = held.started(statement)
        columns = statement.columns or columns_of(
            raw.description or (),
            getattr(raw, "_column_sql_types", None),  # mssql-python tells ODBC's codes here
        )

        def read(count: int) -> Sequence[Sequence[Any]]:
            return source.decoded(reading.fetch(raw, count, columns), columns)

        def fetch(count: int) -> Sequence[Sequence[Any]]:
            call.check()
            try:
                rows: Sequence[Sequence[Any]] = held.guarded(lambda: read(count))
            except ToolError:
                held.explain_end()
                raise
            if len(rows) < count:
                held.explain_end()
            return rows

        yield OpenResult(columns, fetch, statement.trace)
    except (QueryTimeoutError, QueryCancelledError):
        held.is_spoilt = True  # thrown away after the answer: it may have to wait for the driver's cancel
        raise
    except BaseException as error:
        if held.is_spoilt or not isinstance(error, Exception):
            held.discard()
        raise
    finally:
        call.defer(held.release)


class _Held:
    """The connection that a statement holds, and how it is given back or thrown away.

    Attributes:
        is_spoilt: Whether the connection is gone, or what it does is not known.
        ending: Ends what runs on it.
        enders: Where `ending` is registered, until the connection is given back.
    """

    def __init__(self, source: Source, call: Call, database: str | None, *, is_masked: bool) -> None:
        self.is_spoilt = False
        self._is_masked = is_masked
        self.ending = Ending(source, call)
        self.enders = ExitStack()
        self._source = source
        self._call = call
        self._database = database
        self._connection: Connection | None = None
        self._result: CursorResult[Any] | None = None
        self._is_abandoned = False

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

    def explain_end(self) -> None:
        """Raise the call's own end where the statement was told to end, whatever the driver made of that.

        mssql-python gives the rows that it has then, as if there were no more.
        """
        if self.ending.is_asked:
            self._call.check()

    def started(self, statement: Statement) -> Any:
        """Run the statement and give the driver's cursor."""
        cursor = self.guarded(lambda: self._replacing(statement)).cursor
        if cursor is None:  # mssql-python's answer to some cancels
            self._call.check()
            raise QueryError("The server gave no result.")
        return cursor

    def _replacing(self, statement: Statement) -> CursorResult[Any]:
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
        prepared = self.ending.over(self._connection)
        self._result = prepared.exec_driver_sql(statement.sql, statement.parameters or None)
        return self._result

    def abandon(self) -> None:
        """Take the connection out of the pool: its thread is stuck in the driver. Called from another thread."""
        self._is_abandoned = True
        if self._connection is not None and not self._connection.closed:
            self._connection.detach()

    def discard(self) -> None:
        """Throw the connection away: what it was doing is not known."""
        self.ending.settle()
        connection, self._connection = self._connection, None
        self._result = None
        if connection is None:
            return
        try:
            if not self._is_abandoned:
                connection.invalidate()
            connection.close()
        except Exception:  # noqa: BLE001, S110 - the connection is gone; there is nothing to save
            pass

    def release(self) -> None:
        """Roll back and give the connection back to the pool, or throw it away where its state is not known."""
        try:
            self._release()
        finally:
            self.enders.close()

    def _release(self) -> None:
        self.ending.settle()
        if self.is_spoilt or self.ending.is_asked or self._call.is_over:
            self.discard()
            return
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
