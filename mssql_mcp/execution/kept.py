"""A kept result: how it is written, how a slice of it is read, and what a handle means."""

from __future__ import annotations

import json
import logging
import os
import re
from array import array
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, Protocol

from mssql_mcp.errors import ValidationError
from mssql_mcp.execution.budget import changed, made_to_fit, written
from mssql_mcp.result import ResultSet, Truncation

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from mssql_mcp.result import Cell, Column, TruncationReason

log = logging.getLogger(__name__)

STEP = 64
"""Rows from one remembered offset to the next."""

CutReason = Literal["rows", "bytes", "time", "failure"]
"""Why not all rows of a result are kept."""

# An unpaired surrogate, which nvarchar may hold, is written and read like any other character.
_LENIENT = "surrogatepass"
# The random part of a handle and the row at which it continues.
_HANDLE = re.compile(r"([A-Za-z0-9_-]{16,64})\.([0-9]{1,9})", re.ASCII)
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode

_MESSAGES = {
    "cursor.unknown": "There is no kept result for this cursor.",
    "cursor.expired": "The result of this cursor is no longer kept.",
    "cursor.other_connection": "This cursor belongs to another connection.",
    "cursor.other_owner": "This cursor belongs to another client.",
    "cursor.busy": "The rows for this cursor are still being fetched.",
}
_CUTS: dict[CutReason, str] = {
    "rows": "no more rows of one result are kept (limits.keep_rows)",
    "bytes": "there is room for no more (limits.keep_megabytes)",
    "time": "the time of the query was over then",
    "failure": "reading the others failed",
}


@dataclass(slots=True, eq=False)
class Kept:
    """A result on disk; what changes does so under the store's lock.

    Attributes:
        id: Random part of its handles.
        columns: Of the result.
        connection: That may read it.
        owner: Client or session that may read it.
        path: Its file of JSON lines.
        expires_at: When it ends, in the store's clock.
        rows: How many are written.
        size: Bytes that are written or about to be.
        is_complete: Whether nothing more will be written.
        cut: Why the result had more rows than are kept; None where all are.
        clipped: How many cells of the kept rows are clipped.
        offsets: Byte offset of every 64th row.
    """

    id: str
    columns: tuple[Column, ...]
    connection: str
    owner: str
    path: Path
    expires_at: float
    rows: int = 0
    size: int = 0
    is_complete: bool = False
    cut: CutReason | None = None
    clipped: int = 0
    offsets: array[int] = field(default_factory=lambda: array("Q"))


class Keeper(Protocol):
    """What a writer needs of its store."""

    def reserve(self, kept: Kept, size: int) -> bool:
        """Make room for so many bytes more."""

    def advance(self, kept: Kept, rows: int, offsets: Iterable[int], clipped: int) -> None:
        """Let rows that were written be read."""

    def settle(self, kept: Kept, *, cut: CutReason | None) -> bool:
        """Take a result as complete."""

    def drop(self, kept: Kept) -> None:
        """Forget a result."""


