"""Read the defaults of a routine's parameters out of its text.

`sys.parameters` knows them for CLR routines only; for Transact-SQL its `has_default_value` is always 0
(https://learn.microsoft.com/sql/relational-databases/system-catalog-views/sys-parameters-transact-sql).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_TOKEN = re.compile(
    r"""
      (?P<gap>\s+|--[^\n]*)
    | (?P<comment>/\*)
    | (?P<parameter>@[\w@$\#]+)
    | (?P<quoted>[Nn]?'(?>[^']|'')*'|\[(?>[^\]]|\]\])*\]|"(?>[^"]|"")*")
    | (?P<word>[^\W\d][\w@$\#]*)
    | (?P<sign>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_COMMENT_MARK = re.compile(r"/\*|\*/")
# After these words at the parameters' own depth no further parameter comes:
# https://learn.microsoft.com/sql/t-sql/statements/create-procedure-transact-sql
_ENDS = frozenset({"AS", "FOR", "RETURNS", "WITH"})
_DIRECTIONS = frozenset({"OUT", "OUTPUT", "READONLY"})


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    start: int

    @property
    def upper(self) -> str:
        return self.text.upper() if self.kind == "word" else ""


class _Header:
    """One pass over the parameters of a routine's text."""

    def __init__(self, definition: str) -> None:
        self.found: dict[str, str] = {}
        self._text = definition
        self._depth = 0
        self._level: int | None = None  # depth of the parameters; None before the first one
        self._name = ""
        self._previous = ""
        self._default_start: int | None = None

    def read(self) -> None:
        for token in _tokens(self._text):
            if self._is_over(token):
                self._end_default(token.start)
                return
            self._take(token)
            self._depth += {"(": 1, ")": -1}.get(token.text, 0)
            self._previous = token.kind

    def _is_over(self, token: _Token) -> bool:
        if self._level is None:
            # A function's parentheses may be empty; nothing before the first parameter is deeper.
            return token.upper in _ENDS
        if token.text == ")" and self._depth == self._level:
            return True
        # `@name AS int` is a way to write a parameter.
        return self._depth == self._level and token.upper in _ENDS and self._previous != "parameter"

    def _take(self, token: _Token) -> None:
        if token.kind == "parameter" and self._level in (None, self._depth) and self._default_start is None:
            self._level, self._name = self._depth, token.text.lower()
        elif self._depth != self._level:
            return
        elif token.text == "=" and self._default_start is None:
            self._default_start = token.start + 1
        elif token.text == "," or token.upper in _DIRECTIONS:
            self._end_default(token.start)

    def _end_default(self, end: int) -> None:
        if self._default_start is not None:
            self.found[self._name] = self._text[self._default_start : end].strip()
        self._default_start = None


def parameter_defaults(definition: str) -> dict[str, str]:
    """Give the default of each parameter that has one.

    Args:
        definition: The routine's whole text, from CREATE on.

    Returns:
        By the parameter's name in lower case, with its @: the default as it was written, such as `NULL` or `N'x'`.
    """
    header = _Header(definition)
    header.read()
    return header.found


def _tokens(text: str) -> Iterator[_Token]:
    position = 0
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None or match.lastgroup is None:
            return
        position = match.end()
        if match.lastgroup == "comment":
            position = _after_comment(text, position)
        elif match.lastgroup != "gap":
            yield _Token(match.lastgroup, match.group(), match.start())


def _after_comment(text: str, position: int) -> int:
    """Find the end of a block comment; in Transact-SQL they nest."""
    depth = 1
    for mark in _COMMENT_MARK.finditer(text, position):
        depth += 1 if mark.group() == "/*" else -1
        if depth == 0:
            return mark.end()
    return len(text)
