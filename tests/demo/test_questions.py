"""What an analyst asks: two hundred questions with their answers, and a share of them worked out a second time here.

`questions.jsonl` holds a statement a line, the number of rows of its answer, the first row, and a digest of the whole:
names and types of columns, then the rows. The answers were compared with those of a live T-SQL server.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter, defaultdict
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from mssql_mcp.demo import schema
from mssql_mcp.demo.rows import Generator
from mssql_mcp.demo.values import decode
from mssql_mcp.result import Column

if TYPE_CHECKING:
    from conftest import Answer, Asker

QUESTIONS = [
    json.loads(line) for line in Path(__file__).with_name("questions.jsonl").read_text(encoding="utf-8").splitlines()
]
Table = list[dict[str, Any]]


def lines_of(sql: str, answer: Answer) -> list[str]:
    rows = answer.rows if "order by" in sql.lower() else sorted(answer.rows, key=repr)

    def cell(value: Any) -> str:
        return "NULL" if value is None else str(round(value, 9) if isinstance(value, float) else value)

    head = ";".join(f"{column.name}:{column.type}" for column in answer.columns)
    return [head, *("|".join(cell(value) for value in row) for row in rows)]


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question["sql"][:60])
def test_an_answer_stays_what_it_is(ask: Asker, question: dict[str, Any]) -> None:
    """Columns, types and every cell of the answer."""
    lines = lines_of(question["sql"], ask(question["sql"]))
    assert len(lines) - 1 == question["rows"]
    assert (lines[1] if len(lines) > 1 else "") == question["first"]
    assert hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16] == question["digest"]


def test_there_are_enough_of_them() -> None:
    """At least a hundred and fifty, all different."""
    assert len({question["sql"] for question in QUESTIONS}) >= 150


@pytest.fixture(scope="module")
def data() -> dict[str, Table]:
    """Every table as Python values, straight from the generator."""
    rows = Generator().run()
    found: dict[str, Table] = {}
    for table in schema.TABLES:
        columns = [Column(column.name, column.type) for column in table.columns]
        names = [column.name for column in columns]
        found[table.name] = [dict(zip(names, decode(row, columns), strict=True)) for row in rows[table.full_name]]
    return found


def by_key(table: Table, *keys: str) -> dict[Any, dict[str, Any]]:
    return {tuple(row[key] for key in keys) if len(keys) > 1 else row[keys[0]]: row for row in table}


def test_revenue_by_country(ask: Asker, data: dict[str, Table]) -> None:
    """Four tables joined, cancelled orders left out."""
    orders, customers = by_key(data["orders"], "order_id"), by_key(data["customers"], "customer_id")
    names = {row["country_code"]: row["name"] for row in data["countries"]}
    expected: dict[str, Decimal] = defaultdict(Decimal)
    for line in data["order_lines"]:
        order = orders[line["order_id"]]
        if order["status_id"] != 6:
            expected[names[customers[order["customer_id"]]["country_code"]]] += line["line_total"]
    sql = next(q["sql"] for q in QUESTIONS if q["sql"].startswith("SELECT k.name, SUM(l.line_total) AS revenue"))
    found = ask.rows(sql)
    assert dict(found) == expected
    assert [total for _, total in found] == sorted(expected.values(), reverse=True)


def test_orders_by_month_and_weekday(ask: Asker, data: dict[str, Table]) -> None:
    """Parts of dates agree with Python's calendar."""
    months = Counter((row["ordered_at"].year, row["ordered_at"].month) for row in data["orders"])
    sql = "SELECT YEAR(ordered_at), MONTH(ordered_at), COUNT(*) FROM sales.orders GROUP BY YEAR(ordered_at), MONTH(ordered_at)"
    assert {(year, month): count for year, month, count in ask.rows(sql)} == months
    days = Counter(row["ordered_at"].strftime("%A") for row in data["orders"])
    assert (
        dict(
            ask.rows(
                "SELECT DATENAME(weekday, ordered_at), COUNT(*) FROM sales.orders GROUP BY DATENAME(weekday, ordered_at)"
            )
        )
        == days
    )
    weeks = Counter(row["ordered_at"].isocalendar().week for row in data["orders"])
    assert (
        dict(
            ask.rows(
                "SELECT DATEPART(iso_week, ordered_at), COUNT(*) FROM sales.orders GROUP BY DATEPART(iso_week, ordered_at)"
            )
        )
        == weeks
    )


