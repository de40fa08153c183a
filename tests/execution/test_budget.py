"""Rows are measured as they are sent, and an overlong row is made to fit."""

from __future__ import annotations

import pytest

from mssql_mcp.execution.budget import changed, fit, overlong, shrunk, written
from mssql_mcp.rendering import csv_text, markdown_table
from mssql_mcp.result import Column, rows_json

TEXT = Column("x", "nvarchar(max)")
ROWS = [("a|b", None, 1), ('c"d\n', True, 2.5)]


def test_rows_are_written_as_they_are_sent() -> None:
    """In each format."""
    names = ["a", "b", "c"]
    assert written(ROWS) == rows_json(ROWS)
    assert csv_text(names, ROWS).endswith(written(ROWS, "csv") + "\n")
    assert markdown_table(names, ROWS).endswith(written(ROWS, "markdown") + "\n")


def test_fit_counts_what_a_format_takes() -> None:
    """Rows, and what stands between them."""
    rows = [(1,), (22,), (333,)]
    assert fit(rows, 100) == 3
    assert fit(rows, 9) == 2
    assert fit(rows, 8) == 1
    assert fit(rows, 0) == 0
    assert fit(rows, 5, "csv") == 2
    assert fit(rows, 13, "markdown") == 2


@pytest.mark.parametrize("output_format", ["json", "csv", "markdown"])
@pytest.mark.parametrize("cell", ["x" * 1_000, "|" * 1_000, '"\n' * 500, "\U0001f600" * 1_000])
def test_an_overlong_row_is_made_to_fit(output_format: str, cell: str) -> None:
    """Every cell is cut at the same length and says its own; the room is used."""
    row, length = shrunk((cell,) * 50, (TEXT,) * 50, 10_000, output_format)
    size = len(written((row,), output_format))
    assert 9_000 < size <= 10_000
    assert row[0] == f"{cell[:length]}… [1000 characters]"
    assert changed((cell,) * 50, row) == 50


def test_what_a_clipped_cell_says_stays() -> None:
    """Its full length is that of the value, not that of what was left of it; it is not counted twice."""
    before = ("x" * 900 + "… [5000 characters]", "y" * 900)
    after, length = shrunk(before, (TEXT, TEXT), 500)
    assert after == ("x" * length + "… [5000 characters]", "y" * length + "… [900 characters]")
    assert changed(before, after) == 1


def test_binary_values_say_their_bytes() -> None:
    """And are cut between two of them."""
    (cell,), _ = shrunk(("0x" + "AB" * 400,), (Column("b", "varbinary(max)"),), 101)
    assert isinstance(cell, str)
    digits, _, note = cell.partition("… ")
    assert note == "[400 bytes]"
    assert len(digits) % 2 == 0


def test_numbers_and_dates_stay_whole() -> None:
    """Half of one would be another one; so such a row may take more than there is room for."""
    columns = (Column("d", "decimal(38,4)"), Column("t", "datetime2(7)"), Column("i", "int"), TEXT)
    row = ("1" * 34 + ".2500", "2024-05-01T13:45:00.1234567", 123_456_789, "z" * 90)
    assert shrunk(row, columns, 10) == ((*row[:3], "… [90 characters]"), 0)


def test_short_texts_are_not_made_longer() -> None:
    """A note takes characters, too."""
    assert shrunk(("abc", "x" * 100), (TEXT, TEXT), 60)[0][0] == "abc"


def test_the_reader_is_told() -> None:
    """How much is left, and what to do."""
    assert "cut at 77" in overlong(20_000, 77)
    assert "fewer columns" in overlong(20_000, 77)
