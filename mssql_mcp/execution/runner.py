"""Run an approved text and bring back its rows: the one place where user SQL meets a cursor.

The text is `Approved`, which only the gate can make, and is sent as it is (`exec_driver_sql`), inside a transaction
that is always rolled back. Limits are facts: one row more than asked is fetched, so `truncated` is never a guess. The
deadline and a cancel reach the driver through the `Call`; a connection that does not answer is given up.
"""

from __future__ import annotations

import secrets
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from mssql_mcp.connection.failures import is_transient
from mssql_mcp.connection.retry import with_retry
from mssql_mcp.errors import QueryCancelledError, QueryTimeoutError, ToolError
from mssql_mcp.execution.values import Cells, columns_of
from mssql_mcp.gate.mask import apply_mask
from mssql_mcp.result import Column, ResultSet, Truncation, rows_json

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from sqlalchemy.engine import Connection, CursorResult

    from mssql_mcp.connection.call import Call
    from mssql_mcp.connection.source import Source, Statement
    from mssql_mcp.execution.kept import ResultWriter
    from mssql_mcp.execution.limits import Limits
    from mssql_mcp.gate.approved import Approved
    from mssql_mcp.gate.mask import Mask
    from mssql_mcp.result import Cell

    Keep = Callable[[Sequence[Column]], ResultWriter]
    Masks = tuple[Callable[[Any], Any] | None, ...]

# Rows fetched at a time: large enough to make the driver's call cost nothing, small enough to stop soon after a cancel.
BATCH_ROWS = 500

# A cancel is asked for, and asked for again after these pauses.
CANCEL_PAUSES_SECONDS = (0.1, 0.4, 1.5)

# Key of the `hashed` mask: equal values have equal hashes while the process lives, and nobody can try out values.
_HASH_KEY = secrets.token_bytes(32)


@dataclass(frozen=True, slots=True)
class OpenResult:
    """A statement that runs, before its rows are read.

    Attributes:
        columns: Names and SQL Server types.
        fetch: Gives up to so many further rows as the driver's own values; an empty list at the end.
    """

    columns: tuple[Column, ...]
    fetch: Callable[[int], Sequence[Sequence[Any]]]


def run(
    source: Source,
    approved: Approved,
    *,
    limits: Limits,
    call: Call,
    values: Mapping[str, Any] | None = None,
    database: str | None = None,
    keep: Keep | None = None,
) -> ResultSet:
    """Run one approved SELECT and keep what the limits allow.

    Args:
        source: The connection to run it on.
        approved: The gate's key.
        limits: Rows, characters and cell characters that are kept.
        call: Deadline and cancellation.
        values: Values of the named parameters.
        database: Database to run in; None takes the connection's own.
        keep: Makes the writer that takes the whole of a truncated result, so that it can be continued; it is filled
            after the answer, inside the call's deadline. None keeps nothing.

    Raises:
        QueryError: The server refused or failed the statement.
        QueryTimeoutError: The deadline passed.
        QueryCancelledError: The call was cancelled.
        DatabaseConnectionError: The server cannot be reached.
    """

    def attempt() -> ResultSet:
        with opened(source, approved, call=call, values=values or {}, database=database) as result:
            return _collect(result, approved, limits, call, keep)

    return with_retry(attempt, source.settings.retry, call, should_retry=_may_pass)


def _may_pass(error: BaseException) -> bool:
    """Tell whether to run the statement again: it only reads, so nothing is lost by it."""
    return is_transient(error) and not getattr(error, "was_retried", False)


@contextmanager
def opened(
    source: Source,
    approved: Approved,
    *,
    call: Call,
    values: Mapping[str, Any],
    database: str | None = None,
) -> Iterator[OpenResult]:
    """Run one approved SELECT and give its open result; every error inside the block becomes one of ours.

    The connection goes back to the pool after the answer (`Call.run_deferred`), rolled back; it is thrown away where
    the block failed in a way that leaves its state unknown.
    """
    statement = source.statement(approved.sql, approved.parameter_order, values)
    held = _Held(source, call, database)
    try:
        with call.ending_with(held.end, abandon=held.abandon):
            cursor_result = held.execute(statement)
            raw = cursor_result.cursor
            columns = statement.columns or columns_of(
                raw.description or (),
                getattr(raw, "_column_sql_types", None),  # mssql-python tells ODBC's codes here
            )

            def fetch(count: int) -> Sequence[Sequence[Any]]:
                call.check()
                rows: Sequence[Sequence[Any]] = raw.fetchmany(count)
                return source.decoded(rows, columns)

            yield OpenResult(columns, fetch)
    except BaseException as error:  # noqa: BLE001 - whatever it was, the connection must not be used as if nothing was
        ours = _ours(source, call, error)
        if isinstance(ours, QueryTimeoutError | QueryCancelledError):
            call.defer(held.discard)  # it may have to wait for the driver's cancel, and the caller must not
        elif held.is_spoilt_by(error):
            held.discard()
        raise ours from None
    finally:
        call.defer(held.release)


def _ours(source: Source, call: Call, error: BaseException) -> BaseException:
    """Say what happened in our words; a cancel and the deadline explain whatever the driver said."""
    if isinstance(error, ToolError) or not isinstance(error, Exception):
        return error
    try:
        call.check()
    except ToolError as ended:
        return ended
    return source.failure(error)


