"""Run an approved text and keep of its rows what the limits allow.

Limits are facts: one row more than asked is fetched, so `truncated` is never a guess.
"""

from __future__ import annotations

import secrets
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from mssql_mcp.connection.failures import is_transient
from mssql_mcp.connection.retry import with_retry
from mssql_mcp.errors import SecurityError
from mssql_mcp.execution.opening import opened
from mssql_mcp.execution.values import Cells
from mssql_mcp.gate.mask import apply_mask
from mssql_mcp.gate.names import could_be_same
from mssql_mcp.result import ResultSet, Truncation, rows_json

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from mssql_mcp.connection.call import Call
    from mssql_mcp.connection.source import Source
    from mssql_mcp.execution.kept import ResultWriter
    from mssql_mcp.execution.limits import Limits
    from mssql_mcp.execution.opening import OpenResult
    from mssql_mcp.gate.approved import Approved
    from mssql_mcp.gate.mask import Mask
    from mssql_mcp.result import Cell, Column

    Keep = Callable[[Sequence[Column]], ResultWriter]
    Masks = tuple[Callable[[Any], Any] | None, ...]

# Rows fetched at a time: large enough to make the driver's call cost nothing, small enough to stop soon after a cancel.
BATCH_ROWS = 500

# Key of the `hashed` mask: equal values have equal hashes while the process lives, and nobody can try out values.
_HASH_KEY = secrets.token_bytes(32)


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
        call.run_deferred()  # a second attempt must not wait for the connection of the first one
        with opened(source, approved, call=call, values=values or {}, database=database) as result:
            return _collect(result, approved, limits, call, keep)

    return with_retry(attempt, source.settings.retry, call, should_retry=_may_pass)


def _may_pass(error: BaseException) -> bool:
    """Tell whether to run the statement again: it only reads, so nothing is lost by it."""
    return is_transient(error) and not getattr(error, "was_retried", False)


def _collect(result: OpenResult, approved: Approved, limits: Limits, call: Call, keep: Keep | None) -> ResultSet:
    cells = Cells(limits.max_cell_characters)
    masks = maskers(approved, result.columns)
    kept: list[tuple[Cell, ...]] = []
    texts: list[str] = []
    characters = 0
    truncation: Truncation | None = None
    rest: list[tuple[Cell, ...]] = []
    while truncation is None:
        wanted = min(BATCH_ROWS, limits.max_rows + 1 - len(kept))
        fetched = result.fetch(wanted)
        clipped, values = cells.clipped, masked(fetched, masks)
        rows = cells.convert_rows(values, result.columns)
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
        if rest and cells.clipped > clipped:
            cells.clipped = clipped + _clipped(values[:fitting], result.columns, limits)
        if fitting:
            texts.append(text)
        characters += len(text)
        kept.extend(rows[:fitting])
        if len(fetched) < wanted:
            break
    handle = None
    if truncation and keep:
        handle = _keep_rest(keep(result.columns), result, [*kept, *rest], len(kept), masks, cells, call)
    if truncation and handle:
        truncation = replace(truncation, hint=f"{truncation.hint} Or go on with `next` as cursor.")
    return ResultSet(
        columns=result.columns,
        rows=tuple(kept),
        json_rows=",".join(texts),
        truncation=truncation,
        clipped_cells=cells.clipped,
        elapsed_ms=round(call.elapsed_ms, 1),
        next=handle,
        notes=(f"Trace id: {result.trace}",) if result.trace else (),
    )


def _clipped(rows: Sequence[Sequence[Any]], columns: Sequence[Column], limits: Limits) -> int:
    """Count the clipped cells of the rows that are shown; those that do not fit were converted with them."""
    cells = Cells(limits.max_cell_characters)
    cells.convert_rows(rows, columns)
    return cells.clipped


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
                writer.append(cells.convert_rows(masked(fetched, masks), result.columns))
                if len(fetched) < BATCH_ROWS:
                    is_whole = True
                    break
        except Exception:  # noqa: BLE001 - nobody waits for this any more; what was read can be continued, and says so
            is_whole = False
        writer.finish(shown, is_whole=is_whole)

    call.defer(read_on)
    return handle


def masked(rows: Sequence[Sequence[Any]], masks: Masks) -> Sequence[Sequence[Any]]:
    """Give the rows with their masks applied; the rows themselves where there are none."""
    if not masks:
        return rows
    return [tuple(mask(cell) if mask else cell for cell, mask in zip(row, masks, strict=True)) for row in rows]


def maskers(approved: Approved, columns: Sequence[Column]) -> Masks:
    """Make for each column the function that masks its values, None where they are shown; empty where all are.

    Raises:
        SecurityError: `policy.masked_column`; the result has other columns than the gate has seen.
    """
    masks = approved.masks
    if not any(masks):
        return ()
    names = [column.name for column in columns]
    if len(masks) != len(names) or not all(map(_may_be_called, approved.names, names)):
        raise SecurityError(
            "The result has other columns than were expected, so nobody can tell which of them are masked.",
            code="policy.masked_column",
            hint="Name the columns that you need instead of *; if the schema has just changed, ask again in a minute.",
        )
    return tuple(partial(_mask, mask) if mask else None for mask in masks)


def _may_be_called(expected: str, name: str) -> bool:
    return not expected or could_be_same(expected, name)


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
        f"More rows exist than the {limits.max_rows} shown. Aggregate or filter in SQL, or ask for a larger max_rows.",
    )


def _by_characters(limits: Limits) -> Truncation:
    return Truncation(
        "characters",
        limits.max_characters,
        f"The answer is full at {limits.max_characters} characters. Select fewer or shorter columns,"
        " or aggregate in SQL.",
    )
