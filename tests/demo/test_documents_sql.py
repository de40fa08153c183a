"""FOR JSON and FOR XML."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from mssql_mcp.errors import QueryError, UnsupportedError

if TYPE_CHECKING:
    from conftest import Asker


@pytest.mark.parametrize(
    ("sql", "text"),
    [
        ("SELECT 1 AS a, 'x' AS b FOR JSON PATH", '[{"a":1,"b":"x"}]'),
        ("SELECT 1 AS a FOR JSON AUTO", '[{"a":1}]'),
        ("SELECT 1 AS [p.a], 2 AS [p.b], NULL AS c FOR JSON PATH", '[{"p":{"a":1,"b":2}}]'),
        ("SELECT NULL AS c FOR JSON PATH, INCLUDE_NULL_VALUES", '[{"c":null}]'),
        ("SELECT 1 AS a FOR JSON PATH, ROOT('r')", '{"r":[{"a":1}]}'),
        ("SELECT 1 AS a FOR JSON PATH, WITHOUT_ARRAY_WRAPPER", '{"a":1}'),
        (
            "SELECT CAST(1 AS bit) AS b, 1.50 AS d, $2 AS m, N'ä/\"' AS t FOR JSON PATH",
            '[{"b":true,"d":1.50,"m":2.0000,"t":"ä\\/\\""}]',
        ),
        (
            "SELECT CAST('2024-02-29' AS date) AS d, CAST('2024-02-29 01:02:03.5' AS datetime2(1)) AS t FOR JSON PATH",
            '[{"d":"2024-02-29","t":"2024-02-29T01:02:03.5"}]',
        ),
        ("SELECT 0x0102 AS b, CAST(0.5 AS float) AS f FOR JSON PATH", '[{"b":"AQI=","f":5.000000000000000e-001}]'),
        ("SELECT JSON_QUERY('[1,2]') AS j, '[1]' AS s FOR JSON PATH", '[{"j":[1,2],"s":"[1]"}]'),
        ("SELECT 1 AS a, (SELECT 2 AS b FOR JSON PATH) AS c FOR JSON PATH", '[{"a":1,"c":[{"b":2}]}]'),
        ("SELECT 1 AS a FOR XML PATH", "<row><a>1</a></row>"),
        ("SELECT 1 AS a, NULL AS b FOR XML PATH('r'), ROOT('all')", "<all><r><a>1</a></r></all>"),
        ("SELECT 1 AS [@id], 'x' AS [p/q], 'y' AS [p/r] FOR XML PATH('e')", '<e id="1"><p><q>x</q><r>y</r></p></e>'),
        ("SELECT 'a<b' AS t FOR XML PATH('')", "<t>a&lt;b</t>"),
        ("SELECT ',' + v FROM (VALUES ('a'), ('b')) AS t(v) ORDER BY v FOR XML PATH('')", ",a,b"),
        (
            "SELECT STUFF((SELECT ', ' + v FROM (VALUES ('b'), ('a')) AS t(v) ORDER BY v FOR XML PATH('')), 1, 2, '')",
            "a, b",
        ),
        (
            "SELECT STUFF((SELECT '; ' + t.v FROM (VALUES ('<'), ('&')) AS t(v) ORDER BY t.v FOR XML PATH(''), TYPE).value('.', 'nvarchar(max)'), 1, 2, '')",
            "&; <",
        ),
    ],
)
def test_rows_become_one_text(ask: Asker, sql: str, text: str) -> None:
    """Pages "Format query results as JSON with FOR JSON" and "Use PATH mode with FOR XML"."""
    assert ask.one(sql) == text


def test_no_rows_make_no_document(ask: Asker) -> None:
    """Neither a row outside nor a value inside."""
    assert ask.rows("SELECT 1 AS a WHERE 1 = 0 FOR JSON PATH") == []
    assert ask.value("(SELECT 1 AS a WHERE 1 = 0 FOR XML PATH(''))") is None


def test_a_whole_table_becomes_json(ask: Asker) -> None:
    """Every row is there, in order, and reads as JSON."""
    text = ask.one("SELECT order_id, note FROM sales.orders WHERE note IS NOT NULL ORDER BY order_id FOR JSON PATH")
    rows = ask.rows("SELECT order_id, note FROM sales.orders WHERE note IS NOT NULL ORDER BY order_id")
    assert [(entry["order_id"], entry["note"]) for entry in json.loads(text)] == rows


@pytest.mark.parametrize(
    ("sql", "number"),
    [
        ("SELECT 1 FOR JSON PATH", 13605),
        ("SELECT 1 AS a, 2 AS [a.b] FOR JSON PATH", 13601),
        ("SELECT 1 AS a FOR JSON PATH, ROOT, WITHOUT_ARRAY_WRAPPER", 13620),
        ("SELECT 1 AS [@a] FOR XML PATH('')", 6864),
    ],
)
def test_what_sql_server_refuses(ask: Asker, sql: str, number: int) -> None:
    """SQL Server's numbers."""
    with pytest.raises(QueryError) as caught:
        ask(sql)
    assert caught.value.number == number


def test_other_modes_are_refused(ask: Asker) -> None:
    """RAW, AUTO and EXPLICIT, and paths in value()."""
    for mode in ("RAW", "AUTO", "EXPLICIT"):
        with pytest.raises(UnsupportedError, match="FOR XML"):
            ask(f"SELECT 1 AS a FOR XML {mode}")
    with pytest.raises(UnsupportedError, match="path"):
        ask("SELECT (SELECT 1 AS a FOR XML PATH(''), TYPE).value('(/a)[1]', 'int')")