class _Held:
    """The connection that a statement holds, and the ways of ending what runs on it.

    A driver's cancel comes from a thread of its own and crashes the process where the statement's handle is freed
    meanwhile. So `_settle` stands before everything that closes a cursor or a connection: it waits for a cancel that is
    in the driver, and lets none begin after it.
    """

    def __init__(self, source: Source, call: Call, database: str | None) -> None:
        self._source = source
        self._call = call
        self._database = database
        self._connection: Connection | None = None
        self._result: CursorResult[Any] | None = None
        self._cursor: Any = None
        self._is_abandoned = False
        self._driver = threading.Lock()
        self._settled = threading.Event()

    def execute(self, statement: Statement) -> CursorResult[Any]:
        """Run the statement; a connection that broke while it was idle is replaced once, unseen."""
        try:
            return self._execute(statement)
        except Exception as error:
            if not self._source.is_disconnect(error) or self._call.is_cancelled:
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

    def is_spoilt_by(self, error: BaseException) -> bool:
        """Tell whether the connection must not be used again: the server may still be at work, or it is gone."""
        return not isinstance(error, Exception) or self._source.is_disconnect(error)

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


def _collect(result: OpenResult, approved: Approved, limits: Limits, call: Call, keep: Keep | None) -> ResultSet:
    cells = Cells(limits.max_cell_characters)
    masks = maskers(approved.masks) if any(approved.masks) else ()
    kept: list[tuple[Cell, ...]] = []
    texts: list[str] = []
    characters = 0
    truncation: Truncation | None = None
    rest: list[tuple[Cell, ...]] = []
    while truncation is None:
        wanted = min(BATCH_ROWS, limits.max_rows + 1 - len(kept))
        fetched = result.fetch(wanted)
        rows = cells.convert_rows(_shown(fetched, masks), result.columns)
        fitting = min(len(rows), limits.max_rows - len(kept))
        if fitting < len(rows):
            truncation = _by_rows(limits)
        text = rows_json(rows[:fitting])
        if len(text) > limits.max_characters - characters:
            within = fit(rows[:fitting], limits.max_characters - characters, at_least=0 if kept else 1)
            if within < fitting:
                truncation, fitting = _by_characters(limits), within
                text = rows_json(rows[:fitting])
        rest = rows[fitting:]
        if fitting:
            texts.append(text)
        characters += len(text)
        kept.extend(rows[:fitting])
        if len(fetched) < wanted:
            break
    handle = None
    if truncation and keep:
        handle = _keep_rest(keep(result.columns), result, [*kept, *rest], len(kept), masks, cells, call)
    return ResultSet(
        columns=result.columns,
        rows=tuple(kept),
        json_rows=",".join(texts),
        truncation=truncation,
        clipped_cells=cells.clipped,
        elapsed_ms=round(call.elapsed_ms, 1),
        next=handle,
    )


def _keep_rest(
    writer: ResultWriter,
    result: OpenResult,
    rows: list[tuple[Cell, ...]],
    shown: int,
    masks: Masks,
    cells: Cells,
    call: Call,
) -> str | None:
    """Keep the rows that were read, give the handle of the rest, and read that rest after the answer."""
    writer.append(rows)
    handle = writer.handle(shown)
    if handle is None:
        return None

    def read_on() -> None:
        is_whole = False
        try:
            while not writer.is_full:
                fetched = result.fetch(BATCH_ROWS)
                writer.append(cells.convert_rows(_shown(fetched, masks), result.columns))
                if len(fetched) < BATCH_ROWS:
                    is_whole = True
                    break
        except Exception:  # noqa: BLE001 - nobody waits for this any more; what was read can be continued, and says so
            is_whole = False
        writer.finish(shown, is_whole=is_whole)

    call.defer(read_on)
    return handle


def _shown(rows: Sequence[Sequence[Any]], masks: Masks) -> Sequence[Sequence[Any]]:
    return list(_masked(rows, masks)) if masks else rows


def _masked(rows: Sequence[Sequence[Any]], masks: tuple[Callable[[Any], Any] | None, ...]) -> Iterator[tuple[Any, ...]]:
    for row in rows:
        yield tuple(mask(cell) if mask else cell for cell, mask in zip(row, masks, strict=True))


def maskers(masks: Sequence[Mask | None]) -> Masks:
    """Make for each column the function that masks its values; None where they are shown."""
    return tuple(partial(_mask, mask) if mask else None for mask in masks)


def _mask(mask: Mask, value: Any) -> str | None:
    return apply_mask(mask, value, _HASH_KEY)


def fit(rows: Sequence[tuple[Cell, ...]], room: int, *, at_least: int = 0) -> int:
    """Count the leading rows that fit into so many characters of compact JSON.

    Args:
        rows: Candidate rows.
        room: Characters that are left.
        at_least: Rows that count as fitting whatever their size.
    """
    used = 0
    for count, row in enumerate(rows):
        used += len(rows_json((row,))) + 1
        if used > room and count >= at_least:
            return count
    return len(rows)


def _by_rows(limits: Limits) -> Truncation:
    return Truncation(
        "rows",
        limits.max_rows,
        f"More rows exist than the {limits.max_rows} shown. Aggregate or filter in SQL, ask for a larger max_rows,"
        " or go on with `next` as cursor.",
    )


def _by_characters(limits: Limits) -> Truncation:
    return Truncation(
        "characters",
        limits.max_characters,
        f"The answer is full at {limits.max_characters} characters. Select fewer or shorter columns,"
        " aggregate in SQL, or go on with `next` as cursor.",
    )
