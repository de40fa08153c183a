"""Batches follow what the rows turn out to be: memory is bounded, and small rows come in large batches."""

from __future__ import annotations

from typing import Any

import pytest

from mssql_mcp.execution.batches import BATCH_BYTES, FIRST_ROWS, MAX_ROWS, MAX_WIDE_ROWS, Batches, width_of
from mssql_mcp.execution.opening import OpenResult
from mssql_mcp.result import Column

NARROW = (Column("n", "int"), Column("s", "string(40)"))
WIDE = (Column("s", "string(max)"),)


class Rows:
    """So many equal rows, each of which takes so many seconds."""

    def __init__(self, count: int, row: tuple[Any, ...], seconds: float = 0.0) -> None:
        self.left, self.row, self.seconds = count, row, seconds
        self.now = 0.0
        self.asked: list[int] = []

    def fetch(self, count: int) -> list[tuple[Any, ...]]:
        self.asked.append(count)
        given = min(count, self.left)
        self.left -= given
        self.now += given * self.seconds
        return [self.row] * given

    def clock(self) -> float:
        return self.now


def sizes(rows: Rows, columns: tuple[Column, ...], **options: Any) -> list[int]:
    batches = Batches(OpenResult(columns, rows.fetch), rows.clock, **options)
    got = []
    while not batches.is_over:
        got.append(len(batches.read()))
    return got


def test_small_rows_come_in_large_batches() -> None:
    """The first ones are small, since nobody knows yet; no row is lost."""
    got = sizes(Rows(5_000, (1, "x")), NARROW)
    assert got[0] == FIRST_ROWS
    assert max(got) == MAX_ROWS
    assert sum(got) == 5_000
    assert len(got) < 20


def test_large_rows_come_in_small_batches() -> None:
    """No batch is larger than it may be, but for one row."""
    megabyte = "x" * 1_000_000
    got = sizes(Rows(50, (megabyte,)), WIDE)
    assert max(got) * len(megabyte) <= BATCH_BYTES
    assert sum(got) == 50
    assert max(sizes(Rows(5, ("x" * (BATCH_BYTES + 1),)), WIDE)) == 1


def test_rows_that_may_be_huge_never_come_in_large_batches() -> None:
    """They can grow without a warning."""
    assert max(sizes(Rows(2_000, ("x",)), WIDE)) == MAX_WIDE_ROWS
    many = (Column("s", "nvarchar(4000)"),) * 200
    assert max(sizes(Rows(2_000, ("x",) * 200), many)) == MAX_WIDE_ROWS


def test_slow_rows_come_in_small_batches() -> None:
    """Those that have come are an answer when the time is over; those of a batch under way are lost."""
    assert max(sizes(Rows(20, (1, "x"), seconds=1.0), NARROW)) == 1
    assert max(sizes(Rows(500, (1, "x"), seconds=0.01), NARROW)) <= 25


def test_no_more_is_fetched_than_asked_for() -> None:
    """Or than a batch may hold."""
    rows = Rows(100, (1, "x"))
    batches = Batches(OpenResult(NARROW, rows.fetch), rows.clock)
    got = 0
    while got < 30:
        got += len(batches.read(30 - got))
    assert (got, batches.is_over) == (30, False)
    assert max(sizes(Rows(100, (1, "x")), NARROW, max_rows=10)) == 10


@pytest.mark.parametrize(
    ("kind", "width"),
    [
        ("int", 64),
        ("decimal(38,4)", 64),
        ("datetime2(7)", 64),
        ("string(120)", 120),
        ("nvarchar(4000)", 4_000),
        ("varbinary(8000)", 8_000),
        ("char(10)", 10),
        ("string(max)", None),
        ("nvarchar(max)", None),
        ("xml", None),
        ("sql_variant", None),
        ("nvarchar", None),
        ("unknown", None),
    ],
)
def test_types_tell_how_wide_a_row_can_be(kind: str, width: int | None) -> None:
    """What is not known has no bound."""
    assert width_of((Column("x", kind),)) == width
