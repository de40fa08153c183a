"""`mssql-mcp inspect table` describes one table or view."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from command_runs import Command


def test_a_summary_has_columns_and_links(demo: Command) -> None:
    """Types, keys and both directions of foreign keys; what is left out is counted, with the option that shows it."""
    lines = demo("table", "sales.orders").lines
    assert lines[0] == "sales.orders · table · 15604 rows"
    assert "  order_id int identity(10001,1) PK" in lines
    assert "  employee_id int null -> hr.employees(employee_id) -- Who took the order; NULL: the web shop." in lines
    assert "  sales.order_lines(order_id) on delete cascade" in lines
    assert lines[-1] == "Not shown: 4 indexes, 2 constraints, 1 trigger; --full or --section shows them."


@pytest.mark.parametrize("name", ["ORDERS", "[sales].[orders]", "Lanternworks.sales.orders", '"orders"'])
def test_a_name_is_understood_as_it_is_written(demo: Command, name: str) -> None:
    """In any case and quoting, with or without schema and database."""
    assert demo("table", name, "--format", "json").json["name"] == "sales.orders"


def test_a_schema_can_be_given_apart(demo: Command) -> None:
    """--schema completes a bare name; `products` is also a synonym in sales."""
    assert demo("table", "products", "--schema", "production", "--format", "json").json["name"] == "production.products"
    assert demo("table", "orders", "--schema", "hr").code == 8


def test_full_tells_everything(demo: Command) -> None:
    """Indexes, constraints and triggers with their text too."""
    facts = demo("table", "orders", "--full", "--format", "json").json
    assert [index["name"] for index in facts["indexes"]] == [
        "PK_orders",
        "IX_orders_customer",
        "IX_orders_ordered_at",
        "IX_orders_open",
    ]
    assert facts["triggers"][0]["fires"] == "instead of delete"
    assert "more" not in facts


def test_sections_choose_parts(demo: Command) -> None:
    """Only the parts that are named."""
    lines = demo("table", "orders", "--section", "indexes").lines
    assert lines[0] == "sales.orders · table · 15604 rows"
    assert lines[1:3] == ["indexes:", "  PK_orders (order_id) primary key clustered"]
    assert "columns (null: may be NULL):" not in lines


def test_a_view_is_described_like_a_table(demo: Command) -> None:
    """With its text where everything is asked for."""
    facts = demo("table", "monthly_revenue", "--full", "--format", "json").json
    assert (facts["kind"], len(facts["columns"])) == ("view", 4)
    assert facts["definition"].startswith("CREATE VIEW sales.monthly_revenue")


def test_a_missing_table_gets_the_nearest(demo: Command) -> None:
    """Exit code 8 and names that were perhaps meant; nothing on stdout."""
    found = demo("table", "ordes")
    assert (found.code, found.out) == (8, "")
    assert "Error [catalog.not_found]" in found.err
    assert "sales.orders" in found.err


def test_other_objects_are_described_in_short(demo: Command) -> None:
    """As text and as JSON; a name that nothing has is exit code 8."""
    assert demo("table", "hr.raise_salaries").lines[0].startswith("hr.raise_salaries procedure (@")
    facts = demo("table", "gross_price", "--format", "json").json
    assert (facts["name"], facts["kind"]) == ("sales.gross_price", "function")
    assert demo("table", "gross_prise").code == 8
