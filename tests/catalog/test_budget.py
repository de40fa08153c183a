"""Answers within a number of characters."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mssql_mcp.catalog.budget import within


def test_what_fits_stays() -> None:
    """A text within its budget, or without one, is as it was."""
    assert within("one\ntwo", 7, "x") == "one\ntwo"
    assert within("one\ntwo", None, "x") == "one\ntwo"


@given(st.lists(st.text(alphabet="abc", max_size=40), min_size=1, max_size=60), st.integers(120, 900))
def test_the_budget_is_kept(lines: list[str], budget: int) -> None:
    """Whatever the lines, the answer fits, begins like the text, and counts truthfully what is gone."""
    text = "\n".join(lines)
    short = within(text, budget, "ask for less")
    assert len(short) <= budget or short == text
    if short != text:
        *kept, note = short.split("\n")
        assert kept == lines[: len(kept)]
        assert (
            note == f"{len(lines) - len(kept)} of {len(lines)} lines do not fit into {budget} characters; ask for less."
        )
