"""What sqlglot is given to read: the canonical text with plain names in brackets, and without what names no column.

sqlglot knows the keywords, types and functions of many dialects; in T-SQL most of them are ordinary names.
`FROM t STRAIGHT_JOIN u` would be read as a join that T-SQL does not have, `int(a)` as a type and then as a call, both
in exponential time when nested. In brackets they are names to every parser; so are functions under a name that sqlglot
does not know. Left bare are only the words that have a place in the grammar of a T-SQL query, where they have it.

Left out, because sqlglot cannot read them and no column can be named in them: OPTION and table hints, TABLESAMPLE,
XMLNAMESPACES, graph MATCH and FOR PATH, and clauses of JSON functions and of PARSE. This text is parsed and thrown
away; what is executed is the canonical text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mssql_mcp.gate.meter import built_in_calls
from mssql_mcp.gate.sources import read_sources
from mssql_mcp.gate.tree import NoTree, TooComplex
from mssql_mcp.gate.words import BLOCKING_HINTS, ESCAPE_WORDS, RESERVED, word_set

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from mssql_mcp.gate.lexer import Token
    from mssql_mcp.gate.sources import Reading

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
    SQL_VARIANT SYSNAME TEXT TIME TIMESTAMP TINYINT UNIQUEIDENTIFIER VARBINARY VARCHAR VECTOR XML
    """
)
"""https://learn.microsoft.com/sql/t-sql/data-types/data-types-transact-sql"""

DATE_FUNCTIONS = word_set("DATEADD DATEDIFF DATEDIFF_BIG DATENAME DATEPART DATETRUNC DATE_BUCKET")
"""Functions whose first argument is the name of a part of a date."""

JSON_CALLS = word_set("JSON_ARRAY JSON_ARRAYAGG JSON_OBJECT JSON_OBJECTAGG JSON_QUERY JSON_VALUE")
"""Functions that NULL ON NULL, ABSENT ON NULL and RETURNING belong to.
https://learn.microsoft.com/sql/t-sql/functions/json-functions-transact-sql"""
PARSE_CALLS = word_set("PARSE TRY_PARSE")
"""https://learn.microsoft.com/sql/t-sql/functions/parse-transact-sql"""

_OPENING = word_set("APPLY BOTH CUBE FIRST LEADING NEXT OFFSET PATH RAW ROLLUP ROOT SETS TRAILING ZONE")
"""Those of them in front of whose parenthesis no brackets may stand."""

_ONLY_AFTER = {
    "ARRAY": ("WITHOUT",),
    "JSON": ("AS", "FOR", "IS", "NOT"),
    "TIME": ("AT",),
    "XML": ("FOR",),
    "ZONE": ("TIME",),
}
"""Those that are types to sqlglot, or begin what is none in T-SQL, with the words that they follow."""

KNOWN_CALLS = DATE_FUNCTIONS | word_set(
    """
    AVG CAST CHECKSUM_AGG COUNT COUNT_BIG GENERATE_SERIES JSON_ARRAY JSON_ARRAYAGG JSON_OBJECT JSON_OBJECTAGG MAX MIN
    OPENJSON PARSE STDEV STDEVP STRING_AGG STRING_SPLIT SUM TRIM TRY_CAST TRY_PARSE VAR VARP
    """
)
"""Functions whose arguments are no mere list, aggregates, and row sets that are known by their names. To sqlglot all
others are functions without a meaning: what it knows of those of other dialects can cost exponential time."""

_BARE = GRAMMAR_WORDS | TABLE_HINTS | JOIN_HINTS
_OPERATORS = {"!<": ">=", "!>": "<="}

MAX_WORK = 400_000
"""sqlglot reads what follows a join without its own ON twice, so n of them cost 2^n times the text; this bounds the
tokens that it reads in all."""


def parser_text(tokens: Sequence[Token], partner: Sequence[int], reading: Reading | None = None) -> str:
    """Write the text that sqlglot parses.

    Args:
        tokens: A query.
        partner: For each token the index of what closes or opens it, or -1, as `prove` gives it.
        reading: What `read_sources` gives for them; read here where it is not known.

    Raises:
        NoTree: Its joins would take sqlglot more than a bounded time.
    """
    _check_joins(len(tokens), (reading or read_sources(tokens, partner)).deferred_joins)
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


