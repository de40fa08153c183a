"""What an answer's rows take in the format in which they are sent, and how an overlong row is made to fit.

A row whose cells fit one by one may be larger than the whole answer may be. Its texts and binary values are then cut
further, all at the same length, and say their full length like every clipped cell. Numbers and dates never are: half of
one would be another one.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mssql_mcp.rendering.tables import csv_line, markdown_line
from mssql_mcp.result import rows_json

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mssql_mcp.result import Cell, Column

# Types that are text in an answer and must stay whole.
_WHOLE_TYPES = """
    bigint bit date datetime datetime2 datetimeoffset decimal float int money numeric real smalldatetime smallint
    smallmoney time tinyint uniqueidentifier
"""
_WHOLE = frozenset(_WHOLE_TYPES.split())
_BINARY = ("binary", "image", "rowversion", "timestamp", "varbinary")
# What a clipped cell ends with; see `values.Cells`.
_NOTE = re.compile(r"… \[[0-9]+ (?:characters|bytes)\]\Z")


def written(rows: Sequence[Sequence[Cell]], output_format: str = "json") -> str:
    """Write rows in a format of `rendering.FORMATS`, without what stands around them all; any other as CSV."""
    if output_format == "json":
        return rows_json(rows)
    return "\n".join(map(markdown_line if output_format == "markdown" else csv_line, rows))


def fit(rows: Sequence[Sequence[Cell]], room: int, output_format: str = "json") -> int:
    """Count the leading rows that fit into so many characters, each with the comma or line end behind it."""
    used = 0
    for count, row in enumerate(rows):
        used += len(written((row,), output_format)) + 1
        if used > room:
            return count
    return len(rows)


def shrunk(
    row: tuple[Cell, ...], columns: Sequence[Column], room: int, output_format: str = "json"
) -> tuple[tuple[Cell, ...], int]:
    """Cut the texts of a row so that it fits into so many characters, as far as numbers and dates let it.

    Args:
        row: JSON scalars, its long cells clipped already.
        columns: Whose types say what may be cut.
        room: Characters that it may take.
        output_format: In which it is written.

    Returns:
        The row, and the characters that are left of each cut cell.
    """
    kinds = [column.type.partition("(")[0] for column in columns]

    def cut_at(length: int) -> tuple[Cell, ...]:
        return tuple(
            _cut(cell, kind, length) if isinstance(cell, str) and kind not in _WHOLE else cell
            for cell, kind in zip(row, kinds, strict=True)
        )

    least, most = 0, max((len(cell) for cell in row if isinstance(cell, str)), default=0)
    while least < most:
        middle = (least + most + 1) // 2
        if len(written((cut_at(middle),), output_format)) > room:
            most = middle - 1
        else:
            least = middle
    return cut_at(least), least


def made_to_fit(
    row: tuple[Cell, ...], columns: Sequence[Column], room: int, output_format: str = "json"
) -> tuple[tuple[Cell, ...], str]:
    """Cut the texts of a row as `shrunk` does, so that it fits together with the sentence that says so.

    Returns:
        The row, and that sentence.
    """
    shorter, length = shrunk(row, columns, room - told_in(overlong(room, room)), output_format)
    return shorter, overlong(room, length)


def told_in(note: str) -> int:
    """Count the characters that a note takes in an answer."""
    return len(note) + 3  # quotes and comma, or a line's end


def _cut(cell: str, kind: str, length: int) -> str:
    note = _NOTE.search(cell)
    body = cell[: note.start()] if note else cell
    if kind in _BINARY:
        length = max(2, length - length % 2)
        told = note[0] if note else f"… [{len(body) // 2 - 1} bytes]"
    else:
        told = note[0] if note else f"… [{len(body)} characters]"
    shorter = body[:length] + told
    return shorter if len(shorter) < len(cell) else cell


def changed(before: Sequence[Cell], after: Sequence[Cell]) -> int:
    """Count the cells that differ and were not clipped before."""
    return sum(
        old != new and not (isinstance(old, str) and _NOTE.search(old)) for old, new in zip(before, after, strict=True)
    )


def overlong(room: int, length: int) -> str:
    """Say that a row's cells were cut at so many characters, so that it fits into an answer."""
    return f"One row alone takes more than {room} characters: its texts were cut at {length}. Select fewer columns."
