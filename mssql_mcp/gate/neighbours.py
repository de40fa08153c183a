"""What the tokens beside a token say: can a statement end here, must an operand come, is this name called?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mssql_mcp.gate.words import CALLABLE_AFTER, CANNOT_END, RESERVED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mssql_mcp.gate.lexer import Token

_BEFORE_ALL = frozenset(
    ("UNION", "EXCEPT", "INTERSECT", "SELECT", "(", "=", "<", ">", "<=", ">=", "<>", "!=", "!<", "!>")
)


class Neighbours:
    """The tokens of a text, read from left to right.

    Attributes:
        tokens: All of them.
        size: How many.
        partner: For each token the index of the parenthesis, CASE or brace that closes or opens it, or -1.
    """

    def __init__(self, tokens: Sequence[Token]) -> None:
        self.tokens = tokens
        self.size = len(tokens)
        self.partner = [-1] * self.size
        self._can_end = [False] * self.size

    def upper(self, index: int) -> str:
        """Give the word or operator at an index, empty outside the text and for what quotes hide."""
        return self.tokens[index].upper if 0 <= index < self.size else ""

    def ends(self, index: int) -> bool:
        """Say whether an expression, and so a statement, can end with a token that was passed already."""
        return index >= 0 and self._can_end[index]

    def passes(self, index: int) -> None:
        """Note of the token at an index, whose partner is known by now, whether a statement can end with it."""
        token = self.tokens[index]
        upper = token.upper
        if token.kind == "op":
            if upper == "*":  # `SELECT *`, `t.*` and `TOP 5 *` end a select list, `a *` needs an operand
                self._can_end[index] = not self.ends(index - 1) or self.is_count(index - 1)
            else:
                is_closing = upper in (")", "}") and not self.is_count(index)
                self._can_end[index] = is_closing or (upper == "%" == self.upper(index - 1))  # %%physloc%%
        elif token.kind == "word":
            self._can_end[index] = upper not in CANNOT_END and not self._waits(index, upper)
        else:
            self._can_end[index] = not self.is_count(index)

    def _waits(self, index: int, word: str) -> bool:
        """Say whether a word that can end a statement elsewhere stands where something must follow."""
        before = self.upper(index - 1)
        match word:
            case "ALL":
                return before in _BEFORE_ALL
            case "PERCENT":
                return self.is_count(index - 1)
            case "APPLY":
                return before in ("CROSS", "OUTER")
            case "TIES":
                return before == "WITH"
            case _:
                return False

    def is_count(self, index: int) -> bool:
        """Say whether a token ends the count of TOP, after which the select list must follow."""
        if index < 1:
            return False
        if self.tokens[index].kind in ("number", "parameter"):
            return self.upper(index - 1) == "TOP"
        return self.upper(index) == ")" and self.upper(self.partner[index] - 1) == "TOP"

    def is_name(self, index: int) -> bool:
        """Say whether a token is a name: delimited, or a word that is not reserved."""
        if not 0 <= index < self.size:
            return False
        token = self.tokens[index]
        return token.kind == "name" or (token.kind == "word" and token.upper not in RESERVED)

    def can_be_called(self, index: int) -> bool:
        """Say whether the name that ends at an index stands where an operand must: then `name(` is a call."""
        if not self.is_name(index):
            return False
        first = index
        while first > 0 and (
            self.upper(first - 1) in (".", "::") or (self.upper(first) in (".", "::") and self.is_name(first - 1))
        ):
            first -= 1
        before = self.upper(first - 1)
        if first and self.tokens[first - 1].kind == "word":
            return (before in CALLABLE_AFTER or before == "APPLY") and not self.ends(first - 1)
        return not self.ends(first - 1)


def pair(tokens: Sequence[Token]) -> list[int]:
    """Give for each token the index of what closes or opens it, or -1; what is not paired stays alone."""
    partner = [-1] * len(tokens)
    opened: list[int] = []
    for index, token in enumerate(tokens):
        if token.upper in ("(", "{"):
            opened.append(index)
        elif token.upper in (")", "}") and opened:
            opener = opened.pop()
            partner[index], partner[opener] = opener, index
    return partner
