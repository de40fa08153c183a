"""The command line on the demo and on a live server: what stands on stdout, what on stderr, and how it ends."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

import pytest

from mssql_mcp.demo import schema

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conversations import Target

Invoke = Any
CUSTOMERS = "SELECT customer_id, name, credit_limit, is_active FROM sales.customers WHERE customer_id <= 3"
ORDER = " ORDER BY customer_id"
TABLES = {table.full_name for table in schema.TABLES}
VIEWS = {view.full_name for view in schema.VIEWS}


def test_rows_as_csv(invoke: Invoke, target: Target) -> None:
    """Without a terminal CSV is the default; stdout holds rows only, the count stands on stderr."""
    done = invoke("query", CUSTOMERS + ORDER, on=target)
    assert done.code == 0, done.err
    header, *rows = list(csv.reader(io.StringIO(done.out)))
    assert header == ["customer_id", "name", "credit_limit", "is_active"]
    assert [row[0] for row in rows] == ["1", "2", "3"]
    assert {row[3] for row in rows} <= {"true", "false"}
    assert done.err.startswith("3 rows in ")


def test_rows_as_json(invoke: Invoke, target: Target) -> None:
    """One compact JSON object, as an assistant gets it."""
    done = invoke("query", CUSTOMERS + ORDER, "--format", "json", on=target)
    assert done.code == 0
    assert done.json["row_count"] == 3
    assert done.json["rows"][0][0] == 1
    assert done.out.count("\n") == 1


def test_rows_as_markdown(invoke: Invoke, target: Target) -> None:
    """A table to paste."""
    done = invoke("query", CUSTOMERS + ORDER, "--format", "markdown", on=target)
    assert done.out.startswith("| customer_id | name | credit_limit | is_active |\n|---|---|---|---|\n| 1 | ")


def test_a_bounded_answer_says_so(invoke: Invoke, target: Target) -> None:
    """On stderr, with what to do."""
    done = invoke("query", "SELECT order_id FROM sales.orders", "--format", "json", "--max-rows", "7", on=target)
    assert done.json["row_count"] == 7
    assert "Truncated by rows" in done.err
    for text in (done.err, done.json["hint"]):
        assert "--max-rows N shows more" in text
        assert "cursor" not in text


def test_clipped_cells_are_told(invoke: Invoke, target: Target) -> None:
    """A table shows the beginning of a long text, and says how to have it whole."""
    done = invoke("query", "SELECT REPLICATE('x', 2000) AS x", "--format", "table", on=target)
    assert "Clipped cells: 1" in done.err
    assert "--format csv" in done.err


def test_a_table_says_null(invoke: Invoke, target: Target) -> None:
    """For people: names above, NULL by name, numbers to the right."""
    done = invoke("query", "SELECT CAST(NULL AS int) AS nothing, 12 AS n, N'x' AS t", "--format", "table", on=target)
    head, line, row = done.out.splitlines()[:3]
    assert head.split() == ["nothing", "n", "t"]
    assert set(line) <= {"─", " "}
    assert row.split() == ["NULL", "12", "x"]


def test_the_text_can_come_from_stdin(invoke: Invoke, target: Target) -> None:
    """As with every other tool of a shell."""
    assert invoke("query", on=target, stdin="SELECT 1 AS one").out == "one\n1\n"
    assert invoke("query", "-", on=target, stdin="SELECT 2 AS two").out == "two\n2\n"


def test_the_text_can_come_from_a_file(invoke: Invoke, target: Target, tmp_path: Path) -> None:
    """In UTF-8."""
    path = tmp_path / "report.sql"
    path.write_text("SELECT N'Łódź' AS city", encoding="utf-8")
    assert invoke("query", "--file", str(path), on=target).out == "city\nŁódź\n"


def test_parameters_are_bound(invoke: Invoke, target: Target) -> None:
    """Numbers, text, truth and null, as JSON writes them; anything else is text."""
    sql = "SELECT name FROM sales.customers WHERE customer_id = @id"
    assert invoke("query", sql, "--param", "id=1", on=target).code == 0
    done = invoke("query", "SELECT @a AS a, @b AS b", "-p", "a=it's", "-p", "@b=null", "--format", "json", on=target)
    assert done.json["rows"] == [["it's", None]]


def test_numbers_are_bound_to_the_last_digit(invoke: Invoke, target: Target) -> None:
    """A number that a float would round is a decimal; whole numbers are int, so that their product is."""
    given = ("-p", "a=12345678901234567890.12", "-p", "b=200", "-p", "c=1.5")
    done = invoke("query", "SELECT @a AS a, @b * @b AS b, @c AS c", *given, "--format", "json", on=target)
    assert done.code == 0, done.err
    assert done.json["rows"] == [["12345678901234567890.12", 40_000, 1.5]]
    assert [column["type"] for column in done.json["columns"]][1:] == ["int", "float"]


TYPED = [
    ("day:date", "2024-05-01", "2024-05-01", "date"),
    ("clock:time(3)", "13:45:00.5", "13:45:00.5", "time"),
    ("moment:datetime2(3)", "2024-05-01T13:45:00.125", "2024-05-01T13:45:00.125", "datetime2"),
    ("there:datetimeoffset", "2024-05-01T13:45:00+02:00", "2024-05-01T13:45:00+02:00", ""),
    ("big:bigint", "5", 5, "bigint"),
    ("price:decimal(10,2)", "1.5", "1.50", ""),
    ("share:float", "1", 1.0, "float"),
    ("ok:bit", "1", True, "bit"),
    ("text:nvarchar(20)", "5", "5", ""),
    ("data:varbinary(10)", "0x00ff", "0x00FF", "varbinary"),
    ("id:uniqueidentifier", "0e984725-c51c-4bf4-9960-e1c80e27aba0", "0E984725-C51C-4BF4-9960-E1C80E27ABA0", ""),
    ("none:date", "null", None, "date"),
]


@pytest.mark.parametrize(("name", "written", "shown", "kind"), TYPED, ids=[name for name, *_ in TYPED])
def test_a_type_can_be_stated(
    invoke: Invoke, target: Target, name: str, written: str, shown: object, kind: str
) -> None:
    """The server gets a value of that type, through either driver."""
    sql = f"SELECT @{name.partition(':')[0]} AS v"
    done = invoke("query", sql, "-p", f"{name}={written}", "--format", "json", on=target)
    assert done.code == 0, done.err
    assert done.json["rows"] == [[shown]]
    if not target.is_demo:
        assert done.json["columns"][0]["type"].startswith(kind)


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (("-p", "a=1", "-p", "@A=2"), "input.parameter"),
        (("-p", "a=1", "-p", "b=2"), "input.unused_parameter"),
        (("-p", "a:date=1"), "input.parameter"),
        (("-p", "a:=1"), "input.parameter"),
    ],
)
def test_parameters_that_cannot_be_meant_are_refused(
    invoke: Invoke, target: Target, given: tuple[str, ...], code: str
) -> None:
    """Given twice, used nowhere, of no such type, or missing: nothing is taken silently."""
    done = invoke("query", "SELECT @a AS a", *given, on=target)
    assert (done.code, f"[{code}]" in done.err) == (2, True), done.err


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("query", "SELECT 1 DELETE FROM sales.orders"), 5, "[gate.statement_word] (line 1, column 10)"),
        (("query", "SELECT 1/0 AS x"), 6, "[query.divide_by_zero]"),
        (("query", "SELECT * FROM sales.nothing"), 6, "[query.invalid_object]"),
        (("query", "SELECT 1 AS one", "--param", "x"), 2, "[input.parameter]"),
        (("query", "SELECT 1 AS one", "--database", "no_such_database_here"), 8, "no_such_database_here"),
        (("inspect", "table", "sales.ordrs"), 8, "sales.orders"),
        (("inspect", "tables", "--connection", "mian"), None, "mian"),
    ],
)
def test_failures_have_their_exit_codes(
    invoke: Invoke, target: Target, arguments: tuple[str, ...], code: int | None, said: str
) -> None:
    """One line with the error's code on stderr, nothing on stdout, no traceback.

    An unknown connection's is the configuration's where there is one.
    """
    done = invoke(*arguments, on=target)
    assert done.code == code or (code is None and done.code in {3, 8})
    assert said in done.err
    assert done.out == ""
    assert done.err.startswith("Error [")
    assert "Traceback" not in done.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("query", "SELECT @id AS id"), "--param id=value"),
        (("query", "SELECT * FROM t WHERE id = ?"), "--param name=value"),
        (("query", "SELECT 1 AS one", "--format", "json", "--max-rows", "1000000"), "--format csv"),
        (("inspect", "table", "sales.nothing"), "mssql-mcp inspect search"),
        (("inspect", "gate", "SELECT @id AS id"), "--param id=value"),
        (("inspect", "gate", "SELECT @id AS id", "--format", "json"), "--param id=value"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else None,
)
def test_a_hint_names_what_can_be_typed(invoke: Invoke, target: Target, arguments: tuple[str, ...], said: str) -> None:
    """A command or an option, not an MCP client's tool or argument."""
    done = invoke(*arguments, on=target)
    assert done.code != 0
    assert said in done.out + done.err


