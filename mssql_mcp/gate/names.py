"""Compare names the way SQL Server may, and match them against the globs of the settings.

Two spellings that a server could hold for the same name must never be told apart by a rule that denies: comparison
ignores case and trailing spaces. What a collation may do beyond that (width, accents, letters such as the German sharp
s, characters without a weight) is not imitated: `is_plain` tells which names are free of it, and `could_match` takes
each character of the others for whatever a collation may see in it.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_PATTERN_PART = re.compile(r'\[((?:[^\]]|\]\])*)\]|"((?:[^"]|"")*)"|([^.\[\]"]*)')


def fold(name: str) -> str:
    """Give the form in which names are compared."""
    return name.rstrip(" ").casefold()


def is_plain(name: str) -> bool:
    """Say whether no collation can see another name in this one."""
    return name.isascii() and "\x7f" not in name  # DEL has no weight


@lru_cache(maxsize=1024)
def split_name(name: str) -> tuple[str, ...]:
    """Split a dotted name or glob; brackets and double quotes delimit parts.

    Raises:
        ValueError: The name is not written properly.
    """
    parts: list[str] = []
    position = 0
    while True:
        found = _PATTERN_PART.match(name, position)
        if found is None:
            raise ValueError(f"{name!r} is not a dotted name")
        bracketed, quoted, bare = found.groups()
        if bracketed is not None:
            parts.append(bracketed.replace("]]", "]"))
        elif quoted is not None:
            parts.append(quoted.replace('""', '"'))
        else:
            parts.append(bare.strip())
        position = found.end()
        if position == len(name):
            return tuple(parts)
        if name[position] != ".":
            raise ValueError(f"{name!r} is not a dotted name")
        position += 1


@lru_cache(maxsize=4096)
def _expression(glob: str) -> re.Pattern[str]:
    pieces = (".*" if sign == "*" else "." if sign == "?" else re.escape(sign) for sign in fold(glob))
    return re.compile("".join(pieces), re.DOTALL)


def matches(glob: str, name: str) -> bool:
    """Say whether one part of a name matches one part of a glob (`*` any characters, `?` one)."""
    return _expression(glob).fullmatch(fold(name)) is not None


def matches_parts(glob: str, parts: Sequence[str]) -> bool:
    """Say whether a name matches a dotted glob; both are aligned at their last part.

    A glob with fewer parts than the name matches in every schema and database; one with more parts does not match.
    """
    wanted = split_name(glob)
    if len(wanted) > len(parts):
        return False
    return all(matches(pattern, part) for pattern, part in zip(reversed(wanted), reversed(parts), strict=False))


def could_match(glob: str, name: str) -> bool:
    """Say whether a server might take one part of a name for one that the glob matches; never less than `matches`.

    SQL Server's collations ignore width unless they say otherwise, some ignore accents, and older ones give no weight
    to characters that they do not know:
    https://learn.microsoft.com/sql/relational-databases/collations/collation-and-unicode-support
    """
    if matches(glob, name):
        return True
    if is_plain(glob) and is_plain(name):
        return False
    pattern = _elements(glob, "*", "?")
    states = _reached(pattern, {0})
    for element in _elements(name):
        following = {
            place + (pattern[place] != _ANY)
            for place in states
            if place < len(pattern) and (pattern[place] in (element, _ANY, _ONE, _FREE) or element == _FREE)
        }
        states = _reached(pattern, following | (states if element == _FREE else set()))
        if not states:
            return False
    return len(pattern) in states


def could_be_same(first: str, second: str) -> bool:
    """Say whether a server might take two names for one; never less than equal ones in any case."""
    if fold(first) == fold(second):
        return True
    return not (is_plain(first) and is_plain(second)) and (could_match(first, second) or could_match(second, first))


_ANY, _ONE, _FREE = "any", "one", "free"
"""Elements of a pattern that are no letters: any characters, one, and one that may be there or not."""


def _elements(text: str, any_sign: str = "", one_sign: str = "") -> list[str]:
    elements: list[str] = []
    for sign in text:
        if sign in (any_sign, one_sign):
            elements.append(_ANY if sign == any_sign else _ONE)
        else:
            elements += _seen_as(sign)
    while elements and elements[-1] == " ":
        elements.pop()
    return elements


@lru_cache(maxsize=4096)
def _seen_as(sign: str) -> tuple[str, ...]:
    """Give what collations may see in one character; nothing where it may have no weight and is like no letter."""
    if sign.isascii():
        return (sign.casefold(),) if is_plain(sign) else ()
    old = unicodedata.ucd_3_2_0  # characters that are newer have no weight in older collations
    parts = unicodedata.normalize("NFKD", sign).casefold()
    letters = tuple(_hiragana(part) for part in parts if is_plain(part) or _is_distinct(part))
    if letters and old.category(sign) != "Cn":
        has_accent = any(unicodedata.combining(part) for part in parts)
        return (*letters, _FREE) if has_accent else letters  # some languages write a letter for the accent
    if letters or "LATIN" in unicodedata.name(sign, ""):
        return (_FREE,) * max(2, len(letters))
    return ()


def _is_distinct(sign: str) -> bool:
    """Say whether a character is a letter with a weight of its own in every collation, and like no ASCII letter."""
    old = unicodedata.ucd_3_2_0
    return old.category(sign) in ("Lu", "Ll", "Lo") and "LATIN" not in old.name(sign, "LATIN")


def _hiragana(sign: str) -> str:
    """Give the hiragana of a katakana, which collations tell apart only where they say so."""
    return chr(ord(sign) - 0x60) if "\u30a1" <= sign <= "\u30f6" else sign


def _reached(pattern: list[str], states: set[int]) -> set[int]:
    """Add the places of a pattern that are reached without reading anything."""
    found: set[int] = set()
    for state in states:
        place = state
        while place not in found:
            found.add(place)
            if place == len(pattern) or pattern[place] not in (_ANY, _FREE):
                break
            place += 1
    return found


def first_possible_match(globs: Iterable[str], parts: Sequence[str]) -> str | None:
    """Give the first dotted glob that a server might see a name match; what `first_match` is to rules that allow."""
    return next((glob for glob in globs if _could_match_parts(glob, parts)), None)


def _could_match_parts(glob: str, parts: Sequence[str]) -> bool:
    wanted = split_name(glob)
    if len(wanted) > len(parts):
        return False
    return all(could_match(pattern, part) for pattern, part in zip(reversed(wanted), reversed(parts), strict=False))


def first_match(globs: Iterable[str], parts: Sequence[str]) -> str | None:
    """Give the first dotted glob that a name matches."""
    return next((glob for glob in globs if matches_parts(glob, parts)), None)


def dotted(parts: Sequence[str]) -> str:
    """Write a name for people."""
    return ".".join(parts)
