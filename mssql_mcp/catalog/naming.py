"""What names tell: their words, their singular, what is before and after the stem of an archive or temporary table."""

from __future__ import annotations

import re
from functools import lru_cache

WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\W\d_A-Za-z]+")
NAMES_KEPT = 65_536

# Words before or after the name of another table that say that this one is a copy of it.
ARCHIVE_WORDS = frozenset(
    {"archive", "archived", "arch", "arc", "history", "hist", "old", "backup", "bak", "bck", "copy"}
)
TEMPORARY_WORDS = frozenset({"tmp", "temp", "temporary", "zz", "zzz", "scratch", "staging", "stg"})
YEAR = re.compile(r"(19|20)\d\d(\d\d){0,2}\Z")
ENDINGS = (("ies", "y"), ("sses", "ss"), ("shes", "sh"), ("ches", "ch"), ("xes", "x"), ("s", ""))
NOT_PLURAL = ("ss", "us", "is")


@lru_cache(NAMES_KEPT)
def words_of(name: str) -> tuple[str, ...]:
    """Split a name into lower-case words: `OrderLines`, `order_lines` and `ORDER LINES` are the same two."""
    return tuple(word.lower() for word in WORD.findall(name))


def singular(word: str) -> str:
    """Give the singular of an English word by its ending; near enough to compare names."""
    if word.endswith(NOT_PLURAL) or len(word) < 4:
        return word
    for ending, replacement in ENDINGS:
        if word.endswith(ending):
            return word[: len(word) - len(ending)] + replacement
    return word


def singular_name(name: str) -> str:
    """Give a table's name with its end in the singular, otherwise as it is written: `OrderLines` is OrderLine."""
    words = words_of(name)
    length = len(words[-1]) if words else 0
    end = name[-length:] if length else ""
    if end.lower() != "".join(words[-1:]) or (one := singular(end.lower())) == end.lower():
        return name
    return name[:-length] + (one.upper() if end.isupper() else end[0] + one[1:])


@lru_cache(NAMES_KEPT)
def stem_of(name: str) -> str:
    """Give a name's words joined, the last in the singular: what two names of one thing have in common."""
    words = words_of(name)
    return "".join((*words[:-1], singular(words[-1]))) if words else name.casefold()


def without_copy_words(name: str) -> tuple[str, str]:
    """Take the words of a copy (`_2019`, `tmp_`, `zz_old_`, `_bak`) off both ends of a name.

    Returns:
        The stem of what is left, and what kind of copy the words speak of: `archive`, `temporary` or empty for none.
    """
    words = list(words_of(name))
    kind = ""
    while len(words) > 1 and (found := _copy_kind(words[0], is_first=True)):
        kind = _stronger(kind, found)
        del words[0]
    while len(words) > 1 and (found := _copy_kind(words[-1], is_first=False)):
        kind = _stronger(kind, found)
        del words[-1]
    return "".join((*words[:-1], singular(words[-1]))) if words else "", kind


def _copy_kind(word: str, *, is_first: bool) -> str:
    if word in TEMPORARY_WORDS:
        return "temporary"
    if word in ARCHIVE_WORDS or (not is_first and YEAR.match(word)):
        return "archive"
    return ""


def _stronger(one: str, other: str) -> str:
    return "temporary" if "temporary" in (one, other) else other
