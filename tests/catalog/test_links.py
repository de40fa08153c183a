"""Links that nobody declared."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mssql_mcp.catalog.links import family_of, implied_links
from mssql_mcp.catalog.model import Catalog, Column, ForeignKey, PrimaryKey, Table

if TYPE_CHECKING:
    from collections.abc import Callable

Make = "Callable[..., Table]"


def links(*tables: Table, copies: dict[tuple[str, str], str] | None = None) -> list[str]:
    found = implied_links(Catalog(database="S", tables=tables), copies or {})
    return [f"{link.table}.{link.column}->{link.target}.{link.referenced_column}" for link in found]


@pytest.mark.parametrize(
    ("target", "key", "column"),
    [
        ("Customers", "CustomerID", "CustomerID"),
        ("Customers", "CustomerID", "customer_id"),
        ("customer", "id", "customer_id"),
        ("Customers", "Id", "CustomerId"),
        ("tbl", "customer_no", "customer_no"),
        ("customers", "customer_id", "ship_to_customer_id"),
        ("Currency", "Code", "CurrencyCode"),
        ("users", "id", "id_user"),
    ],
)
def test_a_column_named_like_a_key_is_a_link(
    make_table: Callable[..., Table], target: str, key: str, column: str
) -> None:
    """The key's own name, the table's name with a plain key, and a role before it are recognised."""
    tables = (
        make_table("dbo", target, f"{key} Name", key=key),
        make_table("dbo", "Facts", f"FactNo {column}", key="FactNo"),
    )
    assert links(*tables) == [f"Facts.{column}->dbo.{target}.{key}"]


@pytest.mark.parametrize("column", ["Id", "Name", "Customer", "CustomerName", "Code", "other_id"])
def test_plain_names_are_no_links(make_table: Callable[..., Table], column: str) -> None:
    """A column that is called like no key, or like every key, links to nothing."""
    tables = make_table("dbo", "Customers", "Id Name", key="Id"), make_table("dbo", "Facts", f"No {column}", key="No")
    assert links(*tables) == []


def test_a_self_link_needs_a_role(make_table: Callable[..., Table]) -> None:
    """`parent_category_id` points within its own table; the key itself does not."""
    table = make_table("dbo", "categories", "category_id parent_category_id", key="category_id")
    assert links(table) == ["categories.parent_category_id->dbo.categories.category_id"]


def test_types_must_agree(make_table: Callable[..., Table]) -> None:
    """A text is no link to a number; two integers of different width are, and the reason says so."""
    customers = make_table("dbo", "Customers", "CustomerId", key="CustomerId")
    text, wide = (
        Table("dbo", "F", columns=(Column("CustomerId", kind),)) for kind in ("nvarchar(10)", "bigint")
    )  # fmt: skip
    assert links(customers, text) == []
    (link,) = implied_links(Catalog(database="S", tables=(customers, wide)), {})
    assert link.reason == "named like the key of dbo.Customers, bigint and int"
    assert [family_of(kind) for kind in ("int", "char(3)", "xml", "decimal(9,0)")] == ["integer", "text", "", "decimal"]


def test_several_that_fit_are_none(make_table: Callable[..., Table]) -> None:
    """A key name that two tables have links to the one of the same schema, else to neither."""
    here = make_table("a", "Customers", "CustomerId", key="CustomerId")
    there = make_table("b", "Clients", "CustomerId", key="CustomerId")
    assert links(here, there, make_table("c", "F", "CustomerId")) == []
    assert links(here, there, make_table("b", "F", "CustomerId")) == ["F.CustomerId->b.Clients.CustomerId"]


def test_declared_links_are_not_guessed(make_table: Callable[..., Table]) -> None:
    """A column with a foreign key has no guess besides."""
    customers = make_table("dbo", "Customers", "CustomerId", key="CustomerId")
    key = ForeignKey("f", "dbo", "F", ("customerid",), "dbo", "Other", ("x",))
    assert links(customers, make_table("dbo", "F", "CustomerId", foreign_keys=(key,))) == []


def test_copies_are_no_targets(make_table: Callable[..., Table]) -> None:
    """A copy of a table is neither pointed at nor points at its original by its own key."""
    customers = make_table("dbo", "Customers", "CustomerId", key="CustomerId")
    copy = make_table("dbo", "Customers_2019", "CustomerId", key="")
    copies = {("dbo", "Customers_2019"): "dbo.Customers"}
    assert links(customers, copy, copies=copies) == []
    assert links(customers, make_table("dbo", "old", "CustomerId", key="CustomerId")) == []


def test_views_have_links_too(make_table: Callable[..., Table]) -> None:
    """A view's column may hold a key as well."""
    customers = make_table("dbo", "Customers", "CustomerId", key="CustomerId")
    view = Table("dbo", "v", "view", columns=(Column("CustomerId", "int"),), primary_key=None)
    assert links(customers, view) == ["v.CustomerId->dbo.Customers.CustomerId"]
    assert PrimaryKey("p", ("a",)).columns == ("a",)
