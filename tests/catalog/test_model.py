"""Look-ups of the catalog value."""

from __future__ import annotations

import dataclasses

import pytest

from mssql_mcp.catalog.model import Catalog, Routine, Sequence, Synonym, Table, Trigger, UserType, kind_of

CATALOG = Catalog(
    database="Shop",
    tables=(Table("dbo", "Order"), Table("dbo", "ORDER"), Table("sales", "Order", "view")),
    routines=(Routine("dbo", "order", "procedure"),),
)


def test_names_are_found_in_any_case() -> None:
    """All objects of a name are found, whatever the case and kind; a schema narrows them."""
    assert len(CATALOG.named("oRdEr")) == 4
    assert [item.schema for item in CATALOG.named("order", "SALES")] == ["sales"]
    assert CATALOG.named("nothing") == ()


def test_the_exact_table_wins() -> None:
    """Where case tells two tables apart, the exact spelling wins."""
    assert CATALOG.table("dbo", "ORDER") is CATALOG.tables[1]
    assert CATALOG.table("SALES", "order") is CATALOG.tables[2]
    assert CATALOG.table("dbo", "x") is None


def test_kinds_have_names() -> None:
    """Each object knows what it is called; an external table is a table."""
    objects = (
        Table("s", "n"),
        Table("s", "n", "external"),
        Table("s", "n", "view"),
        Routine("s", "n", "function"),
        Synonym("s", "n", "t"),
        Sequence("s", "n", "int"),
        UserType("s", "n", "alias"),
        Trigger("n", "s", "t", ()),
    )
    assert [kind_of(item) for item in objects] == [
        "table", "table", "view", "function", "synonym", "sequence", "type", "trigger",
    ]  # fmt: skip


def test_catalogs_compare_by_what_they_hold() -> None:
    """Two catalogs of the same contents are equal; one cannot be changed."""
    assert dataclasses.replace(CATALOG) == CATALOG
    with pytest.raises(dataclasses.FrozenInstanceError):
        CATALOG.database = "Other"  # type: ignore[misc]
