"""The word lists of the gate are those of Microsoft's parser."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mssql_mcp.gate.words import CANNOT_END, CONTEXTUAL_STARTERS, RESERVED

if TYPE_CHECKING:
    from scriptdom import Oracle

# Microsoft's page reserves them; its parser reads them as ordinary names.
ON_THE_PAGE_ONLY = frozenset(("DISK", "DUMP", "LOAD", "PRECISION", "SECURITYAUDIT", "WITHIN"))
# The parser has a token type for them that its lexer never gives.
NEVER_GIVEN = frozenset(("Disk", "Dump", "Load", "Precision", "StopList"))

TAILS = (
    "",
    " x",
    " x y",
    " 'x'",
    " 1",
    " (x)",
    " * FROM q",
    " ON x",
    " TO x",
    " CONVERSATION 'x'",
    " ON CONVERSATION 'x'",
    " CONVERSATION GROUP x FROM q",
    " TRIGGER x ON y",
    " OBJECT x TO y",
    " x FROM y",
    " 50000, 'x', 1",
    " NEXT FROM c",
    " TABLE x",
    " DATABASE x",
)
HEADS = ("SELECT a ", "SELECT a FROM t ", "SELECT a FROM t WHERE a = 1 ", "SELECT a FROM t ORDER BY a ")


def test_every_keyword_of_the_parser_is_reserved_here(oracle: Oracle) -> None:
    """Each token type of a keyword is reached by a word of our list, and each word of our list by one of them."""
    kinds = {word: oracle.tokens(word)[0][0] for word in RESERVED}
    assert oracle.keyword_types - set(kinds.values()) == NEVER_GIVEN
    assert {word for word, kind in kinds.items() if kind not in oracle.keyword_types} == ON_THE_PAGE_ONLY


def test_no_other_word_of_the_grammar_begins_a_statement(oracle: Oracle) -> None:
    """Of all words that the parser's grammar knows, none but the listed ones begins a statement behind a query."""
    assert len(oracle.grammar_words) > 1_000
    found = set()
    for word in oracle.grammar_words:
        if word.upper() in RESERVED:
            continue
        for head in HEADS:
            if any(oracle.judge(head + word + tail).kind not in ("query", "syntax") for tail in TAILS):
                found.add(word.upper())
    assert found <= CONTEXTUAL_STARTERS
    assert {"THROW", "RECEIVE", "SEND", "ENABLE", "DISABLE", "GET", "MOVE"} & found


def test_no_word_that_cannot_end_a_statement_ends_one(oracle: Oracle) -> None:
    """After none of the words of CANNOT_END does the parser begin another statement."""
    for word in CANNOT_END - {"SELECT", "WITH"}:  # they begin the second statement themselves
        for head in HEADS:
            for tail in (" SELECT 2", " (SELECT 2)", " THROW", " RECEIVE * FROM q"):
                opinion = oracle.judge(head + word + tail)
                assert len(opinion.statements) < 2, head + word + tail