def test_a_timeout_has_its_exit_code(invoke: Invoke, target: Target) -> None:
    """The call ends in its time, of which the login on a busy server takes a part."""
    sql = (
        "SELECT COUNT_BIG(*) AS n FROM sales.order_lines AS a, sales.order_lines AS b WHERE a.quantity + b.quantity < 0"
    )
    done = invoke("query", sql, "--timeout", "4" if target.environ else "1.5", on=target)
    assert done.code == 7
    assert "[query.timeout]" in done.err


def test_a_refusal_can_be_shown_in_its_place(invoke: Invoke, target: Target) -> None:
    """The line of the text with a mark under the word."""
    done = invoke("query", "SELECT 1\n  DELETE FROM sales.orders", "--explain-refusal", on=target)
    assert done.code == 5
    assert "  DELETE FROM sales.orders\n  ^^^^^^\n" in done.err


def test_tables_and_views_are_listed(invoke: Invoke, target: Target) -> None:
    """As rows, also for machines."""
    done = invoke("inspect", "tables", "--format", "json", on=target)
    assert done.code == 0, done.err
    assert {f"{row['schema']}.{row['table']}" for row in done.json} >= TABLES
    done = invoke("inspect", "views", "--format", "json", on=target)
    assert {f"{row['schema']}.{row['view']}" for row in done.json} == VIEWS


