"""What is worked out once."""

from __future__ import annotations

from dataclasses import replace

from mssql_mcp.catalog.demo import declared_catalog
from mssql_mcp.catalog.index import CatalogIndex

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
