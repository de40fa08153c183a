"""The parser sees as many columns in each select list as the text has."""

from __future__ import annotations

import pytest

from mssql_mcp.gate.lexer import tokenize
from mssql_mcp.gate.lists import sees_same_lists
from mssql_mcp.gate.tree import with_tree


def are_same(sql: str, seen: str) -> bool:
    tokens = tokenize(sql, {})
    return with_tree(seen, lambda root: sees_same_lists(root, tokens))


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT a, f(b, c), d",
        "SELECT TOP 5 a, (SELECT b, c FROM t FOR JSON PATH), CASE WHEN a IS NOT DISTINCT FROM b THEN 1 END, e FROM t",
        "SELECT a, b UNION ALL SELECT c, d INTERSECT (SELECT e, f) ORDER BY 1, 2",
        "WITH c(a, b) AS (SELECT 1, 2) SELECT a, b, 3 FROM c WHERE EXISTS (SELECT * FROM c GROUP BY a) OPTION (FAST 1)",
        "SELECT STRING_AGG(a, ',') WITHIN GROUP (ORDER BY b, c), d GROUP BY a, b HAVING 1 = 1",
        "SELECT a, SUM(b) OVER (PARTITION BY c, d ORDER BY e), x.y.value('.', 'int') WHERE a IN (1, 2)",
        "SELECT [a,b], 'c,d', \"e,f\" FROM (VALUES (1, 2), (3, 4)) AS v(a, b)",
    ],
)
def test_honest_queries_have_the_same_lists(sql: str) -> None:
    """Commas of calls, orders, groups and sources are none of a select list."""
    assert are_same(sql, sql)


@pytest.mark.parametrize(
    ("sql", "seen"),
    [
        ("SELECT a,, b FROM t", "SELECT a, b FROM t"),
        ("SELECT a, FROM t", "SELECT a FROM t"),
        ("SELECT (SELECT a, b FROM t)", "SELECT (SELECT a FROM t)"),
        ("SELECT a UNION ALL SELECT b, c", "SELECT a UNION ALL SELECT b"),
        ("SELECT a, b", "SELECT a, b, c"),
    ],
)
def test_another_number_of_items_is_noticed(sql: str, seen: str) -> None:
    """One item more or less, in any of the lists, is not the same text."""
    assert not are_same(sql, seen)
