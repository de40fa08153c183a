"""Lists of objects, a page at a time."""

from __future__ import annotations

import pytest

from mssql_mcp.catalog.hints import find_hints
from mssql_mcp.catalog.listing import (
    known_schema,
    like_expression,
    list_objects,
    listing_text,
    matcher,
    missing_notes,
    shortened,
    signature,
)
from mssql_mcp.catalog.map import map_text
from mssql_mcp.catalog.model import Catalog, MissingPart, Parameter, Routine, Schema, Synonym, Table
from mssql_mcp.errors import ValidationError

CATALOG = Catalog(
    database="Shop",
    schemas=(Schema("dbo"), Schema("sales"), Schema("empty")),
    tables=(
        Table("dbo", "Log", row_count=7),
        Table("sales", "order_lines", row_count=0),
        Table("sales", "Orders", row_count=1200, comment="What was\n ordered"),
        Table("sales", "Totals", "view"),
    ),
    routines=(Routine("dbo", "Clean", "procedure", parameters=(Parameter("@days", "int", has_default=True),)),),
    synonyms=(Synonym("dbo", "o", "sales.Orders"),),
)


def names(**options: object) -> list[str]:
    return [item.name for item in list_objects(CATALOG, **options).items]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        (None, ["Log", "order_lines", "Orders", "Totals"]),
        ("ORDER", ["order_lines", "Orders"]),
        ("order*", ["order_lines", "Orders"]),
        ("orders", ["Orders"]),
        ("o?ders", ["Orders"]),
        ("%lines", ["order_lines"]),
        ("[lt]o%", ["Log", "Totals"]),
        ("[^l]o%", ["Totals"]),
        ("sales.o*", ["order_lines", "Orders"]),
        ("dbo.%", ["Log"]),
        ("nothing", []),
    ],
)
def test_patterns(pattern: str | None, expected: list[str]) -> None:
    """A glob, a LIKE pattern or a part of the name selects, in any case, with or without the schema."""
    assert names(pattern=pattern) == expected


def test_schema_and_kinds_select() -> None:
    """A schema in any spelling and a choice of kinds narrow the list."""
    assert names(schema="[SALES]", kinds=("view",)) == ["Totals"]
    assert names(kinds=("procedure", "synonym")) == ["Clean", "o"]


def test_pages_join_to_the_whole() -> None:
    """Page after page gives every object once, and the last page has no next one."""
    found, offset = [], 0
    while offset is not None:
        page = list_objects(CATALOG, limit=3, offset=offset)
        found += [item.name for item in page.items]
        offset = page.next_offset
    assert found == names()
    assert page.total == 4


def test_an_unknown_schema_gets_the_others() -> None:
    """A schema that is not there is refused with those that are; an empty one is known."""
    with pytest.raises(ValidationError) as caught:
        names(schema="slaes")
    assert caught.value.nearest == ("sales",)
    assert "dbo, sales, empty" in caught.value.hint
    assert known_schema(CATALOG, "EMPTY") == "empty"
    assert known_schema(CATALOG, None) is None


def test_the_text_is_dense() -> None:
    """Each schema stands once, each object on a line with its rows and first words of its comment."""
    text = listing_text(CATALOG, list_objects(CATALOG, limit=3))
    assert text.splitlines() == [
        "Shop: 3 tables (of 4, from number 1). A number is the table's rows by the server's statistics.",
        "[dbo]",
        "Log 7",
        "[sales]",
        "order_lines 0",
        "Orders 1200 -- What was ordered",
        "1 more: ask with offset=3, a schema or a pattern.",
    ]


def test_other_kinds_say_what_they_are() -> None:
    """A view, a routine with its signature and a synonym with its target are told apart."""
    text = listing_text(CATALOG, list_objects(CATALOG, kinds=("view", "procedure", "synonym")))
    assert "Totals (view)" in text
    assert "Clean procedure (@days int = default)" in text
    assert "o = sales.Orders" in text


