"""Rows are a table where that can be read, and records where it cannot."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import pytest
from rich.cells import cell_len
from rich.console import Console

from mssql_mcp.cli.grid import print_rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mssql_mcp.cli.grid import Layout


def shown(
    columns: Sequence[str], rows: Sequence[Sequence[Any]], layout: Layout = "fitting", *, width: int | None = 80
) -> list[str]:
    """Print rows on a terminal of so many columns, or into a file; gives the lines without trailing blanks."""
    file = io.StringIO()
    screen = Console(file=file, width=width, force_terminal=width is not None, color_system=None, soft_wrap=True)
    texts = [["NULL" if cell is None else str(cell) for cell in row] for row in rows]
    nulls = [[cell is None for cell in row] for row in rows]
    numbers = [all(isinstance(row[index], int) for row in rows) for index in range(len(columns))]
    print_rows(screen, columns, texts, nulls, numbers, layout)
    return [line.rstrip() for line in file.getvalue().splitlines()]


def test_what_fits_is_a_table() -> None:
    """Names above, a line for each row."""
    assert shown(["id", "name"], [(1, "Ada"), (22, None)]) == ["id  name", "─" * 8, " 1  Ada", "22  NULL"]


def test_more_columns_than_the_screen_can_show_are_records() -> None:
    """A line for each value under its name, and a line before each record."""
    columns = [f"column_{number}" for number in range(30)]
    lines = shown(columns, [range(30), range(100, 130)])
    assert lines[0].startswith("── row 1 ──")
    assert lines[1] == "column_0   0"
    assert lines[30] == "column_29  29"
    assert lines[31].startswith("── row 2 ──")
    assert lines[61] == "column_29  129"
    assert len(lines) == 62


@pytest.mark.parametrize(
    ("cell", "is_table"),
    [("a" * 40, True), ("12345678901234567890", False), ("2024-05-01", False), ("word word word", True)],
)
def test_a_number_is_never_broken_in_a_table(cell: str, is_table: bool) -> None:
    """Long words may be; half a number is another number, and a date is one too."""
    width = 79 if cell.startswith("a") else 44
    lines = shown(["a", "b", "c", "d", "e"], [[cell] * 5], width=width)
    assert lines[0].startswith("a ") is is_table, lines


def test_a_wide_screen_shows_the_same_as_a_table() -> None:
    """Nothing but the width decides."""
    columns = [f"column_{number}" for number in range(18)]
    assert shown(columns, [range(18)], width=80)[0].startswith("── row 1")
    assert shown(columns, [range(18)], width=200)[0].startswith("column_0  column_1")


def test_no_rows_leave_the_names() -> None:
    """What the columns are is an answer too."""
    columns = [f"column_{number}" for number in range(30)]
    assert " ".join(shown(columns, [])) == ", ".join(columns)


def test_a_record_keeps_within_the_screen() -> None:
    """Long values go on beside their name, long names too; wide characters count twice."""
    rows = [("word " * 40, "日本語" * 30, "x" * 200, "one\ntwo")]
    lines = shown(["a", "b", "n" * 60, ""], rows, "records")
    assert all(cell_len(line) <= 80 for line in lines)
    assert lines[1].startswith("a")
    assert lines[2].startswith(" " * 42 + "word")
    assert lines[-2:] == ["(unnamed)" + " " * 33 + "one", " " * 42 + "two"]


@pytest.mark.parametrize("layout", ["table", "records", "fitting"])
def test_a_file_has_no_width(layout: Layout) -> None:
    """Nothing is broken that a screen would break, and what would fit none stays a table."""
    columns = [f"column_{number}" for number in range(30)]
    lines = shown(columns, [["x" * 150, *range(29)]], layout, width=None)
    assert any("x" * 150 in line for line in lines)
    assert lines[0].startswith("── row 1" if layout == "records" else "column_0 ")
