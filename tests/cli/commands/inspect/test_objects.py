"""`mssql-mcp inspect tables | views | procedures | functions` list objects of one kind."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from command_runs import Command


def test_tables_have_their_row_counts(demo: Command) -> None:
    """Every table of the sample database, and no view."""
    rows = demo("tables", "--format", "json").json
    counts = {f"{row['schema']}.{row['table']}": row["rows"] for row in rows}
    assert len(counts) == 19
    assert counts["sales.order_lines"] == 50_000
    assert counts["sales.orders"] == 15_604
    assert counts["hr.departments"] == 12
    assert "sales.order_totals" not in counts


@pytest.mark.parametrize(
    ("pattern", "names"),
    [
        ("stat", ["order_statuses"]),
        ("*order*", ["order_lines", "order_statuses", "orders", "orders_2019"]),
        ("ORDERS%", ["orders", "orders_2019"]),
        ("sales.orders", ["orders", "orders_2019"]),
    ],
)
def test_a_pattern_narrows_the_list(demo: Command, pattern: str, names: list[str]) -> None:
    """A part of a name, a glob, a LIKE pattern, a name with its schema; in any case."""
    rows = demo("tables", pattern, "--format", "json").json
    assert [row["table"] for row in rows] == names


def test_one_schema_only(demo: Command) -> None:
    """Given in any case."""
    rows = demo("tables", "--schema", "HR", "--format", "json").json
    assert [(row["schema"], row["table"]) for row in rows] == [
        ("hr", "departments"),
        ("hr", "employees"),
        ("hr", "salary_history"),
    ]


def test_an_unknown_schema_is_not_found(demo: Command) -> None:
    """Exit code 8, and the schemas that there are."""
    found = demo("tables", "--schema", "sale")
    assert (found.code, found.out) == (8, "")
    assert "Error [input.unknown_schema]: There is no schema sale" in found.err
    assert "hr, production, sales" in found.err


def test_an_empty_list_is_an_answer(demo: Command, screen: Command) -> None:
    """Exit code 0: a header for programs, a word for people."""
    found = demo("tables", "nothing_like_it")
    assert (found.code, found.lines) == (0, ["schema,table,rows,kind,created,modified,comment"])
    found = screen("tables", "nothing_like_it", "--demo")
    assert (found.code, found.out, found.err.splitlines()[-1]) == (0, "", "Nothing found.")


def test_views_are_listed_apart(demo: Command) -> None:
    """The five views with their comments."""
    rows = demo("views", "--format", "json").json
    assert {row["view"]: row["comment"] for row in rows} == {
        "employee_directory": "Who works here now, without pay.",
        "low_stock": "What has to be ordered again.",
        "customer_overview": "Orders and revenue of each customer, cancelled orders left out.",
        "monthly_revenue": "Revenue by month, cancelled orders left out.",
        "order_totals": "What each order is worth.",
    }


def test_procedures_have_parameters(demo: Command) -> None:
    """With type, direction and whether there is a default."""
    rows = demo("procedures", "--format", "json").json
    assert {row["procedure"]: row["parameters"] for row in rows} == {
        "raise_salaries": ["@department_id int", "@percent decimal(5,2)", "@changed int out"],
        "reorder_list": ["@warehouse char(3) = default"],
        "get_customer_orders": ["@customer_id int", "@since date = default"],
    }


def test_functions_say_what_they_return(demo: Command) -> None:
    """A scalar's type, or `table`; a list of parameters is one field of csv."""
    head, line = demo("functions", "price").lines
    assert head == "schema,function,flavour,parameters,returns,created,modified,comment"
    assert line == (
        'sales,gross_price,scalar,"@net decimal(12,2), @vat_rate decimal(4,3)","decimal(12,2)",'
        "2022-02-01 10:00:00,2022-02-01 10:00:00,Price with tax."
    )
    assert [row["returns"] for row in demo("functions", "between", "--format", "json").json] == ["table"]
