"""sqlglot is stopped when it works longer than a text's length allows."""

from __future__ import annotations

import sys
import threading

import pytest

from mssql_mcp.gate import Policy, Refusal, check
from mssql_mcp.gate.meter import TooMuchWork, parse_metered
from mssql_mcp.gate.tree import TooComplex, read_facts, with_tree

DOUBLING = "SELECT " + "int(" * 60 + "1" + ")" * 60
"""For each level sqlglot tries a type and then a call, each with all that lies inside."""


def test_work_that_doubles_with_each_level_is_given_up() -> None:
    """What would take longer than the universe is given up after some thousand questions."""
    with pytest.raises(TooMuchWork):
        parse_metered(DOUBLING)
    with pytest.raises(TooComplex):
        with_tree(DOUBLING, read_facts)


def test_a_text_within_its_bounds_is_parsed() -> None:
    """Nothing is counted across texts."""
    for _ in range(3):
        assert parse_metered("SELECT a FROM t WHERE b IN (1, 2, 3)", a_token=3, of_a_text=20)


def test_other_threads_go_on_meanwhile() -> None:
    """Each question gives the interpreter an occasion to let another thread run."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    turns, is_over = [0], threading.Event()

    def count() -> None:
        while not is_over.is_set():
            turns[0] += 1

    thread = threading.Thread(target=count)
    try:
        thread.start()
        start = turns[0]
        with pytest.raises(TooMuchWork):
            parse_metered(DOUBLING, of_a_text=50_000)
        assert turns[0] > start
    finally:
        is_over.set()
        thread.join()
        sys.setswitchinterval(before)


def test_the_gate_answers_for_a_text_that_is_too_much(monkeypatch: pytest.MonkeyPatch) -> None:
    """A proven text passes where nobody needs its tree, and is refused with its reason where somebody does."""
    monkeypatch.setattr("mssql_mcp.gate.tree.parse_metered", lambda sql: parse_metered(DOUBLING))
    assert not check("SELECT 'too', 'much'").has_tree
    with pytest.raises(Refusal) as refused:
        check("SELECT 'too', 'much'", Policy(deny_objects=("secret",)))
    assert (refused.value.code, "CTE" in refused.value.hint or "Flatten" in refused.value.hint) == (
        "gate.too_complex", True,
    )  # fmt: skip


@pytest.mark.parametrize("word", ["int", "float", "varchar", "date", "time", "datetime2", "geography", "image", "xml"])
@pytest.mark.parametrize("head", ["SELECT ", "SELECT 1 WHERE 1 = ", "SELECT CASE WHEN 1 = "])
def test_types_that_are_called_cost_no_more_than_functions(word: str, head: str) -> None:
    """Names of types in front of parentheses are plain names, and the text has a tree."""
    tail = " THEN 1 END" if "CASE" in head else ""
    assert check(head + f"{word}(a, " * 90 + "1" + ")" * 90 + tail).has_tree
