"""Rows for people: a table that fits the screen, or records where its columns would be too narrow to be read."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

from rich import box
from rich.cells import cell_len
from rich.table import Table
from rich.text import Text

from mssql_mcp.cli.widths import shared_widths

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.console import Console

Layout = Literal["table", "records", "fitting"]

# Between two columns: one of padding, one of the box. And the narrowest at which a column can be read.
COLUMN_GAP = 2
LEAST_COLUMN = 4
# A word of this length may be broken without the text becoming hard to read; a number never may.
READABLE_WORD = 12
# A table for a file or a pipe has no screen to fit; this is what a long text gets there.
WIDE = 200
WIDE_COLUMN = 24

UNNAMED = "(unnamed)"
_NUMBER = re.compile(r"[-+]?[0-9][0-9.,:eE+-]*")


def print_rows(
    screen: Console,
    columns: Sequence[str],
    texts: Sequence[Sequence[str]],
    nulls: Sequence[Sequence[bool]],
    numbers: Sequence[bool],
    layout: Layout,
) -> None:
    """Print rows.

    Args:
        screen: Where to; no lines are broken where that is no terminal.
        columns: Headings, without control characters.
        texts: What is shown of each cell.
        nulls: Whether a cell is NULL, which is dim.
        numbers: Of each column whether it stands to the right.
        layout: `fitting` is a table, and records on a terminal where one of its columns would be too narrow.
    """
    if not screen.is_terminal:
        screen.width = max(WIDE, WIDE_COLUMN * len(columns))
    if layout == "fitting":
        layout = "records" if screen.is_terminal and not _is_readable(columns, texts, screen.width) else "table"
    if layout == "records":
        for line in _record_lines(screen, columns, texts, nulls):
            screen.print(line, soft_wrap=True)
    else:
        screen.print(_table(columns, texts, nulls, numbers, screen.width))


def _table(
    columns: Sequence[str],
    texts: Sequence[Sequence[str]],
    nulls: Sequence[Sequence[bool]],
    numbers: Sequence[bool],
    width: int,
) -> Table:
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False, show_edge=False)
    for name, is_number, of_column in zip(columns, numbers, _widths(columns, texts, width), strict=True):
        table.add_column(Text(name), justify="right" if is_number else "left", overflow="fold", width=of_column)
    for line, is_null in zip(texts, nulls, strict=True):
        cells = zip(line, is_null, strict=True)
        table.add_row(*(Text(text, style="dim" if null else "") for text, null in cells))
    return table


def _record_lines(
    screen: Console, columns: Sequence[str], texts: Sequence[Sequence[str]], nulls: Sequence[Sequence[bool]]
) -> Iterator[Text]:
    """Give the lines of records: under its number a line for each value, longer ones broken beside their name."""
    names = [name or UNNAMED for name in columns]
    if not texts:
        yield Text(", ".join(names))
    widest = max(map(cell_len, names), default=0)
    if screen.is_terminal:
        widest = min(widest, screen.width // 2)
    room = max(1, screen.width - widest - COLUMN_GAP)
    labels = [_broken(screen, Text(name, style="bold"), widest) for name in names]
    for number, (line, is_null) in enumerate(zip(texts, nulls, strict=True), 1):
        yield Text(f"── row {number} ".ljust(min(screen.width, widest + WIDE_COLUMN), "─"), style="dim")
        for label, text, null in zip(labels, line, is_null, strict=True):
            values = _broken(screen, Text(text, style="dim" if null else ""), room)
            for index in range(max(len(label), len(values))):
                left = label[index] if index < len(label) else Text()
                gap = " " * (widest + COLUMN_GAP - left.cell_len)
                yield Text.assemble(left, gap, values[index] if index < len(values) else "")


def _broken(screen: Console, text: Text, room: int) -> list[Text]:
    if not screen.is_terminal:
        return list(text.split("\n", allow_blank=True))
    return list(text.wrap(screen, room, overflow="fold")) or [text]


def _is_readable(columns: Sequence[str], texts: Sequence[Sequence[str]], width: int) -> bool:
    """Tell whether every column of a table is wide enough for its numbers and for what is needed of its words."""
    for of_column, cells in zip(_widths(columns, texts, width), zip(columns, *texts, strict=True), strict=True):
        for word in {word for text in cells for word in _words(text)}:
            needed = cell_len(word) if _NUMBER.fullmatch(word.strip()) else min(READABLE_WORD, cell_len(word))
            if of_column is None or needed > of_column:
                return False
    return True


def _widths(columns: Sequence[str], texts: Sequence[Sequence[str]], room: int) -> Sequence[int | None]:
    """Give each column's width; None leaves it to rich, where there are more columns than the screen can show."""
    room -= COLUMN_GAP * (len(columns) - 1)
    if room < LEAST_COLUMN * len(columns):
        return [None] * len(columns)
    by_column = list(zip(columns, *texts, strict=True))
    words = [max(cell_len(word) for text in cells for word in _words(text)) for cells in by_column]
    lines = [max(cell_len(line) for text in cells for line in (text.splitlines() or [""])) for cells in by_column]
    return shared_widths([max(1, width) for width in words], [max(1, width) for width in lines], room)


def _words(text: str) -> list[str]:
    """Take a text apart where it may be broken; its indentation stays with the first word."""
    words = text.split() or [""]
    return [text[: len(text) - len(text.lstrip())] + words[0], *words[1:]]
