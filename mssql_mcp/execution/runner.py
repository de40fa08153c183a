"""Run an approved text and keep of its rows what the limits allow.

Limits are facts: one row more than asked is fetched, so `truncated` is never a guess. When the time is over while rows
come, those that came are the answer, and it says so.
"""

from __future__ import annotations

import secrets
from functools import partial
from typing import TYPE_CHECKING, Any

from mssql_mcp.connection.call import UNANSWERED
from mssql_mcp.connection.failures import is_transient
from mssql_mcp.connection.retry import with_retry
from mssql_mcp.errors import QueryTimeoutError, SecurityError
from mssql_mcp.execution.batches import Batches
from mssql_mcp.execution.budget import changed, fit, made_to_fit, told_in, written
from mssql_mcp.execution.direct import JsonWriter
from mssql_mcp.execution.frame import frame_of, too_wide
from mssql_mcp.execution.opening import opened
from mssql_mcp.execution.values import Cells
from mssql_mcp.gate.mask import apply_mask
from mssql_mcp.gate.names import could_be_same
from mssql_mcp.rendering import FORMATS
from mssql_mcp.result import ResultSet, Truncation, WrittenRows

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from mssql_mcp.connection.call import Call
    from mssql_mcp.connection.source import Source
    from mssql_mcp.execution.kept import CutReason, ResultWriter
    from mssql_mcp.execution.limits import Limits
    from mssql_mcp.execution.opening import OpenResult
    from mssql_mcp.gate.approved import Approved
    from mssql_mcp.gate.mask import Mask
    from mssql_mcp.result import Cell, Column, TruncationReason

    Keep = Callable[[Sequence[Column]], ResultWriter]
    Masks = tuple[Callable[[Any], Any] | None, ...]

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
    notes: tuple[str, ...] = (),
) -> ResultSet:
    """Run one approved SELECT and keep what the limits allow.

    Args:
        source: The connection to run it on.
        approved: The gate's key.
        limits: Rows, characters of the whole answer, and cell characters.
        call: Deadline and cancellation.
        values: Values of the named parameters.
        database: Database to run in; None takes the connection's own.
        keep: Makes the writer that takes the whole of a truncated result, so that it can be continued; it is filled
            after the answer, inside the call's deadline. None keeps nothing.
        notes: Sentences that the answer begins its own with.

    Raises:
        QueryError: The server refused or failed the statement; `query.too_wide` where not a row fits into an answer.
        QueryTimeoutError: The deadline passed before the first row.
        QueryCancelledError: The call was cancelled.
        DatabaseConnectionError: The server cannot be reached.
    """

    def attempt() -> ResultSet:
        call.run_deferred()  # a second attempt must not wait for the connection of the first one
        with opened(source, approved, call=call, values=values or {}, database=database) as result:
            return _collect(result, approved, limits, call, keep, notes)

    return with_retry(attempt, source.settings.retry, call, should_retry=_may_pass)


def _may_pass(error: BaseException) -> bool:
    """Tell whether to run the statement again: it only reads, so nothing is lost by it."""
    return is_transient(error) and not getattr(error, "was_retried", False)


class _Page:
    """The rows of one answer, as many as the limits allow.

    Attributes:
        count: How many are shown.
        reason: What ended them where more exist.
        rest: Rows that were read and do not fit.
        clips: How many cells were clipped of each row that was read, also of the rest.
        notes: Sentences for the reader.
    """

    def __init__(self, columns: tuple[Column, ...], limits: Limits, masks: Masks, room: int) -> None:
        self.count = 0
        self.reason: TruncationReason | None = None
        self.rest: list[tuple[Cell, ...]] = []
        self.clips: list[int] = []
        self.notes: list[str] = []
        self._columns = columns
        self._limits = limits
        self._masks = masks
        self._is_json = limits.output_format == "json"
        self._writer = JsonWriter(columns, limits.max_cell_characters) if self._is_json and not masks else None
        self._rows: list[tuple[Cell, ...]] = []
        self._texts: list[str] = []
        self._counts: list[int] = []
        self._whole_room = self._room = room
        self._first: tuple[Cell, ...] | None = None
        self._cut_cells = 0

    @property
    def places(self) -> int:
        """How many rows more may come."""
        return self._limits.max_rows - self.count

    def rows(self, count: int) -> Sequence[tuple[Cell, ...]]:
        """Give the rows that were shown when they were so many."""
        if not self._is_json:
            return tuple(self._rows[:count])
        texts = self._texts[: self._counts.index(count) + 1] if count else []
        return WrittenRows(",".join(texts), count)

    def clipped(self, count: int) -> int:
        """Count the cells that are cut in so many of the shown rows."""
        return sum(self.clips[:count]) + self._cut_cells

    @property
    def whole(self) -> list[tuple[Cell, ...]]:
        """All rows that were read, cut by nothing but the limit of a cell."""
        shown = list(self.rows(self.count))
        if self._first is not None:
            shown[0] = self._first
        return [*shown, *self.rest]

    def convert(self, fetched: Sequence[Sequence[Any]]) -> tuple[list[tuple[Cell, ...]], list[int]]:
        """Give fetched rows as they may be shown, and how many cells of each were clipped."""
        values = masked(fetched, self._masks)
        cells = Cells(self._limits.max_cell_characters)
        rows = cells.convert_rows(values, self._columns)
        if not cells.clipped:
            return rows, [0] * len(rows)
        return rows, [_clipped(row, self._columns, self._limits) for row in values]

    def add(self, fetched: Sequence[Sequence[Any]]) -> None:
        """Take rows until one does not fit."""
        fitting = min(len(fetched), self.places)
        if fitting < len(fetched):
            self.reason = "rows"
        text = self._writer.write(fetched[:fitting]) if self._writer and fitting else None
        if text is not None and len(text) <= self._room:
            self.clips += [0] * fitting
            self._take(text, fitting)
            fetched = fetched[fitting:]
            fitting = 0
        if not fetched:
            return
        rows, clips = self.convert(fetched)
        self.clips += clips
        if fitting:
            text = written(rows[:fitting], self._limits.output_format)
            if len(text) > self._room:
                fitting, text = self._squeeze(rows, fitting)
            if not self._is_json:
                self._rows += rows[:fitting]
            self._take(text, fitting)
        self.rest = rows[fitting:]

    def _take(self, text: str, count: int) -> None:
        """Show so many rows, which are written so."""
        if count:
            self._texts.append(text)
            self._counts.append(self.count + count)
            self._room -= len(text) + 1
            # Last: another thread may want what has come.
            self.count += count

    def _squeeze(self, rows: list[tuple[Cell, ...]], count: int) -> tuple[int, str]:
        """Give how many of so many rows fit, and their text; the first row of all is made to fit."""
        room, output_format = self._whole_room, self._limits.output_format
        if not self.count and len(written(rows[:1], output_format)) > room:
            self._first = rows[0]
            rows[0], note = made_to_fit(self._first, self._columns, room, output_format)
            least = len(written(rows[:1], output_format))
            if least + told_in(note) > room and output_format in FORMATS:
                what = f"One row takes {least} characters, however short its texts are cut"
                raise too_wide(what, self._columns, self._limits.max_characters)
            self._cut_cells = changed(self._first, rows[0])
            self.notes.append(note)
            self._room -= told_in(note)
            within = 1
        else:
            within = fit(rows[:count], self._room + 1, output_format)
        if within < count:
            self.reason = "characters"
        return within, written(rows[:within], output_format)


