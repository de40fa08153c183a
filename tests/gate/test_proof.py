"""From the tokens alone: one statement, and that one a query."""

from __future__ import annotations

import pytest

from mssql_mcp.gate.fault import Fault
from mssql_mcp.gate.lexer import tokenize
from mssql_mcp.gate.proof import MAX_CHAIN, MAX_DEPTH, MAX_PREFIX, prove
from mssql_mcp.gate.separators import strip_separators


def proven(text: str) -> list[int]:
    return prove(strip_separators(tokenize(text, {"p": "p"})))


def code(text: str) -> str:
    with pytest.raises(Fault) as refused:
        proven(text)
    return refused.value.code


def test_partners_are_given() -> None:
    """Parentheses, CASEs and braces know what closes them."""
    tokens = tokenize("SELECT (CASE WHEN 1 = 1 THEN 2 END), {d '2024-01-01'}", {})
    partner = prove(tokens)
    pairs = {(tokens[index].text, tokens[other].text) for index, other in enumerate(partner) if other > index}
    assert pairs == {("(", ")"), ("CASE", "END"), ("{", "}")}


@pytest.mark.parametrize(
    ("accepted", "refused"),
    [
        ("SELECT TOP (5) (SELECT 2)", "SELECT a (SELECT 2)"),
        ("SELECT TOP 5 (SELECT 2)", "SELECT 5 (SELECT 2)"),
        ("SELECT 2 * (SELECT 2)", "SELECT * (SELECT 2)"),
        ("SELECT a * (SELECT 2) FROM t", "SELECT t.* (SELECT 2)"),
        ("SELECT f((SELECT 2))", "SELECT a f ((SELECT 2))"),
        ("SELECT dbo.f((SELECT 2))", "SELECT a AS f ((SELECT 2))"),
        ("SELECT a FROM t CROSS APPLY (SELECT 2 x) u", "SELECT a APPLY (SELECT 2 x)"),
        ("SELECT a FROM t ORDER BY a OFFSET 1 ROWS FETCH NEXT (1) ROWS ONLY", "SELECT a FETCH NEXT (SELECT 1)"),
        ("SELECT a FROM t UNION ALL (SELECT 1)", "SELECT a FROM t FOR SYSTEM_TIME ALL (SELECT 1)"),
        ("SELECT a FROM t WHERE a > ALL (SELECT 1)", "SELECT a FROM t FOR SYSTEM_TIME ALL f ((SELECT 1))"),
        ("WITH c AS (SELECT 1 a) (SELECT a FROM c)", "SELECT f(a) (SELECT a FROM c)"),
        ("SELECT a FROM t WHERE (1 = 1) AND (SELECT 1) = 1", "SELECT a FROM t WHERE (1 = 1) (SELECT 1)"),
        ("SELECT a FROM f((SELECT 1))", "SELECT a FROM t x ((SELECT 1))"),
        ("SELECT SUM(a) OVER (ORDER BY (SELECT 1)) FROM t", "SELECT SUM(a) OVER w ((SELECT 1))"),
        ("SELECT COALESCE((SELECT 1), 2)", "SELECT CURRENT_USER ((SELECT 1))"),
    ],
)
def test_a_subquery_stands_where_no_statement_can_begin(accepted: str, refused: str) -> None:
    """A parenthesis in front of SELECT is allowed where an operand must come, and nowhere else."""
    assert proven(accepted)
    assert code(refused) == "gate.second_statement"


