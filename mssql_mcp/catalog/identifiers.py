"""Write identifiers so that T-SQL reads them as they are."""

from __future__ import annotations

import re
from functools import lru_cache

# A name that needs no brackets: https://learn.microsoft.com/sql/relational-databases/databases/database-identifiers
REGULAR = re.compile(r"[A-Za-z_][A-Za-z0-9_@$#]*\Z")
# The reserved words that people do use as names; a name among them gets brackets.
# https://learn.microsoft.com/sql/t-sql/language-elements/reserved-keywords-transact-sql
_RESERVED_WORDS = """
add all alter and any as asc authorization backup begin between break browse bulk by cascade case check
checkpoint close clustered coalesce collate column commit compute constraint contains containstable continue
convert create cross current current_date current_time current_timestamp current_user cursor database dbcc
deallocate declare default delete deny desc disk distinct distributed double drop dump else end errlvl escape
except exec execute exists exit external fetch file fillfactor for foreign freetext freetexttable from full
function goto grant group having holdlock identity identity_insert identitycol if in index inner insert intersect
into is join key kill left like lineno load merge national nocheck nonclustered not null nullif of off offsets on
open opendatasource openquery openrowset openxml option or order outer over percent pivot plan precision primary
print proc procedure public raiserror read readtext reconfigure references replication restore restrict return
revert revoke right rollback rowcount rowguidcol rule save schema securityaudit select session_user set setuser
shutdown some statistics system_user table tablesample textsize then to top tran transaction trigger truncate
try_convert tsequal union unique unpivot update updatetext use user values varying view waitfor when where while
with within writetext
"""
RESERVED = frozenset(_RESERVED_WORDS.split())
# Control characters and the signs that stand for them in answers, so that a name stays on its line.
_PICTURES = {code: chr(0x2400 + code) for code in range(0x20)} | {0x7F: "\u2421"}
_CONTROLS = {ord(picture): chr(code) for code, picture in _PICTURES.items()}


def quoted(name: str) -> str:
    """Write one identifier for T-SQL: bare where that is safe, else in brackets."""
    if REGULAR.match(name) and name.lower() not in RESERVED:
        return name
    return bracketed(name)


def bracketed(name: str) -> str:
    """Write one identifier in brackets."""
    return f"[{name.replace(']', ']]')}]"


@lru_cache(65_536)
def shown(name: str, *, in_brackets: bool = False) -> str:
    """Write one identifier for a reader, so that queries and lookups take it back and it stays on its line.

    Control characters are shown as their pictures (U+2400 and following), which lookups take back.

    Args:
        name: As the server writes it.
        in_brackets: Whether brackets are needed in any case.
    """
    return (bracketed(name) if in_brackets else quoted(name)).translate(_PICTURES)


def shown_full(schema: str, name: str) -> str:
    """Write `schema.name` for a reader, each in brackets where it needs them."""
    return f"{shown(schema)}.{shown(name)}"


def without_pictures(name: str) -> str:
    """Put control characters back for the pictures that `shown` writes."""
    return name.translate(_CONTROLS)