class ResultWriter:
    """Writes one result, batch by batch; used by one thread, as a context manager or until `finish` or `discard`.

    A line is a row as JSON, and behind it how many of its cells are clipped, where any is.

    Args:
        keeper: The store.
        kept: What is written; None for a writer that keeps nothing.
        descriptor: Of its open file.
        max_rows: Rows that are kept.
        max_bytes: Bytes that are kept.
    """

    def __init__(self, keeper: Keeper, kept: Kept | None, descriptor: int, max_rows: int, max_bytes: int) -> None:
        self._keeper = keeper
        self._kept = kept
        self._descriptor = descriptor
        self._max_rows = max_rows
        self._max_bytes = max_bytes
        self._is_open = kept is not None
        self._is_full = kept is None
        self._cut: CutReason | None = None

    def __enter__(self) -> ResultWriter:
        return self

    def __exit__(self, *_: object) -> None:
        """Discard what was not finished."""
        if self._is_open:
            self.discard()

    @property
    def is_full(self) -> bool:
        """Whether no more rows are taken: fetching further ones is of no use."""
        return self._is_full

    @property
    def rows(self) -> int:
        """How many rows are kept so far."""
        return self._kept.rows if self._kept else 0

    def append(self, rows: Sequence[Sequence[Cell]], clips: Sequence[int] = ()) -> int:
        """Keep rows, as many as there is room for; never raises.

        Args:
            rows: JSON scalars, converted and masked as they may be shown.
            clips: How many cells of each row are clipped; none at all where it is empty.

        Returns:
            How many were kept; fewer than were given once the writer is full.
        """
        kept = self._kept
        if kept is None or not self._is_open or self._is_full:
            return 0
        lines: list[bytes] = []
        offsets: list[int] = []
        size = kept.size
        fitting = rows[: self._max_rows - kept.rows]
        clips = clips or [0] * len(rows)
        for row, clipped in zip(fitting, clips, strict=False):
            line = f"{_encode(row)}{clipped or ''}\n".encode("utf-8", _LENIENT)
            if size + len(line) > self._max_bytes:
                break
            if (kept.rows + len(lines)) % STEP == 0:
                offsets.append(size)
            lines.append(line)
            size += len(line)
        if len(lines) < len(rows):
            self._fill("rows" if len(lines) == len(fitting) else "bytes")
        if not lines:
            return 0
        if not self._keeper.reserve(kept, size - kept.size):
            self._fill("bytes")
            return 0
        return self._write(kept, lines, offsets, sum(clips[: len(lines)]))

    def _fill(self, cut: CutReason) -> None:
        self._is_full, self._cut = True, cut

    def _write(self, kept: Kept, lines: list[bytes], offsets: list[int], clipped: int) -> int:
        data = memoryview(b"".join(lines))
        try:
            while data:
                data = data[os.write(self._descriptor, data) :]
        except OSError as error:
            log.warning("A result cannot be kept for continuation: %s", error)
            self.discard()
            return 0
        self._keeper.advance(kept, len(lines), offsets, clipped)
        return len(lines)

    def handle(self, start: int = 0) -> str | None:
        """Give the handle that continues at a row, while rows are still being written; None where nothing is kept."""
        return f"{self._kept.id}.{start}" if self._kept and self._is_open else None

    def finish(self, start: int = 0, *, cut: CutReason | None = None) -> str | None:
        """Complete the result.

        Args:
            start: Row at which the handle continues: the number of rows that were kept here and shown already.
            cut: Why not every row of the result was given to `append`; None where every one was.

        Returns:
            The handle; None where there is nothing to continue with, and then nothing is kept.
        """
        handle = self.handle(start)
        if not self._is_open or self._kept is None:
            return None
        if self._kept.rows <= start:
            self.discard()
            return None
        self._close()
        return handle if self._keeper.settle(self._kept, cut=self._cut or cut) else None

    def leave(self) -> None:
        """Take what is written as all there will be. Called from another thread, when this one is stuck in a driver."""
        if self._kept:
            self._keeper.settle(self._kept, cut="time")

    def discard(self) -> None:
        """Keep nothing of this result."""
        self._close()
        self._is_full = True
        if self._kept:
            self._keeper.drop(self._kept)

    def _close(self) -> None:
        if self._is_open:
            self._is_open = False
            with suppress(OSError):
                os.close(self._descriptor)


@dataclass(frozen=True, slots=True)
class Slice:
    """Some rows of a kept result.

    Attributes:
        columns: Of the result.
        rows: JSON scalars.
        start: Row of the result at which the slice begins, from 0.
        next: Handle that continues after the slice; None at the end.
        cut: Why not all rows of the result are kept, where this is the last slice of those that are.
        kept_rows: How many rows of the result are kept.
        reason: What ended the slice where more follow.
        limit: That limit.
        clipped: How many cells of these rows are clipped.
        note: About the rows; empty for none.
    """

    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    start: int
    next: str | None
    cut: CutReason | None
    kept_rows: int
    reason: TruncationReason
    limit: int
    clipped: int = 0
    note: str = ""

    def _place(self) -> str:
        if not self.rows:
            what = "What is kept of the result" if self.cut else "The result"
            return f"{what} ends at row {self.start}."
        return f"Rows {self.start + 1} to {self.start + len(self.rows)} of the result."

    @property
    def is_end(self) -> bool:
        """Whether nothing follows."""
        return self.next is None

    def result_set(self, elapsed_ms: float = 0.0) -> ResultSet:
        """Give the slice as an answer, which says where it stands and how it goes on."""
        truncation = None
        if self.next:
            truncation = Truncation(self.reason, self.limit, "More rows follow; continue with the cursor.")
        elif self.cut:
            reason: TruncationReason = "time" if self.cut == "time" else "rows"
            truncation = Truncation(reason, self.kept_rows, cut_sentence(self.cut, self.kept_rows))
        return ResultSet(
            columns=self.columns,
            rows=self.rows,
            truncation=truncation,
            clipped_cells=self.clipped,
            elapsed_ms=elapsed_ms,
            next=self.next,
            notes=(self._place(), self.note) if self.note else (self._place(),),
        )


