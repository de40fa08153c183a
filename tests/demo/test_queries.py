"""Whole queries: joins, grouping, ordering, cutting, combining, and what SQL Server refuses."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mssql_mcp.errors import QueryError, UnsupportedError

if TYPE_CHECKING:
    from conftest import Asker

NUMBERS = "(VALUES (1, 'a'), (2, 'B'), (3, 'b'), (4, NULL), (NULL, 'c')) AS t(n, c)"


@pytest.mark.parametrize(
    ("sql", "rows"),
    [
        (f"SELECT n FROM {NUMBERS} ORDER BY n", [(None,), (1,), (2,), (3,), (4,)]),
        (f"SELECT n FROM {NUMBERS} ORDER BY n DESC", [(4,), (3,), (2,), (1,), (None,)]),
        (f"SELECT c, n FROM {NUMBERS} ORDER BY c, n DESC", [(None, 4), ("a", 1), ("b", 3), ("B", 2), ("c", None)]),
        (f"SELECT c AS x, n FROM {NUMBERS} ORDER BY 1 DESC, n", [("c", None), ("B", 2), ("b", 3), ("a", 1), (None, 4)]),
        (f"SELECT TOP 2 n FROM {NUMBERS} ORDER BY n DESC", [(4,), (3,)]),
        (f"SELECT TOP (1 + 1) n FROM {NUMBERS} ORDER BY n DESC", [(4,), (3,)]),
        (f"SELECT TOP 0 n FROM {NUMBERS}", []),
        (f"SELECT TOP 50 PERCENT n FROM {NUMBERS} ORDER BY n", [(None,), (1,), (2,)]),
        (f"SELECT TOP 1 WITH TIES UPPER(c) FROM {NUMBERS} WHERE c LIKE 'b' ORDER BY c", [("B",), ("B",)]),
        (f"SELECT n FROM {NUMBERS} ORDER BY n OFFSET 1 ROW FETCH NEXT 2 ROWS ONLY", [(1,), (2,)]),
        (f"SELECT n FROM {NUMBERS} ORDER BY n OFFSET 3 ROWS", [(3,), (4,)]),
        (f"SELECT COUNT(*), COUNT(n), COUNT(c), COUNT(DISTINCT c) FROM {NUMBERS}", [(5, 4, 4, 3)]),
        (f"SELECT COUNT(*) FROM {NUMBERS} GROUP BY c ORDER BY 1", [(1,), (1,), (1,), (2,)]),
        (f"SELECT SUM(n), MIN(c), MAX(c) FROM {NUMBERS}", [(10, "a", "c")]),
        (f"SELECT SUM(n) FROM {NUMBERS} WHERE 1 = 0", [(None,)]),
        (f"SELECT COUNT(*) FROM {NUMBERS} WHERE 1 = 0", [(0,)]),
        (f"SELECT COUNT(*) FROM {NUMBERS} WHERE 1 = 0 GROUP BY n", []),
        (f"SELECT COUNT(*) FROM {NUMBERS} HAVING COUNT(*) > 5", []),
        (f"SELECT AVG(n), CAST(AVG(1.0 * n) AS varchar(20)) FROM {NUMBERS}", [(2, "2.500000")]),
        (f"SELECT n + 1 FROM {NUMBERS} GROUP BY n + 1 HAVING n + 1 > 3 ORDER BY n + 1", [(4,), (5,)]),
        (
            f"SELECT (n + 1) * 2, COUNT(*) FROM {NUMBERS} GROUP BY n + 1 ORDER BY 1",
            [(None, 1), (4, 1), (6, 1), (8, 1), (10, 1)],
        ),
        (
            (
                f"SELECT CASE WHEN n > 2 THEN 1 ELSE 0 END AS k, COUNT(*) FROM {NUMBERS} "
                "GROUP BY CASE WHEN n > 2 THEN 1 ELSE 0 END ORDER BY k"
            ),
            [(0, 3), (1, 2)],
        ),
        ("SELECT DISTINCT UPPER(RTRIM(c)) FROM (VALUES ('a'), ('A '), ('b')) AS t(c) ORDER BY 1", [("A",), ("B",)]),
        ("SELECT COUNT(*) FROM (SELECT DISTINCT c FROM (VALUES ('a'), ('A '), ('b')) AS t(c)) AS d", [(2,)]),
        ("SELECT 1 UNION SELECT 1", [(1,)]),
        ("SELECT 1 UNION ALL SELECT 1", [(1,), (1,)]),
        ("SELECT 'a' UNION SELECT 'A'", [("a",)]),
        ("SELECT 1 AS x UNION ALL SELECT 2 ORDER BY x DESC", [(2,), (1,)]),
        ("SELECT 1 EXCEPT SELECT 1", []),
        (
            "SELECT n FROM (VALUES (1), (2), (3)) AS t(n) INTERSECT SELECT n FROM (VALUES (2), (3), (4)) AS u(n)",
            [(2,), (3,)],
        ),
        ("SELECT 'X' EXCEPT SELECT 'x'", []),
        ("SELECT 'X', 1 INTERSECT SELECT 'x', 1", [("X", 1)]),
        ("SELECT 1 UNION SELECT 2 INTERSECT SELECT 2", [(1,), (2,)]),
        ("SELECT NULL UNION SELECT NULL", [(None,)]),
        ("SELECT (SELECT 5)", [(5,)]),
        ("SELECT (SELECT 5 WHERE 1 = 0)", [(None,)]),
        ("SELECT (SELECT MAX(n) FROM (VALUES (1), (2)) AS t(n))", [(2,)]),
        ("SELECT x.y FROM (SELECT 1 AS y) AS x", [(1,)]),
        ("SELECT a, b FROM (VALUES (1, 2), (3, 4)) AS t(a, b) WHERE a + b > 3", [(3, 4)]),
        ("SELECT * FROM (SELECT 1 AS a) x JOIN (SELECT 1 AS a) y ON x.a = y.a", [(1, 1)]),
        ("SELECT * FROM (SELECT 1 AS a) x LEFT JOIN (SELECT 2 AS b) y ON x.a = y.b", [(1, None)]),
        ("SELECT * FROM (SELECT 1 AS a) x RIGHT JOIN (SELECT 2 AS b) y ON x.a = y.b", [(None, 2)]),
        ("SELECT * FROM (SELECT 1 AS a) x FULL JOIN (SELECT 2 AS b) y ON x.a = y.b ORDER BY a", [(None, 2), (1, None)]),
        ("SELECT * FROM (SELECT 1 AS a) x, (SELECT 2 AS b) y", [(1, 2)]),
        ("SELECT * FROM (SELECT 1 AS a) x CROSS JOIN (SELECT 2 AS b) y", [(1, 2)]),
        (
            (
                "SELECT z.* FROM (SELECT 1 AS a) x LEFT JOIN "
                "((SELECT 1 AS b) y JOIN (SELECT 1 AS c) z ON y.b = z.c) ON x.a = y.b"
            ),
            [(1,)],
        ),
    ],
)
def test_queries_answer(ask: Asker, sql: str, rows: list[tuple[object, ...]]) -> None:
    """Small queries whose answers can be seen."""
    assert ask.rows(sql) == rows


def test_a_union_takes_the_higher_type(ask: Asker) -> None:
    """Each column's type is the one of the highest precedence, grown to hold all; page "UNION (Transact-SQL)"."""
    answer = ask("SELECT 1 AS x, 'ab' AS y UNION ALL SELECT 2.50, N'cde' UNION ALL SELECT NULL, NULL")
    assert answer.types == ["decimal(3,2)", "nvarchar(3)"]
    assert [str(row[0]) for row in answer.rows] == ["1.00", "2.50", "None"]
    assert answer.names == ["x", "y"]


