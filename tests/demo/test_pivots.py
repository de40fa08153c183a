"""PIVOT and UNPIVOT."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mssql_mcp.errors import QueryError, UnsupportedError

if TYPE_CHECKING:
    from conftest import Asker

SOURCE = "(SELECT * FROM (VALUES ('x', 'a', 1), ('x', 'b', 2), ('y', 'A', 3), ('x', 'a', 4)) AS v(g, k, n)) AS s"


def test_pivot_turns_rows_into_columns(ask: Asker) -> None:
    """One column for each value, grouped by what is left; page "Using PIVOT and UNPIVOT"."""
    answer = ask(f"SELECT g, [a], [b] FROM {SOURCE} PIVOT (SUM(n) FOR k IN ([a], [b])) AS p ORDER BY g")
    assert answer.rows == [("x", 5, 2), ("y", 3, None)]
    assert ask.rows(
        f"SELECT p.a + ISNULL(p.b, 0) FROM {SOURCE} PIVOT (SUM(n) FOR k IN ([a], [b])) AS p ORDER BY 1"
    ) == [(3,), (7,)]
    assert ask.rows(f"SELECT * FROM {SOURCE} PIVOT (COUNT(n) FOR k IN ([b])) AS p ORDER BY g") == [("x", 1), ("y", 0)]


def test_pivot_of_a_table(ask: Asker) -> None:
    """A table's own columns are grouped by as well; numbers may be columns' names."""
    sql = "SELECT * FROM (SELECT YEAR(ordered_at) AS y, status_id, order_id FROM sales.orders) AS s PIVOT (COUNT(order_id) FOR status_id IN ([5], [6])) AS p"
    found = {row[0]: row[1:] for row in ask.rows(sql)}
    direct = ask.rows(
        "SELECT YEAR(ordered_at), status_id, COUNT(*) FROM sales.orders GROUP BY YEAR(ordered_at), status_id"
    )
    counts = {(year, status): count for year, status, count in direct}
    assert found == {year: (counts.get((year, 5), 0), counts.get((year, 6), 0)) for year in (2022, 2023, 2024, 2025)}
    statuses = "SELECT [NEW], [PAID] FROM (SELECT code, status_id FROM sales.order_statuses) AS s PIVOT (MAX(status_id) FOR code IN ([NEW], [PAID])) AS p"
    assert ask.rows(statuses) == [(1, 2)]


def test_unpivot_turns_columns_into_rows(ask: Asker) -> None:
    """NULLs are left out."""
    source = "(SELECT 1 AS id, 10 AS a, CAST(NULL AS int) AS b, 30 AS c) AS s"
    sql = f"SELECT id, name, val FROM {source} UNPIVOT (val FOR name IN (a, b, c)) AS u ORDER BY name"
    answer = ask(sql)
    assert answer.rows == [(1, "a", 10), (1, "c", 30)]
    assert answer.types == ["int", "nvarchar(128)", "int"]


def test_what_cannot_be_pivoted_says_so(ask: Asker) -> None:
    """Unknown columns, several types, several aggregates."""
    with pytest.raises(QueryError, match="Invalid column name 'z'"):
        ask(f"SELECT * FROM {SOURCE} PIVOT (SUM(z) FOR k IN ([a])) AS p")
    with pytest.raises(QueryError, match="conflicts with the type") as caught:
        ask("SELECT * FROM (SELECT 1 AS a, 'x' AS b) AS s UNPIVOT (v FOR n IN (a, b)) AS u")
    assert caught.value.number == 8167
    with pytest.raises(UnsupportedError):
        ask(f"SELECT * FROM {SOURCE} PIVOT (COUNT(*) FOR k IN ([a])) AS p")
