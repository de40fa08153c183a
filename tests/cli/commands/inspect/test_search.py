"""`mssql-mcp inspect search` finds objects by words."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from command_runs import Command


def test_all_words_count(demo: Command) -> None:
    """The table that has to do with both words, and where they are in it."""
    found = demo("search", "customer", "email", "--format", "json")
    assert found.code == 0
    [row] = found.json
    assert (row["schema"], row["name"], row["kind"], row["rows"]) == ("sales", "customers", "table", 1200)
    assert row["in"] == ["name", "column"]
    assert "email" in row["columns"]


def test_kind_and_schema_narrow_the_search(demo: Command) -> None:
    """Only functions, only of one schema."""
    rows = demo("search", "order", "--kind", "function", "--schema", "SALES", "--format", "json").json
    assert [row["name"] for row in rows] == ["orders_between"]


def test_the_limit_is_told(demo: Command) -> None:
    """What is not shown is counted on stderr."""
    found = demo("search", "order", "--limit", "2", "--format", "json")
    assert len(found.json) == 2
    assert found.err.startswith("The best 2 of ")
    assert found.err.endswith(" objects; --limit shows more.\n")


def test_a_definition_shows_its_surroundings(screen: Command) -> None:
    """Where neither a name nor a column matches, the text around the word is shown."""
    found = screen("search", "throw", "--demo")
    text = " ".join(found.out.split())
    assert "sales.TR_orders_no_delete trigger definition: " in text
    assert "THROW 50001, N'Orders are cancelled, never deleted.'" in text


def test_words_that_nothing_matches_are_named(demo: Command) -> None:
    """The others still count."""
    found = demo("search", "customer", "xyzzy", "--format", "json")
    assert found.json[0]["name"] == "customers"
    assert "Nothing matches xyzzy." in found.err
    found = demo("search", "xyzzy", "--format", "json")
    assert (found.code, found.json) == (0, [])


def test_an_unknown_schema_is_not_found(demo: Command) -> None:
    """Rather than an empty list."""
    assert demo("search", "order", "--schema", "nope").code == 8


def test_a_search_needs_a_word(demo: Command) -> None:
    """Blanks are none."""
    found = demo("search", " ")
    assert (found.code, found.out) == (2, "")
