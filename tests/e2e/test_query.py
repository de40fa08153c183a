"""Asking through MCP, on the demo and on a live server: values, formats, limits, parameters and failures."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from typing import TYPE_CHECKING, Any

import pytest
from conversations import Conversation, conversation

from mssql_mcp.demo import schema, script
from mssql_mcp.execution.values import Cells
from mssql_mcp.settings import LimitSettings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from anyio.from_thread import BlockingPortal
    from conversations import Target

    from mssql_mcp.demo.model import DemoTable

Converse = Any
MOMENT = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?$")
WIDE = LimitSettings(row_ceiling=100_000, max_characters=10_000_000, max_cell_characters=10_000)


@pytest.fixture(scope="module")
def wide(target: Target, portal: BlockingPortal) -> Iterator[Conversation]:
    """A client whose answers are hardly bounded."""
    with conversation(portal, target.workspace(limits=WIDE)) as client:
        yield Conversation(portal, client)


def expected(table: DemoTable, count: int) -> list[list[Any]]:
    """Give a table's first rows by its key, as an answer shows them."""
    convert = Cells(WIDE.max_cell_characters).convert
    rows = [[convert(cell) for cell in row] for row in script.rows(table)]
    return rows[:count]


def is_as_good(cell: Any, wanted: Any) -> bool:
    """Whether a cell is the wanted one, or the same moment but for the seventh digit.

    Some servers keep six digits and round; drivers give six and cut.
    """
    if cell == wanted:
        return True
    if not (isinstance(cell, str) and isinstance(wanted, str) and MOMENT.match(cell) and MOMENT.match(wanted)):
        return False
    return abs(dt.datetime.fromisoformat(cell) - dt.datetime.fromisoformat(wanted)) <= dt.timedelta(microseconds=1)


@pytest.mark.parametrize("table", [table for table in schema.TABLES if table.primary_key], ids=lambda t: t.full_name)
def test_each_type_of_the_sample_comes_back(wide: Conversation, target: Target, table: DemoTable) -> None:
    """Every value of the first five hundred rows is what was put in."""
    names = ", ".join(f"[{column.name}]" for column in script.stored_columns(table))
    order = ", ".join(f"[{name}]" for name in table.primary_key.columns) if table.primary_key else ""
    sql = f"SELECT TOP (500) {names} FROM {script.full_name(table.schema, table.name)} ORDER BY {order}"
    rows, wanted = wide.query(sql, max_rows=500).rows, expected(table, 500)
    if target.is_demo:
        assert rows == wanted
    assert len(rows) == len(wanted)
    cells = [
        (cell, other) for row, line in zip(rows, wanted, strict=True) for cell, other in zip(row, line, strict=True)
    ]
    assert [pair for pair in cells if not is_as_good(*pair)] == []


def test_null_is_not_empty_text(assistant: Conversation) -> None:
    """In JSON, CSV and Markdown alike."""
    sql = "SELECT N'' AS e, CAST(NULL AS nvarchar(10)) AS n, N'x' AS x"
    assert assistant.query(sql).rows == [["", None, "x"]]
    assert assistant.query(sql, format="csv").text.startswith('e,n,x\n"",,x\n')
    assert "|  | NULL | x |" in assistant.query(sql, format="markdown").text


def test_columns_stay_apart(assistant: Conversation) -> None:
    """Columns with the same name or none keep their places."""
    answer = assistant.query("SELECT 1 AS a, 2 AS a, 3, N'x' AS [b c]").json
    assert [column["name"] for column in answer["columns"]] == ["a", "a", "", "b c"]
    assert answer["rows"] == [[1, 2, 3, "x"]]


def test_values_are_typed(assistant: Conversation) -> None:
    """Numbers are numbers, decimals keep their scale, bits are booleans, moments have no time zone of their own."""
    sql = (
        "SELECT CAST(1 AS bit) AS b, CAST(2 AS tinyint) AS t, CAST(9007199254740993 AS bigint) AS big, "
        "CAST(1.50 AS decimal(9,3)) AS d, CAST(2.5 AS money) AS m, CAST(0.5 AS float) AS f, "
        "CAST('2024-02-29' AS date) AS day, CAST('13:45:01' AS time(0)) AS clock, "
        "CAST('2024-02-29T13:45:00.120' AS datetime2(3)) AS moment, "
        "CAST('2024-02-29T13:45:00+02:00' AS datetimeoffset(0)) AS away, "
        "CAST('0E984725-C51C-4BF4-9960-E1C80E27ABA0' AS uniqueidentifier) AS guid, 0x00FF AS bin, N'Łódź 💡' AS txt"
    )
    assert assistant.query(sql).rows == [
        [
            True,
            2,
            "9007199254740993",
            "1.500",
            "2.5000",
            0.5,
            "2024-02-29",
            "13:45:01",
            "2024-02-29T13:45:00.12",
            "2024-02-29T13:45:00+02:00",
            "0E984725-C51C-4BF4-9960-E1C80E27ABA0",
            "0x00FF",
            "Łódź 💡",
        ]
    ]


