"""What sqlglot is given to read: the canonical text with plain names in brackets, and without what names no column.

sqlglot knows the keywords of many dialects; in T-SQL most of them are ordinary names. `FROM t STRAIGHT_JOIN u` or
`FROM t semi JOIN u` would be read as joins that T-SQL does not have, some of them in exponential time. In brackets they
are names to every parser. Left bare are only the words that have a place in the grammar of a T-SQL query, and what is
called.

Left out, because sqlglot cannot read them and no column can be named in them: OPTION and table hints, TABLESAMPLE,
XMLNAMESPACES, graph MATCH and FOR PATH, and clauses of JSON functions and of PARSE. This text is parsed and thrown
away; what is executed is the canonical text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mssql_mcp.gate.tree import NoTree
from mssql_mcp.gate.words import BLOCKING_HINTS, ESCAPE_WORDS, RESERVED, word_set

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mssql_mcp.gate.check import Text
    from mssql_mcp.gate.lexer import Token

GRAMMAR_WORDS = word_set(
    """
    ABSENT APPLY ARRAY AT AUTO BASE64 BOTH CONTAINED CUBE ELEMENTS EXPLICIT FIRST FOLLOWING GROUPING IGNORE
    INCLUDE_NULL_VALUES JSON LAST LEADING MAX NEXT NULLS OFFSET ONLY PARTITION PATH PRECEDING RANGE RAW RESPECT ROLLUP
    ROOT ROW ROWS SETS SYSTEM_TIME TIES TIME TRAILING TYPE UNBOUNDED WINDOW WITHOUT_ARRAY_WRAPPER XML XMLDATA XMLSCHEMA
    XSINIL ZONE
    """
)
"""Words of the grammar of a SELECT and of its FOR clause that are not reserved.
https://learn.microsoft.com/sql/t-sql/queries/select-transact-sql,
https://learn.microsoft.com/sql/t-sql/queries/select-for-clause-transact-sql"""

TABLE_HINTS = BLOCKING_HINTS | word_set(
    """
    FORCESCAN FORCESEEK IGNORE_CONSTRAINTS IGNORE_TRIGGERS INDEX KEEPDEFAULTS KEEPIDENTITY NOEXPAND NOLOCK NOWAIT
    READCOMMITTED READCOMMITTEDLOCK READPAST READUNCOMMITTED ROWLOCK SNAPSHOT SPATIAL_WINDOW_MAX_CELLS
    """
)
"""https://learn.microsoft.com/sql/t-sql/queries/hints-transact-sql-table"""
JOIN_HINTS = word_set("HASH LOOP REMOTE")
"""https://learn.microsoft.com/sql/t-sql/queries/hints-transact-sql-join"""

TYPE_WORDS = word_set(
    """
    BIGINT BINARY BIT CHAR CHARACTER DATE DATETIME DATETIME2 DATETIMEOFFSET DEC DECIMAL FLOAT GEOGRAPHY GEOMETRY
    HIERARCHYID IMAGE INT INTEGER MONEY NCHAR NTEXT NUMERIC NVARCHAR REAL ROWVERSION SMALLDATETIME SMALLINT SMALLMONEY
    SQL_VARIANT SYSNAME TEXT TIMESTAMP TINYINT UNIQUEIDENTIFIER VARBINARY VARCHAR VECTOR
    """
)
"""https://learn.microsoft.com/sql/t-sql/data-types/data-types-transact-sql"""

DATE_FUNCTIONS = word_set("DATEADD DATEDIFF DATEDIFF_BIG DATENAME DATEPART DATETRUNC DATE_BUCKET")
"""Functions whose first argument is the name of a part of a date."""

_BARE = GRAMMAR_WORDS | TABLE_HINTS | JOIN_HINTS | TYPE_WORDS
_OPERATORS = {"!<": ">=", "!>": "<="}

MAX_WORK = 400_000
"""sqlglot reads what follows a join without its own ON twice, so n of them cost 2^n times the text; this bounds the
tokens that it reads in all."""


def parser_text(tokens: Sequence[Token], partner: Sequence[int]) -> str:
    """Write the text that sqlglot parses.

    Args:
        tokens: A query.
        partner: For each token the index of what closes or opens it, or -1, as `prove` gives it.
    """
    writer = _Writer(tokens, partner)
    parts: list[str] = []
    index = 0
    while index < len(tokens):
        parts.append(tokens[index].gap)
        rule = _RULES.get(tokens[index].upper)
        after, instead = rule(writer, index) if rule else (index, "")
        if after > index:
            parts.append(f" {instead} ")
            index = after
        else:
            parts.append(writer.written(index))
            index += 1
    return "".join(parts)


def check_work(text: Text) -> None:
    """Keep texts from sqlglot over which it would take more than a bounded time.

    Raises:
        NoTree: This is one.
    """
    if len(text.tokens) << min(text.reading.deferred_joins, 30) > MAX_WORK:
        raise NoTree("too many joins have no ON of their own")


