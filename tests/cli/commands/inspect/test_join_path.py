"""`mssql-mcp inspect join-path` prints joins that run as they stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mssql_mcp.cli.main import run

if TYPE_CHECKING:
    import pytest
    from command_runs import Command


def test_the_best_way_comes_first(demo: Command) -> None:
    """FROM and JOIN lines with aliases, over the foreign keys that a person would take."""
    found = demo("join-path", "customers", "products", "--schema", "x")
    assert found.code == 2  # there is no such option: names bring their schema
    found = demo("join-path", "customers", "production.products", "--max-paths", "1")
    assert found.lines[1:] == [
        "FROM sales.customers AS c",
        "JOIN sales.orders AS o ON o.customer_id = c.customer_id",
        "JOIN sales.order_lines AS ol ON ol.order_id = o.order_id",
        "JOIN production.products AS p ON p.product_id = ol.product_id",
    ]


def test_what_is_printed_runs(demo: Command, capsys: pytest.CaptureFixture[str]) -> None:
    """Pasted under a SELECT it answers: every order line once."""
    clause = demo("join-path", "order_lines", "orders", "customers", "countries", "--max-paths", "1").out
    assert run(["query", "--demo", "--format", "csv", f"SELECT COUNT(*) AS n {clause}"]) == 0
    assert capsys.readouterr().out.split() == ["n", "50000"]


def test_json_tells_each_step(demo: Command) -> None:
    """Which columns, by which key, and whether rows multiply."""
    [path] = demo("join-path", "orders", "payments", "--max-paths", "1", "--format", "json").json
    assert path["tables"] == ["sales.orders", "sales.payments"]
    assert path["sql"].startswith("FROM sales.orders AS o\nJOIN sales.payments AS p ON ")
    assert path["steps"] == [
        {
            "left": "sales.orders",
            "left_columns": ["order_id"],
            "right": "sales.payments",
            "right_columns": ["order_id"],
            "by": "FK_payments_order",
            "is_guess": False,
            "is_to_many": True,
            "is_optional": True,
        }
    ]


def test_tables_that_nothing_joins(demo: Command) -> None:
    """Exit code 8, with where to look."""
    found = demo("join-path", "tmp_import", "departments")
    assert (found.code, found.out) == (8, "")
    assert "No foreign key and no guessed link joins tmp_import, departments." in found.err


def test_a_missing_table_gets_the_nearest(demo: Command) -> None:
    """Exit code 8; one table alone is a usage error."""
    found = demo("join-path", "orders", "customer")
    assert found.code == 8
    assert "sales.customers" in found.err
    assert demo("join-path", "orders").code == 2
