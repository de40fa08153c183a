"""LIKE and PATINDEX: T-SQL's patterns as regular expressions; page "LIKE (Transact-SQL)"."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from mssql_mcp.errors import QueryError

_FLAGS = re.IGNORECASE | re.DOTALL


def like(text: str | None, pattern: str | None, is_ascii: int, escape: str | None, rules: str) -> int | None:
    """Tell whether a text fits a pattern.

    Args:
        text: The text; where it is not Unicode, blanks at its end may be left unmatched.
        pattern: `%` any characters, `_` one, `[a-f]` one of these, `[^a-f]` one of the others.
        is_ascii: 1 where neither of them is Unicode.
        escape: The character that takes the meaning from the next one; empty for none.
        rules: Of the collation, empty for the demo's own.
    """
    if text is None or pattern is None or escape is None:
        return None
    if "ai" in rules:
        text, pattern = without_accents(text), without_accents(pattern)
    expression = compiled(pattern, escape, bool(is_ascii), rules)
    return 0 if expression is None else int(expression.fullmatch(text) is not None)


def patindex(pattern: str | None, text: str | None) -> int | None:
    """Give the position, from 1, at which a pattern begins; 0 for none."""
    if text is None or pattern is None:
        return None
    leading, trailing = pattern.startswith("%"), pattern.endswith("%") and len(pattern) > 1
    body = pattern.strip("%") if leading and trailing else pattern.removeprefix("%") if leading else pattern
    if trailing and not leading:
        body = body.removesuffix("%")
    source = _source(body, "")
    if source is None:
        return 0
    end = "" if trailing or pattern == "%" else r" *\Z"
    expression = re.compile(("" if leading else r"\A") + source + end, _FLAGS)
    found = expression.search(text)
    return found.start() + 1 if found else 0


@lru_cache(maxsize=4096)
def without_accents(text: str) -> str:
    """Give a text without its combining marks."""
    if text.isascii():
        return text
    return "".join(letter for letter in unicodedata.normalize("NFD", text) if not unicodedata.combining(letter))


@lru_cache(maxsize=512)
def compiled(pattern: str, escape: str, is_ascii: bool, rules: str = "") -> re.Pattern[str] | None:
    """Give the regular expression of a pattern; None for one that nothing fits."""
    if len(escape) > 1:
        raise QueryError(f'The invalid escape character "{escape}" was specified in a LIKE predicate.', number=506)
    source = _source(pattern, escape)
    flags = re.DOTALL if rules in {"cs", "cs_ai", "bin"} else _FLAGS
    return None if source is None else re.compile(source + (" *" if is_ascii else ""), flags)


def _source(pattern: str, escape: str) -> str | None:
    parts: list[str] = []
    place = 0
    while place < len(pattern):
        character = pattern[place]
        if escape and character == escape:
            if place + 1 >= len(pattern):
                return None
            parts.append(re.escape(pattern[place + 1]))
            place += 2
        elif character == "%":
            # Several in a row are one; more would make matching slow.
            if not parts or parts[-1] != ".*":
                parts.append(".*")
            place += 1
        elif character == "_":
            parts.append(".")
            place += 1
        elif character == "[":
            made = _character_class(pattern, place, escape)
            if made is None:
                return None
            parts.append(made[0])
            place = made[1]
        else:
            parts.append(re.escape(character))
            place += 1
    return "".join(parts)


def _character_class(pattern: str, start: int, escape: str) -> tuple[str, int] | None:
    place = start + 1
    negated = pattern[place : place + 1] == "^"
    place += negated
    members: list[str] = []
    first = True
    while place < len(pattern) and (pattern[place] != "]" or first):
        first = False
        character = pattern[place]
        if escape and character == escape and place + 1 < len(pattern):
            place += 1
            character = pattern[place]
        if pattern[place + 1 : place + 2] == "-" and pattern[place + 2 : place + 3] not in {"", "]"}:
            members.append(_range(character, pattern[place + 2]))
            place += 3
        else:
            members.append(re.escape(character))
            place += 1
    if place >= len(pattern):
        return None
    inside = "".join(members)
    return f"[{'^' if negated else ''}{inside}]", place + 1


def _range(low: str, high: str) -> str:
    """Give a range as the collation sorts it: letters of both cases, with the accented ones between a and z."""
    if low.lower() > high.lower():
        return "\0"  # an empty range; no text holds this
    if low.isalpha() and high.isalpha() and (low + high).isascii():
        accented = "À-ÖØ-öø-ɏ" if (low.lower(), high.lower()) == ("a", "z") else ""
        return f"{low.lower()}-{high.lower()}{low.upper()}-{high.upper()}{accented}"
    return f"{re.escape(low)}-{re.escape(high)}"
