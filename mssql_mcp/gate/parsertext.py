"""What sqlglot is given to read: the canonical text with every plain name in brackets.

sqlglot knows the keywords of many dialects; in T-SQL most of them are ordinary names. `FROM t STRAIGHT_JOIN u` or
`FROM t semi JOIN u` would be read as joins that T-SQL does not have, some of them in exponential time. In brackets they
are names to every parser. Left bare are only the words that have a place in the grammar of a T-SQL query, and what is
called. This text is parsed and thrown away; what is executed is the canonical text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mssql_mcp.gate.tree import NoTree
from mssql_mcp.gate.words import RESERVED, word_set

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mssql_mcp.gate.lexer import Token
    from mssql_mcp.gate.sources import Reading

GRAMMAR_WORDS = word_set(
    """
    ABSENT APPLY ARRAY AT AUTO BASE64 BOTH CHANGES CONTAINED CUBE ELEMENTS EXPLICIT FIRST FOLLOWING GROUPING IGNORE
    INCLUDE_NULL_VALUES JSON LAST LEADING MATCH MAX NEXT NULLS OFFSET ONLY PARTITION PATH PRECEDING RANGE RAW REPEATABLE
    RESPECT RETURNING ROLLUP ROOT ROW ROWS SETS SYSTEM SYSTEM_TIME TIES TIME TRAILING TYPE UNBOUNDED WINDOW
    WITHOUT_ARRAY_WRAPPER WITHOUT XML XMLDATA XMLNAMESPACES XMLSCHEMA XSINIL ZONE
    """
)
"""Words of the grammar of a SELECT and of its FOR clause that are not reserved.
https://learn.microsoft.com/sql/t-sql/queries/select-transact-sql,
https://learn.microsoft.com/sql/t-sql/queries/select-for-clause-transact-sql"""

HINT_WORDS = word_set(
    """
    CONCAT EXPAND EXTERNALPUSHDOWN FAST FORCE FORCED FORCESCAN FORCESEEK HASH HINT IGNORE_CONSTRAINTS
    IGNORE_NONCLUSTERED_COLUMNSTORE_INDEX IGNORE_TRIGGERS KEEP KEEPDEFAULTS KEEPFIXED KEEPIDENTITY LABEL LOOP MAXDOP
    MAXRECURSION MAX_GRANT_PERCENT MIN_GRANT_PERCENT NOEXPAND NOLOCK NOWAIT NO_PERFORMANCE_SPOOL OPTIMIZE PAGLOCK
    PARAMETERIZATION QUERYTRACEON READCOMMITTED READCOMMITTEDLOCK READPAST READUNCOMMITTED RECOMPILE REMOTE
    REPEATABLEREAD ROBUST ROWLOCK SERIALIZABLE SIMPLE SNAPSHOT SPATIAL_WINDOW_MAX_CELLS TABLOCK TABLOCKX UNKNOWN UPDLOCK
    VIEWS XLOCK
    """
)
"""https://learn.microsoft.com/sql/t-sql/queries/hints-transact-sql"""

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

_BARE = GRAMMAR_WORDS | HINT_WORDS | TYPE_WORDS

MAX_WORK = 400_000
"""sqlglot reads what follows a join without its own ON twice, so n of them cost 2^n times the text; this bounds the
tokens that it reads in all."""


def parser_text(tokens: Sequence[Token]) -> str:
    """Write the text that sqlglot parses."""
    parts: list[str] = []
    last = len(tokens) - 1
    for index, token in enumerate(tokens):
        parts.append(token.gap)
        follower = tokens[index + 1].upper if index < last else ""
        is_name = token.kind == "word" and token.upper not in RESERVED and follower != "("
        if is_name and token.upper not in _BARE and not _is_date_part(tokens, index):
            parts.append(f"[{token.text}]")
        else:
            parts.append(token.text)
    return "".join(parts)


def check_work(tokens: Sequence[Token], reading: Reading) -> None:
    """Keep texts from sqlglot over which it would take more than a bounded time.

    Raises:
        NoTree: This is one.
    """
    if len(tokens) << min(reading.deferred_joins, 30) > MAX_WORK:
        raise NoTree("too many joins have no ON of their own")


def _is_date_part(tokens: Sequence[Token], index: int) -> bool:
    return index > 1 and tokens[index - 1].text == "(" and tokens[index - 2].upper in DATE_FUNCTIONS
