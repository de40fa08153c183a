"""Common table expressions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mssql_mcp.errors import QueryError, UnsupportedError

if TYPE_CHECKING:
    from conftest import Asker


@pytest.mark.parametrize(
    ("sql", "rows"),
    [
        ("WITH a AS (SELECT 1 AS x) SELECT * FROM a", [(1,)]),
        ("WITH a(y) AS (SELECT 1 AS x) SELECT y FROM a", [(1,)]),
        ("WITH a AS (SELECT 1 AS x), b AS (SELECT x + 1 AS x FROM a) SELECT a.x, b.x FROM a, b", [(1, 2)]),
        ("WITH a AS (SELECT 1 AS x) SELECT (SELECT x FROM a) + 1", [(2,)]),
        ("WITH a AS (SELECT 1 AS x) SELECT x FROM (SELECT x FROM a) AS d", [(1,)]),
        ("WITH a AS (SELECT 1 AS x) SELECT x FROM a UNION ALL SELECT x + 1 FROM a", [(1,), (2,)]),
        ("WITH A AS (SELECT 1 AS x) SELECT p.x FROM a AS p JOIN A AS q ON p.x = q.x", [(1,)]),
        # A name in WITH hides a table of the same name.
        ("WITH orders AS (SELECT 1 AS x) SELECT * FROM orders", [(1,)]),
        (
            "WITH n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 5) SELECT i FROM n ORDER BY i DESC",
            [(5,), (4,), (3,), (2,), (1,)],
        ),
        (
            "WITH n(i, t) AS (SELECT 1, CAST('a' AS varchar(20)) UNION ALL SELECT i + 1, CAST(t + 'b' AS varchar(20)) FROM n WHERE i < 3)"
            " SELECT t FROM n ORDER BY i",
            [("a",), ("ab",), ("abb",)],
        ),
        (
            "WITH n AS (SELECT 1 AS i UNION ALL SELECT 10 UNION ALL SELECT i + 1 FROM n WHERE i < 3) SELECT SUM(i) FROM n",
            [(16,)],
        ),
        ("WITH n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 100) SELECT COUNT(*) FROM n", [(100,)]),
        (
            "WITH n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 5000) SELECT MAX(i) FROM n OPTION (MAXRECURSION 0)",
            [(5000,)],
        ),
        (
            "WITH d AS (SELECT CAST('2024-01-30' AS date) AS day UNION ALL SELECT DATEADD(day, 1, day) FROM d WHERE day < '2024-02-02')"
            " SELECT COUNT(*), MAX(day) FROM d",
            None,
        ),
    ],
)
def test_expressions_are_named_and_recursive(ask: Asker, sql: str, rows: list[tuple[object, ...]] | None) -> None:
    """Page "WITH common_table_expression (Transact-SQL)"."""
    found = ask.rows(sql)
    assert found == (rows if rows is not None else [(4, found[0][1])])


def test_a_tree_is_walked(ask: Asker) -> None:
    """Everybody below the head is found once, at the level that managers make."""
    sql = """
        WITH tree AS (
            SELECT employee_id, manager_id, 0 AS level FROM hr.employees WHERE manager_id IS NULL
            UNION ALL
            SELECT e.employee_id, e.manager_id, t.level + 1 FROM hr.employees AS e JOIN tree AS t ON t.employee_id = e.manager_id
        )
        SELECT employee_id, level FROM tree"""
    managers = dict(ask.rows("SELECT employee_id, manager_id FROM hr.employees"))

    def level(employee: int) -> int:
        return 0 if managers[employee] is None else 1 + level(managers[employee])

    assert sorted(ask.rows(sql)) == [(employee, level(employee)) for employee in sorted(managers)]


@pytest.mark.parametrize(
    ("sql", "number"),
    [
        ("WITH n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n) SELECT MAX(i) FROM n", 530),
        ("WITH n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 102) SELECT MAX(i) FROM n", 530),
        (
            "WITH n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 9) SELECT MAX(i) FROM n OPTION (MAXRECURSION 5)",
            530,
        ),
        ("WITH n AS (SELECT 1 AS i) SELECT i FROM n OPTION (MAXRECURSION 40000)", 310),
        ("WITH n AS (SELECT 1 AS i UNION SELECT i + 1 FROM n) SELECT i FROM n", 252),
        ("WITH n AS (SELECT i FROM n) SELECT i FROM n", 252),
        ("WITH n AS (SELECT 1 AS i UNION ALL SELECT i + 1.5 FROM n) SELECT i FROM n", 240),
        ("WITH n AS (SELECT 1 AS i UNION ALL SELECT DISTINCT i + 1 FROM n) SELECT i FROM n", 460),
        ("WITH n AS (SELECT 1 AS i UNION ALL SELECT i, 2 FROM n) SELECT i FROM n", 205),
        ("WITH n AS (SELECT 1) SELECT * FROM n", 8155),
        ("WITH n AS (SELECT 1 AS a), n AS (SELECT 2 AS a) SELECT * FROM n", 239),
        ("WITH n(a, b) AS (SELECT 1) SELECT * FROM n", 8159),
    ],
)
def test_what_sql_server_refuses(ask: Asker, sql: str, number: int) -> None:
    """SQL Server's numbers."""
    with pytest.raises(QueryError) as caught:
        ask(sql)
    assert caught.value.number == number


def test_a_recursion_that_hides_its_own_name_is_refused(ask: Asker) -> None:
    """SQLite wants the name in the FROM of the recursive part itself."""
    with pytest.raises(UnsupportedError, match="in the FROM of its recursive part"):
        ask("WITH n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM (SELECT i FROM n) AS d WHERE i < 5) SELECT i FROM n")
