"""Keep an answer within a number of characters: what is left out is said."""

from __future__ import annotations

DEFAULT_BUDGET = 20_000


def within(text: str, budget: int | None, hint: str) -> str:
    """Cut a text at the end of a line so that it fits, with a last line that says so.

    Args:
        text: The whole text.
        budget: The most characters; None for any number.
        hint: How to get the rest, in a few words.
    """
    if budget is None or len(text) <= budget:
        return text
    lines = text.split("\n")
    note = "{} of {} lines do not fit into " + f"{budget} characters; {hint}."
    room = budget - len(note) - len(str(len(lines))) * 2
    kept = 0
    while kept < len(lines) and room - len(lines[kept]) - 1 >= 0:
        room -= len(lines[kept]) + 1
        kept += 1
    return "\n".join([*lines[:kept], note.format(len(lines) - kept, len(lines))])
