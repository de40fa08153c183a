"""Read the values that pyodbc cannot: datetimeoffset, sql_variant and CLR types, from the bytes that ODBC gives.

Pure functions. The layouts are those of SQL_SS_TIMESTAMPOFFSET_STRUCT in msodbcsql.h
(https://learn.microsoft.com/sql/connect/odbc/windows/odbc-driver-date-and-time) and of ODBC's
C types (https://learn.microsoft.com/sql/odbc/reference/appendixes/c-data-types); integers are little-endian
on every platform that the driver runs on.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from mssql_mcp.result import Column

# Type codes of the driver (msodbcsql.h) and the C types that a sql_variant's value comes in (sqlext.h).
SQL_SS_TIMESTAMPOFFSET = -155
SQL_SS_UDT = -151
SQL_C_SLONG = -16
SQL_C_SSHORT = -15
SQL_C_SBIGINT = -25
SQL_C_UTINYINT = -28
# As `execution.values` names what pyodbc tells of a sql_variant.
VARIANT_AS_DESCRIBED = "varbinary(8000)"


def datetimeoffset(raw: bytes) -> str:
    """Write a datetimeoffset as ISO 8601, with all seven digits that it may have and no zeros at their end.

    Args:
        raw: Year, month, day, hour, minute, second (int16), fraction in nanoseconds (uint32), offset in hours and
            minutes (int16), both with the offset's sign.
    """
    year, month, day, hour, minute, second, fraction, hours, minutes = struct.unpack("<6hI2h", raw[:20])
    text = f"{year:04d}-{month:02d}-{day:02d}T{hour:02d}:{minute:02d}:{second:02d}{_fraction(fraction)}"
    sign = "-" if hours < 0 or minutes < 0 else "+"
    return f"{text}{sign}{abs(hours):02d}:{abs(minutes):02d}"


def integer(raw: bytes) -> int:
    """Read a signed integer of any width."""
    return int.from_bytes(raw, "little", signed=True)


def tiny_integer(raw: bytes) -> int:
    """Read SQL Server's tinyint, which has no sign."""
    return raw[0]


def clr(raw: bytes) -> bytes:
    """Give a CLR value (hierarchyid, geometry, geography) in its own serialization."""
    return raw


def with_null_variants(rows: Sequence[Sequence[Any]], columns: Sequence[Column]) -> Sequence[Sequence[Any]]:
    """Give NULL back to sql_variant columns, for which pyodbc gives an empty text.

    pyodbc describes such a column as bytes of the type's length, and a text in bytes can only be a variant's. An empty
    text inside a sql_variant cannot be told from NULL; NULL is what SERVERPROPERTY gives for most of its names.
    """
    variants = [index for index, column in enumerate(columns) if column.type == VARIANT_AS_DESCRIBED]
    if not any(row[index] == "" for index in variants for row in rows):
        return rows
    return [[None if cell == "" and index in variants else cell for index, cell in enumerate(row)] for row in rows]


def _fraction(nanoseconds: int) -> str:
    digits = f"{nanoseconds:09d}".rstrip("0")
    return f".{digits}" if digits else ""


# What pyodbc is told with add_output_converter. A sql_variant is read by pyodbc in two steps, the second with the C
# type of its value, which pyodbc then looks up as if it were an SQL type: hence the C types. A time or datetimeoffset
# inside a sql_variant is announced as plain binary, so it stays bytes.
PYODBC_CONVERTERS: Mapping[int, Callable[[bytes], Any]] = {
    SQL_SS_TIMESTAMPOFFSET: datetimeoffset,
    SQL_SS_UDT: clr,
    SQL_C_SLONG: integer,
    SQL_C_SSHORT: integer,
    SQL_C_SBIGINT: integer,
    SQL_C_UTINYINT: tiny_integer,
}
