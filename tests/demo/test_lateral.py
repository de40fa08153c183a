"""APPLY, and functions that yield rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mssql_mcp.errors import QueryError, UnsupportedError

if TYPE_CHECKING:
    from conftest import Asker


def test_apply_takes_the_first_rows_of_each(ask: Asker) -> None:
    """The best order of each customer; without one CROSS APPLY leaves the customer out, OUTER APPLY keeps it."""
    inner = "(SELECT TOP 1 o.order_id, o.freight FROM sales.orders o WHERE o.customer_id = c.customer_id ORDER BY o.freight DESC, o.order_id) x"
    cross = ask.rows(
        f"SELECT c.customer_id, x.order_id, x.freight FROM sales.customers c CROSS APPLY {inner} WHERE c.customer_id > 1100"
    )
    outer = ask.rows(
        f"SELECT c.customer_id, x.order_id, x.freight FROM sales.customers c OUTER APPLY {inner} WHERE c.customer_id > 1100"
    )
    best: dict[int, tuple[object, int]] = {}
    for customer, order, freight in ask.rows(
        "SELECT customer_id, order_id, freight FROM sales.orders WHERE customer_id > 1100"
    ):
        best[customer] = min(best.get(customer, (0, 10**9)), (-freight, order))
    assert {row[0]: (-row[2], row[1]) for row in cross} == best
    assert len(outer) == 100
    assert {row[0] for row in outer if row[1] is None} == set(range(1101, 1201)) - set(best)


@pytest.mark.parametrize(
    ("sql", "rows"),
    [
        (
            "SELECT t.a, v.k, v.x FROM (VALUES (1), (2)) AS t(a) CROSS APPLY (VALUES ('p', a), ('q', a * 10)) AS v(k, x) ORDER BY a, k",
            [(1, "p", 1), (1, "q", 10), (2, "p", 2), (2, "q", 20)],
        ),
        (
            "SELECT t.a, d.b, e.c FROM (VALUES (1)) AS t(a) CROSS APPLY (SELECT t.a + 1 AS b) AS d CROSS APPLY (SELECT d.b * 2 AS c) AS e",
            [(1, 2, 4)],
        ),
        (
            "SELECT b, COUNT(*) FROM (VALUES (1), (3), (4)) AS t(a) CROSS APPLY (SELECT a % 2 AS b) AS d GROUP BY b ORDER BY b",
            [(0, 1), (1, 2)],
        ),
        (
            "SELECT x.v FROM (VALUES (CAST(1.5 AS float)), (0.1)) AS t(f) CROSS APPLY (SELECT f AS v WHERE f < 1) AS x",
            [(0.1,)],
        ),
        ("SELECT x.v FROM (VALUES (0x0102)) AS t(f) CROSS APPLY (SELECT f AS v WHERE 1 = 1) AS x", [(b"\x01\x02",)]),
        (
            "SELECT x.n FROM (VALUES (1)) AS t(a) CROSS APPLY (SELECT COUNT(*) AS n FROM sales.countries WHERE 1 = a) AS x",
            [(22,)],
        ),
        (
            "SELECT x.n FROM (VALUES (1)) AS t(a) CROSS APPLY (SELECT 1 AS n UNION ALL SELECT a + 1) AS x ORDER BY n",
            [(1,), (2,)],
        ),
        ("SELECT value FROM STRING_SPLIT('a,b,,c', ',')", [("a",), ("b",), ("",), ("c",)]),
        ("SELECT value, ordinal FROM STRING_SPLIT('x y', ' ', 1)", [("x", 1), ("y", 2)]),
        ("SELECT s.value FROM STRING_SPLIT(NULL, ',') AS s", []),
        (
            "SELECT t.n, s.value FROM (VALUES (1, 'a b'), (2, NULL)) AS t(n, c) OUTER APPLY STRING_SPLIT(t.c, ' ') AS s ORDER BY n, value",
            [(1, "a"), (1, "b"), (2, None)],
        ),
        (
            "SELECT t2.value FROM STRING_SPLIT('a-b c-d', ' ') AS t1 CROSS APPLY STRING_SPLIT(t1.value, '-') AS t2 ORDER BY 1",
            [("a",), ("b",), ("c",), ("d",)],
        ),
        (
            "SELECT COUNT(*) FROM sales.orders WHERE order_id IN (SELECT CAST(value AS int) FROM STRING_SPLIT('10001,10002,7', ','))",
            [(2,)],
        ),
        ("SELECT value FROM GENERATE_SERIES(1, 5, 2)", [(1,), (3,), (5,)]),
        ("SELECT value FROM GENERATE_SERIES(3, 1)", [(3,), (2,), (1,)]),
        ("SELECT SUM(g.value) FROM GENERATE_SERIES(1, 1000) AS g", [(500500,)]),
        (
            """SELECT [key], value, type FROM OPENJSON('{"a":1,"b":"x","c":[1,2],"d":{"e":true},"f":null,"g":false}')""",
            [
                ("a", "1", 2),
                ("b", "x", 1),
                ("c", "[1,2]", 4),
                ("d", '{"e":true}', 5),
                ("f", None, 0),
                ("g", "false", 3),
            ],
        ),
        ("""SELECT value FROM OPENJSON('{"list":[10,20]}', '$.list')""", [("10",), ("20",)]),
        (
            """SELECT id, price, tags, day FROM OPENJSON('[{"id":1,"price":2.50,"tags":["x"],"on":"2024-02-29"},{"id":2}]')
            WITH (id int, price decimal(5,2), tags nvarchar(max) AS JSON, day date '$.on') ORDER BY id""",
            None,
        ),
        (
            """SELECT t.n, j.a FROM (VALUES (1, '{"a":5}')) AS t(n, doc) CROSS APPLY OPENJSON(t.doc) WITH (a int) AS j""",
            [(1, 5)],
        ),
    ],
)
def test_rows_are_made_from_rows(ask: Asker, sql: str, rows: list[tuple[object, ...]] | None) -> None:
    """Pages "FROM clause", "STRING_SPLIT", "GENERATE_SERIES" and "OPENJSON (Transact-SQL)"."""
    found = ask.rows(sql)
    if rows is None:
        assert [[str(cell) for cell in row] for row in found] == [
            ["1", "2.50", '["x"]', "2024-02-29"],
            ["2", "None", "None", "None"],
        ]
    else:
        assert found == rows


def test_types_survive_apply(ask: Asker) -> None:
    """What goes through APPLY comes out in its type, exactly."""
    sql = (
        "SELECT x.* FROM sales.orders o CROSS APPLY (SELECT TOP 1 CAST(0.1 AS float) AS f, CAST('12345678901234567890.5' AS decimal(30,1)) AS d,"
        " o.placed_at AS p, o.freight AS m, CAST(1 AS bit) AS b, NEWID() AS g, CAST(NULL AS int) AS n FROM sales.countries) AS x WHERE o.order_id = 10001"
    )
    answer = ask(sql)
    assert answer.types == ["float", "decimal(30,1)", "datetimeoffset(0)", "money", "bit", "uniqueidentifier", "int"]
    direct = ask.rows("SELECT placed_at, freight FROM sales.orders WHERE order_id = 10001")[0]
    ((number, wide, placed, freight, bit, _, null),) = answer.rows
    assert (number, str(wide), placed, freight, bit, null) == (0.1, "12345678901234567890.5", *direct, True, None)


@pytest.mark.parametrize(
    ("sql", "error"),
    [
        ("SELECT * FROM STRING_SPLIT('a', 'bc')", QueryError),
        ("SELECT * FROM GENERATE_SERIES(1, 5, 0)", QueryError),
        ("SELECT * FROM GENERATE_SERIES(1, 100000000)", UnsupportedError),
        ("SELECT * FROM (VALUES (1)) AS t(a) CROSS APPLY (SELECT a)", QueryError),
        ("SELECT * FROM sys.dm_exec_sql_text(0x01)", UnsupportedError),
        ("SELECT * FROM OPENJSON('{')", QueryError),
    ],
)
def test_what_cannot_be_made_says_so(ask: Asker, sql: str, error: type[Exception]) -> None:
    """In one sentence."""
    with pytest.raises(error):
        ask(sql)