@pytest.mark.parametrize(
    ("sql", "number", "words"),
    [
        ("SELECT name, COUNT(*) FROM sales.countries", 8120, "Column 'name' is invalid in the select list"),
        (
            "SELECT c.name FROM sales.countries c GROUP BY c.region",
            8120,
            "Column 'c.name' is invalid in the select list",
        ),
        ("SELECT region FROM sales.countries GROUP BY region HAVING name = 'x'", 8120, "in the HAVING clause"),
        ("SELECT region FROM sales.countries GROUP BY region ORDER BY name", 8120, "in the ORDER BY clause"),
        ("SELECT * FROM sales.countries GROUP BY region", 8120, "is invalid in the select list"),
        (
            (
                "SELECT region, (SELECT COUNT(*) FROM sales.customers c WHERE c.country_code = k.country_code)"
                " FROM sales.countries k GROUP BY region"
            ),
            8120,
            "country_code",
        ),
        ("SELECT name FROM sales.countries WHERE COUNT(*) > 1", 147, "may not appear in the WHERE CLAUSE"),
        ("SELECT SUM(COUNT(*)) FROM sales.countries", 130, "Cannot perform an aggregate function"),
        ("SELECT region FROM sales.countries GROUP BY 1", 164, "at least one column"),
        ("SELECT COUNT(*) FROM sales.customers GROUP BY preferences", 306, "cannot be compared or sorted"),
        ("SELECT SUM(name) FROM sales.countries", 8117, "nvarchar is invalid for sum"),
        ("SELECT MAX(is_active) FROM sales.customers", 8117, "bit is invalid for max"),
        ("SELECT SUM(is_active) FROM sales.customers", 8117, "bit is invalid for sum"),
        ("SELECT SUM(NULL)", 8117, "NULL is invalid for sum"),
        ("SELECT name FROM sales.countries ORDER BY 2", 108, "position number 2 is out of range"),
        ("SELECT name FROM sales.countries ORDER BY 'x'", 408, "constant expression"),
        ("SELECT DISTINCT name FROM sales.countries ORDER BY region", 145, "SELECT DISTINCT"),
        ("SELECT name FROM sales.countries UNION SELECT city FROM sales.customers ORDER BY region", 104, "UNION"),
        ("SELECT 1, 2 UNION SELECT 1", 205, "equal number of expressions"),
        (
            "SELECT * FROM (SELECT name FROM sales.countries ORDER BY name) x",
            1033,
            "ORDER BY clause is invalid in views",
        ),
        ("SELECT * FROM (SELECT 1) x", 8155, "No column name was specified for column 1 of 'x'"),
        ("SELECT * FROM (SELECT 1 AS a, 2 AS a) x", 8156, "specified multiple times"),
        ("SELECT * FROM (SELECT 1 AS a) x(a, b)", 8159, "fewer columns"),
        ("SELECT * FROM (SELECT 1 AS a, 2 AS b) x(a)", 8158, "more columns"),
        ("SELECT (SELECT name FROM sales.countries)", 512, "Subquery returned more than 1 value"),
        ("SELECT (SELECT 1, 2)", 116, "Only one expression"),
        ("SELECT TOP 5 WITH TIES name FROM sales.countries", 1062, "WITH TIES"),
        ("SELECT TOP (-1) name FROM sales.countries", 1060, "rowcount"),
        ("SELECT name FROM sales.countries OFFSET 5 ROWS", 102, "OFFSET needs ORDER BY"),
        ("SELECT * FROM (VALUES (1, 2), (3)) AS t(a, b)", 10709, "number of columns for each row"),
    ],
)
def test_what_sql_server_refuses(ask: Asker, sql: str, number: int, words: str) -> None:
    """The same numbers and words; nothing that SQLite would answer loosely is let through."""
    with pytest.raises(QueryError, match=words) as caught:
        ask(sql)
    assert caught.value.number == number


