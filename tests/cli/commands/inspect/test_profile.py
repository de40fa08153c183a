"""`mssql-mcp inspect profile` looks at the values of a table."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from mssql_mcp.cli.main import run

if TYPE_CHECKING:
    from command_runs import Command


def test_the_values_are_those_of_the_table(demo: Command, capsys: pytest.CaptureFixture[str]) -> None:
    """Counted by a query of one's own, they are the same."""
    [kind, email] = demo("profile", "customers", "--column", "kind", "--column", "email", "--format", "json").json
    assert (kind["sampled"], kind["nulls"], kind["distinct"]) == (1200, 0, 3)
    assert (kind["minimum"], kind["maximum"]) == ("business", "public")
    assert (
        run(["query", "--demo", "--format", "csv", "SELECT COUNT(*) AS n FROM sales.customers WHERE email IS NULL"])
        == 0
    )
    assert capsys.readouterr().out.split() == ["n", str(email["nulls"])]


def test_what_was_looked_at_is_said(demo: Command) -> None:
    """A small table is read whole; of a large one no more than asked for, which is told."""
    found = demo("profile", "hr.departments", "--format", "json")
    assert found.code == 0
    assert {row["sampled"] for row in found.json} == {12}
    assert found.err == "hr.departments: looked at all 12 rows.\n"
    found = demo("profile", "order_lines", "--column", "quantity", "--sample", "500", "--format", "json")
    assert [row["sampled"] for row in found.json] == [500]
    assert found.err == "sales.order_lines: looked at the first 500 rows of 50000.\n"


def test_a_terminal_shows_shares(screen: Command) -> None:
    """NULLs and common values in percent, in 80 columns."""
    found = screen("profile", "sales.payments", "--column", "method", "--column", "payment_id", "--demo")
    assert found.lines[0].split() == ["column", "null", "different", "range", "common"]
    assert found.lines[2].split()[:9] == ["method", "0%", "3", "card", "..", "transfer", "card", "50.5%,", "invoice"]
    assert [line.split()[:3] for line in found.lines if line.startswith("payment_id")] == [["payment_id", "0%", "all"]]
    assert max(map(len, found.lines)) <= 80


def test_a_masked_column_is_left_out(inspect: Command) -> None:
    """It is named on stderr, and nothing of it is asked."""
    Path("mssql-mcp.toml").write_text(
        '[connections.demo]\ndemo = true\ngate = { mask_hidden = ["hr.employees.salary"] }\n', encoding="utf-8"
    )
    found = inspect("profile", "hr.employees", "--column", "salary", "--column", "hired_on", "--format", "json")
    assert [row["column"] for row in found.json] == ["hired_on"]
    assert "Masked, and left out: salary." in found.err
    assert inspect("profile", "hr.employees", "--column", "salary").code == 5


@pytest.mark.parametrize("arguments", [("order",), ("orders", "--schema", "hr"), ("orders", "--column", "nothing")])
def test_a_missing_name_is_not_found(demo: Command, arguments: tuple[str, ...]) -> None:
    """A table or a column: exit code 8, with what there is."""
    found = demo("profile", *arguments)
    assert (found.code, found.out) == (8, "")
    assert "order" in found.err
