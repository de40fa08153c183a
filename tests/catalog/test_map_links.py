"""The links of the map."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mssql_mcp.catalog.hints import Hints
from mssql_mcp.catalog.map_links import MapLinks, plain
from mssql_mcp.catalog.model import Catalog, ForeignKey, Table

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.mark.parametrize(
    ("column", "other", "key", "sign"),
    [
        ("CustomerID", "Customers", "CustomerID", ">"),
        ("BillToCustomerID", "Customers", "CustomerID", ">"),
        ("customer_id", "Customers", "Id", ">"),
        ("old_customer_id", "customers", "id", ">"),
        ("CategoryId", "Categories", "Id", ">"),
        ("Id", "Customers", "Id", ">Customers"),
        ("Buyer", "Customers", "CustomerID", ">Customers"),
    ],
)
def test_a_column_named_after_its_table(
    make_table: Callable[..., Table], column: str, other: str, key: str, sign: str
) -> None:
    """The name of the key, or of the table with it, at the end of the column's name tells the target."""
    parent = make_table("s", other, key, key=key)
    child = make_table("s", "Child", column, foreign_keys=(
        ForeignKey("f", "s", "Child", (column,), "s", other, (key,)),))  # fmt: skip
    catalog = Catalog("D", tables=(parent, child))
    assert MapLinks(catalog, Hints(), catalog.tables).sign(child, column) == sign
    assert MapLinks(catalog, Hints(), [child]).sign(child, column) == f">{other}"


def test_a_schema_is_told_where_it_is_needed(make_table: Callable[..., Table]) -> None:
    """A name without a schema is that of the same schema, else the only one on the map; odd names have brackets."""
    near, far = make_table("s", "P", "Key1", key="Key1"), make_table("o.s", "P", "Key2", key="Key2")
    only = make_table("o.s", "Only one", "Key3", key="Key3")
    links = tuple(
        ForeignKey(column, "s", "C", (column,), other.schema, other.name, (other.columns[0].name,))
        for column, other in (("a", near), ("b", far), ("c", only))
    )
    child = make_table("s", "C", "a b c", foreign_keys=links)
    tables = (near, far, only, child)
    found = MapLinks(Catalog("D", tables=tables), Hints(), tables)
    assert [found.sign(child, name) for name in "abc"] == [">P", ">[o.s].P", ">[Only one]"]


def test_names_are_compared_without_signs() -> None:
    """Case and underscores do not matter."""
    assert plain("Order_Line ID") == "orderlineid"