def test_unicode_is_not_escaped(assistant: Conversation) -> None:
    """Other scripts and emoji cost one character each, not six."""
    answer = assistant.query("SELECT local_name, flag FROM sales.countries WHERE country_code = 'JP'")
    assert "日本" in answer.text
    assert "\\u" not in answer.text


def test_csv_is_csv(assistant: Conversation) -> None:
    """Python's reader gets the rows back; the facts stand after them."""
    sql = "SELECT customer_id, name, preferences FROM sales.customers WHERE customer_id <= 5 ORDER BY customer_id"
    text = assistant.query(sql, format="csv").text
    header, *rows = list(csv.reader(io.StringIO(text)))[:6]
    assert header == ["customer_id", "name", "preferences"]
    assert [int(row[0]) for row in rows] == [1, 2, 3, 4, 5]
    assert rows[0][2].startswith('<preferences newsletter="')
    assert "(5 rows" in text


def test_markdown_is_a_table(assistant: Conversation) -> None:
    """Pipes and line breaks inside cells do not break it."""
    text = assistant.query("SELECT N'a|b' AS [x|y], N'1' + NCHAR(10) + N'2' AS z", format="markdown").text
    assert text.startswith("| x\\|y | z |\n|---|---|\n| a\\|b | 1<br>2 |\n")


def test_parameters_are_bound(assistant: Conversation) -> None:
    """Text, numbers, truth and NULL arrive as values, whatever they look like."""
    sql = "SELECT name FROM sales.customers WHERE customer_id IN (@a, @b) ORDER BY customer_id"
    assert len(assistant.query(sql, parameters={"a": 1, "@b": 2}).rows) == 2
    hostile = "x'; DROP TABLE sales.orders --"
    assert assistant.query("SELECT @t AS t", parameters={"t": hostile}).rows == [[hostile]]
    sql = "SELECT COUNT(*) FROM sales.customers WHERE (@none IS NULL OR name = @none) AND is_active = @yes"
    (count,) = assistant.query(sql, parameters={"none": None, "yes": True}).rows[0]
    assert 0 < count < 1200


def test_a_type_can_be_stated(assistant: Conversation) -> None:
    """A value with the name of its type beside it; exact decimals come so, which JSON's numbers cannot carry."""
    typed = {"a": {"value": "12345678901234567890.12", "type": "decimal(22,2)"}, "d": {"value": None, "type": "date"}}
    answer = assistant.query("SELECT @a AS a, @d AS d, @b * @b AS b", parameters={**typed, "b": 200})
    assert answer.rows == [["12345678901234567890.12", None, 40_000]]
    wrong = assistant.query("SELECT @d AS d", parameters={"d": {"value": "1.5.24", "type": "date"}})
    assert wrong.code == "input.parameter"
    assert "2024-05-01" in wrong.text


def test_a_missing_parameter_is_named(assistant: Conversation) -> None:
    """A name in the text without a value is an error before anything is sent."""
    answer = assistant.query("SELECT * FROM sales.orders WHERE order_id = @id", parameters={})
    assert answer.is_error
    assert "@id" in answer.text


def test_a_list_is_no_parameter(assistant: Conversation) -> None:
    """Only scalars can be bound; the answer says so."""
    answer = assistant.query("SELECT @id AS x", parameters={"id": [1, 2]})
    assert answer.code in {"input.parameter", "input.invalid_argument"}


def test_rows_are_bounded(assistant: Conversation) -> None:
    """One row more than asked is a truncation, exactly as many is none."""
    sql = "SELECT TOP (5) order_id FROM sales.orders ORDER BY order_id"
    whole = assistant.query(sql, max_rows=5).json
    assert (whole["row_count"], whole["truncated"]) == (5, False)
    cut = assistant.query(sql, max_rows=4).json
    assert (cut["row_count"], cut["truncated"], cut["truncated_by"]) == (4, True, "rows")
    assert cut["rows"] == whole["rows"][:4]


def test_a_cut_answer_can_be_continued(assistant: Conversation) -> None:
    """The handle leads through the whole result, in order, and says when it is at its end."""
    first = assistant.query("SELECT TOP (25) order_id FROM sales.orders ORDER BY order_id", max_rows=10).json
    rows = first["rows"]
    following = first["next"]
    while following:
        part = assistant.call("run_query", cursor=following, max_rows=10).json
        rows += part["rows"]
        following = part.get("next")
    assert rows == [[number] for number in range(10_001, 10_026)]


def test_characters_are_bounded(assistant: Conversation) -> None:
    """The answer's length is bounded whatever the rows hold, and the reason is said."""
    sql = "SELECT TOP (400) a.name, a.preferences, a.email, b.name FROM sales.customers AS a, sales.countries AS b"
    answer = assistant.query(sql, max_rows=400)
    assert answer.json["truncated_by"] == "characters"
    assert 15_000 < len(answer.text) <= 21_000
    assert len(assistant.query(sql, max_rows=400, format="markdown").text) < 25_000


