"""Which facts a type's values can tell, and the T-SQL expression of each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mssql_mcp.catalog.names import parse_name
from mssql_mcp.errors import ValidationError

if TYPE_CHECKING:
    from mssql_mcp.catalog.model import Column, Table

# Written over a column `{c}`. Averages are of floats, so that no sum overflows; lengths count characters or bytes.
FACTS = {
    "values": "COUNT_BIG({c})",
    "distinct": "COUNT_BIG(DISTINCT {c})",
    "minimum": "MIN({c})",
    "maximum": "MAX({c})",
    "average": "AVG(CAST({c} AS float))",
    "min_length": "MIN(LEN({c}))",
    "max_length": "MAX(LEN({c}))",
    "min_bytes": "MIN(DATALENGTH({c}))",
    "max_bytes": "MAX(DATALENGTH({c}))",
    "empty": "SUM(CASE WHEN {c} = '' THEN 1 ELSE 0 END)",
}

NUMBERS = frozenset(
    {"tinyint", "smallint", "int", "bigint", "decimal", "numeric", "money", "smallmoney", "float", "real"}
)
MOMENTS = frozenset({"date", "time", "datetime", "datetime2", "smalldatetime", "datetimeoffset"})
TEXTS = frozenset({"char", "varchar", "nchar", "nvarchar", "sysname"})
BYTES = frozenset({"binary", "varbinary"})
NAMES = {"min_bytes": "min_length", "max_bytes": "max_length"}
"""Facts that are told under another name."""
COMPARABLE = frozenset({"uniqueidentifier"})
"""Types whose values differ or not, but whose order says nothing."""


def facts_of(written: str) -> tuple[str, ...]:
    """Give the names of the facts that a column of a type can tell; those of `FACTS`.

    Types that cannot be compared (xml, the old text and image, spatial ones, json) tell only whether there is a value.
    """
    name, _, size = written.partition("(")
    if name in NUMBERS:
        return ("values", "distinct", "minimum", "maximum", "average")
    if name in MOMENTS:
        return ("values", "distinct", "minimum", "maximum")
    if name in TEXTS:
        if size.startswith("max"):
            return ("values", "min_length", "max_length", "empty")
        return ("values", "distinct", "minimum", "maximum", "min_length", "max_length", "empty")
    if name == "bit":
        return ("values", "distinct")
    if name in BYTES:
        return ("values", "min_bytes", "max_bytes")
    if name in COMPARABLE:
        return ("values", "distinct")
    return ("values",)


def as_text(column: str, written: str, characters: int) -> str:
    """Write a value as text: moments in ISO form, whatever the session's language.

    https://learn.microsoft.com/sql/t-sql/functions/cast-and-convert-transact-sql
    """
    if written.partition("(")[0] in MOMENTS:
        return f"CONVERT(nvarchar({characters}), {column}, 121)"
    return f"CAST({column} AS nvarchar({characters}))"


def column_named(table: Table, written: str) -> Column | None:
    """Find the column that a text means: the very name first, whatever is in it, then one in brackets or quotes."""
    exact = next((column for column in table.columns if column.name == written), None)
    if found := exact or table.column(written):
        return found
    try:
        return table.column(parse_name(written).name)
    except ValidationError:
        return table.column(written.strip())
