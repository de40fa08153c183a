"""`mssql-mcp inspect diagram` draws tables and their links."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from command_runs import Command


def test_mermaid_where_nothing_else_is_said(demo: Command) -> None:
    """Every table with the columns of its keys; how much there is is told on stderr."""
    found = demo("diagram")
    assert found.code == 0
    assert found.lines[0] == "erDiagram"
    assert sum(line.endswith("{") for line in found.lines) + found.out.count('"]\n') == 19
    assert found.err.startswith("19 tables, ")
    assert '    sales_orders["sales.orders"] {' in found.lines
    assert "        int order_id PK" in found.lines


def test_around_a_table(demo: Command) -> None:
    """Only what is linked to it, as far as the steps go; its columns or none of them."""
    found = demo("diagram", "--table", "payments", "--columns", "none")
    assert found.lines == [
        "erDiagram",
        '    sales_orders["sales.orders"]',
        '    sales_payments["sales.payments"]',
        '    sales_orders ||--o{ sales_payments : "order_id"',
    ]
    assert found.err == "2 tables, 1 link.\n"
    assert demo("diagram", "--table", "payments", "--steps", "0").err == "1 table, 0 links.\n"


def test_dot_for_a_schema(demo: Command) -> None:
    """As text for Graphviz, with views where they are wanted."""
    found = demo("diagram", "--schema", "hr", "--format", "dot", "--views")
    assert found.lines[0] == 'digraph "Lanternworks, schema hr" {'
    assert '"hr.employee_directory" [label=' in found.out
    assert '"hr.employees" -> "hr.departments" [label="department_id"' in found.out


def test_the_name_of_the_file_says_what_is_in_it(demo: Command) -> None:
    """An HTML page with everything inside, or Graphviz text; stdout stays empty."""
    found = demo("diagram", "--out", "lamps.html")
    assert (found.code, found.out) == (0, "")
    assert found.err.startswith("lamps.html: 19 tables, ")
    page = Path("lamps.html").read_text(encoding="utf-8")
    assert page.startswith("<!DOCTYPE html>")
    assert "order_statuses" in page
    assert demo("diagram", "*history", "--out", "lamps.gv").code == 0
    assert Path("lamps.gv").read_text(encoding="utf-8").startswith("digraph ")


def test_what_is_not_drawn_is_counted(demo: Command) -> None:
    """The most linked tables are kept."""
    found = demo("diagram", "--max-tables", "3", "--no-guesses")
    assert "Not drawn: 16 tables with fewer links; --max-tables draws more." in found.err
    assert "sales.orders" in found.out


def test_a_missing_table_gets_the_nearest(demo: Command) -> None:
    """Exit code 8."""
    found = demo("diagram", "--table", "custmers")
    assert (found.code, found.out) == (8, "")
    assert "sales.customers" in found.err
    assert demo("diagram", "--schema", "nope").code == 8


def test_an_image_is_not_promised(demo: Command) -> None:
    """A text under the name of a picture could not be opened."""
    found = demo("diagram", "--out", "picture.png")
    assert found.code == 2
    assert "Graphviz draws .png" in found.err