def test_long_cells_are_clipped(assistant: Conversation) -> None:
    """A long text and a long binary say their full length."""
    sql = "SELECT REPLICATE(N'é', 3000) AS t, CAST(REPLICATE('x', 3000) AS varbinary(4000)) AS b, N'short' AS s"
    answer = assistant.query(sql).json
    ((text, binary, short),) = answer["rows"]
    assert text.endswith("… [3000 characters]")
    assert binary.endswith("… [3000 bytes]")
    assert (short, answer["clipped_cells"]) == ("short", 2)
    assert len(text) + len(binary) < 2_100


def test_more_rows_than_the_ceiling_are_refused(assistant: Conversation) -> None:
    """What the settings do not allow is told, not silently lowered."""
    answer = assistant.query("SELECT 1 AS one", max_rows=10_000_000)
    assert answer.code == "input.max_rows"


@pytest.mark.parametrize(
    ("sql", "code", "token"),
    [
        ("SELECT 1 DELETE FROM sales.orders", "gate.statement_word", "DELETE"),
        ("DROP TABLE sales.orders", "gate.", "DROP"),
        ("SELECT 1; SELECT 2", "gate.", ";"),
        ("SELECT * INTO sales.copy FROM sales.orders", "gate.", "INTO"),
        ("EXEC sp_who", "gate.", "EXEC"),
    ],
)
def test_what_is_not_one_select_is_refused(assistant: Conversation, sql: str, code: str, token: str) -> None:
    """With the rule's code and the place of the offending word."""
    answer = assistant.query(sql)
    assert answer.code.startswith(code)
    place = answer.error.get("position", 0)
    assert sql[place:].upper().startswith(answer.error["token"].upper()[:4])
    assert answer.error["token"].upper().startswith(token)
    assert answer.error["line"] == 1


def test_a_refusal_names_line_and_column(assistant: Conversation) -> None:
    """Counted as an editor does."""
    answer = assistant.query("SELECT 1\n  UPDATE sales.orders SET note = N''")
    assert (answer.error["line"], answer.error["column"]) == (2, 3)
    assert "line 2, column 3" in answer.text


def test_an_unknown_table_gets_the_nearest_names(assistant: Conversation, target: Target) -> None:
    """The server's own error, and the names that were meant."""
    answer = assistant.query("SELECT * FROM sales.ordrs")
    assert answer.code == "query.invalid_object"
    assert answer.error["nearest"][0] == "sales.orders"
    assert "sales.orders" in answer.text


def test_an_unknown_column_is_told(assistant: Conversation) -> None:
    """By the server's error."""
    answer = assistant.query("SELECT nonsense FROM sales.orders")
    assert answer.code == "query.invalid_column"
    assert "nonsense" in answer.text


@pytest.mark.parametrize(
    ("sql", "code"),
    [
        ("SELECT 1/0 AS x", "query.divide_by_zero"),
        ("SELECT CAST(N'x' AS int) AS x", "query.conversion"),
    ],
)
def test_the_servers_errors_have_codes(assistant: Conversation, sql: str, code: str) -> None:
    """The same on the demo and on a server."""
    assert assistant.query(sql).code == code


def test_the_connection_works_after_failures(assistant: Conversation) -> None:
    """Refusals, errors and truncations leave nothing behind."""
    for sql in ("SELECT 1/0 AS x", "DROP TABLE x", "SELECT * FROM sales.nothing", "SELECT * FROM sales.order_lines"):
        assistant.query(sql, max_rows=1)
    assert assistant.query("SELECT 1 AS one").rows == [[1]]


def test_an_unknown_connection_is_told(assistant: Conversation) -> None:
    """With the configured ones."""
    answer = assistant.query("SELECT 1 AS one", connection="mian")
    assert answer.code == "input.unknown_connection"
    assert answer.error["nearest"] == ["main"]


def test_an_unknown_tool_is_told(assistant: Conversation) -> None:
    """With the one that was meant."""
    answer = assistant.call("run_qery", sql="SELECT 1")
    assert answer.code == "input.unknown_tool"
    assert answer.error["nearest"][0] == "run_query"


def test_a_call_ends_at_its_deadline(converse: Converse, target: Target) -> None:
    """A query that would take minutes ends when its time is over, and the next one works."""
    assistant: Conversation = converse(target.workspace())
    assert assistant.query("SELECT 1 AS one").rows == [[1]]
    sql = (
        "SELECT COUNT_BIG(*) AS n FROM sales.order_lines AS a CROSS JOIN sales.order_lines AS b "
        "WHERE a.quantity + b.quantity < 0"
    )
    answer = assistant.query(sql, timeout_seconds=2)
    assert answer.code == "query.timeout"
    assert assistant.query("SELECT 1 AS one").rows == [[1]]


def test_answers_can_be_in_another_format_by_settings(converse: Callable[..., Conversation], target: Target) -> None:
    """The settings' format holds unless the call asks for another."""
    from mssql_mcp.settings import ServerSettings

    made = converse(target.workspace(server=ServerSettings(format="csv")))
    assert made.query("SELECT 1 AS one").text.startswith("one\n1\n")
    assert made.query("SELECT 1 AS one", format="json").rows == [[1]]
