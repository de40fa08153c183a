"""Read the values that drivers cannot: datetimeoffset, sql_variant, CLR types, the seventh digit of a second.

Pure functions. The layouts are those of SQL_SS_TIMESTAMPOFFSET_STRUCT and SQL_SS_TIME2_STRUCT in msodbcsql.h
(https://learn.microsoft.com/sql/connect/odbc/windows/odbc-driver-date-and-time) and of ODBC's
C types (https://learn.microsoft.com/sql/odbc/reference/appendixes/c-data-types); integers are little-endian
on every platform that the driver runs on.
"""

from __future__ import annotations

import datetime as dt
import re
import struct
import uuid
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from mssql_mcp.result import Column

# Type codes of the driver (msodbcsql.h) and the C types that a sql_variant's value comes in (sqlext.h).
SQL_SS_TIMESTAMPOFFSET = -155
SQL_SS_TIME2 = -154
SQL_SS_UDT = -151
SQL_TYPE_TIMESTAMP = 93
SQL_C_SLONG = -16
SQL_C_SSHORT = -15
SQL_C_SBIGINT = -25
SQL_C_UTINYINT = -28
SQL_C_WCHAR = -8
# As pyodbc describes a sql_variant: bytes of this size; and a second of all digits.
VARIANT_SIZE = 8_000
ALL_DIGITS = 7
TIME_BYTES, OFFSET_BYTES, DATETIME_BYTES, SMALLDATETIME_BYTES = 12, 20, 8, 4

_EPOCH = dt.datetime(1900, 1, 1)  # noqa: DTZ001 - these types have no time zone
_SECOND = 1_000_000_000  # nanoseconds
_OFFSET_TEXT = re.compile(r"(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(\.\d{1,7})? ([+-]\d\d:\d\d)")


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


def time(raw: bytes) -> str:
    """Write a time as ISO 8601 with all its digits; a server that rounds up to the end of a day says 24:00:00.

    Args:
        raw: Hour, minute, second (uint16), two bytes of nothing, fraction in nanoseconds (uint32).
    """
    hour, minute, second, fraction = struct.unpack("<3H2xI", raw[:12])
    return f"{hour:02d}:{minute:02d}:{second:02d}{_fraction(fraction)}"


