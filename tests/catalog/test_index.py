"""What is worked out once."""

from __future__ import annotations

from dataclasses import replace

from mssql_mcp.catalog.demo import declared_catalog
from mssql_mcp.catalog.index import MAPS_KEPT, CatalogIndex

INDEX = CatalogIndex(declared_catalog({}))


def test_everything_is_there_and_kept() -> None:
    """Hints, search, joins and map answer, and the structures are made once."""
    assert INDEX.hints is INDEX.hints
    assert INDEX.graph is INDEX.graph
    assert INDEX.search("orders").hits[0].name == "orders"
    assert INDEX.join_paths(["orders", "customers"])[0].steps
    assert INDEX.map(schema="hr").startswith("Lanternworks, schema hr")


def test_the_same_objects_keep_what_was_worked_out() -> None:
    """A catalog that was only marked stale keeps its structures; one with other tables gets new ones."""
    hints = INDEX.hints
    stale = INDEX.for_catalog(replace(INDEX.catalog, is_stale=True))
    assert stale.hints is hints
    assert stale.catalog.is_stale
    assert INDEX.for_catalog(INDEX.catalog) is INDEX
    assert INDEX.for_catalog(replace(INDEX.catalog, tables=())).hints is not hints


def test_a_map_is_written_once() -> None:
    """The same question gets the same text again, another one its own; only the last few are kept."""
    first = INDEX.map(schema="hr")
    assert INDEX.map(schema="hr") is first
    assert INDEX.map(schema="hr", budget=900) != first
    assert INDEX.map(kinds=("view",)).startswith("Lanternworks: 5 views.")
    assert "tables and views 2 to 2 of 24" in INDEX.map(limit=1, offset=1)
    for budget in range(1_000, 1_000 + MAPS_KEPT):
        INDEX.map(schema="hr", budget=budget)
    assert INDEX.map(schema="hr") is not first
