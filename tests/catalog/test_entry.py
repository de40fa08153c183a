"""What is kept of one database."""

from __future__ import annotations

from dataclasses import replace

from mssql_mcp.catalog.entry import Entry
from mssql_mcp.catalog.model import Catalog


def test_an_old_value_does_not_replace_a_new_reading() -> None:
    """What was worked out of a catalog is dropped where the database was read anew meanwhile."""
    first, second = Catalog("db"), Catalog("db", collation="x")
    entry = Entry(first)
    entry.exchange(first, second)
    entry.exchange(first, replace(first, is_stale=True))
    assert entry.catalog is second