def moment(raw: bytes) -> dt.datetime | str:
    """Read a datetime2, datetime or smalldatetime; text where Python's own type would lose the seventh digit.

    Args:
        raw: SQL_TIMESTAMP_STRUCT; of a datetime the server's days since 1900 and 300ths of a second, of a smalldatetime
            its days and minutes.
    """
    if len(raw) == SMALLDATETIME_BYTES:
        days, minutes = struct.unpack("<HH", raw)
        return _EPOCH + dt.timedelta(days=days, minutes=minutes)
    if len(raw) == DATETIME_BYTES:
        days, ticks = struct.unpack("<iI", raw)
        return _EPOCH + dt.timedelta(days=days, milliseconds=(ticks * 10 + 1) // 3)
    year, month, day, hour, minute, second, fraction = struct.unpack("<6hI", raw[:16])
    if fraction % 1_000 == 0:
        return dt.datetime(year, month, day, hour, minute, second, fraction // 1_000)  # noqa: DTZ001
    return f"{year:04d}-{month:02d}-{day:02d}T{hour:02d}:{minute:02d}:{second:02d}{_fraction(fraction)}"


class Text(str):
    """A text of which it is known that it is one: pyodbc gives an empty one for a sql_variant's NULL, too."""

    __slots__ = ()


def wide_text(raw: bytes) -> str:
    """Read the UTF-16 of an nvarchar inside a sql_variant, or of an nchar."""
    return Text(raw.decode("utf-16-le", "surrogatepass"))


def converters_for(description: Sequence[Sequence[Any]]) -> Mapping[int, Callable[[bytes], Any]]:
    """Give what pyodbc needs for a result, nothing where it can read every column by itself.

    With any converter, however rare its type, pyodbc looks at each cell whether it is meant, which costs a tenth of
    reading a result.

    Args:
        description: Of the cursor, made while there were no converters; they would make every type a text. A type that
            pyodbc does not know is described as bytes.
    """
    found = {} if all(field[1] in _KNOWN for field in description) else dict(PYODBC_CONVERTERS)
    if any(field[1] is dt.datetime and field[5] == ALL_DIGITS for field in description):
        found[SQL_TYPE_TIMESTAMP] = moment
    if any(field[1] in (bytes, bytearray) and field[3] == VARIANT_SIZE for field in description):
        found[SQL_C_WCHAR] = wide_text
    return found


def with_variants(rows: Sequence[Sequence[Any]], columns: Sequence[Column], *, is_pyodbc: bool) -> Sequence[Any]:
    """Mend what the drivers make of sql_variant columns.

    pyodbc gives a time and a datetimeoffset as bytes, and an empty text for NULL; an empty varchar cannot be told from
    it and is NULL, too. mssql-python writes a datetimeoffset in SQL Server's own form.
    """
    variants = {index for index, column in enumerate(columns) if column.type == "sql_variant"}
    if not variants:
        return rows
    mend = _of_pyodbc if is_pyodbc else _of_mssql_python
    return [[mend(cell) if index in variants else cell for index, cell in enumerate(row)] for row in rows]


def _of_pyodbc(cell: Any) -> Any:
    if type(cell) is str and not cell:
        return None
    if isinstance(cell, bytes | bytearray) and any(cell):
        if len(cell) == TIME_BYTES and _is_time(struct.unpack("<4HI", cell)):
            return time(bytes(cell))
        if len(cell) == OFFSET_BYTES and _is_datetimeoffset(struct.unpack("<6hI2h", cell)):
            return datetimeoffset(bytes(cell))
    return cell


def _of_mssql_python(cell: Any) -> Any:
    match = _OFFSET_TEXT.fullmatch(cell) if isinstance(cell, str) else None
    return f"{match[1]}T{match[2]}{(match[3] or '').rstrip('0').rstrip('.')}{match[4]}" if match else cell


def _is_time(parts: tuple[int, ...]) -> bool:
    """Tell whether bytes are a time, which other bytes of that length are once in ten thousand million times."""
    hour, minute, second, padding, fraction = parts
    is_clock = (hour < 24 and minute < 60 and second < 60) or (hour, minute, second, fraction) == (24, 0, 0, 0)
    return is_clock and padding == 0 and fraction < _SECOND and fraction % 100 == 0


def _is_datetimeoffset(parts: tuple[int, ...]) -> bool:
    year, month, day, hour, minute, second, fraction, hours, minutes = parts
    is_day = 1 <= year <= 9999 and 1 <= month <= 12 and 1 <= day <= 31
    is_clock = 0 <= hour < 24 and 0 <= minute < 60 and 0 <= second < 60 and fraction < _SECOND and fraction % 100 == 0
    return is_day and is_clock and abs(hours) <= 14 and abs(minutes) < 60 and hours * minutes >= 0


def _fraction(nanoseconds: int) -> str:
    digits = f"{nanoseconds:09d}".rstrip("0")
    return f".{digits}" if digits else ""


# The types by which pyodbc describes columns that it reads well.
_KNOWN = frozenset((str, int, float, bool, Decimal, dt.date, dt.datetime, uuid.UUID))
# What pyodbc is told with add_output_converter. A sql_variant is read by pyodbc in two steps, the second with the C
# type of its value, which pyodbc then looks up as if it were an SQL type: hence the C types. A time or datetimeoffset
# inside a sql_variant is announced as plain binary, so it stays bytes.
PYODBC_CONVERTERS: Mapping[int, Callable[[bytes], Any]] = {
    SQL_SS_TIMESTAMPOFFSET: datetimeoffset,
    SQL_SS_TIME2: time,
    SQL_SS_UDT: clr,
    SQL_C_SLONG: integer,
    SQL_C_SSHORT: integer,
    SQL_C_SBIGINT: integer,
    SQL_C_UTINYINT: tiny_integer,
}
