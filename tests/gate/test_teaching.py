"""A refusal says what to do, and shows only what is accepted."""

from __future__ import annotations

import pytest

from mssql_mcp.gate import Refusal, check


def refusal(sql: str, *parameters: str) -> Refusal:
    with pytest.raises(Refusal) as refused:
        check(sql, parameters=parameters)
    return refused.value


@pytest.mark.parametrize(
    ("sql", "rewrite"),
    [
        ("SELECT file FROM t", "SELECT [file] FROM t"),
        ("SELECT t.function, t.schema FROM t", "SELECT t.[function], t.[schema] FROM t"),
        ("SELECT a AS open FROM t", "SELECT a AS [open] FROM t"),
        ("SELECT a FROM t WHERE rule = 1 ORDER BY b, public DESC",
         "SELECT a FROM t WHERE [rule] = 1 ORDER BY b, [public] DESC"),
        ("SELECT a FROM t receive", "SELECT a FROM t [receive]"),
        ("SELECT a INTO #x FROM t", "SELECT a  FROM t"),
        ("SELECT a INTO db..[x y] FROM t", "SELECT a  FROM t"),
        ("SELECT `a b` FROM `t`", "SELECT [a b] FROM [t]"),
        ('SELECT a FROM t WHERE b = ""', "SELECT a FROM t WHERE b = ''"),
        ("SELECT 1FROM t", "SELECT 1 FROM t"),
        ("SELECT a FROM t WHERE b = ? AND c = ?", "SELECT a FROM t WHERE b = @p1 AND c = @p2"),
        ("SELECT a FROM t WHERE b = :id", "SELECT a FROM t WHERE b = @id"),
        ("SELECT $x FROM t", "SELECT [$x] FROM t"),
        ("SELECT 1 GO", "SELECT 1"),
        ("SELECT a FROM t WITH (NOLOCK, XLOCK)", "SELECT a FROM t WITH (NOLOCK)"),
        ("SELECT a FROM t x (XLOCK) WHERE file = 1", "SELECT a FROM t x  WHERE [file] = 1"),
    ],
)  # fmt: skip
def test_the_rewrite_is_accepted(sql: str, rewrite: str) -> None:
    """Where the meaning can be kept, the refusal shows a form that the gate accepts."""
    refused = refusal(sql)
    assert refused.rewrite.split() == rewrite.split()
    assert check(refused.rewrite, parameters=("p1", "p2", "id"))


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT 1 DELETE FROM t",
        "SELECT a FROM t UPDATE t SET a = 1",
        "SELECT 1; SELECT 2",
        "DROP TABLE t",
        "SELECT a FROM t WHERE b = @b",
        "SELECT file FROM t DELETE FROM t",
        "SELECT " + "a, " * 2_000 + "file FROM t",
    ],
)
def test_no_rewrite_pretends(sql: str) -> None:
    """Where the text asks for something else than reading, or is too long, no rewrite is shown."""
    assert refusal(sql).rewrite == ""


@pytest.mark.parametrize(
    ("sql", "word"),
    [
        ("EXEC sp_help", "Procedures"),
        ("USE master SELECT 1", "database"),
        ("DECLARE @x int SELECT @x", "parameters"),
        ("SHOW TABLES", "INFORMATION_SCHEMA"),
        ("DESCRIBE t", "INFORMATION_SCHEMA"),
        ("EXPLAIN SELECT 1", "plan"),
        ("UPDATE t SET a = 1", "SELECT"),
        ("SELECT @x", "parameters"),
        ("SELECT ?", "@name"),
    ],
)
def test_the_hint_fits(sql: str, word: str) -> None:
    """The hint says what to do instead, in the words of what was tried."""
    assert word in refusal(sql).hint


def test_place_and_token_are_those_of_the_original_text() -> None:
    """Line, column, position and token count in the text as it was given, comments and all."""
    refused = refusal("/* a\nb */ SELECT x, -- é\n\t[y] TRUNCATE\n  TABLE t")
    assert (refused.line, refused.column, refused.token) == (3, 6, "TRUNCATE")
    assert "/* a\nb */ SELECT x, -- é\n\t[y] TRUNCATE\n  TABLE t"[refused.position :].startswith("TRUNCATE")