def test_a_scalar_subquery_may_have_one_row_for_each_row(ask: Asker) -> None:
    """Correlated subqueries are worked out for each row, and error 512 comes at the row that has two."""
    label = "(SELECT s.label FROM sales.order_statuses s WHERE s.status_id = o.status_id)"
    assert ask.one(f"SELECT COUNT(x) FROM (SELECT {label} AS x FROM sales.orders o) AS t") == 15_604
    with pytest.raises(QueryError, match="more than 1 value"):
        ask("SELECT (SELECT l.product_id FROM sales.order_lines l WHERE l.order_id = o.order_id) FROM sales.orders o")


def test_group_keys_may_be_written_otherwise(ask: Asker) -> None:
    """A grouping expression is the same whether its columns have a qualifier or not."""
    sql = (
        "SELECT YEAR(o.ordered_at) AS y, COUNT(*) FROM sales.orders AS o "
        "GROUP BY YEAR(ordered_at) ORDER BY YEAR(o.ordered_at)"
    )
    assert [row[0] for row in ask.rows(sql)] == [2022, 2023, 2024, 2025]


def test_rollup_cube_and_sets(ask: Asker) -> None:
    """Totals of every level; page "GROUP BY (Transact-SQL)"."""
    source = "(VALUES ('x', 1, 10), ('x', 2, 20), ('y', 1, 30)) AS t(a, b, v)"
    rollup = ask.rows(f"SELECT a, b, SUM(v) FROM {source} GROUP BY ROLLUP(a, b)")
    assert sorted(rollup, key=repr) == sorted(
        [("x", 1, 10), ("x", 2, 20), ("x", None, 30), ("y", 1, 30), ("y", None, 30), (None, None, 60)], key=repr
    )
    assert ask.rows(f"SELECT a, b, SUM(v) FROM {source} GROUP BY a, b WITH ROLLUP") == rollup
    cube = ask.rows(f"SELECT a, b, SUM(v), GROUPING_ID(a, b) FROM {source} GROUP BY CUBE(a, b)")
    assert {row for row in cube if row[3] == 2} == {(None, 1, 40, 2), (None, 2, 20, 2)}
    assert len(cube) == 3 + 2 + 2 + 1
    sets = ask.rows(
        f"SELECT COALESCE(a, 'all') AS a, SUM(v) AS v, GROUPING(a) AS g FROM {source} "
        "GROUP BY GROUPING SETS ((a), ()) HAVING SUM(v) >= 30 ORDER BY g, a DESC"
    )
    assert sets == [("y", 30, 0), ("x", 30, 0), ("all", 60, 1)]
    mixed = ask.rows(f"SELECT a, b, SUM(v) FROM {source} GROUP BY a, ROLLUP(b) ORDER BY a, b")
    assert mixed == [("x", None, 30), ("x", 1, 10), ("x", 2, 20), ("y", None, 30), ("y", 1, 30)]
    with pytest.raises(QueryError, match="does not match any"):
        ask(f"SELECT GROUPING(v) FROM {source} GROUP BY a")


