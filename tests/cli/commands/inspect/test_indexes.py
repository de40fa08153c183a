"""`mssql-mcp inspect indexes` lists the indexes of one table or of many."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from command_runs import Command


def test_the_indexes_of_one_table(demo: Command) -> None:
    """Keys in order with their direction, included columns, filter."""
    rows = {row["index"]: row for row in demo("indexes", "sales.orders", "--format", "json").json}
    assert rows["PK_orders"]["type"] == "clustered"
    assert rows["PK_orders"]["primary_key"] is True
    assert rows["IX_orders_customer"]["columns"] == ["customer_id", "ordered_at desc"]
    assert rows["IX_orders_customer"]["included"] == ["status_id", "freight"]
    assert rows["IX_orders_open"]["filter"] == "([shipped_on] IS NULL)"
    assert {row["table"] for row in rows.values()} == {"orders"}


def test_the_indexes_of_the_whole_database(demo: Command) -> None:
    """Every index of every table; the unique constraint of a table is among them."""
    rows = demo("indexes", "--format", "json").json
    assert len(rows) == 37
    assert [row["index"] for row in rows if row["unique_constraint"]] == [
        "UQ_departments_name",
        "UQ_employees_email",
        "UQ_categories_name",
        "UQ_products_sku",
        "UQ_warehouses_code",
        "UQ_countries_name",
        "UQ_order_statuses_code",
        "UQ_payments_reference",
    ]


def test_a_pattern_and_a_schema_narrow_the_list(demo: Command) -> None:
    """A glob is matched against tables, not indexes."""
    rows = demo("indexes", "order*", "--schema", "sales", "--format", "json").json
    assert {row["table"] for row in rows} == {"order_lines", "order_statuses", "orders"}


def test_a_name_without_a_wildcard_must_exist(demo: Command) -> None:
    """Exit code 8 with the nearest names, rather than an empty list."""
    found = demo("indexes", "orderlines")
    assert (found.code, found.out) == (8, "")
    assert "sales.order_lines" in found.err


def test_a_terminal_names_each_table_once(screen: Command) -> None:
    """The indexes stand indented under their table, with what is unusual in words."""
    lines = screen("indexes", "order_*", "--demo").lines
    assert lines.count("sales.order_lines") == 1
    assert lines[lines.index("sales.order_statuses") + 1].split() == [
        "PK_order_statuses",
        "status_id",
        "primary",
        "key,",
        "clustered",
    ]
    assert "size_kb" not in lines[0]
