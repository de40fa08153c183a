"""A kept result: how it is written, how a slice of it is read, and what a handle means."""

from __future__ import annotations

import json
import logging
import os
import re
from array import array
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from mssql_mcp.errors import ValidationError
from mssql_mcp.result import ResultSet, Truncation

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from mssql_mcp.result import Cell, Column, TruncationReason

log = logging.getLogger(__name__)

STEP = 64
"""Rows from one remembered offset to the next."""

# An unpaired surrogate, which nvarchar may hold, is written and read like any other character.
_LENIENT = "surrogatepass"
# The random part of a handle and the row at which it continues.
_HANDLE = re.compile(r"([A-Za-z0-9_-]{16,64})\.([0-9]{1,9})", re.ASCII)
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode

_MESSAGES = {
    "cursor.unknown": "There is no kept result for this cursor.",
    "cursor.expired": "The result of this cursor is no longer kept.",
    "cursor.other_owner": "This cursor belongs to another connection or client.",
    "cursor.busy": "The rows for this cursor are still being fetched.",
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
        is_cut: Whether the result had more rows than are kept.
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
    is_cut: bool = False
    offsets: array[int] = field(default_factory=lambda: array("Q"))


class Keeper(Protocol):
    """What a writer needs of its store."""

    def reserve(self, kept: Kept, size: int) -> bool:
        """Make room for so many bytes more."""

    def advance(self, kept: Kept, rows: int, offsets: Iterable[int]) -> None:
        """Let rows that were written be read."""

    def settle(self, kept: Kept, *, is_cut: bool) -> bool:
        """Take a result as complete."""

    def drop(self, kept: Kept) -> None:
        """Forget a result."""


class ResultWriter:
    """Writes one result, batch by batch; used by one thread, as a context manager or until `finish` or `discard`.

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

    def append(self, rows: Sequence[Sequence[Cell]]) -> int:
        """Keep rows, as many as there is room for; never raises.

        Args:
            rows: JSON scalars, converted and masked as they may be shown.

        Returns:
            How many were kept; fewer than were given once the writer is full.
        """
        kept = self._kept
        if kept is None or not self._is_open or self._is_full:
            return 0
        lines: list[bytes] = []
        offsets: list[int] = []
        size = kept.size
        for row in rows[: self._max_rows - kept.rows]:
            line = (_encode(row) + "\n").encode("utf-8", _LENIENT)
            if size + len(line) > self._max_bytes:
                break
            if (kept.rows + len(lines)) % STEP == 0:
                offsets.append(size)
            lines.append(line)
            size += len(line)
        self._is_full = len(lines) < len(rows)
        if not lines:
            return 0
        if not self._keeper.reserve(kept, size - kept.size):
            self._is_full = True
            return 0
        return self._write(kept, lines, offsets)

    def _write(self, kept: Kept, lines: list[bytes], offsets: list[int]) -> int:
        data = memoryview(b"".join(lines))
        try:
            while data:
                data = data[os.write(self._descriptor, data) :]
        except OSError as error:
            log.warning("A result cannot be kept for continuation: %s", error)
            self.discard()
            return 0
        self._keeper.advance(kept, len(lines), offsets)
        return len(lines)

    def handle(self, start: int = 0) -> str | None:
        """Give the handle that continues at a row, while rows are still being written; None where nothing is kept."""
        return f"{self._kept.id}.{start}" if self._kept and self._is_open else None

    def finish(self, start: int = 0, *, is_whole: bool = True) -> str | None:
        """Complete the result.

        Args:
            start: Row at which the handle continues: the number of rows that were kept here and shown already.
            is_whole: Whether every row of the result was given to `append`.

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
        return handle if self._keeper.settle(self._kept, is_cut=self._is_full or not is_whole) else None

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
        is_cut: Whether the slice is the last one and the result had more rows than were kept.
        kept_rows: How many rows of the result are kept.
        reason: What ended the slice where more follow.
        limit: That limit.
    """

    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    start: int
    next: str | None
    is_cut: bool
    kept_rows: int
    reason: TruncationReason
    limit: int

    def _note(self) -> str:
        if not self.rows:
            return f"The result ends at row {self.start}."
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
        elif self.is_cut:
            hint = f"Only the first {self.kept_rows} rows were kept. Aggregate or filter in SQL."
            truncation = Truncation("rows", self.kept_rows, hint)
        return ResultSet(
            columns=self.columns,
            rows=self.rows,
            truncation=truncation,
            elapsed_ms=elapsed_ms,
            next=self.next,
            notes=(self._note(),),
        )


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
        code: `cursor.unknown`, `cursor.expired`, `cursor.other_owner` or `cursor.busy`.
        ttl_seconds: How long results are kept after their last use, where it matters.
    """
    hints = {
        "cursor.expired": f"Run the query again. Results are kept for {ttl_seconds:g} s after their last use.",
        "cursor.busy": "Ask again in a moment.",
    }
    hint = hints.get(code, "Run the query again, and pass the `next` of its answer as it is.")
    return ValidationError(_MESSAGES[code], code=code, hint=hint, retryable=code == "cursor.busy")


def rows_of(lines: Iterable[bytes]) -> Iterator[tuple[Cell, ...]]:
    """Read rows back from their lines."""
    for line in lines:
        yield tuple(json.loads(line.decode("utf-8", _LENIENT)))


def take(lines: Iterable[bytes], max_characters: int) -> tuple[tuple[tuple[Cell, ...], ...], bool]:
    """Read rows back until so many characters of JSON are reached; the first row is taken whatever its size.

    Returns:
        The rows, and whether the characters ended them.
    """
    taken: list[tuple[Cell, ...]] = []
    used = 0
    for line in lines:
        text = line.decode("utf-8", _LENIENT)
        used += len(text)
        if used > max_characters and taken:
            return tuple(taken), True
        taken.append(tuple(json.loads(text)))
    return tuple(taken), False
