"""SQL Server values to JSON scalars, and a cursor's description to named types: one table for every type.

| SQL Server type | in an answer |
|---|---|
| bit | true, false |
| tinyint, smallint, int, bigint | number; text beyond 2^53, which JSON readers would round |
| decimal, numeric, money, smallmoney | text with the scale kept: `"10.50"` |
| float | number |
| real | number of the fewest digits that is the same real: `1.1` |
| date, time | `2024-05-01`, `13:45:00.5` |
| datetime, datetime2, smalldatetime | `2024-05-01T13:45:00`, never with a time zone |
| datetimeoffset | `2024-05-01T13:45:00+02:00` |
| uniqueidentifier | upper-case text |
| binary, varbinary, image, rowversion, CLR types | `0x48656C6C6F`; a clipped one says its length in bytes |
| char, nchar, varchar, nvarchar, text, ntext, xml, json | text |
| sql_variant | as its own type says |
| NULL | null |

A type that is not in the table becomes text by Python's `str`; no type fails. Texts and binary values are clipped where
they are too long for a cell; numbers never are.
"""

from __future__ import annotations

import datetime as dt
import math
import struct
import uuid
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from mssql_mcp.result import Cell, Column

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

# Integers beyond this lose digits in readers that hold numbers as IEEE 754 doubles (RFC 8259, section 6).
MAX_EXACT_INTEGER = 2**53

# ODBC's codes of SQL types (sql.h, sqlext.h) and the SQL Server driver's own (msodbcsql.h), for drivers that tell them.
_SQL_TYPES: dict[int, str] = {
    1: "char({size})",
    12: "varchar({size})",
    -1: "text",
    -8: "nchar({size})",
    -9: "nvarchar({size})",
    -10: "ntext",
    4: "int",
    5: "smallint",
    -6: "tinyint",
    -5: "bigint",
    -7: "bit",
    6: "float",
    8: "float",
    7: "real",
    3: "decimal({size},{scale})",
    2: "numeric({size},{scale})",
    -2: "binary({size})",
    -3: "varbinary({size})",
    -4: "image",
    91: "date",
    92: "time({scale})",
    93: "datetime2({scale})",
    -154: "time({scale})",
    -155: "datetimeoffset({scale})",
    -152: "xml",
    -151: "udt",
    -150: "sql_variant",
    -11: "uniqueidentifier",
}
# Precision and scale by which pyodbc's description tells SQL Server's three date-and-time types apart.
_DATETIMES = {(23, 3): "datetime", (16, 0): "smalldatetime"}
# Sizes by which pyodbc's description tells types apart that are one Python type.
_LARGEST = 2**31 - 1
_LARGE = {_LARGEST: "text", 2**30 - 1: "ntext"}
_OFFSET_SIZE = 26
_VARIANT_SIZE = 8_000
_BINARY = (bytes, bytearray, memoryview)
_REAL = struct.Struct("<f")
_MAX_REAL = 3.4028234663852886e38
_NONE = type(None)
_NUMBERS = {int, bool}
_TEXT = {str}
_FLOAT = {float}
_DECIMAL = {Decimal}
_DATE = {dt.date}
_MOMENT = {dt.datetime}
_MOMENTS = (dt.datetime, dt.date, dt.time)
# Types whose every value JSON can say as it is.
SMALL_NUMBERS = ("int", "smallint", "tinyint", "bit")
# 2024-05-01T13:45:00.123456; one with a time zone is longer.
_WITH_FRACTION = 26
_INTEGERS = {3: "tinyint", 5: "smallint", 10: "int", 19: "bigint"}


