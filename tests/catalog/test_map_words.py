"""The short words of the map."""

from __future__ import annotations

import pytest

from mssql_mcp.catalog.map_words import short_count, short_type, type_legend


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("int", "int"), ("bigint", "big"), ("nvarchar(50)", "n50"), ("nvarchar(max)", "nmax"), ("char(3)", "c3"),
        ("decimal(10,2)", "dec10.2"), ("numeric(18,0)", "dec18"), ("datetime2(3)", "dt2"), ("varbinary(max)", "vbmax"),
        ("uniqueidentifier", "guid"), ("xml", "xml"), ("dbo.Point", "dbo.Point"), ("vector(3)", "vector(3)"), ("", ""),
    ],
)  # fmt: skip
def test_types(written: str, expected: str) -> None:
    """Common types become a letter or a few; rare ones stay as they are."""
    assert short_type(written) == expected


@pytest.mark.parametrize(
    ("rows", "expected"),
    [(None, ""), (0, "0"), (999, "999"), (1_000, "1k"), (1_234, "1.23k"), (999_999, "1M"), (15_234, "15.2k"),
     (2_500_000, "2.5M"), (3_000_000_000, "3G")],
)  # fmt: skip
def test_counts(rows: int | None, expected: str) -> None:
    """Three digits and a unit."""
    assert short_count(rows) == expected


def test_the_legend_explains_what_is_used() -> None:
    """Only types that occur are explained, and only where the short word differs."""
    assert type_legend({"int", "date"}) == ""
    assert type_legend({"nvarchar(5)", "numeric(9,2)", "time(7)", "tinyint"}) == (
        "n9=nvarchar(9) dec9.2=decimal(9,2) tiny=tinyint"
    )
