"""What names and structure show together."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mssql_mcp.catalog.demo import declared_catalog
from mssql_mcp.catalog.hints import Hints, find_hints
from mssql_mcp.catalog.model import Catalog, Column, ForeignKey, Table

if TYPE_CHECKING:
    from collections.abc import Callable


def hints(*tables: Table) -> Hints:
    return find_hints(Catalog(database="S", tables=tables))


def marks(*tables: Table) -> dict[str, tuple[str, str | None]]:
    return {mark.table: (mark.kind, mark.other) for mark in hints(*tables).marks.values()}


def test_the_sample_database_is_understood() -> None:
    """Its archive, its leftover, its code tables and its junctions are pointed out, and nothing else."""
    found = find_hints(declared_catalog({}))
    assert {mark.table: mark.kind for mark in found.marks.values()} == {
        "orders_2019": "archive",
        "tmp_import": "temporary",
        "countries": "code",
        "order_statuses": "code",
        "product_suppliers": "junction",
        "stock_levels": "junction",
    }
    assert [link.column for link in found.links_from["sales", "orders_2019"]] == [
        "customer_id", "employee_id", "status_id",
    ]  # fmt: skip


def test_a_copy_needs_the_columns_too(make_table: Callable[..., Table]) -> None:
    """A table named like a copy but of other columns is none."""
    orders = make_table("dbo", "Orders", "Id A B C", key="Id")
    assert marks(orders, make_table("dbo", "Orders_old", "Id A B X")) == {"Orders_old": ("archive", "dbo.Orders")}
    assert marks(orders, make_table("dbo", "tmp_Orders", "Id A B")) == {"tmp_Orders": ("temporary", "dbo.Orders")}
    assert marks(orders, make_table("dbo", "Orders_old", "P Q R S", key="P")) == {}


def test_a_leftover_has_no_ties(make_table: Callable[..., Table]) -> None:
    """A temporary name alone is enough only where no key and nothing else ties the table."""
    loose = make_table("dbo", "tmp_load", "a b")
    assert marks(loose) == {"tmp_load": ("temporary", None)}
    assert marks(make_table("dbo", "tmp_load", "a b", key="a")) == {}
    key = ForeignKey("f", "dbo", "x", ("a",), "dbo", "tmp_load", ("a",))
    assert marks(replace(loose, referenced_by=(key,))) == {}


def test_a_series_without_original(make_table: Callable[..., Table]) -> None:
    """Of tables by year with the same columns all but the newest are archives."""
    years = [make_table("dbo", f"Sales{year}", "Id Amount", key="Id") for year in (2019, 2020, 2021)]
    assert marks(*years) == {"Sales2019": ("archive", "dbo.Sales2021"), "Sales2020": ("archive", "dbo.Sales2021")}
    assert marks(years[0], make_table("dbo", "Sales2020", "Other", key="Other")) == {}


def test_code_tables_have_a_shape(make_table: Callable[..., Table]) -> None:
    """Few columns, one key, a text, few rows; and a name or others that point at it."""

    def codes(name: str, **more: object) -> Table:
        table = make_table("dbo", name, "Id", key="Id", **more)
        return replace(table, columns=(*table.columns, Column("Label", "nvarchar(40)")))

    user = ForeignKey("f", "dbo", "x", ("a",), "dbo", "Shade", ("Id",))
    assert marks(codes("OrderStatus")) == {"OrderStatus": ("code", None)}
    assert marks(codes("Shade", row_count=9, referenced_by=(user,))) == {"Shade": ("code", None)}
    assert marks(codes("Shade", row_count=9)) == {}
    assert marks(codes("OrderStatus", row_count=50_000)) == {}
    assert marks(codes("OrderStatus", foreign_keys=(user,))) == {}
    assert marks(make_table("dbo", "OrderStatus", "Id Number", key="Id")) == {}


def test_junctions_join_two(make_table: Callable[..., Table]) -> None:
    """A key made of keys of two tables, declared or guessed, with little besides."""
    users, roles = (
        make_table("dbo", "Users", "UserId", key="UserId"),
        make_table("dbo", "Roles", "RoleId", key="RoleId"),
    )
    joint = make_table("dbo", "UserRoles", "UserId RoleId Since", key="UserId RoleId")
    found = hints(users, roles, joint).marks["dbo", "UserRoles"]
    assert (found.kind, found.reason) == ("junction", "its key is made of keys of dbo.Users and dbo.Roles")
    assert marks(users, joint) == {}
    wide = make_table("dbo", "UserRoles", "UserId RoleId a b c d", key="UserId RoleId")
    assert marks(users, roles, wide) == {}
