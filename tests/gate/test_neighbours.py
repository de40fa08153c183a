"""What stands beside a token decides what it can be."""

from __future__ import annotations

import pytest

from mssql_mcp.gate.lexer import tokenize
from mssql_mcp.gate.neighbours import Neighbours, pair


def read(text: str) -> Neighbours:
    tokens = tokenize(text, {"p": "p"})
    near = Neighbours(tokens)
    near.partner[:] = pair(tokens)
    for index in range(len(tokens)):
        near.passes(index)
    return near


@pytest.mark.parametrize(
    ("text", "can_end"),
    [
        ("a", True), ("[a]", True), ("'x'", True), ("1", True), ("@p", True), ("@@SPID", True), ("NULL", True),
        ("a DESC", True), ("CURRENT_USER", True), ("SELECT *", True), ("t.*", True), ("TOP 5 *", True),
        ("%%physloc%%", True), ("f(1)", True), ("CASE WHEN 1 THEN 2 END", True), ("a apply", True),
        ("FETCH NEXT", True),
        ("FOR SYSTEM_TIME ALL", True),
        ("SELECT", False), ("a *", False), ("a +", False), ("a,", False), ("a.", False), ("TOP 5", False),
        ("TOP (5)", False), ("TOP @p", False), ("WITH TIES", False), ("CROSS APPLY", False),
        ("a AND", False), ("a AS", False), ("a LEFT", False), ("TOP 5 PERCENT", False), ("PERCENT", True),
        ("= ALL", False), ("GROUP BY ALL", True), ("(", False), ("CASE", False),
    ],
)  # fmt: skip
def test_a_statement_can_end_after_what_is_complete(text: str, can_end: bool) -> None:
    """An operand or a closing word ends a statement; an operator, a comma or a waiting word does not."""
    near = read(text)
    assert near.ends(near.size - 1) is can_end


@pytest.mark.parametrize(
    ("text", "is_call"),
    [
        ("SELECT f", True), ("SELECT a, s.f", True), ("SELECT a + db.s.[f]", True), ("FROM f", True),
        ("JOIN s.f", True), ("CROSS APPLY f", True), ("WHERE f", True), ("SELECT t::f", True), ("f", True),
        ("( f", True), ("TOP 5 f", True), ("SELECT a f", False), ("SELECT a AS f", False), ("COLLATE f", False),
        ("OVER f", False), ("SELECT LEFT", False),
        ("'x' f", False), ("FROM t f", False),
    ],
)  # fmt: skip
def test_a_name_is_called_where_an_operand_must_come(text: str, is_call: bool) -> None:
    """A name in front of a parenthesis is a call unless it is complete by itself."""
    near = read(text)
    assert near.can_be_called(near.size - 1) is is_call


def test_neighbours_outside_the_text_are_nothing() -> None:
    """Looking beyond the ends finds no word, no name and no end."""
    near = read("a")
    assert (near.upper(-1), near.upper(1), near.ends(-1), near.is_name(5)) == ("", "", False, False)


def test_pairs_are_found_without_a_proof() -> None:
    """Parentheses and braces are paired; what is not paired stays alone."""
    assert pair(tokenize("(a{d 'x'})(", {})) == [6, -1, 5, -1, -1, 2, 0, -1]
