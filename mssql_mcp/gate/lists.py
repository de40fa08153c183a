"""How many columns each SELECT lists: where the parser counts others than the text, it read the text in another way.

sqlglot leaves out what it takes for an empty item (`a,,b`), and knows words at the beginning of a list that T-SQL does
not (`TOP 5 ROWS`). Each would move columns away from their masks.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlglot import exp

    from mssql_mcp.gate.lexer import Token

_ENDS = frozenset(
    ("FROM", "WHERE", "GROUP", "HAVING", "ORDER", "UNION", "EXCEPT", "INTERSECT", "OPTION", "FOR", "SELECT")
)


def sees_same_lists(root: exp.Query, tokens: Sequence[Token]) -> bool:
    """Say whether a tree and its text have the same select lists, each with as many items."""
    from sqlglot import exp

    return Counter(len(select.expressions) for select in root.find_all(exp.Select)) == Counter(_lengths(tokens))


def _lengths(tokens: Sequence[Token]) -> Iterator[int]:
    """Give the number of items of each select list."""
    open_lists = [0]
    for index, token in enumerate(tokens):
        word = token.upper
        if word in ("(", "{"):
            open_lists.append(0)
            continue
        is_closing = word in (")", "}") and len(open_lists) > 1
        if open_lists[-1] and (is_closing or (word in _ENDS and not _is_inside(tokens, index))):
            yield open_lists[-1]
            open_lists[-1] = 0
        if is_closing:
            open_lists.pop()
        elif word == "SELECT":
            open_lists[-1] = 1
        elif word == "," and open_lists[-1]:
            open_lists[-1] += 1
    if open_lists[-1]:
        yield open_lists[-1]


def _is_inside(tokens: Sequence[Token], index: int) -> bool:
    """Say whether a word is part of an expression: `WITHIN GROUP (...)`, `IS [NOT] DISTINCT FROM`."""
    before = tokens[index - 1].upper
    if tokens[index].upper == "GROUP":
        return before == "WITHIN"
    return tokens[index].upper == "FROM" and before == "DISTINCT" and tokens[index - 2].upper in ("IS", "NOT")
