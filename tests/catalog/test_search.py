"""Finding objects by words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mssql_mcp.catalog.demo import declared_catalog
from mssql_mcp.catalog.model import Catalog, Column, Routine, Table, Trigger
from mssql_mcp.catalog.search import MAX_PLACES, SearchIndex, search_text

DEMO = SearchIndex(declared_catalog({"sales.orders": 15}))


def found(query: str, **options: object) -> list[str]:
    return [f"{hit.schema}.{hit.name}" for hit in DEMO.search(query, **options).hits]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("orders", "sales.orders"),
        ("ORDER", "sales.orders"),
        ("customer", "sales.customers"),
        ("customer email", "sales.customers"),
        ("salary", "hr.salary_history"),
        ("lumens", "production.quality_tests"),
        ("vat", "sales.countries"),
        ("order line", "sales.order_lines"),
        ("raise", "hr.raise_salaries"),
        ("bench", "production.quality_tests"),
        ("status", "sales.order_statuses"),
    ],
)
def test_the_likeliest_stands_first(query: str, first: str) -> None:
    """A whole name beats a part, a name beats a column, a column beats a comment, a comment beats a text."""
    assert found(query)[0] == first


def test_every_word_must_fit() -> None:
    """Objects that match all words are found; where none does, those that match most, and the lost word is told."""
    assert found("customer lamps credit") == ["sales.customers"]
    result = DEMO.search("orders xyzzy")
    assert result.unmatched == ("xyzzy",)
    assert result.hits[0].name == "orders"
    assert "nothing matches xyzzy" in search_text("orders xyzzy", result)


def test_kinds_and_schema_narrow() -> None:
    """A choice of kinds and a schema leave only what fits."""
    assert found("order", kinds=("view",)) == [
        "sales.order_totals",
        "sales.monthly_revenue",
        "sales.customer_overview",
    ] or all(name != "orders" for name in found("order", kinds=("view",)))
    assert {name.split(".")[0] for name in found("name", schema="HR")} == {"hr"}
    assert found("order", kinds=("sequence",)) == []


def test_hits_say_where() -> None:
    """A hit tells the columns that match, or shows the text around the match."""
    result = DEMO.search("lumens")
    assert result.hits[0].columns == ("measured_lumens",)
    definition = next(hit for hit in DEMO.search("@percent").hits if hit.name == "raise_salaries")
    assert definition.matched == ("definition",)
    assert "@percent" in definition.snippet
    assert len(definition.snippet) <= 130
    comment = next(hit for hit in DEMO.search("photometry bench").hits)
    assert comment.schema == "production"


def test_triggers_are_found() -> None:
    """A trigger is an object of its own."""
    assert any(hit.kind == "trigger" for hit in DEMO.search("tr_orders_no_delete").hits)


def test_the_limit_is_kept_and_the_rest_counted() -> None:
    """Only so many hits are given, and how many there are is told."""
    result = DEMO.search("order", limit=2)
    assert len(result.hits) == 2
    assert result.total > 10
    assert f"the best 2 of {result.total}" in search_text("order", result)


def test_nothing_is_said_plainly() -> None:
    """Without a hit the answer says what to try."""
    assert search_text("xyzzy", DEMO.search("xyzzy")).startswith("Nothing matches 'xyzzy'.")
    assert DEMO.search("   ").hits == ()


def test_words_inside_camel_case_count_as_words() -> None:
    """`Order` is a word of `CustomerOrder` and only a part of `Border`."""
    index = SearchIndex(Catalog(database="S", tables=(Table("a", "BorderTown"), Table("a", "CustomerOrder"))))
    assert [hit.name for hit in index.search("order").hits] == ["CustomerOrder", "BorderTown"]


def test_case_beyond_ascii() -> None:
    """Letters whose lower case is longer do not shift what is found."""
    table = Table("a", "İstanbul", comment="İİİ Straße here", columns=(Column("Ärger", "int"),))
    index = SearchIndex(Catalog(database="S", tables=(table, Table("a", "B", columns=(Column("x", "int"),)))))
    assert [hit.name for hit in index.search("ärger").hits] == ["İstanbul"]
    assert index.search("straße").hits[0].snippet.endswith("Straße here")


def test_a_word_that_is_everywhere_is_cut_short() -> None:
    """A word in more places than are looked at gives a first page, and says that there are at least so many."""
    tables = tuple(Table("dbo", f"Order{number:05}") for number in range(MAX_PLACES + 10))
    result = SearchIndex(Catalog(database="S", tables=tables)).search("order", limit=3)
    assert not result.is_total_exact
    assert result.total == MAX_PLACES
    assert search_text("order", result).startswith(f"at least {MAX_PLACES} objects match")


def test_rows_and_many_columns_are_shown_short() -> None:
    """Row counts stand with tables; of many matching columns the first are named and the rest counted."""
    table = Table("a", "T", row_count=7, columns=tuple(Column(f"note{number}", "int") for number in range(9)))
    text = search_text("note", SearchIndex(Catalog(database="S", tables=(table,))).search("note"))
    assert text.splitlines()[1] == "a.T · table · 7 · columns note0, note1, note2, note3, note4, note5 and 3 more"


def test_a_budget_is_kept() -> None:
    """Hits that do not fit are counted."""
    text = search_text("order", DEMO.search("order", limit=50), budget=500)
    assert len(text) <= 500
    assert "lines do not fit into 500 characters; use a smaller limit, more words or a schema." in text


def test_definitions_with_several_lines() -> None:
    """A text of several lines is searched as one and shown on one."""
    routine = Routine("a", "p", "procedure", definition="CREATE PROC a.p AS\nSELECT secret\nFROM t")
    view = replace(Table("a", "v", "view"), definition="SELECT 1")
    catalog = Catalog(database="S", routines=(routine,), tables=(view,), triggers=(Trigger("d", "", "", ("X",)),))
    (hit,) = SearchIndex(catalog).search("secret").hits
    assert hit.snippet == "CREATE PROC a.p AS SELECT secret FROM t"
    assert SearchIndex(catalog).search("d", kinds=("trigger",)).hits[0].schema == ""


@pytest.mark.parametrize("query", ["Sales.Customers", "[sales].[customers]", "Lanternworks.sales.customers"])
def test_a_name_with_its_schema_is_found(query: str) -> None:
    """As people paste it; the schema says where to look."""
    assert found(query)[0] == "sales.customers"
    assert all(name.startswith("sales.") for name in found("sales.customers", kinds=("table",)))


def test_a_table_and_its_column_are_found_together() -> None:
    """Before the dot stands a table where there is no schema of that name."""
    hit = DEMO.search("orders.shipped_on").hits[0]
    assert (hit.schema, hit.name) == ("sales", "orders")
    assert "shipped_on" in hit.columns


def test_odd_names_are_found_and_written_as_they_must_be() -> None:
    """Blanks and dots in names, in brackets or not; what is shown can be pasted."""
    catalog = Catalog("db", tables=(Table("dbo", "a.b", columns=(Column("Order ID", "int"),)), Table("dbo", "c")))
    index = SearchIndex(catalog)
    for query in ("[Order ID]", '"order id"', "a.b", "[a.b]", "dbo.[a.b]"):
        assert [hit.name for hit in index.search(query).hits] == ["a.b"], query
    assert "dbo.[a.b] · table · columns [Order ID]" in search_text("id", index.search("id"))


def test_a_lost_name_is_told_as_it_was_written() -> None:
    """With its dots, without brackets around the whole."""
    assert DEMO.search("sales.xyzzy orders").unmatched == ("sales.xyzzy",)
