"""What masks must know of a query and no tree tells: where sqlglot reads other than SQL Server, and names inside texts.

Read from the tokens, so it holds for whatever sqlglot makes of them. A doubt refuses the query; in a view's text, the
view.
"""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

from mssql_mcp.gate.system import could_be_any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mssql_mcp.gate.lexer import Token

XML_METHODS = frozenset(("exist", "modify", "nodes", "query", "value"))
"""https://learn.microsoft.com/sql/t-sql/xml/xml-data-type-methods"""

_BINDING = re.compile(r"\b(?:column|variable)\s*\(|\bsql\s*:|urn:schemas-microsoft-com:xml-sql", re.IGNORECASE)
"""How XQuery names a column of the query around it, `sql:column("t.c")`; its prefix may have another name.
https://learn.microsoft.com/sql/xquery/xquery-extension-functions-sql-column"""

_STANDING_FOR = ("IDENTITYCOL", "ROWGUIDCOL", "$IDENTITY", "$ROWGUID")

Doubt = tuple["Token", str]


def doubt_about(tokens: Sequence[Token]) -> Doubt | None:
    """Find what makes it uncertain which columns a query uses; None where there is nothing.

    Args:
        tokens: A query, or the text of a view.
    """
    for index, token in enumerate(tokens):
        if token.upper in _STANDING_FOR:
            return token, f"{token.text} stands for a column without naming it"
        if _is_xml_method(tokens, index):
            why = _names_columns(tokens, index + 2)
            if why:
                return token, why
    return _pivoted_join(tokens)


def telling_hint(tokens: Sequence[Token]) -> Token | None:
    """Find a hint that chooses an index, whose order the rows then have, and FOR BROWSE, which adds columns of a key.

    `INDEX` and `BROWSE` are reserved and mean nothing else in a query; `USE PLAN` brings a whole plan.
    https://learn.microsoft.com/sql/t-sql/queries/hints-transact-sql-table,
    https://learn.microsoft.com/sql/t-sql/queries/select-for-clause-transact-sql
    """
    for token, following in zip(tokens, [*tokens[1:], None], strict=True):
        pair = (token.upper, following.upper if following is not None else "")
        if pair[0] in ("INDEX", "BROWSE") or pair in (("USE", "PLAN"), ("FORCESEEK", "(")):
            return token
    return None


def text_of(token: Token) -> str:
    """Give what a string literal holds."""
    return token.text.partition("'")[2][:-1].replace("''", "'")


def _pivoted_join(tokens: Sequence[Token]) -> Doubt | None:
    """Find a PIVOT or UNPIVOT behind a join: it regroups the join to SQL Server, the last table to sqlglot.

    https://learn.microsoft.com/sql/t-sql/queries/from-using-pivot-and-unpivot
    """
    has_join = [False]
    before = ""
    for token in tokens:
        word = token.upper
        if word == "(":
            has_join.append(False)
        elif word == ")" and len(has_join) > 1:
            has_join.pop()
        elif word in (",", "SELECT"):
            has_join[-1] = False
        elif word == "JOIN" or (word == "APPLY" and before in ("CROSS", "OUTER")):
            has_join[-1] = True
        elif word in ("PIVOT", "UNPIVOT") and has_join[-1]:
            return token, f"{word} regroups everything that is joined before it"
        before = word
    return None


def _is_xml_method(tokens: Sequence[Token], index: int) -> bool:
    if not 0 < index < len(tokens) - 1 or tokens[index - 1].text != "." or tokens[index + 1].text != "(":
        return False
    token = tokens[index]
    return token.kind in ("word", "name") and could_be_any(XML_METHODS, token.value or token.text)


def _names_columns(tokens: Sequence[Token], first: int) -> str:
    """Say why the XQuery at an index may name columns; empty where it names none."""
    is_alone = first + 1 < len(tokens) and tokens[first + 1].text in (",", ")")
    if not is_alone or tokens[first].kind != "string":
        return "the XQuery of an xml method is no plain text"
    query = text_of(tokens[first])
    if any(_BINDING.search(text) for text in (query, html.unescape(query))):
        return "an XQuery names columns inside its text"
    return ""