def test_nothing_is_said_plainly() -> None:
    """An empty list says so."""
    assert listing_text(CATALOG, list_objects(CATALOG, pattern="zzz")).startswith("Shop: nothing.")


def test_notes_tell_what_is_missing_and_stale() -> None:
    """What could not be read and an old state are said in a line each."""
    catalog = Catalog(database="S", missing=(MissingPart("sizes", "Denied.", "VIEW DATABASE STATE"),), is_stale=True)
    assert missing_notes(catalog) == [
        "Not read: sizes. Denied. Needs VIEW DATABASE STATE.",
        "May be out of date: the state.",
    ]


def test_a_page_that_does_not_fit_is_shorter() -> None:
    """Comments go first, then the last objects; the next page begins where this one ends."""
    tables = tuple(Table("dbo", f"Table{number:04}", comment="Some words about it") for number in range(500))
    catalog = Catalog(database="S", tables=tables)
    whole = list_objects(catalog, limit=500)
    assert len(listing_text(catalog, whole, budget=None)) > 15_000
    text = listing_text(catalog, whole, budget=8_000)
    assert "Some words" not in text
    assert "Table0499" in text
    assert text.endswith("Comments are left out to fit.")
    text = listing_text(catalog, whole, budget=2_000)
    assert 1_700 < len(text) <= 2_000
    shown = text.count("Table0")
    assert f"{500 - shown} more: ask with offset={shown}," in text


def test_a_range_that_runs_backwards_fits_nothing() -> None:
    """A LIKE pattern that no name can fit is no error."""
    assert names(pattern="[z-a]%") == []


def test_small_pieces() -> None:
    """Texts are cut with a mark, signatures tell output and result, an empty pattern fits all."""
    assert shortened("one  two\nthree", 8) == "one two…"
    function = Routine("d", "f", "function", parameters=(Parameter("@a", "int", is_output=True),), returns="bit")
    assert signature(function) == "function (@a int out) returns bit"
    assert matcher("  ")("anything")
    assert like_expression("a.b%") == r"a\.b.*\Z"


def test_odd_names_stand_in_brackets() -> None:
    """Schemas and names are written so that they can be asked for; brackets alone on a line are a schema."""
    catalog = Catalog("D", tables=(Table("o]s", "a.b", row_count=1), Table("o]s", "my table"), Table("o]s", "plain")))
    assert listing_text(catalog, list_objects(catalog)).splitlines()[1:] == [
        "[o]]s]",
        "[a.b] 1",
        "[my table] (table)",
        "plain",
    ]
    assert list_objects(catalog, schema="[o]]s]").total == 3
    assert list_objects(catalog, schema="o]s").total == 3


def test_one_kind_of_two() -> None:
    """Tables alone, views alone, or kinds that are kept apart."""
    catalog = Catalog("D", tables=(Table("a", "T"), Table("a", "V", "view"), Table("a", "X", "external")),
                      routines=(Routine("a", "F", "function"), Routine("a", "P", "procedure")))  # fmt: skip
    assert [item.name for item in list_objects(catalog, kinds=("view",)).items] == ["V"]
    assert [item.name for item in list_objects(catalog, kinds=("table",)).items] == ["T", "X"]
    assert [item.name for item in list_objects(catalog, kinds=("procedure", "view")).items] == ["P", "V"]


@pytest.mark.parametrize("budget", [300, 600, 1_500])
def test_notes_are_within_the_budget(budget: int) -> None:
    """However much could not be read."""
    missing = tuple(MissingPart(f"part {n}", "The server did not tell it.", "VIEW DEFINITION") for n in range(9))
    catalog = Catalog("D", tables=tuple(Table("a", f"T{n}", row_count=n) for n in range(99)), missing=missing)
    assert len(listing_text(catalog, list_objects(catalog), budget=budget)) <= budget
    assert len(map_text(catalog, find_hints(catalog), budget=budget)) <= budget