def test_schemas_are_counted(invoke: Invoke, target: Target) -> None:
    """Tables and views of each."""
    rows = {row["schema"]: row for row in invoke("inspect", "schemas", "--format", "json", on=target).json}
    assert (rows["hr"]["tables"], rows["hr"]["views"]) == (3, 1)
    assert (rows["production"]["tables"], rows["production"]["views"]) == (7, 1)


def test_databases_are_listed(invoke: Invoke, target: Target) -> None:
    """The one in use is among them."""
    names = {row["database"] for row in invoke("inspect", "databases", "--format", "json", on=target).json}
    assert (schema.DATABASE_NAME if target.is_demo else target.connection.database) in names


def test_a_table_is_described(invoke: Invoke, target: Target) -> None:
    """As text, and as JSON."""
    done = invoke("inspect", "table", "sales.order_lines", on=target)
    assert done.out.startswith("sales.order_lines · table")
    described = invoke("inspect", "table", "SALES.ORDER_LINES", "--format", "json", on=target).json
    assert described["primary_key"] == ["order_id", "line_no"]


def test_the_check_passes(invoke: Invoke, target: Target) -> None:
    """Both work, so every step that matters is good."""
    done = invoke("check", on=target)
    assert done.code == 0, done.out + done.err
    assert "Traceback" not in done.out + done.err


def test_the_configuration_is_shown_without_its_password(invoke: Invoke, target: Target) -> None:
    """Every value says where it comes from."""
    done = invoke("config", "show", on=target)
    assert done.code == 0, done.err
    password = target.connection.password
    assert password is None or password.get_secret_value() not in done.out + done.err


def test_a_process_of_its_own_does_the_same(spawn: Callable[..., Any], target: Target) -> None:
    """As a user starts it."""
    done = spawn("query", "SELECT N'Ærø' AS island", on=target)
    assert (done.code, done.out) == (0, "island\nÆrø\n"), done.err


def test_the_sample_can_be_had_as_a_script(invoke: Invoke) -> None:
    """For a SQL Server of one's own; tests/plugins/live_sample.py loads it."""
    done = invoke("demo", "--script")
    assert done.code == 0
    assert done.out.startswith("-- Sample database of mssql-mcp")
    assert done.out.endswith("\nGO\n")
    assert done.out.count("\n(") > 89_000


def test_the_script_of_a_login_needs_no_connection(invoke: Invoke) -> None:
    """A database that is named is enough; without one the hint says how to configure."""
    done = invoke("check", "--script", "--database", "Sales")
    assert done.code == 0, done.err
    assert "CREATE LOGIN [mssql_mcp_reader]" in done.out
    assert "USE [Sales]" in done.out
    assert "config.no_connection" in invoke("check", "--script").err


def test_a_misspelt_variable_is_told_by_every_command(invoke: Invoke, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else the default would be asked, or nothing."""
    monkeypatch.setenv("MSSQL_SEVER", "h")
    for command in (("query", "SELECT 1 AS one"), ("check",), ("config", "show"), ("inspect", "tables")):
        assert "did you mean MSSQL_SERVER?" in invoke(*command).err


def test_the_tour_ends_with_what_to_do_next(spawn: Any) -> None:
    """Every client's entry, and the commands for a server."""
    done = spawn("demo")
    assert done.code == 0, done.err
    for words in ("isError: true", "Claude Desktop", "VS Code", "mssql-mcp config init"):
        assert words in done.out
