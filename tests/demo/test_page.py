"""What docs/explanation/demo.md says of the sample database."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from mssql_mcp.demo import schema
from mssql_mcp.demo.calls import CALLABLE
from mssql_mcp.demo.system_columns import system_views
from mssql_mcp.errors import UnsupportedError

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Asker


@pytest.fixture(scope="module")
def page(repository: Path) -> str:
    return (repository / "docs" / "explanation" / "demo.md").read_text(encoding="utf-8")


def test_the_table_of_tables_is_true(ask: Asker, page: str) -> None:
    """Every table stands there, with its rows."""
    told: dict[str, int] = {}
    owner = ""
    for cells in (line.strip("| ").split(" | ") for line in page.splitlines() if re.match(r"\| (`\w+` )?\| `", line)):
        if len(cells) == 4:
            owner = cells.pop(0).strip("`")
        names = re.findall(r"`(\w+)`", cells[0])
        counts = [int(count.replace(",", "")) for count in cells[1].split(", ")]
        told |= {f"{owner}.{name}": count for name, count in zip(names, counts, strict=True)}
    assert set(told) == {table.full_name for table in schema.TABLES}
    for name, count in told.items():
        assert ask.one(f"SELECT COUNT(*) FROM {name}") == count, name


def test_the_facts_are_true(ask: Asker, page: str) -> None:
    """The numbers in the text."""
    assert f"{len(schema.TABLES)} tables and five views" in page
    assert len(schema.VIEWS) == 5
    assert f"{len(system_views())} views of `sys`" in page
    assert ask.rows("SELECT SUM(quantity), SUM(line_total) FROM sales.order_lines") == [
        (200_624, Decimal("19691029.47"))
    ]
    assert "200,624 pieces were sold for 19,691,029.47" in page
    top = "SELECT TOP 1 country FROM sales.customer_overview GROUP BY country ORDER BY SUM(revenue) DESC"
    assert f"the most revenue comes from {ask.one(top)}" in page
    assert f"{ask.one('SELECT COUNT(*) FROM hr.employees WHERE left_on IS NULL')} of the 96 employees" in page
    idle = "SELECT COUNT(*) FROM sales.customers WHERE customer_id NOT IN (SELECT customer_id FROM sales.orders)"
    assert f"{ask.one(idle)} customers never ordered" in page
    assert 140 <= len(CALLABLE) <= 190


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM OPENROWSET('a', 'b', 'c')",
        "SELECT preferences.query('/a') FROM sales.customers",
        "SELECT CAST('POINT (1 1)' AS geography)",
        "SELECT name FROM sales.countries FOR XML RAW",
        "SELECT * FROM sales.orders FOR SYSTEM_TIME ALL",
        "SELECT LAST_VALUE(salary) IGNORE NULLS OVER (ORDER BY salary) FROM hr.employees",
        "SELECT PARSE('1' AS int)",
        "SELECT JSON_MODIFY('{}', '$.a', 1)",
        "SELECT CHECKSUM(1)",
        "SELECT RAND(1)",
        "SELECT name FROM sales.customers WHERE CONTAINS(name, 'x')",
        "SELECT REGEXP_REPLACE('a', 'a', 'b')",
        "SELECT UPPER('a' COLLATE Latin1_General_CS_AS)",
        "SELECT 'a' COLLATE Polish_CI_AS",
    ],
)
def test_what_it_does_not_know_it_says(ask: Asker, sql: str) -> None:
    """Each item of the page's list is refused under the code that the page names."""
    with pytest.raises(UnsupportedError) as caught:
        ask(sql)
    assert caught.value.code == "unsupported.demo"
