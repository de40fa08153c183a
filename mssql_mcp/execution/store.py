"""Keep the rest of large results on disk, so that they can be continued: memory stays flat, files stay private.

A result is one file of JSON lines in the process's private folder, with the offset of every 64th row in memory: a slice
is read without what stands before it. Handles are random, end some time after their last use, and work only on the
connection and for the client that they were made for. Sizes are bounded for one result and for all; the result that was
not used longest makes room for a new one. A disk that is full or cannot be written to means that a result cannot be
continued, never that a query fails.
"""

from __future__ import annotations

import logging
import secrets
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from mssql_mcp.execution.folder import PrivateFolder
from mssql_mcp.execution.kept import (
    STEP,
    Kept,
    ResultWriter,
    Slice,
    cut_sentence,
    no_result,
    rows_of,
    split_handle,
    take,
)
from mssql_mcp.rendering.tables import csv_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from io import BufferedReader
    from pathlib import Path

    from mssql_mcp.execution.kept import CutReason
    from mssql_mcp.result import Column

log = logging.getLogger(__name__)

# Ended handles that are still told from unknown ones.
REMEMBERED = 1_000
# How long a slice waits for all the rows that it may have, before it takes those that are there.
PAGE_SECONDS = 0.5
CSV_ROWS = 500  # in one piece


@dataclass(frozen=True, slots=True)
class StoreLimits:
    """How much is kept, and how long.

    Attributes:
        max_rows: Of one result.
        max_bytes: Of one result.
        max_total_bytes: Of all results.
        max_results: Kept at the same time.
        ttl_seconds: From the last use of a handle to its end.
    """

    max_rows: int = 100_000
    max_bytes: int = 64 * 1024 * 1024
    max_total_bytes: int = 256 * 1024 * 1024
    max_results: int = 200
    ttl_seconds: float = 600.0


def start_timer(seconds: float, work: Callable[[], object]) -> Callable[[], None]:
    """Do work later in a thread that keeps no process alive; gives the function that calls it off."""
    timer = threading.Timer(seconds, work)
    timer.daemon = True
    timer.start()
    return timer.cancel


