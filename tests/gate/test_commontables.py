"""Common table expressions, and those that read themselves."""

from __future__ import annotations

import pytest

from mssql_mcp.gate import Policy, Refusal, check
from mssql_mcp.gate.policy import MaskRule
from mssql_mcp.gate.schema import TableShape


class Tables:
    """A table with two masked columns of one type, and one without."""

    def find(self, database: str, schema: str, name: str) -> TableShape | None:
        return {
            "p": TableShape("dbo", "p", ("id", "pin", "puk"), types=("int", "char(4)", "char(4)")),
            "q": TableShape("dbo", "q", ("a", "b"), types=("char(4)", "char(4)")),
        }.get(name)


POLICY = Policy(masks=(MaskRule("p.pin", "hidden"), MaskRule("p.puk", "hidden")))


def masks(sql: str) -> tuple[str | None, ...]:
    return check(sql, POLICY, schema=Tables()).masks


@pytest.mark.parametrize(
    "body",
    [
        "SELECT pin, puk FROM p UNION ALL SELECT b, a FROM q",
        "(SELECT pin, puk FROM p UNION ALL SELECT b, a FROM q)",
        "((SELECT pin, puk FROM p) UNION ALL (SELECT b, a FROM q))",
        "SELECT pin, puk FROM p UNION ALL SELECT b, a FROM q UNION ALL SELECT q.b, q.a FROM q JOIN p ON p.id = 1",
    ],
)
def test_an_expression_that_reads_itself_is_no_table(body: str) -> None:
    """Its name means the expression and not the table of that name, whatever parentheses stand around."""
    assert masks(f"WITH q(a, b) AS ({body}) SELECT b FROM q") == ("hidden",)


@pytest.mark.parametrize(
    "sql",
    [
        "WITH q(a, b) AS (SELECT a, b FROM q) SELECT b FROM q",
        "WITH q(a, b) AS (SELECT p.id, x.b FROM p CROSS APPLY q AS x) SELECT b FROM q",
        "WITH [ｑ](a, b) AS (SELECT pin, puk FROM p) SELECT b FROM q",
        "WITH Q(a, b) AS (SELECT pin, puk FROM p) SELECT b FROM q",
        "WITH q(a) AS (SELECT pin, puk FROM p) SELECT a FROM q",
    ],
)
def test_an_unclear_expression_is_refused(sql: str) -> None:
    """One that reads itself and combines nothing, one in another spelling, one whose columns do not fit."""
    with pytest.raises(Refusal):
        masks(sql)


def test_a_table_of_the_same_name_is_read_by_its_schema() -> None:
    """A name in two parts never means an expression."""
    assert masks("WITH q AS (SELECT a, b FROM dbo.q) SELECT b FROM q") == ()
    assert masks("WITH q(a, b) AS (SELECT pin, puk FROM p) SELECT x.b, q.b FROM dbo.q AS x, q") == (None, "hidden")
