"""The data: golden facts, and rules that they keep."""

from __future__ import annotations

import decimal
from typing import TYPE_CHECKING

import pytest

from mssql_mcp.demo.rows import Generator

if TYPE_CHECKING:
    from conftest import Asker

COUNTS = {
    "hr.departments": 12,
    "hr.employees": 96,
    "hr.salary_history": 301,
    "production.categories": 18,
    "production.product_suppliers": 345,
    "production.products": 180,
    "production.quality_tests": 3_000,
    "production.stock_levels": 693,
    "production.suppliers": 14,
    "production.warehouses": 5,
    "sales.countries": 22,
    "sales.customer_addresses": 1_715,
    "sales.customers": 1_200,
    "sales.order_lines": 50_000,
    "sales.order_statuses": 7,
    "sales.orders": 15_604,
    "sales.orders_2019": 640,
    "sales.payments": 15_977,
    "sales.tmp_import": 13,
}


@pytest.mark.parametrize("table", sorted(COUNTS))
def test_counts_are_golden(ask: Asker, table: str) -> None:
    """A changed generator changes these on purpose or not at all."""
    assert ask.one(f"SELECT COUNT(*) FROM {table}") == COUNTS[table]


def test_sums_are_golden(ask: Asker) -> None:
    """The money of the company, to the cent."""
    assert ask.rows("SELECT SUM(quantity), SUM(line_total) FROM sales.order_lines") == [
        (200_624, decimal.Decimal("19691029.47"))
    ]
    assert ask.one("SELECT SUM(freight) FROM sales.orders") == decimal.Decimal("332819.7000")
    assert ask.one("SELECT SUM(salary) FROM hr.employees WHERE left_on IS NULL") == decimal.Decimal("4483100.00")


def test_the_same_seed_makes_the_same_rows() -> None:
    """Nothing of the machine, its time or its language is in the data."""
    assert Generator(5).run() == Generator(5).run()
    assert Generator(5).run() != Generator(6).run()


def test_computed_columns_hold_what_they_declare(ask: Asker) -> None:
    """Stored once, and what the expression gives."""
    line = "CAST(quantity * unit_price * (1 - discount) AS decimal(12,2))"
    assert ask.one(f"SELECT COUNT(*) FROM sales.order_lines WHERE line_total <> {line}") == 0
    assert ask.one("SELECT COUNT(*) FROM production.products WHERE margin <> unit_price - standard_cost") == 0
    assert ask.one("SELECT COUNT(*) FROM hr.employees WHERE full_name <> given_name + N' ' + family_name") == 0


@pytest.mark.parametrize(
    "condition",
    [
        "hr.employees WHERE left_on < hired_on",
        "hr.employees WHERE salary <= 0",
        "production.products WHERE ISJSON(attributes) = 0",
        "production.suppliers WHERE rating NOT BETWEEN 1 AND 5",
        "sales.customers WHERE kind NOT IN ('business', 'person', 'public')",
        "sales.orders WHERE shipped_on < CAST(ordered_at AS date)",
        "sales.order_lines WHERE quantity <= 0 OR discount < 0 OR discount >= 1",
        "sales.orders WHERE CAST(SWITCHOFFSET(placed_at, '+00:00') AS datetime2(0)) <> ordered_at",
        "hr.employees e WHERE NOT EXISTS (SELECT 1 FROM hr.salary_history h WHERE h.employee_id = e.employee_id AND h.salary = e.salary)",
        "sales.orders o WHERE NOT EXISTS (SELECT 1 FROM sales.order_lines l WHERE l.order_id = o.order_id)",
        "hr.employees e JOIN hr.employees m ON m.employee_id = e.manager_id WHERE m.employee_id = e.employee_id",
    ],
)
def test_the_data_keep_their_own_rules(ask: Asker, condition: str) -> None:
    """No row breaks a declared check or what its comment says."""
    assert ask.one(f"SELECT COUNT(*) FROM {condition}") == 0


def test_payments_add_up(ask: Asker) -> None:
    """What was paid for an order is what it costs with freight."""
    sql = """
        SELECT COUNT(*) FROM (SELECT order_id, SUM(amount) AS paid FROM sales.payments GROUP BY order_id) AS p
        JOIN sales.order_totals AS t ON t.order_id = p.order_id WHERE p.paid <> t.order_total"""
    assert ask.one(sql) == 0


def test_there_is_something_of_everything(ask: Asker) -> None:
    """NULLs, several scripts, emoji, quotes, line breaks, customers without orders."""
    assert ask.one("SELECT COUNT(*) FROM sales.customers WHERE email IS NULL") > 0
    assert ask.one("SELECT COUNT(*) FROM sales.customers WHERE name LIKE N'%株式会社%'") > 0
    assert ask.one("SELECT COUNT(*) FROM sales.customers WHERE city = N'Львів'") > 0
    assert ask.one("SELECT COUNT(*) FROM sales.orders WHERE note LIKE N'%🎁%'") > 0
    assert ask.one("SELECT COUNT(*) FROM sales.orders WHERE note LIKE '%''%' OR note LIKE '%' + CHAR(10) + '%'") > 0
    idle = "SELECT COUNT(*) FROM sales.customers c WHERE NOT EXISTS (SELECT 1 FROM sales.orders o WHERE o.customer_id = c.customer_id)"
    assert ask.one(idle) >= 60
