"""Texts are read by SQL Server's token rules and written again so that no two lexers can differ about them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mssql_mcp.gate.fault import Fault
from mssql_mcp.gate.lexer import MAX_CHARACTERS, MAX_TOKENS, canonical, tokenize


def rewritten(text: str, *parameters: str) -> str:
    return canonical(tokenize(text, {name.lower(): name for name in parameters})).strip()


def fault(text: str) -> Fault:
    with pytest.raises(Fault) as refused:
        tokenize(text, {})
    return refused.value


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SELECT a,b", "SELECT a,b"),
        ("SELECT  a\t,  b", "SELECT a , b"),
        ("SELECT a\r\n\n  FROM t", "SELECT a\n\nFROM t"),
        ("SELECT a--note\nFROM t", "SELECT a\nFROM t"),
        ("SELECT/**/a/* x\n\n /* y */ */FROM t", "SELECT a\n\nFROM t"),
        ('SELECT "a""b", [c]]d], "e]f"', 'SELECT [a"b], [c]]d], [e]]f]'),
        ("SELECT 'it''s', N'ü', n''", "SELECT 'it''s', N'ü', n''"),
        ("SELECT 'a--b', [/*c*/]", "SELECT 'a--b', [/*c*/]"),
        ("SELECT größe, 名前", "SELECT [größe], [名前]"),
        ("SELECT\u00a0a\u3000b", "SELECT a b"),
        ("\ufeffSELECT 1", "SELECT 1"),
        ("SELECT a$b, #t, ##t, _x, c@d", "SELECT a$b, #t, ##t, _x, c@d"),
        ("SELECT 0xAf, 1e5, 1.5E-3, .5, 1., $1.5, $-2, 0x", "SELECT 0xAf, 1e5, 1.5E-3, .5, 1., $1.5, $-2, 0x"),
        ("SELECT @@spid, $ROWGUID", "SELECT @@spid, $ROWGUID"),
        ("SELECT a!=b,c<>d,e!<f,g::h,i||j", "SELECT a!=b,c<>d,e!<f,g::h,i||j"),
    ],
)
def test_the_canonical_text_has_the_same_tokens(text: str, expected: str) -> None:
    """Comments go, spaces become plain, names that are quoted or not ASCII stand in brackets; the rest is kept."""
    assert rewritten(text) == expected


def test_declared_parameters_become_marks() -> None:
    """`@name` of a declared parameter, in any case, becomes `?` and remembers the spelling of the declaration."""
    tokens = tokenize("SELECT @Id+@x", {"id": "id", "x": "X"})
    assert canonical(tokens) == "SELECT ?+?"
    assert [token.value for token in tokens if token.kind == "parameter"] == ["id", "X"]


@pytest.mark.parametrize(
    ("text", "code", "position"),
    [
        ("SELECT 'a", "gate.unterminated", 7),
        ("SELECT 'a''", "gate.unterminated", 7),
        ("SELECT N'a", "gate.unterminated", 8),
        ("SELECT [a]]", "gate.unterminated", 7),
        ('SELECT "a""', "gate.unterminated", 7),
        ("SELECT /* /* */", "gate.unterminated", 7),
        ("SELECT a\x00b", "gate.character", 8),
        ("SELECT '\x1a'", "gate.character", 8),
        ("SELECT a\u200bb", "gate.character", 8),
        ("SELECT a\x85b", "gate.character", 8),
        ("SELECT \ud800", "gate.character", 7),
        ("SELECT a\u2028b", "gate.character", 8),
        ("SELECT 1 --x\rDELETE", "gate.character", 12),
        ("SELECT `a`", "gate.character", 7),
        ("SELECT \\", "gate.character", 7),
        ("SELECT $x", "gate.character", 7),
        ("SELECT 1a", "gate.glued_number", 7),
        ("SELECT 0xG", "gate.glued_number", 7),
        ("SELECT 1é", "gate.glued_number", 7),
        ("SELECT 1@x", "gate.glued_number", 7),
        ("SELECT @x", "gate.variable", 7),
        ("SELECT @", "gate.variable", 7),
        ("SELECT @@x", "gate.variable", 7),
        ("SELECT ?", "gate.parameter", 7),
        ("SELECT []", "gate.name_length", 7),
        (f"SELECT [{'x' * 129}]", "gate.name_length", 7),
    ],
)
def test_what_is_not_certain_is_refused_where_it_stands(text: str, code: str, position: int) -> None:
    """Whatever lexers may read differently is refused, at its own place."""
    refused = fault(text)
    assert (refused.code, refused.start) == (code, position)
    assert refused.hint


def test_long_texts_are_refused_before_they_are_read() -> None:
    """Neither characters nor tokens beyond the caps are read."""
    assert fault(" " * (MAX_CHARACTERS + 1)).code == "gate.too_long"
    assert fault("," * (MAX_TOKENS + 1)).code == "gate.too_many_tokens"


def test_names_are_counted_as_the_server_counts() -> None:
    """A character outside the basic plane counts twice, as it does in UTF-16."""
    assert rewritten("SELECT [" + "\U00020000" * 64 + "]")
    assert fault("SELECT [" + "\U00020000" * 65 + "]").code == "gate.name_length"


@given(st.text(alphabet="aZ0_'\"[]()-/*.,;:\n\r\t @#$%<>=!?{}\\`é名\u00a0\u200bxN", max_size=60))
def test_the_canonical_text_is_stable(text: str) -> None:
    """What is written reads as the same tokens again, whatever the text was."""
    parameters = {"x": "x"}
    try:
        tokens = tokenize(text, parameters)
    except Fault:
        return
    if any(token.kind == "parameter" for token in tokens):
        return
    again = tokenize(canonical(tokens), parameters)
    assert [(token.kind, token.text) for token in again] == [(token.kind, token.text) for token in tokens]
    assert canonical(again) == canonical(tokens)


@given(st.text(max_size=80))
def test_any_text_is_read_or_refused(text: str) -> None:
    """No text raises anything but a refusal that points into it, and no two tokens overlap."""
    try:
        tokens = tokenize(text, {})
    except Fault as refused:
        spans = [(refused.start, refused.end)]
    else:
        spans = [(token.start, token.end) for token in tokens]
    edges = [edge for span in spans for edge in span]
    assert edges == sorted(edges)
    assert all(0 <= edge <= len(text) for edge in edges)
