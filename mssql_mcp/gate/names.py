"""Compare names the way SQL Server may, and match them against the globs of the settings.

Two spellings that a server could hold for the same name must never be told apart by a rule that denies: comparison
ignores case and trailing spaces. What a collation may do beyond that (width, accents, letters such as the German sharp
s) is not imitated; `is_plain` tells which names are free of it.
"""

from __future__ import annotations

import re
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
    return name.isascii()


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


def first_match(globs: Iterable[str], parts: Sequence[str]) -> str | None:
    """Give the first dotted glob that a name matches."""
    return next((glob for glob in globs if matches_parts(glob, parts)), None)


def dotted(parts: Sequence[str]) -> str:
    """Write a name for people."""
    return ".".join(parts)