def test_days_until_shipping(ask: Asker, data: dict[str, Table]) -> None:
    """DATEDIFF counts days, AVG of whole numbers is whole, of decimals cut after six digits."""
    days = [(row["shipped_on"] - row["ordered_at"].date()).days for row in data["orders"] if row["shipped_on"]]
    sql = "SELECT AVG(DATEDIFF(day, ordered_at, shipped_on)), AVG(1.0 * DATEDIFF(day, ordered_at, shipped_on)) FROM sales.orders"
    ((whole, exact),) = ask.rows(sql)
    assert whole == sum(days) // len(days)
    assert exact == (Decimal(sum(days)) / len(days)).quantize(Decimal("0.000001"), rounding="ROUND_DOWN")


def test_mean_salary_by_department(ask: Asker, data: dict[str, Table]) -> None:
    """AVG of a decimal(10,2) has six digits, cut."""
    salaries: dict[int, list[Decimal]] = defaultdict(list)
    for row in data["employees"]:
        salaries[row["department_id"]].append(row["salary"])
    expected = {
        department: (sum(found, Decimal()) / len(found)).quantize(Decimal("0.000001"), rounding="ROUND_DOWN")
        for department, found in salaries.items()
    }
    assert dict(ask.rows("SELECT department_id, AVG(salary) FROM hr.employees GROUP BY department_id")) == expected


def test_exact_line_totals(ask: Asker, data: dict[str, Table]) -> None:
    """Products of decimals keep every digit; their sum too."""
    expected = sum(
        (row["quantity"] * row["unit_price"] * (1 - row["discount"]) for row in data["order_lines"]), Decimal()
    )
    assert ask.one("SELECT SUM(quantity * unit_price * (1 - discount)) FROM sales.order_lines") == expected


def test_payments_by_method(ask: Asker, data: dict[str, Table]) -> None:
    """Sums and means of money."""
    amounts: dict[str, list[Decimal]] = defaultdict(list)
    for row in data["payments"]:
        amounts[row["method"]].append(row["amount"])
    sql = "SELECT method, COUNT(*), SUM(amount), AVG(amount) FROM sales.payments GROUP BY method"
    for method, count, total, mean in ask.rows(sql):
        found = amounts.pop(method)
        assert (count, total) == (len(found), sum(found, Decimal()))
        assert mean == (total / count).quantize(Decimal("0.0001"), rounding="ROUND_DOWN")
    assert not amounts


def test_customers_without_orders(ask: Asker, data: dict[str, Table]) -> None:
    """NOT EXISTS, LEFT JOIN ... IS NULL, NOT IN and EXCEPT agree."""
    buyers = {row["customer_id"] for row in data["orders"]}
    idle = {row["customer_id"] for row in data["customers"]} - buyers
    for sql in (
        "SELECT customer_id FROM sales.customers c WHERE NOT EXISTS (SELECT 1 FROM sales.orders o WHERE o.customer_id = c.customer_id)",
        "SELECT c.customer_id FROM sales.customers c LEFT JOIN sales.orders o ON o.customer_id = c.customer_id WHERE o.order_id IS NULL",
        "SELECT customer_id FROM sales.customers WHERE customer_id NOT IN (SELECT customer_id FROM sales.orders)",
        "SELECT customer_id FROM sales.customers EXCEPT SELECT customer_id FROM sales.orders",
        "SELECT c.customer_id FROM sales.customers c WHERE c.customer_id <> ALL (SELECT customer_id FROM sales.orders)",
    ):
        assert {customer for (customer,) in ask.rows(sql)} == idle