def test_string_agg_keeps_its_order(ask: Asker) -> None:
    """WITHIN GROUP orders; NULLs are left out; page "STRING_AGG (Transact-SQL)"."""
    source = "(VALUES ('b', 2), ('A', 1), (NULL, 3), ('c', NULL)) AS t(c, n)"
    assert ask.one(f"SELECT STRING_AGG(c, '-') WITHIN GROUP (ORDER BY c) FROM {source}") == "A-b-c"
    assert ask.one(f"SELECT STRING_AGG(c, '-') WITHIN GROUP (ORDER BY n DESC) FROM {source}") == "b-A-c"
    assert ask.one(f"SELECT STRING_AGG(n, ',') WITHIN GROUP (ORDER BY n) FROM {source}") == "1,2,3"
    assert ask.one(f"SELECT STRING_AGG(c, '-') FROM {source} WHERE c IS NULL") is None
    assert ask("SELECT STRING_AGG(name, ',') AS x FROM sales.countries").types == ["nvarchar(4000)"]
    with pytest.raises(QueryError, match="exceeded the limit") as caught:
        ask("SELECT STRING_AGG(email, ',') FROM sales.customers")
    assert caught.value.number == 9829
    assert len(ask.one("SELECT STRING_AGG(CAST(email AS varchar(max)), ',') FROM sales.customers")) > 8000


def test_statistics_agree_with_python(ask: Asker) -> None:
    """STDEV, VAR and their population forms."""
    import statistics

    where = "FROM sales.order_lines WHERE order_id < 10200"
    values = [float(total) for (total,) in ask.rows(f"SELECT line_total {where}")]
    found = ask.rows(f"SELECT STDEV(line_total), STDEVP(line_total), VAR(line_total), VARP(line_total) {where}")
    functions = (statistics.stdev, statistics.pstdev, statistics.variance, statistics.pvariance)
    assert found == [pytest.approx(tuple(function(values) for function in functions))]
    assert ask.rows("SELECT STDEV(n), STDEVP(n) FROM (VALUES (5)) AS t(n)") == [(None, 0.0)]


def test_hints_change_no_answer(ask: Asker) -> None:
    """Table hints, join hints and options are read past."""
    sql = (
        "SELECT COUNT(*) FROM sales.orders AS o WITH (NOLOCK) INNER HASH JOIN sales.customers c WITH (INDEX(1), NOLOCK)"
        " ON c.customer_id = o.customer_id OPTION (RECOMPILE, MAXDOP 1)"
    )
    assert ask.one(sql) == 15_604


def test_a_sample_is_a_part(ask: Asker) -> None:
    """TABLESAMPLE takes about that share of the rows."""
    count = ask.one("SELECT COUNT(*) FROM sales.order_lines TABLESAMPLE (10 PERCENT)")
    assert 3_500 < count < 6_500


def test_full_joins_need_a_newer_sqlite(monkeypatch: pytest.MonkeyPatch, ask: Asker) -> None:
    """On an older SQLite the demo says so instead of failing inside."""
    import sqlite3

    monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 37, 0))
    with pytest.raises(UnsupportedError, match="too old for FULL JOIN"):
        ask("SELECT 1 FROM (SELECT 1 AS a) x FULL JOIN (SELECT 2 AS b) y ON x.a = y.b")
    with pytest.raises(UnsupportedError, match="HAVING without GROUP BY"):
        ask("SELECT COUNT(*) FROM sales.orders HAVING COUNT(*) > 1")


@pytest.mark.parametrize("top", ["TOP (2)", "TOP 2", "DISTINCT TOP (2)", "TOP (LEN(N'ab'))", "TOP (LEN(N'a)'))"])
def test_a_function_may_stand_right_after_top(ask: Asker, top: str) -> None:
    """The parenthesis of TOP is not that of a derived table, after which columns are named."""
    assert set(ask.rows(f"SELECT {top} LEN(N'abc') AS n FROM sales.orders")) == {(3,)}
