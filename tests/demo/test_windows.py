"""Functions with OVER."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mssql_mcp.errors import QueryError, UnsupportedError

if TYPE_CHECKING:
    from conftest import Asker

SOURCE = "(VALUES ('x', 1, 10), ('x', 2, 20), ('x', 2, 5), ('y', 1, 30)) AS t(g, k, v)"


@pytest.mark.parametrize(
    ("expression", "column"),
    [
        ("ROW_NUMBER() OVER (PARTITION BY g ORDER BY v)", [1, 2, 3, 1]),
        ("RANK() OVER (ORDER BY k)", [1, 1, 3, 3]),
        ("DENSE_RANK() OVER (ORDER BY k)", [1, 1, 2, 2]),
        ("NTILE(2) OVER (ORDER BY v)", [1, 1, 2, 2]),
        ("SUM(v) OVER ()", [65, 65, 65, 65]),
        ("SUM(v) OVER (PARTITION BY g)", [30, 35, 35, 35]),
        ("SUM(v) OVER (ORDER BY v)", [5, 15, 35, 65]),
        # The default frame takes all rows that are alike.
        ("COUNT(*) OVER (ORDER BY k)", [2, 2, 4, 4]),
        ("COUNT(*) OVER (ORDER BY k ROWS UNBOUNDED PRECEDING)", [1, 2, 3, 4]),
        ("SUM(v) OVER (ORDER BY v ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING)", [15, 35, 50, 60]),
        ("SUM(v) OVER (ORDER BY v ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING)", [30, 50, 60, 65]),
        ("MAX(v) OVER (PARTITION BY g)", [20, 20, 20, 30]),
        ("AVG(v) OVER (PARTITION BY g)", [11, 11, 11, 30]),
        ("LAG(v) OVER (ORDER BY v)", [None, 5, 10, 20]),
        ("LAG(v, 2, 0) OVER (ORDER BY v)", [0, 0, 5, 10]),
        ("LEAD(v) OVER (ORDER BY v)", [10, 20, 30, None]),
        ("FIRST_VALUE(v) OVER (PARTITION BY g ORDER BY v)", [5, 5, 5, 30]),
        ("LAST_VALUE(v) OVER (PARTITION BY g ORDER BY v)", [5, 10, 20, 30]),
        ("FIRST_VALUE(v) RESPECT NULLS OVER (ORDER BY v)", [5, 5, 5, 5]),
        ("PERCENT_RANK() OVER (ORDER BY v)", [0.0, 1 / 3, 2 / 3, 1.0]),
        ("CUME_DIST() OVER (ORDER BY k)", [0.5, 0.5, 1.0, 1.0]),
        ("PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY v) OVER ()", [15.0] * 4),
        ("PERCENTILE_CONT(0.25) WITHIN GROUP (ORDER BY v DESC) OVER ()", [22.5] * 4),
        ("PERCENTILE_DISC(0.5) WITHIN GROUP (ORDER BY v) OVER (PARTITION BY g)", [10, 10, 10, 30]),
        ("SUM(v) OVER w", [30, 35, 35, 35]),
        ("COUNT_BIG(*) OVER (PARTITION BY UPPER(g))", [1, 3, 3, 3]),
    ],
)
def test_windows_answer(ask: Asker, expression: str, column: list[object]) -> None:
    """Pages "OVER clause", "Ranking functions" and "Analytic functions (Transact-SQL)"."""
    window = " WINDOW w AS (PARTITION BY g)" if expression.endswith("OVER w") else ""
    found = [row[0] for row in ask.rows(f"SELECT {expression} AS x FROM {SOURCE}{window} ORDER BY x")]
    assert found == pytest.approx(sorted(column, key=lambda cell: (cell is not None, cell)))


def test_windows_over_groups(ask: Asker) -> None:
    """A window function takes what the groups yield."""
    sql = f"SELECT g, SUM(v) AS s, SUM(SUM(v)) OVER () AS whole, RANK() OVER (ORDER BY SUM(v) DESC) FROM {SOURCE} GROUP BY g"
    assert sorted(ask.rows(sql)) == [("x", 35, 65, 1), ("y", 30, 65, 2)]


def test_windows_order_by_the_collation(ask: Asker) -> None:
    """Partitions and order do not mind case; NULL comes first."""
    source = "(VALUES ('b', 1), ('A', 2), ('B', 3), (NULL, 4)) AS t(c, n)"
    assert ask.rows(f"SELECT n, COUNT(*) OVER (PARTITION BY c) FROM {source} ORDER BY n") == [
        (1, 2),
        (2, 1),
        (3, 2),
        (4, 1),
    ]
    assert ask.rows(f"SELECT n, ROW_NUMBER() OVER (ORDER BY c, n) FROM {source} ORDER BY n") == [
        (1, 3),
        (2, 2),
        (3, 4),
        (4, 1),
    ]


def test_running_totals_are_exact_decimals(ask: Asker) -> None:
    """Sums over a window keep the type of SUM."""
    sql = (
        "SELECT SUM(line_total) OVER (ORDER BY line_no) AS a, SUM(line_total) OVER (ORDER BY line_no ROWS 1 PRECEDING) AS b,"
        " AVG(line_total) OVER () AS c, line_total FROM sales.order_lines WHERE order_id = 10001 ORDER BY line_no"
    )
    answer = ask(sql)
    assert answer.types == ["decimal(38,2)", "decimal(38,2)", "decimal(38,6)", "decimal(12,2)"]
    totals = [row[3] for row in answer.rows]
    assert [row[0] for row in answer.rows] == [sum(totals[: place + 1]) for place in range(len(totals))]
    assert [row[1] for row in answer.rows] == [
        sum(totals[max(place - 1, 0) : place + 1]) for place in range(len(totals))
    ]


@pytest.mark.parametrize(
    ("sql", "number"),
    [
        (f"SELECT ROW_NUMBER() OVER () FROM {SOURCE}", 4112),
        (f"SELECT LAG(v) OVER (PARTITION BY g) FROM {SOURCE}", 4112),
        (f"SELECT ROW_NUMBER() FROM {SOURCE}", 10753),
        (f"SELECT ROW_NUMBER() OVER (ORDER BY 1) FROM {SOURCE}", 5308),
        (f"SELECT v FROM {SOURCE} WHERE ROW_NUMBER() OVER (ORDER BY v) = 1", 4108),
        (f"SELECT COUNT(DISTINCT v) OVER () FROM {SOURCE}", 10759),
        (f"SELECT SUM(v) OVER (ORDER BY v RANGE 1 PRECEDING) FROM {SOURCE}", 4194),
        (f"SELECT PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY v) FROM {SOURCE}", 10753),
        (f"SELECT PERCENTILE_CONT(1.5) WITHIN GROUP (ORDER BY v) OVER () FROM {SOURCE}", 10751),
        (f"SELECT SUM(v) OVER missing FROM {SOURCE}", 5362),
    ],
)
def test_what_sql_server_refuses(ask: Asker, sql: str, number: int) -> None:
    """Where a window function may stand, and what it needs."""
    with pytest.raises(QueryError) as caught:
        ask(sql)
    assert caught.value.number == number


def test_ignore_nulls_is_refused(ask: Asker) -> None:
    """SQLite has nothing like it."""
    with pytest.raises(UnsupportedError, match="IGNORE NULLS"):
        ask(f"SELECT FIRST_VALUE(v) IGNORE NULLS OVER (ORDER BY v) FROM {SOURCE}")