def test_the_best_products_of_each_category(ask: Asker, data: dict[str, Table]) -> None:
    """A window over groups agrees with sorting by hand."""
    sold: Counter[int] = Counter()
    for line in data["order_lines"]:
        sold[line["product_id"]] += line["quantity"]
    ranked: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for row in data["products"]:
        ranked[row["category_id"]].append((-sold[row["product_id"]], row["product_id"]))
    expected = {(category, pair[1]) for category, pairs in ranked.items() for pair in sorted(pairs)[:2]}
    sql = """
        SELECT category_id, product_id FROM (
            SELECT p.category_id, p.product_id, ROW_NUMBER() OVER (PARTITION BY p.category_id ORDER BY SUM(l.quantity) DESC, p.product_id) AS r
            FROM production.products p JOIN sales.order_lines l ON l.product_id = p.product_id GROUP BY p.category_id, p.product_id
        ) AS t WHERE r <= 2"""
    assert set(ask.rows(sql)) == expected


def test_json_attributes(ask: Asker, data: dict[str, Table]) -> None:
    """JSON_VALUE and OPENJSON agree with Python's reader."""
    colours: Counter[str] = Counter()
    tags: Counter[str] = Counter()
    for row in data["products"]:
        if row["attributes"]:
            facts = json.loads(row["attributes"])
            colours[facts["colour"]] += 1
            tags.update(facts["tags"])
    found = ask.rows(
        "SELECT JSON_VALUE(attributes, '$.colour'), COUNT(*) FROM production.products WHERE attributes IS NOT NULL GROUP BY JSON_VALUE(attributes, '$.colour')"
    )
    assert dict(found) == colours
    found = ask.rows(
        "SELECT t.value, COUNT(*) FROM production.products p CROSS APPLY OPENJSON(p.attributes, '$.tags') AS t GROUP BY t.value"
    )
    assert dict(found) == tags


def test_case_does_not_matter(ask: Asker, data: dict[str, Table]) -> None:
    """Codes written in both cases are one group."""
    codes = Counter(row["discount_code"].lower() for row in data["orders"] if row["discount_code"])
    found = ask.rows(
        "SELECT discount_code, COUNT(*) FROM sales.orders WHERE discount_code IS NOT NULL GROUP BY discount_code"
    )
    assert {code.lower(): count for code, count in found} == codes
    assert len(found) == len(codes) == 3


def test_local_times(ask: Asker, data: dict[str, Table]) -> None:
    """Parts of a datetimeoffset are those of the wall clock; the moment is the same everywhere."""
    hours = Counter(row["placed_at"].hour for row in data["orders"])
    assert (
        dict(
            ask.rows("SELECT DATEPART(hour, placed_at), COUNT(*) FROM sales.orders GROUP BY DATEPART(hour, placed_at)")
        )
        == hours
    )
    latest = max(row["placed_at"] for row in data["orders"])
    assert ask.one("SELECT MAX(placed_at) FROM sales.orders") == latest


def test_the_scratch_table_is_cleaned(ask: Asker) -> None:
    """TRY_CAST takes what is a number or a date and leaves the rest NULL."""
    found = ask.rows(
        "SELECT amount, TRY_CAST(amount AS decimal(10,2)), TRY_CAST(order_date AS date) FROM sales.tmp_import ORDER BY row_no, amount"
    )
    numbers = {amount: number for amount, number, _ in found}
    assert numbers["1250.00"] == Decimal("1250.00")
    assert numbers["-15.25"] == Decimal("-15.25")
    assert numbers["980,50"] is numbers["n/a"] is numbers["1.2e3"] is None
    assert sum(day is not None for _, _, day in found) == 9
