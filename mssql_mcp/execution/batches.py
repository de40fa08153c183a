"""Fetch a result in batches whose size follows what the rows turn out to be.

A batch is what stands in memory at once, and what is lost when the time is over in the middle of it. So the first ones
are small; they grow while the rows are small and come quickly, and shrink where they do not.
"""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mssql_mcp.execution.opening import OpenResult
    from mssql_mcp.result import Column

# Large enough to make the driver's call cost nothing, small enough to stop soon after a cancel.
MAX_ROWS = 500
FIRST_ROWS = 1
GROWTH = 4
# What a batch may take, roughly: characters of text and bytes of binary values, as the driver gives them.
BATCH_BYTES = 4 * 1024 * 1024
# Rows that can be huge, as their types say, are never fetched by more than this: they may grow without a warning.
MAX_WIDE_ROWS = 100
# What a batch should take at most, so that the deadline costs few rows.
BATCH_SECONDS = 0.25

_SIZED = (str, bytes, bytearray)
_LENGTH = re.compile(r"(?:string|n?(?:var)?char|(?:var)?binary)\(([0-9]+)\)", re.ASCII)
# Types whose values are small whatever they are; about what one takes in memory.
_SMALL_TYPES = """
    bigint bit date datetime datetime2 datetimeoffset decimal float int money numeric real rowversion smalldatetime
    smallint smallmoney time timestamp tinyint uniqueidentifier
"""
_SMALL = frozenset(_SMALL_TYPES.split())
_SMALL_BYTES = 64


class Batches:
    """The rows of an open result, batch by batch.

    Args:
        result: Whose rows are fetched.
        clock: Seconds.
        max_rows: Of one batch.

    Attributes:
        is_over: Whether the result has ended.
    """

    def __init__(self, result: OpenResult, clock: Callable[[], float], max_rows: int = MAX_ROWS) -> None:
        self.is_over = False
        self._fetch = result.fetch
        self._clock = clock
        width = width_of(result.columns)
        self._is_narrow = width is not None and width * max_rows <= BATCH_BYTES
        self._max_rows = max_rows if self._is_narrow else min(max_rows, MAX_WIDE_ROWS)
        self._rows = FIRST_ROWS

    def read(self, at_most: int = sys.maxsize) -> Sequence[Sequence[Any]]:
        """Fetch the next rows, no more than so many; see `is_over` for the end."""
        wanted = min(self._rows, at_most)
        began = self._clock()
        rows = self._fetch(wanted)
        self.is_over = len(rows) < wanted
        if not self.is_over:
            self._rows = self._next(rows, self._clock() - began)
        return rows

    def _next(self, rows: Sequence[Sequence[Any]], seconds: float) -> int:
        wanted = min(GROWTH * self._rows, self._max_rows)
        if seconds * wanted > BATCH_SECONDS * len(rows):
            wanted = int(BATCH_SECONDS * len(rows) / seconds)
        if not self._is_narrow:
            wanted = min(wanted, BATCH_BYTES * len(rows) // max(1, size_of(rows)))
        return max(1, wanted)


def width_of(columns: Sequence[Column]) -> int | None:
    """Give what a row can take at most by its types, in characters and bytes; None where it has no bound."""
    width = 0
    for column in columns:
        if column.type.partition("(")[0] in _SMALL:
            width += _SMALL_BYTES
        elif match := _LENGTH.fullmatch(column.type):
            width += int(match[1])
        else:
            return None
    return width


def size_of(rows: Sequence[Sequence[Any]]) -> int:
    """Count the characters and bytes of the rows' texts and binary values."""
    return sum(len(cell) for row in rows for cell in row if isinstance(cell, _SIZED))
