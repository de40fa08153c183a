"""What tokens tell of masked columns where no tree does."""

from __future__ import annotations

import pytest

from mssql_mcp.gate.lexer import tokenize
from mssql_mcp.gate.masktext import doubt_about, telling_hint, text_of

TOKENS = tokenize("N'it''s' ''", {})


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM a JOIN b ON a.x = b.x PIVOT (MAX(c) FOR d IN ([1])) p",
        "SELECT * FROM a LEFT JOIN b ON a.x IS NOT DISTINCT FROM b.x UNPIVOT (c FOR d IN (e, f)) p",
        "SELECT * FROM z, a OUTER APPLY f(1) PIVOT (MAX(c) FOR d IN ([1])) p",
        "SELECT * FROM (a CROSS JOIN (SELECT 1 AS x, 2 AS y) b PIVOT (MAX(c) FOR d IN ([1])) p)",
        "SELECT $ROWGUID FROM a",
        "SELECT x.value(@q, 'int') FROM a",
        "SELECT x.value('a' + 'b', 'int') FROM a",
        "SELECT x.Query (N'sql : column (\"y\")') FROM a",
        "SELECT x.[ｑｕｅｒｙ]('sql:variable(\"y\")') FROM a",
    ],
)
def test_a_doubt_is_found(sql: str) -> None:
    """Each of these uses columns that a tree does not show, or shows elsewhere."""
    assert doubt_about(tokenize(sql, {"q": "q"})) is not None


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM a PIVOT (MAX(c) FOR d IN ([1])) p JOIN b ON 1 = 1",
        "SELECT * FROM a JOIN c ON 1 = 1, b PIVOT (MAX(c) FOR d IN ([1])) p",
        "SELECT * FROM a JOIN (SELECT * FROM b PIVOT (MAX(c) FOR d IN ([1])) p) q ON 1 = 1",
        "SELECT 1 FROM a JOIN b ON 1 = 1 UNION ALL SELECT 1 FROM c PIVOT (MAX(c) FOR d IN ([1])) p",
        "SELECT x.value('(/table/column)[1]', 'int'), value, a.query, [value] FROM a",
        "SELECT x.exist('/a[@mysql:x = 1]'), f(value) FROM a",
    ],
)
def test_honest_queries_raise_none(sql: str) -> None:
    """PIVOT of one table, and XQuery about its own document."""
    assert doubt_about(tokenize(sql, {})) is None


def test_hints_that_choose_an_index_are_found() -> None:
    """So is FOR BROWSE; other hints, and names that only look so, are not."""
    for sql in (
        "SELECT 1 FROM t WITH (INDEX(1))", "SELECT 1 FROM t (INDEX = i)", "SELECT 1 OPTION (USE PLAN N'')",
        "SELECT 1 FROM t WITH (NOLOCK, forceseek (ix (a)))", "SELECT a FROM t FOR BROWSE",
    ):  # fmt: skip
        assert telling_hint(tokenize(sql, {})) is not None, sql
    for sql in (
        "SELECT [index] FROM t WITH (NOLOCK)", "SELECT 1 OPTION (USE HINT ('X'))", "SELECT plan_id FROM t",
        "SELECT 1 FROM t WITH (FORCESEEK)", "SELECT 1 AS [browse] FROM t FOR JSON PATH",
    ):  # fmt: skip
        assert telling_hint(tokenize(sql, {})) is None, sql


def test_the_text_of_a_literal_is_read() -> None:
    """Without its quotes and its N."""
    assert [text_of(token) for token in TOKENS] == ["it's", ""]