def _collect(
    result: OpenResult, approved: Approved, limits: Limits, call: Call, keep: Keep | None, notes: tuple[str, ...]
) -> ResultSet:
    said = (*notes, f"Trace id: {result.trace}") if result.trace else notes
    frame = frame_of(result.columns, limits.max_characters, limits.output_format, said)
    page = _Page(result.columns, limits, maskers(approved, result.columns), frame.room)
    batches = Batches(result, call.clock)

    def answer(count: int, truncation: Truncation | None, handle: str | None = None) -> ResultSet:
        return ResultSet(
            columns=frame.columns,
            rows=page.rows(count),
            truncation=truncation,
            clipped_cells=page.clipped(count),
            elapsed_ms=round(call.elapsed_ms, 1),
            next=handle,
            notes=(*frame.notes, *page.notes),
        )

    def part() -> ResultSet | None:
        """Give the rows that have come, for one who waits no longer for a driver that does not answer."""
        count = page.count
        return answer(count, _late(call, f"over. {UNANSWERED}")) if count else None

    with call.offering(part):
        try:
            while page.reason is None and not batches.is_over:
                page.add(batches.read(page.places + 1))
        except QueryTimeoutError:
            if not page.count or not call.is_over:
                raise
            page.reason = "time"
    handle = _keep_rest(keep(result.columns), page, batches, call) if page.rest and keep else None
    truncation = _truncation(page.reason, limits, call, can_continue=handle is not None) if page.reason else None
    return answer(page.count, truncation, handle)


def _clipped(row: Sequence[Any], columns: Sequence[Column], limits: Limits) -> int:
    cells = Cells(limits.max_cell_characters)
    cells.convert_rows([row], columns)
    return cells.clipped


def _keep_rest(writer: ResultWriter, page: _Page, batches: Batches, call: Call) -> str | None:
    """Keep the rows that were read, give the handle of the rest, and read that rest after the answer.

    Returns:
        The handle; None where no row is kept beyond those that are shown.
    """
    shown = page.count
    writer.append(page.whole, page.clips)
    if writer.rows <= shown:
        writer.discard()
        return None

    def read_on() -> None:
        cut: CutReason | None = None
        with call.ending_with(_nothing, abandon=writer.leave):
            try:
                while not writer.is_full and not batches.is_over:
                    writer.append(*page.convert(batches.read()))
            except Exception:  # noqa: BLE001 - nobody waits for this any more; what was read can be continued, and says so
                cut = "time" if call.is_over or call.is_cancelled else "failure"
        writer.finish(shown, cut=cut)

    call.defer(read_on)
    return writer.handle(shown)


def _nothing() -> None:
    """End nothing: the statement's own ending does."""


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


def _late(call: Call, what: str) -> Truncation:
    """Say that the time was over, and what to do next."""
    step = "Filter or aggregate in SQL, or ask for a longer timeout."
    return Truncation("time", call.seconds, f"The time of {call.seconds:g} s was {what} {step}")


def _truncation(reason: TruncationReason, limits: Limits, call: Call, *, can_continue: bool) -> Truncation:
    """Say what ended an answer, and what to do next."""
    if reason == "time":
        return _late(call, "over before all rows had come; the query was ended.")
    if reason == "rows":
        limit, what = limits.max_rows, f"More rows exist than the {limits.max_rows} shown."
        step = "Aggregate or filter in SQL, or ask for a larger max_rows."
    else:
        limit, what = limits.max_characters, f"The answer is full at {limits.max_characters} characters."
        step = "Select fewer or shorter columns, or aggregate in SQL."
    return Truncation(reason, limit, f"{what} {step}{' Or go on with `next` as cursor.' if can_continue else ''}")