def stands_bare(word: str) -> bool:
    """Say whether a word, in upper case, is written without brackets in at least one place."""
    return word in RESERVED or word in _BARE or word in _RULES


def _check_joins(tokens: int, deferred_joins: int) -> None:
    if tokens << min(deferred_joins, 30) > MAX_WORK:
        raise TooComplex("too many joins have no ON of their own")


class _Writer:
    """Tokens, and the rules that leave something out: each gives the index after it and what stands instead."""

    def __init__(self, tokens: Sequence[Token], partner: Sequence[int]) -> None:
        self.tokens = tokens
        self.partner = partner
        self.has_no_braces = all(token.text != "{" for token in tokens)

    def upper(self, index: int) -> str:
        return self.tokens[index].upper if 0 <= index < len(self.tokens) else ""

    def written(self, index: int) -> str:
        token = self.tokens[index]
        if token.kind == "op":
            return _OPERATORS.get(token.text, token.text)
        if self.upper(index + 1) == "(" and self.is_foreign(index):
            return f"[{token.value or token.text}_OF]"
        is_name = token.kind == "word" and token.upper not in RESERVED and not self.is_grammar(index)
        is_name = is_name or token.upper == "LOAD"  # on Microsoft's list only
        return f"[{token.text}]" if is_name else token.text

    def is_foreign(self, index: int) -> bool:
        """Say whether what is called here would be more to sqlglot than a function with arguments, and is not."""
        token = self.tokens[index]
        word = token.upper or token.value.upper()
        is_named = self.is_name(index)
        is_plain = self.upper(index - 1) in (".", "::") or word in KNOWN_CALLS or word in _OPENING
        return is_named and not is_plain and word in built_in_calls() and not self.is_defined(index)

    def is_defined(self, index: int) -> bool:
        """Say whether the name at an index, with names in parentheses behind it, is given and not called.

        So it is with an alias (`AS split(a)`, `t split (NOLOCK)`) and a common table expression.
        """
        before, after = index - 1, self.group(index + 1)
        if not all(self.is_name(inner) or self.upper(inner) == "," for inner in range(index + 2, after - 1)):
            return False
        if (self.upper(after), self.upper(after + 1)) == ("AS", "(") or self.upper(before) == "AS":
            return True
        is_behind_source = self.upper(before) == ")" or (self.is_name(before) and not self.is_grammar(before))
        return is_behind_source and not self.is_first(index)

    def is_name(self, index: int) -> bool:
        """Say whether a token is a name: delimited, or a word that is not reserved."""
        if not 0 <= index < len(self.tokens):
            return False
        token = self.tokens[index]
        return token.kind == "name" or (token.kind == "word" and token.upper not in RESERVED)

    def is_grammar(self, index: int) -> bool:
        """Say whether a word that is not reserved has a place in the grammar here, so that it must stand bare."""
        word, before, after = self.upper(index), self.upper(index - 1), self.upper(index + 1)
        if before == "(" and self.upper(index - 2) in DATE_FUNCTIONS:
            return after == ","
        if word == "BINARY":
            return after == "BASE64"
        if (word in _ONLY_AFTER and before not in _ONLY_AFTER[word]) or self.is_first(index):
            return False
        if word == "OFFSET":
            return self.is_offset(index + 1)
        if word == "WINDOW":
            return self.is_name(index + 1) and self.upper(index + 2) == "AS"
        return word in _BARE and (after != "(" or word in _OPENING)

    def is_offset(self, index: int) -> bool:
        """Say whether a number of rows stands at an index, and not what follows an alias `offset`."""
        if self.upper(index) == "(":
            after = self.group(index)
            is_list = all(self.is_name(inner) or self.upper(inner) == "," for inner in range(index + 1, after - 1))
            return not is_list or self.upper(after) in ("ROW", "ROWS")
        is_value = index < len(self.tokens) and self.tokens[index].kind in ("number", "parameter", "global")
        is_value = is_value or self.upper(index) in ("-", "+", "~", "CASE", "CONVERT", "COALESCE", "NULLIF")
        return is_value or (self.is_name(index) and self.upper(index) not in _BARE)

    def is_first(self, index: int) -> bool:
        """Say whether a word begins the select list behind TOP: `SELECT TOP 5 rows`."""
        before = index - 1
        if self.upper(before) == "WITH":
            return False
        while self.upper(before) in ("PERCENT", "TIES", "WITH"):
            before -= 1
        opener = self.partner[before] if self.upper(before) == ")" else before
        return self.upper(opener - 1) == "TOP"

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
        if index and following in ("APPROX", "APPROXIMATE"):
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
        is_graph = self.upper(index - 1) in ("WHERE", "AND", "ON") and self.upper(index + 1) == "("
        return (self.group(index + 1), "1=1") if is_graph else (index, "")

    def for_(self, index: int) -> tuple[int, str]:
        is_graph = self.upper(index + 1) == "PATH" and self.upper(index + 2) != "("
        return (index + 2, "") if is_graph else (index, "")

    def within(self, index: int) -> tuple[int, str]:
        words = [self.upper(index + step) for step in range(1, 5)]
        return (self.group(index + 2), "") if words == ["GROUP", "(", "GRAPH", "PATH"] else (index, "")

    def null_clause(self, index: int) -> tuple[int, str]:
        after = index + 3
        is_clause = self.upper(index + 1) == "ON" and self.upper(index + 2) == "NULL"
        is_last = self.upper(after) == "RETURNING" or self.closes_call(after, JSON_CALLS)
        return (after, "") if is_clause and is_last else (index, "")

    def returning(self, index: int) -> tuple[int, str]:
        after = self.group(index + 2)
        is_clause = self.upper(index + 1) in TYPE_WORDS | {"JSON"} and self.closes_call(after, JSON_CALLS)
        return (after, "") if is_clause else (index, "")

    def using(self, index: int) -> tuple[int, str]:
        is_culture = self.closes_call(index + 2, PARSE_CALLS) and self.tokens[index + 1].kind in ("string", "parameter")
        return (index + 2, "") if is_culture else (index, "")

    def closes_call(self, index: int, names: Collection[str]) -> bool:
        """Say whether the parentheses of a call of one of the functions close here.

        Elsewhere the words of its clauses are names: `SELECT returning text, a` has two columns.
        """
        return self.upper(index) == ")" and self.upper(self.partner[index] - 1) in names

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

    def convert(self, index: int) -> tuple[int, str]:
        """Write any type of SQL Server's as one; where no type stands first, call the function by another name.

        ODBC's function of that name begins with what it converts, and sqlglot reads that twice.
        """
        first = index + 2
        if self.upper(index + 1) != "(":
            return index, ""
        after = self.type_(first)
        is_escape = (self.upper(index - 2), self.upper(index - 1)) == ("{", "FN")
        if is_escape or self.upper(after) != ",":
            return index + 1, "[CONVERT_OF]"
        is_known = self.has_no_braces and (after == first + 1 or self.upper(first + 1) == "(")
        if is_known and (self.tokens[first].upper or self.tokens[first].value.upper()) in TYPE_WORDS:
            return after, f"{self.upper(index)}([int]"
        return index, ""

    def type_(self, index: int) -> int:
        """Give the index after the name of a type and its sizes, or an index where no comma follows."""
        while index < len(self.tokens) and self.tokens[index].kind in ("word", "name"):
            index += 2 if self.upper(index + 1) == "." else 1
        sizes = self.tokens[index + 1 : self.group(index) - 1]
        is_sizes = all(size.kind == "number" or size.upper in ("MAX", ",") for size in sizes)
        return self.group(index) if is_sizes else index

    def union(self, index: int) -> tuple[int, str]:
        """Refuse what sqlglot would take for a type: in T-SQL a query follows."""
        following = index + 1
        while self.upper(following) == "(":
            following += 1
        if self.upper(following) not in ("SELECT", "WITH", "ALL"):
            raise NoTree("UNION joins no query")
        return index, ""

    def double(self, index: int) -> tuple[int, str]:
        return index + (2 if self.upper(index + 1) == "PRECISION" else 1), "[float]"

    def type_part(self, index: int) -> tuple[int, str]:
        return index + 1, ""

    def changetable(self, index: int) -> tuple[int, str]:
        after = self.group(index + 1)
        return (after, "CHANGETABLE()") if after > index + 1 else (index, "")


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
    "CONVERT": _Writer.convert,
    "TRY_CONVERT": _Writer.convert,
    "DOUBLE": _Writer.double,
    "NATIONAL": _Writer.type_part,
    "UNION": _Writer.union,
    "VARYING": _Writer.type_part,
}