def cut_sentence(cut: CutReason, rows: int) -> str:
    """Say how many rows of a result are kept, why not all, and what to do."""
    return f"Only the first {rows} rows were kept: {_CUTS[cut]}. Aggregate or filter in SQL."


def split_handle(handle: str) -> tuple[str, int]:
    """Give the random part and the row of a handle.

    Raises:
        ValidationError: `cursor.unknown`; it is none.
    """
    match = _HANDLE.fullmatch(handle)
    if match is None:
        raise no_result("cursor.unknown")
    return match[1], int(match[2])


def no_result(code: str, ttl_seconds: float = 0.0) -> ValidationError:
    """Make the error for a handle that gives no rows.

    Args:
        code: `cursor.unknown`, `cursor.expired`, `cursor.other_owner`, `cursor.other_connection` or `cursor.busy`.
        ttl_seconds: How long results are kept after their last use, where it matters.
    """
    hints = {
        "cursor.expired": f"Run the query again. Results are kept for {ttl_seconds:g} s after their last use, or until "
        "there is no room for them.",
        "cursor.busy": "Ask again in a moment.",
        "cursor.other_connection": "Leave `connection` out: the cursor goes on with the query as it was.",
    }
    hint = hints.get(code, "Run the query again, and pass the `next` of its answer as it is.")
    return ValidationError(_MESSAGES[code], code=code, hint=hint, retryable=code == "cursor.busy")


def rows_of(lines: Iterable[bytes]) -> Iterator[tuple[Cell, ...]]:
    """Read rows back from their lines."""
    for line in lines:
        yield _parsed(line.decode("utf-8", _LENIENT))[0]


def _parsed(text: str) -> tuple[tuple[Cell, ...], int]:
    """Give the row of a line, and how many of its cells are clipped."""
    end = text.rindex("]") + 1
    return tuple(json.loads(text[:end])), int(text[end:].rstrip() or 0)


@dataclass(frozen=True, slots=True)
class Taken:
    """Rows of a kept result that fit into an answer.

    Attributes:
        rows: JSON scalars.
        clipped: How many of their cells are clipped.
        is_full: Whether the characters ended them.
        note: Says that a row alone is larger than an answer and was cut; empty for none.
    """

    rows: tuple[tuple[Cell, ...], ...]
    clipped: int = 0
    is_full: bool = False
    note: str = ""


def take(lines: Iterable[bytes], columns: Sequence[Column], max_characters: int, output_format: str = "json") -> Taken:
    """Read rows back until so many characters are reached; the first row is taken whatever its size, and made to fit.

    Args:
        lines: Of the file.
        columns: Of the result.
        max_characters: Of the rows, written in the format.
        output_format: Of the answer.
    """
    taken: list[tuple[Cell, ...]] = []
    used = clipped = 0
    note = ""
    for line in lines:
        row, cells = _parsed(line.decode("utf-8", _LENIENT))
        size = len(written((row,), output_format))
        if used + size > max_characters:
            if taken:
                return Taken(tuple(taken), clipped, True, note)
            whole = row
            row, note = made_to_fit(whole, columns, max_characters, output_format)
            cells += changed(whole, row)
        taken.append(row)
        clipped += cells
        used += size + 1
    return Taken(tuple(taken), clipped, False, note)