def columns_of(description: Sequence[Sequence[Any]], sql_types: Sequence[int] | None = None) -> tuple[Column, ...]:
    """Name and type the columns of a cursor.

    Args:
        description: PEP 249's seven fields a column.
        sql_types: ODBC type codes a column, where the driver tells them (mssql-python does, pyodbc does not; then
            text columns are `string(n)`, since char, varchar, nchar and nvarchar look alike).
    """
    if sql_types is not None and len(sql_types) == len(description):
        return tuple(
            Column(str(field[0] or ""), _from_code(code, field))
            for field, code in zip(description, sql_types, strict=True)
        )
    return tuple(Column(str(field[0] or ""), _from_python(field)) for field in description)


def _from_code(code: int, field: Sequence[Any]) -> str:
    size, scale = field[4], field[5]
    if code == 93 and (size, scale) in _DATETIMES:
        return _DATETIMES[size, scale]
    shown = "max" if code in (12, -9, -3) and not size else size
    return _SQL_TYPES.get(code, "unknown").format(size=shown, scale=scale)


def _from_python(field: Sequence[Any]) -> str:  # noqa: PLR0911 - one line a type reads best
    kind, size, precision, scale = field[1], field[3], field[4], field[5]
    if kind is str:
        return _LARGE.get(size) or (f"string({size})" if size and size < 8_001 else "string(max)")
    if kind is bool:
        return "bit"
    if kind is int:
        return _INTEGERS.get(precision or 0, "int")
    if kind is Decimal:
        return f"decimal({precision},{scale})"
    if kind is float:
        return "real" if precision == 24 else "float"
    if kind is dt.datetime:
        return _DATETIMES.get((precision or 0, scale or 0), f"datetime2({scale or 0})")
    if kind is dt.date:
        return "date"
    if kind is dt.time:
        return f"time({scale or 0})"
    if kind in (bytes, bytearray):
        return _from_bytes(size or 0, scale or 0)
    return {uuid.UUID: "uniqueidentifier"}.get(kind, getattr(kind, "__name__", "unknown"))


def _from_bytes(size: int, scale: int) -> str:
    """Name what pyodbc takes for bytes: it does not tell a datetimeoffset from them, nor a sql_variant."""
    if scale or size == _OFFSET_SIZE:
        return f"datetimeoffset({scale})"
    if size == _VARIANT_SIZE:
        return "sql_variant"
    return "image" if size == _LARGEST else f"varbinary({size if 0 < size < _VARIANT_SIZE else 'max'})"