class _Writer:
    """Tokens, and the rules that leave something out: each gives the index after it and what stands instead."""

    def __init__(self, tokens: Sequence[Token], partner: Sequence[int]) -> None:
        self.tokens = tokens
        self.partner = partner

    def upper(self, index: int) -> str:
        return self.tokens[index].upper if 0 <= index < len(self.tokens) else ""

    def written(self, index: int) -> str:
        token = self.tokens[index]
        if token.kind == "op":
            return _OPERATORS.get(token.text, token.text)
        is_name = token.kind == "word" and token.upper not in RESERVED and self.upper(index + 1) != "("
        is_date_part = self.upper(index - 1) == "(" and self.upper(index - 2) in DATE_FUNCTIONS
        return f"[{token.text}]" if is_name and token.upper not in _BARE and not is_date_part else token.text

    def group(self, index: int) -> int:
        """Give the index after the parentheses that open at an index, or the index itself."""
        return self.partner[index] + 1 if self.upper(index) == "(" and self.partner[index] > index else index

    def option(self, index: int) -> tuple[int, str]:
        after = self.group(index + 1)
        return (after if after > index + 1 else index), ""

    def with_(self, index: int) -> tuple[int, str]:
        following = self.upper(index + 1)
        if following == "(" and self.upper(index + 2) in TABLE_HINTS:
            return self.group(index + 1), ""
        if index == 0 and following == "XMLNAMESPACES":
            after = self.group(index + 2)
            return (after + 1, "WITH") if self.upper(after) == "," else (after, "")
        if following in ("APPROX", "APPROXIMATE"):
            return index + 2, ""
        if following == "ARRAY" and self.upper(index + 2) == "WRAPPER":
            return index + 3, ""
        return index, ""

    def tablesample(self, index: int) -> tuple[int, str]:
        after = self.group(index + (2 if self.upper(index + 1) == "SYSTEM" else 1))
        if self.upper(after) == "REPEATABLE":
            after = self.group(after + 1)
        return after, ""

    def match_(self, index: int) -> tuple[int, str]:
        return (self.group(index + 1), "1=1") if self.upper(index - 1) in ("WHERE", "AND", "ON") else (index, "")

    def for_(self, index: int) -> tuple[int, str]:
        is_graph = self.upper(index + 1) == "PATH" and self.upper(index + 2) != "("
        return (index + 2, "") if is_graph else (index, "")

    def within(self, index: int) -> tuple[int, str]:
        words = [self.upper(index + step) for step in range(1, 5)]
        return (self.group(index + 2), "") if words == ["GROUP", "(", "GRAPH", "PATH"] else (index, "")

    def null_clause(self, index: int) -> tuple[int, str]:
        is_clause = self.upper(index + 1) == "ON" and self.upper(index + 2) == "NULL"
        return (index + 3, "") if is_clause else (index, "")

    def returning(self, index: int) -> tuple[int, str]:
        if self.upper(index + 1) not in TYPE_WORDS | {"JSON"}:
            return index, ""
        return self.group(index + 2), ""

    def using(self, index: int) -> tuple[int, str]:
        is_culture = index + 1 < len(self.tokens) and self.tokens[index + 1].kind == "string"
        return (index + 2, "") if is_culture else (index, "")

    def scope(self, index: int) -> tuple[int, str]:
        is_first = self.upper(index - 1) in ("FROM", "JOIN", "APPLY", ",", "(")
        return (index + 1, "") if is_first else (index, "")

    def brace(self, index: int) -> tuple[int, str]:
        following = self.upper(index + 1)
        if following == "ESCAPE":
            return index + 1, ""
        return (index + 2, "") if following in ESCAPE_WORDS else (index, "")

    def close_brace(self, index: int) -> tuple[int, str]:
        opener = self.partner[index]
        return (index + 1, "") if self.brace(opener)[0] > opener else (index, "")

    def fetch(self, index: int) -> tuple[int, str]:
        return (index + 2, "FETCH") if self.upper(index + 1) in ("APPROX", "APPROXIMATE") else (index, "")

    def changetable(self, index: int) -> tuple[int, str]:
        return self.group(index + 1), "CHANGETABLE()"


_RULES: dict[str, Callable[[_Writer, int], tuple[int, str]]] = {
    "OPTION": _Writer.option,
    "WITH": _Writer.with_,
    "TABLESAMPLE": _Writer.tablesample,
    "MATCH": _Writer.match_,
    "FOR": _Writer.for_,
    "WITHIN": _Writer.within,
    "NULL": _Writer.null_clause,
    "ABSENT": _Writer.null_clause,
    "RETURNING": _Writer.returning,
    "USING": _Writer.using,
    "::": _Writer.scope,
    "{": _Writer.brace,
    "}": _Writer.close_brace,
    "FETCH": _Writer.fetch,
    "CHANGETABLE": _Writer.changetable,
}
