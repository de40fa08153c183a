"""stdout is data in the form that was asked for, stderr is talk."""

import json

import pytest

from mssql_mcp.cli import output
from mssql_mcp.errors import ValidationError

ROWS = [("Zürich", 1, None, True), ("", 2, "a|b", False)]
COLUMNS = ("name", "n", "note", "ok")


def test_data_ends_with_one_line_feed(capsys):
    """Whatever is written, a shell's prompt starts on a line of its own."""
    output.write("a")
    output.write("b\n")
    assert capsys.readouterr().out == "a\nb\n"


def test_talk_goes_to_stderr(capsys):
    """A pipe gets data only."""
    output.talk("hello")
    shown = capsys.readouterr()
    assert (shown.out, shown.err) == ("", "hello\n")


def test_json_is_compact_where_no_terminal_is(capsys):
    """Rows are objects, null is null, Unicode is as it is."""
    output.write_table(COLUMNS, ROWS, "json")
    text = capsys.readouterr().out
    assert json.loads(text)[0] == {"name": "Zürich", "n": 1, "note": None, "ok": True}
    assert "Zürich" in text
    assert text.count("\n") == 1


def test_csv_keeps_null_and_empty_text_apart(capsys):
    """An empty field is NULL, two quotes are an empty text."""
    output.write_table(COLUMNS, ROWS, "csv")
    assert capsys.readouterr().out == 'name,n,note,ok\nZürich,1,,true\n"",2,a|b,false\n'


def test_markdown_escapes_pipes(capsys):
    """A cell stays a cell."""
    output.write_table(COLUMNS, ROWS, "markdown")
    assert "a\\|b" in capsys.readouterr().out


def test_a_table_says_null_and_yes(capsys):
    """People read words."""
    output.write_table(COLUMNS, ROWS)
    shown = capsys.readouterr().out
    assert "NULL" in shown
    assert "yes" in shown


@pytest.mark.parametrize("mark", ["\x1b[31m", "\x07", "\x9b2J"])
def test_a_table_sends_no_command_to_the_terminal(capsys, mark):
    """A cell cannot paint the screen or ring the bell: its control characters are shown, not obeyed."""
    output.write_table(("a",), [(f"x{mark}y",)])
    assert mark[0] not in capsys.readouterr().out


def test_an_error_is_reported_on_stderr(capsys):
    """Code, message and hint."""
    output.report(ValidationError("No.", code="input.invalid", hint="Yes."))
    assert capsys.readouterr().err == "Error [input.invalid]: No.\nHint: Yes.\n"


def test_numbers_stand_to_the_right(capsys):
    """Those that are numbers, and those whose digits are text because JSON would lose some."""
    output.write_rows(
        ("n", "d", "t"), [(1, "7.50", "1"), (None, "1234.50", "text"), (22, None, "")], numbers=(False, True, False)
    )
    assert [line.rstrip() for line in capsys.readouterr().out.splitlines()] == [
        "   n        d  t",
        "─" * 19,
        "   1     7.50  1",
        "NULL  1234.50  text",
        "  22     NULL",
    ]