class Cells:
    """Turns values of any type into JSON scalars, clipped to so many characters, and counts what it clipped.

    Args:
        max_characters: Of one cell.
    """

    __slots__ = ("clipped", "max_characters")

    def __init__(self, max_characters: int) -> None:
        self.max_characters = max_characters
        self.clipped = 0

    def convert(self, value: Any) -> Cell:
        """Turn one value into a JSON scalar."""
        kind = type(value)
        text: str
        if kind is str:
            text = value
        elif kind is int:
            number: int = value
            return number if -MAX_EXACT_INTEGER <= number <= MAX_EXACT_INTEGER else str(number)
        elif value is None or kind is bool or (kind is float and math.isfinite(value)):
            plain: Cell = value  # JSON knows it; NaN and infinity fall through to text
            return plain
        elif kind is Decimal:
            return _decimal(value)
        elif kind in _MOMENTS:
            return _text_of(value)  # half a date would be another date
        elif kind in _BINARY:
            return self._binary(bytes(value))
        else:
            text = _text_of(value)
        if len(text) <= self.max_characters:
            return text
        self.clipped += 1
        return f"{text[: self.max_characters]}… [{len(text)} characters]"

    def convert_rows(self, rows: Sequence[Sequence[Any]], columns: Sequence[Column]) -> list[tuple[Cell, ...]]:
        """Turn fetched rows into rows of JSON scalars, column by column: most columns need no work at a cell.

        Args:
            rows: As the driver gave them.
            columns: Whose types say what the values are.
        """
        if not rows or not columns:
            return [() for _ in rows]
        converted = (
            self.column(values, column.type.partition("(")[0])
            for values, column in zip(zip(*rows, strict=True), columns, strict=True)
        )
        return list(zip(*converted, strict=True))

    def column(self, values: tuple[Any, ...], kind: str) -> Sequence[Cell]:
        """Turn the values of one column, whose type has that name, into JSON scalars."""
        kinds = set(map(type, values))
        has_null = _NONE in kinds
        kinds.discard(_NONE)
        if kinds <= _NUMBERS and (kind in SMALL_NUMBERS or _are_exact(values)):
            return values
        if kinds == _FLOAT and all(map(math.isfinite, filter(None, values))):
            return _mapped(_shortest, values, has_null) if kind == "real" else values
        if kinds == _TEXT and max(map(len, filter(None, values)), default=0) <= self.max_characters:
            return values
        if kinds == _DATE:
            return _mapped(dt.date.isoformat, values, has_null)
        if kinds == _MOMENT:
            return _moments(values, has_null)
        if kinds == _DECIMAL:
            return _decimals(values, has_null)
        return _mapped(self.convert, values, has_null)

    def _binary(self, value: bytes) -> str:
        shown = max(1, (self.max_characters - 2) // 2)
        if len(value) <= shown:
            return "0x" + value.hex().upper()
        self.clipped += 1
        return f"0x{value[:shown].hex().upper()}… [{len(value)} bytes]"


def _shortest(value: float) -> float:
    """Give the number of the fewest digits that is the same real: 1.1, where its bits as a float are 1.10000002384...

    Nine digits tell all numbers of four bytes apart (IEEE 754).
    """
    for digits in range(6, 9):
        short = float(f"{value:.{digits}g}")
        if abs(short) <= _MAX_REAL and _REAL.unpack(_REAL.pack(short))[0] == value:
            return short
    return float(f"{value:.9g}")


def _mapped(function: Callable[[Any], Cell], values: tuple[Any, ...], has_null: bool) -> list[Cell]:
    if has_null:
        return [None if value is None else function(value) for value in values]
    return list(map(function, values))


def _decimals(values: tuple[Any, ...], has_null: bool) -> list[Cell]:
    """Write all digits; one look at all of them tells whether any is in the scientific form."""
    texts = _mapped(str, values, has_null)
    if "E" in "".join(filter(None, texts)):  # type: ignore[arg-type]
        return _mapped(_decimal, values, has_null)
    return texts


def _moments(values: tuple[Any, ...], has_null: bool) -> list[Cell]:
    """Write dates with a time; only where one of them has a fraction are the zeros at its end looked for."""
    texts: list[Any] = _mapped(dt.datetime.isoformat, values, has_null)
    if max(map(len, filter(None, texts)), default=0) == _WITH_FRACTION:
        return [text.rstrip("0") if text and len(text) == _WITH_FRACTION else text for text in texts]
    if not any(value.microsecond for value in filter(None, values)):
        return texts
    return [text and _trimmed(text, value.microsecond) for text, value in zip(texts, values, strict=True)]


def _are_exact(values: tuple[Any, ...]) -> bool:
    known = [value for value in values if value is not None]
    return not known or (min(known) >= -MAX_EXACT_INTEGER and max(known) <= MAX_EXACT_INTEGER)


def _decimal(value: Decimal) -> str:
    """Write all digits; `str` is three times as fast, and leaves them out only in its scientific form."""
    text = str(value)
    return format(value, "f") if "E" in text else text


def _text_of(value: Any) -> str:
    if isinstance(value, (dt.datetime, dt.time)):
        return _trimmed(value.isoformat(), value.microsecond)
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, uuid.UUID):
        return str(value).upper()
    return str(value)


def _trimmed(text: str, microsecond: int) -> str:
    """Drop the zeros that end a fraction of a second: SQL Server's datetime shows three digits, not six."""
    if not microsecond:
        return text
    digits = f"{microsecond:06d}"
    return text.replace("." + digits, "." + digits.rstrip("0"), 1)
