"""A verdict of the gate, as a person reads it."""

from __future__ import annotations

import pytest

from mssql_mcp.cli.verdict import CUT, marked_line, verdict_lines, visible
from mssql_mcp.gate import Explanation, Policy, explain


def lines(sql: str, policy: Policy | None = None, **options: object) -> list[str]:
    return list(verdict_lines(explain(sql, policy or Policy(), **options), sql))  # type: ignore[arg-type]


def test_an_approved_text_shows_what_is_executed() -> None:
    """The canonical text without comments, the order of the parameters, what is read."""
    text = "SELECT o.name -- who\nFROM sales.orders AS o\nWHERE o.id = @id"
    assert lines(text, parameters=("id",)) == [
        "APPROVED: exactly one query, and it only reads.",
        "executed:",
        "  SELECT o.name",
        "  FROM sales.orders AS o",
        "  WHERE o.id = ?",
        "parameters: 1 = @id",
        "objects: sales.orders",
        "columns: o.name, o.id",
    ]


def test_a_refused_text_shows_the_place() -> None:
    """The rule with its code, the line with a mark under the token, and what to do next."""
    assert lines("SELECT 1\nDELETE FROM t") == [
        "REFUSED: not provably one query that only reads.",
        "[gate.statement_word] DELETE begins a statement that is not a query.",
        "line 2, column 1:",
        "  DELETE FROM t",
        "  ^^^^^^",
        "hint: Only one SELECT is run. Put the word in brackets if it is a name.",
    ]


def test_an_accepted_form_is_shown() -> None:
    """Where the gate knows one."""
    shown = lines("SELECT * INTO copy FROM t")
    assert shown[shown.index("accepted instead:") + 1] == "  SELECT *  FROM t"


def test_a_policy_names_its_rule() -> None:
    """A text that is one query is told apart, and what it would read is shown."""
    shown = lines("SELECT salary FROM hr.employees", Policy(deny_schemas=("hr",)))
    assert shown[0] == "REFUSED: one query, but it reads what is not allowed here."
    assert "rule: deny_schemas: hr" in shown
    assert shown[-3:] == ["read as:", "  SELECT salary FROM hr.employees", "objects: hr.employees"]


def test_masks_are_told_by_column() -> None:
    """With the number of each column of the result; and a text without a tree says what that means."""
    shown = list(verdict_lines(Explanation("approved", masks=(None, "hashed", "partial"), has_tree=False), "SELECT 1"))
    assert shown[1] == "masked columns of the result: 2 hashed, 3 partial"
    assert "no tree" in shown[2]


@pytest.mark.parametrize(
    ("sql", "line", "column", "token", "shown", "marks"),
    [
        ("SELECT 1 DROP", 1, 10, "DROP", "SELECT 1 DROP", "         ^^^^"),
        ("a\r\n\tDROP x\r\n", 2, 2, "DROP", " DROP x", " ^^^^"),
        ("SELECT '多', DROP", 1, 13, "DROP", "SELECT '多', DROP", "             ^^^^"),
        ("SELECT 'a\nb", 1, 8, "'a\nb", "SELECT 'a", "       ^^"),
        ("SELECT", 1, 7, "", "SELECT", "      ^"),
        ("SELECT \u202e1", 1, 8, "\u202e", r"SELECT \u202e1", "       ^^^^^^"),
    ],
)
def test_the_mark_stands_under_the_token(sql: str, line: int, column: int, token: str, shown: str, marks: str) -> None:
    """Whatever the line's end, tabs, wide characters, and characters that cannot be seen."""
    assert marked_line(sql, line, column, token) == (shown, marks)


def test_a_long_line_is_cut_around_the_token() -> None:
    """Line and mark stay narrow, and the mark stays under the token."""
    sql = f"SELECT {'x, ' * 100}DROP{', y' * 100}"
    shown, marks = marked_line(sql, 1, 308, "DROP")
    assert shown.startswith(CUT)
    assert shown.endswith(CUT)
    assert len(shown) <= 78
    assert shown[len(marks) - 4 : len(marks)] == "DROP"
    assert marks.strip() == "^^^^"
    shown, marks = marked_line("x" * 500, 1, 1, "x" * 500)
    assert len(shown) == len(marks) + 1


def test_nothing_hides() -> None:
    """Control characters, marks of direction and blanks that are none are written as their code points."""
    assert visible("a\x00b\u202ec\u00a0d\U000e0041e\tf") == r"a\u0000b\u202ec\u00a0d\U000e0041e f"
    assert visible("Straße, 多, 'ñ'") == "Straße, 多, 'ñ'"
