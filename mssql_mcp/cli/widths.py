"""Share the width of a terminal among the columns of a table, so that words stay whole as long as they can."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def shared_widths(words: Sequence[int], texts: Sequence[int], room: int) -> list[int]:
    """Give each column its width.

    Columns that need little get what they need; the others share the rest equally, but none gets less than its longest
    word where that can be had.

    Args:
        words: Of each column the width of its longest word, at least 1.
        texts: Of each column the width of its longest text.
        room: What all columns together may take; no less than their number.
    """
    if sum(words) > room:
        return _levelled([1] * len(words), words, room)
    return _levelled(words, texts, room)


def _levelled(least: Sequence[int], most: Sequence[int], room: int) -> list[int]:
    """Raise all columns together from their least to their most, until the room is used up."""

    def at(level: int) -> list[int]:
        return [max(low, min(high, level)) for low, high in zip(least, most, strict=True)]

    low, high = 0, room
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if sum(at(middle)) <= room else (low, middle - 1)
    widths = at(low)
    for index, wanted in enumerate(most):  # what is left is less than one for each column that could use it
        if sum(widths) < room and widths[index] < wanted:
            widths[index] += 1
    return widths
