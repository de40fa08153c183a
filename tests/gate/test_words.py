"""The word lists are whole and do not contradict each other."""

from __future__ import annotations

from itertools import combinations

from mssql_mcp.gate import words

KINDS = {
    "statement": words.STATEMENT_WORDS,
    "query": words.QUERY_WORDS,
    "ruled": words.RULED_WORDS,
    "external": words.EXTERNAL_WORDS,
    "other": words.OTHER_RESERVED,
}


def test_each_reserved_word_has_one_kind() -> None:
    """No reserved word stands in two of the lists that decide about it."""
    for (first, some), (second, others) in combinations(KINDS.items(), 2):
        assert some & others == set(), (first, second)


def test_the_lists_hold_microsofts_reserved_words() -> None:
    """As many words as Microsoft's page lists, all in upper case."""
    assert len(words.RESERVED) == 185
    assert all(word == word.upper() and word.replace("_", "").isalpha() for word in words.RESERVED)
    assert {"SELECT", "MERGE", "TSEQUAL", "WITHIN", "TRY_CONVERT", "SEMANTICKEYPHRASETABLE"} <= words.RESERVED


def test_contextual_starters_are_not_reserved() -> None:
    """What begins statements without being reserved is a list of its own."""
    assert set() == words.CONTEXTUAL_STARTERS & words.RESERVED
    assert {"THROW", "RECEIVE", "ENABLE", "DISABLE", "SEND", "GET", "MOVE"} < words.CONTEXTUAL_STARTERS


def test_only_reserved_words_are_trusted_to_wait_for_more() -> None:
    """A word that could be a name is never relied on to keep a statement open."""
    assert words.CANNOT_END <= words.RESERVED
    assert words.CALLABLE_AFTER - {"ALL", "PERCENT"} <= words.CANNOT_END  # these two depend on what stands before


def test_word_set_splits_at_white_space() -> None:
    """A list is written as a text."""
    assert words.word_set(" A\n  B A ") == {"A", "B"}
