"""The short words of the map."""

from __future__ import annotations

import pytest

from mssql_mcp.catalog.map_words import map_name, short_count, short_type, type_legend


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("int", "int"), ("bigint", "big"), ("nvarchar(50)", "n50"), ("nvarchar(max)", "nmax"), ("char(3)", "c3"),
        ("decimal(10,2)", "dec10.2"), ("numeric(18,0)", "dec18"), ("datetime2(7)", "dt2"), ("datetime2(3)", "dt2.3"),
        ("time(7)", "time"), ("time(0)", "time.0"), ("datetimeoffset(7)", "dto"), ("varbinary(max)", "vbmax"),
        ("uniqueidentifier", "guid"), ("xml", "xml"), ("dbo.Point", "dbo.Point"), ("vector(3)", "vector(3)"), ("", ""),
        ("dbo.my, type", "[dbo.my, type]"),
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
    assert type_legend({"int", "date", "time(7)"}) == ""
    assert type_legend({"nvarchar(5)", "numeric(9,2)", "time(7)", "tinyint"}) == (
        "n9=nvarchar(9) dec9.2=decimal(9,2) tiny=tinyint"
    )
    assert type_legend({"datetime2(7)", "datetime2(0)", "time(3)"}) == (
        "dt2=datetime2 dt2.3=datetime2(3) time.3=time(3)"
    )


@pytest.mark.parametrize(
    ("name", "expected"),
    [("Order", "Order"), ("größe_2", "größe_2"), ("a-b", "a-b"), ("a b", "[a b]"), ("a]b", "[a]]b]"), ("2nd", "[2nd]"),
     ("views", "[views]"), ("@x", "[@x]"), ("a\nb", "[a␊b]")],
)  # fmt: skip
def test_names_that_could_be_signs_stand_in_brackets(name: str, expected: str) -> None:
    """Brackets stand around what could be read as a part of the map; control characters keep to their line."""
    assert map_name(name) == expected
