"""Columns share the width of a terminal: words stay whole as long as they can."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mssql_mcp.cli.widths import shared_widths

# The longest word and the longest text of each of up to ten columns, and room for at least one character each.
columns = st.lists(st.tuples(st.integers(1, 60), st.integers(0, 200)), min_size=1, max_size=10)


def test_what_fits_gets_what_it_needs() -> None:
    """No column is wider than its longest text, however much room there is."""
    assert shared_widths([3, 5, 8], [3, 20, 30], 200) == [3, 20, 30]


def test_long_texts_are_broken_before_words() -> None:
    """A column of names keeps its longest name whole; the comment beside it is broken."""
    assert shared_widths([10, 27, 12], [10, 27, 90], 80) == [10, 27, 43]


def test_columns_that_need_more_share_the_rest() -> None:
    """Two long comments get the same width, to the last character."""
    assert shared_widths([4, 9, 9], [4, 60, 70], 41) == [4, 19, 18]


def test_the_longest_words_are_broken_first() -> None:
    """Where not all words can stay whole, the short ones do."""
    assert shared_widths([6, 40, 40], [6, 40, 90], 46) == [6, 20, 20]


@given(columns, st.integers(0, 300))
def test_the_room_is_kept_and_used(lengths: list[tuple[int, int]], extra: int) -> None:
    """The widths are never more than the room, and less only where every column has all it wants."""
    words = [word for word, _ in lengths]
    texts = [word + more for word, more in lengths]
    room = len(lengths) + extra
    widths = shared_widths(words, texts, room)
    assert sum(widths) == min(room, sum(texts))
    assert all(1 <= width <= text for width, text in zip(widths, texts, strict=True))
    if sum(words) <= room:
        assert all(width >= word for width, word in zip(widths, words, strict=True))