@pytest.mark.parametrize(
    ("accepted", "refused"),
    [
        ("SELECT throw FROM t", "SELECT a throw"),
        ("SELECT a AS receive FROM t", "SELECT a receive * FROM q"),
        ("SELECT t.go FROM t", "SELECT a FROM t GO"),
        ("SELECT a FROM t send", "SELECT a FROM t send ON CONVERSATION 'x'"),
        ("SELECT a copy, b get FROM t enable", "SELECT a FROM t copy INTO u"),
        ("SELECT enable, disable FROM t", "SELECT a disable TRIGGER x ON t"),
        ("SELECT a FROM t INNER MERGE JOIN u ON 1 = 1", "SELECT a MERGE t USING u ON 1 = 1"),
        ("SELECT a FROM t OPTION (USE HINT ('X'))", "SELECT a USE hint"),
        ("SELECT a FROM t ORDER BY a OFFSET 0 ROWS FETCH FIRST 5 ROWS ONLY", "SELECT a rows FETCH FIRST"),
        ("SELECT CASE WHEN 1 = 1 THEN 2 END conversation", "SELECT a END CONVERSATION 'x'"),
        ("SELECT a FROM t WITH (NOLOCK)", "SELECT a WITH c AS (SELECT 1 b) SELECT b FROM c"),
        ("SELECT TOP 1 WITH TIES a FROM t ORDER BY a", "SELECT a WITH TIES AS (SELECT 1 b) SELECT b FROM ties"),
        ("SELECT dbo.f(DEFAULT)", "SELECT a DEFAULT"),
        ("SELECT * FROM (VALUES (1)) v(a)", "SELECT a VALUES (1)"),
        ("SELECT a FROM t OPTION (TABLE HINT (t, NOLOCK))", "SELECT a TABLE HINT"),
        ("SELECT JSON_OBJECT('k': 1)", "SELECT a k: SELECT 1"),
    ],
)
def test_ambiguous_words_stand_where_they_begin_nothing(accepted: str, refused: str) -> None:
    """A word with two meanings is allowed only where it cannot be the beginning of a statement."""
    assert proven(accepted)
    assert code(refused) in (
        "gate.statement_word",
        "gate.second_statement",
        "gate.batch_separator",
        "gate.reserved_word",
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "gate.empty"),
        (";;", "gate.empty"),
        ("UPDATE t SET a = 1", "gate.not_a_query"),
        ("sp_who", "gate.not_a_query"),
        ("WITH c AS (SELECT 1 a)", "gate.not_a_query"),
        ("WITH c AS (SELECT 1 a) DELETE FROM c", "gate.statement_word"),
        ("SELECT 1; SELECT 2", "gate.second_statement"),
        ("SELECT (1", "gate.unbalanced"),
        ("SELECT 1)", "gate.unbalanced"),
        ("SELECT (CASE WHEN 1 = 1 THEN 1) END", "gate.unbalanced"),
        ("SELECT a INTO b FROM t", "gate.into"),
        ("SELECT NEXT VALUE FOR s", "gate.sequence"),
        ("SELECT @p = 1", "gate.assignment"),
        ("SELECT a, @p += 1", "gate.assignment"),
        ("SELECT TOP (1) @p = 1", "gate.assignment"),
        ("SELECT * FROM OPENROWSET(BULK 'x', SINGLE_BLOB) b", "gate.external"),
        ("SELECT {call p}", "gate.escape"),
        ("SELECT a WHERE b = :c", "gate.parameter"),
        ("SELECT a WHERE b = %s", "gate.parameter"),
        ("SELECT a .5 (1)", "gate.glued_number"),
        ("SELECT function FROM t", "gate.reserved_word"),
    ],
)
def test_what_is_no_single_query_is_refused(text: str, expected: str) -> None:
    """Each rule has its own stable code."""
    assert code(text) == expected


def test_a_parameter_may_be_compared() -> None:
    """A parameter in a predicate, an argument or a count is no assignment."""
    assert proven("SELECT TOP (@p) a, IIF(@p = 1, 2, 3) FROM t WHERE @p = a AND b IN (@p, 1)")


@pytest.mark.parametrize(
    "text",
    [
        "SELECT " + "(" * (MAX_DEPTH + 1) + "1" + ")" * (MAX_DEPTH + 1),
        "SELECT " + "CASE WHEN 1 = 1 THEN " * (MAX_DEPTH + 1) + "1" + " END" * (MAX_DEPTH + 1),
        "SELECT 1 WHERE " + "NOT " * (MAX_PREFIX + 1) + "1 = 1",
        "SELECT " + "- " * (MAX_PREFIX + 1) + "1",
        "SELECT a" + ".f()" * (MAX_CHAIN + 2),
    ],
)
def test_nesting_has_an_end(text: str) -> None:
    """Nesting of every kind is refused beyond its cap, before any parser sees it."""
    assert code(text) == "gate.too_deep"


def test_nesting_within_the_caps_passes() -> None:
    """The caps leave room for what people and generators write."""
    assert proven("SELECT " + "(" * 60 + "1" + ")" * 60 + ", " + "- " * 40 + "1, a" + ".f()" * 8)