class ResultStore:
    """The kept results of this process. Safe from any thread.

    Args:
        limits: How much and how long.
        root: Folder under which the private one is made; None takes the user's cache. Nothing is made before the
            first result.
        clock: Monotonic seconds.
        timer: Does work after so many seconds and gives a function that calls it off; ends results that nobody asks
            for.
    """

    def __init__(
        self,
        limits: StoreLimits = StoreLimits(),
        *,
        root: Path | None = None,
        clock: Callable[[], float] = time.monotonic,
        timer: Callable[[float, Callable[[], object]], Callable[[], None]] = start_timer,
    ) -> None:
        self.limits = limits
        self._root = root
        self._clock = clock
        self._timer = timer
        self._lock = threading.RLock()
        self._grown = threading.Condition(self._lock)
        self._folder: PrivateFolder | None = None
        self._kept: OrderedDict[str, Kept] = OrderedDict()
        self._ended: OrderedDict[str, None] = OrderedDict()
        self._leftovers: list[Path] = []
        self._total = 0
        self._call_off: Callable[[], None] | None = None
        self._is_closed = False

    @property
    def total_bytes(self) -> int:
        """Bytes that all kept results take."""
        with self._lock:
            return self._total

    @property
    def count(self) -> int:
        """How many results are kept."""
        with self._lock:
            return len(self._kept)

    def writer(
        self,
        columns: Sequence[Column],
        *,
        connection: str,
        owner: str,
        max_rows: int | None = None,
        max_bytes: int | None = None,
    ) -> ResultWriter:
        """Begin to keep a result; never raises: where nothing can be kept, the writer keeps nothing.

        Args:
            columns: Of the result.
            connection: Name of the connection; only it may read the result.
            owner: Key of the client or session; only it may read the result.
            max_rows: Rows that are kept; None takes the store's limit.
            max_bytes: Bytes that are kept; None takes the store's limit.
        """
        kept, descriptor = None, -1
        with self._lock:
            self.sweep()
            try:
                if self._has_place():
                    self._folder = self._folder or PrivateFolder(self._root)
                    identity = secrets.token_urlsafe(18)
                    path, descriptor = self._folder.new_file(f"{identity}.jsonl")
                    kept = Kept(identity, tuple(columns), connection, owner, path, self._until())
                    self._kept[identity] = kept
                    self._watch()
            except OSError as error:
                log.warning("Results cannot be kept for continuation: %s", error)
        rows, size = self.limits.max_rows, self.limits.max_bytes
        return ResultWriter(self, kept, descriptor, max_rows or rows, max_bytes or size)

    def find(self, handle: str, *, owner: str, connection: str | None = None) -> tuple[str, tuple[Column, ...]]:
        """Give connection and columns of a handle's result; arguments and errors are those of `read`."""
        with self._lock:
            kept = self._find(split_handle(handle)[0], owner, connection)
            return kept.connection, kept.columns

    def read(
        self,
        handle: str,
        *,
        owner: str,
        connection: str | None = None,
        max_rows: int,
        max_characters: int,
        output_format: str = "json",
        wait_seconds: float = 0.0,
    ) -> Slice:
        """Read the next rows of a kept result; its end moves into the future.

        Args:
            handle: As the answer before gave it.
            owner: Key of the client or session that asks.
            connection: That the call names; None does not check it.
            max_rows: At most so many rows.
            max_characters: At most so many characters; at least one row comes, and is made to fit.
            output_format: In which the characters are counted.
            wait_seconds: How long to wait for rows that are still being written.

        Raises:
            ValidationError: `cursor.*`; see `kept.no_result`.
        """
        identity, start = split_handle(handle)
        with self._lock:
            kept = self._find(identity, owner, connection)
            self._wait_for(kept, start + max_rows, min(wait_seconds, PAGE_SECONDS))
            if not self._wait_for(kept, start + 1, wait_seconds):
                raise no_result("cursor.busy")
            kept = self._find(identity, owner, connection)
            rows, is_complete = kept.rows, kept.is_complete
            if start > rows:
                raise no_result("cursor.unknown")
            if start == rows:
                # The handle was given while rows were still being written, and none came after it.
                return Slice(kept.columns, (), start, None, kept.cut, rows, "rows", max_rows)
            file = self._open(kept, kept.offsets[start // STEP])
        with file:
            first = start % STEP
            lines = islice(file, first, first + min(max_rows, rows - start))
            taken = take(lines, kept.columns, max_characters, output_format)
        end = start + len(taken.rows)
        has_more = end < rows or not is_complete
        return Slice(
            columns=kept.columns,
            rows=taken.rows,
            start=start,
            next=f"{kept.id}.{end}" if has_more else None,
            cut=None if has_more else kept.cut,
            kept_rows=rows,
            reason="characters" if taken.is_full else "rows",
            limit=max_characters if taken.is_full else max_rows,
            clipped=taken.clipped,
            note=taken.note,
        )

    def csv(
        self, handle: str, *, owner: str, connection: str | None = None, wait_seconds: float = 0.0
    ) -> Iterator[str]:
        """Give a kept result as CSV, piece by piece: the header first, then some hundred rows each.

        Where rows or parts of cells are missing, an empty line and a sentence in brackets end it.

        Args:
            handle: Any of the result's; the row that it names does not matter.
            owner: Key of the client or session that asks.
            connection: That the call names; None does not check it.
            wait_seconds: How long to wait for a result that is still being written.

        Raises:
            ValidationError: `cursor.*`; see `kept.no_result`.
        """
        identity, _ = split_handle(handle)
        with self._lock:
            kept = self._find(identity, owner, connection)
            if not self._grown.wait_for(lambda: kept.is_complete, wait_seconds):
                raise no_result("cursor.busy")
            kept = self._find(identity, owner, connection)
            file = self._open(kept, 0)
        return _pieces(file, kept)

    def sweep(self) -> int:
        """End the results whose time is over, and count them."""
        with self._lock:
            now = self._clock()
            over = [kept for kept in self._kept.values() if kept.expires_at <= now]
            for kept in over:
                self._end(kept)
            self._leftovers = [path for path in self._leftovers if not _removed(path)]
            return len(over)

    def close(self) -> None:
        """End every result and remove the folder; results are kept no more."""
        with self._lock:
            self._is_closed = True
            for kept in list(self._kept.values()):
                self._end(kept)
            if self._call_off:
                self._call_off()
                self._call_off = None
            if self._folder:
                self._folder.close()

    # What a writer needs; see `Keeper`

    def reserve(self, kept: Kept, size: int) -> bool:
        """Make room for so many bytes more of a result; False where there is none, or the result has ended."""
        with self._lock:
            if kept.is_complete or kept.size + size > self.limits.max_total_bytes:
                return False
            while self._total + size > self.limits.max_total_bytes:
                if not self._evict():
                    return False
            kept.expires_at = self._until()
            kept.size += size
            self._total += size
            return True

    def advance(self, kept: Kept, rows: int, offsets: Iterable[int], clipped: int) -> None:
        """Let rows that were written be read, unless the result was taken as complete without them."""
        with self._lock:
            if kept.is_complete:
                return
            kept.rows += rows
            kept.clipped += clipped
            kept.offsets.extend(offsets)
            self._grown.notify_all()

    def settle(self, kept: Kept, *, cut: CutReason | None) -> bool:
        """Take a result as complete, if it is not yet; False where it has ended meanwhile."""
        with self._lock:
            if not kept.is_complete:
                kept.is_complete, kept.cut = True, cut
                self._grown.notify_all()
            return kept.id in self._kept

    def drop(self, kept: Kept) -> None:
        """Forget a result; whoever waits for its rows is told."""
        with self._lock:
            if kept.id in self._kept:
                self._end(kept)

    # Under the lock

    def _wait_for(self, kept: Kept, rows: int, seconds: float) -> bool:
        """Wait for so many rows or the end of a result; False where neither came."""
        return self._grown.wait_for(lambda: kept.is_complete or kept.rows >= rows, seconds)

    def _find(self, identity: str, owner: str, connection: str | None) -> Kept:
        self.sweep()
        kept = self._kept.get(identity)
        if kept is None:
            raise no_result("cursor.expired" if identity in self._ended else "cursor.unknown", self.limits.ttl_seconds)
        if kept.owner != owner:
            raise no_result("cursor.other_owner")
        if connection not in (None, kept.connection):
            raise no_result("cursor.other_connection")
        kept.expires_at = self._until()
        self._kept.move_to_end(identity)
        return kept

    def _open(self, kept: Kept, offset: int) -> BufferedReader:
        try:
            file = kept.path.open("rb")
        except OSError:
            # Somebody else removed it; the operating system's own cleaner of temporary files, for example.
            self._end(kept)
            raise no_result("cursor.expired", self.limits.ttl_seconds) from None
        file.seek(offset)
        return file

    def _has_place(self) -> bool:
        """Make place for one more result, unless the store is closed or every kept one is still being written."""
        while len(self._kept) >= self.limits.max_results:
            if not self._evict():
                return False
        return not self._is_closed

    def _evict(self) -> bool:
        """End the complete result that was not used longest; False where there is none."""
        oldest = next((kept for kept in self._kept.values() if kept.is_complete), None)
        if oldest is None:
            return False
        self._end(oldest)
        return True

    def _end(self, kept: Kept) -> None:
        del self._kept[kept.id]
        kept.is_complete = True
        self._grown.notify_all()
        self._total -= kept.size
        self._ended[kept.id] = None
        while len(self._ended) > REMEMBERED:
            self._ended.popitem(last=False)
        if not _removed(kept.path):
            self._leftovers.append(kept.path)

    def _until(self) -> float:
        return self._clock() + self.limits.ttl_seconds

    def _watch(self) -> None:
        """See that results end in time, also when nobody asks for anything."""
        if self._call_off is None and self._kept and not self._is_closed:
            seconds = min(kept.expires_at for kept in self._kept.values()) - self._clock()
            self._call_off = self._timer(max(seconds, 1.0), self._on_time)

    def _on_time(self) -> None:
        with self._lock:
            self._call_off = None
            self.sweep()
            self._watch()


def _pieces(file: BufferedReader, kept: Kept) -> Iterator[str]:
    with file:
        yield csv_line([column.name for column in kept.columns]) + "\n"
        rows = islice(rows_of(file), kept.rows)
        while piece := [csv_line(row) for row in islice(rows, CSV_ROWS)]:
            yield "\n".join(piece) + "\n"
    missing = [cut_sentence(kept.cut, kept.rows)] if kept.cut else []
    if kept.clipped:
        missing.append(f"Clipped cells: {kept.clipped} (each ends with its full length).")
    if missing:
        yield f"\n({' '.join(missing)})\n"


def _removed(path: Path) -> bool:
    """Remove a file; False where it is still open somewhere, which Windows does not like."""
    try:
        path.unlink(missing_ok=True)
    except OSError:
        return False
    return True
