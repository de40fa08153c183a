"""Values whose SQL Server type is stated: `{"value": "2024-05-01", "type": "date"}`, `--param day:date=2024-05-01`.

A value that its type does not hold as it is written is refused; nothing is rounded or cut.
"""

from __future__ import annotations

import datetime as dt
import math
import re
import uuid
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

MAX_DIGITS = 38
"""Of a decimal: https://learn.microsoft.com/sql/t-sql/data-types/decimal-and-numeric-transact-sql"""
MAX_FRACTION = 7
"""Digits of a second: https://learn.microsoft.com/sql/t-sql/data-types/datetime2-transact-sql"""
# Characters of nvarchar(n), bytes of varchar(n) and varbinary(n); what is longer is (max).
MAX_LENGTHS = {"varchar": 8_000, "nvarchar": 4_000, "varbinary": 8_000}

_TYPE = re.compile(r"\s*([a-z0-9]+)\s*(?:\(\s*(\d+|max)\s*(?:,\s*(\d+)\s*)?\))?\s*", re.IGNORECASE)
_INTEGERS = {"tinyint": (0, 255), "smallint": (-(2**15), 2**15 - 1), "int": (-(2**31), 2**31 - 1)}
_INTEGERS["bigint"] = (-(2**63), 2**63 - 1)
_BITS: dict[Any, bool] = {"true": True, "false": False, "1": True, "0": False, 1: True, 0: False}
_DAY = r"(\d{4})-(\d\d)-(\d\d)"
_CLOCK = r"(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,7}))?)?"
_DATE = re.compile(_DAY)
_TIME = re.compile(_CLOCK)
_MOMENT = re.compile(f"{_DAY}(?:[T ]{_CLOCK})?")
_OFFSET = re.compile(rf"{_DAY}[T ]{_CLOCK} ?(?:(Z)|([+-])(\d\d):(\d\d))", re.IGNORECASE)
_HEX = re.compile(r"0x((?:[0-9A-Fa-f]{2})*)")


@dataclass(frozen=True, slots=True)
class ParameterType:
    """A type of SQL Server that a parameter can have.

    Attributes:
        name: Without what stands in parentheses.
        size: Digits of a decimal, length of a text or binary value; 0 is max.
        scale: Digits behind the point, of a decimal or of a second.
    """

    name: str
    size: int = 0
    scale: int = 0

    def __str__(self) -> str:
        if self.name in MAX_LENGTHS:
            return f"{self.name}({self.size or 'max'})"
        if self.name == "decimal":
            return f"decimal({self.size},{self.scale})"
        return f"{self.name}({self.scale})" if self.name in _FRACTIONS else self.name


@dataclass(frozen=True, slots=True)
class Declared:
    """A value and the type that was stated for it.

    Attributes:
        type: As stated.
        value: As Python knows it; None is NULL.
        text: As it is sent where Python's own value would lose digits; None sends `value`.
    """

    type: ParameterType
    value: Any
    text: str | None = None


def parse_type(text: str) -> ParameterType:
    """Read the name of a type, such as `decimal(10,2)`.

    Raises:
        ValueError: It is none of those that a parameter can have; the message says which can.
    """
    match = _TYPE.fullmatch(text)
    name = match[1].lower() if match else ""
    name = {"numeric": "decimal"}.get(name, name)
    if match is None or name not in _READERS:
        raise ValueError(f"has the type {text!r}, which is no type of a parameter; there are {', '.join(_READERS)}")
    first, second = match[2], match[3]
    if name == "decimal":
        size, scale = int(first or 18) if first != "max" else 0, int(second or 0)
        if 1 <= size <= MAX_DIGITS and scale <= size:
            return ParameterType(name, size, scale)
    elif second is None and name in MAX_LENGTHS:
        size = 0 if first in (None, "max", "MAX") else int(first)
        if (first or "max").lower() == "max" or 1 <= size <= MAX_LENGTHS[name]:
            return ParameterType(name, size)
    elif second is None and name in _FRACTIONS:
        if (first or "7").isdigit() and int(first or MAX_FRACTION) <= MAX_FRACTION:
            return ParameterType(name, scale=int(first or MAX_FRACTION))
    elif first is None:
        return ParameterType(name)
    raise ValueError(f"has the type {text!r}, which is no type of SQL Server: the numbers do not fit {name}")


def declared(value: Any, type_name: str) -> Declared:
    """Read a value as one of a type.

    Args:
        value: A text, number, true, false or None.
        type_name: Such as `date` or `decimal(10,2)`.

    Raises:
        ValueError: The type is none, or does not hold the value as it is written; the message says so without a name.
    """
    type_ = parse_type(type_name)
    if value is None:
        return Declared(type_, None)
    try:
        read = _READERS[type_.name](value, type_)
    except (ValueError, InvalidOperation, OverflowError):
        read = None
    if read is None:
        raise ValueError(f"is no {type_}: {_shown(value)}; {_FORMS[type_.name]}")
    return read if isinstance(read, Declared) else Declared(type_, read)


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:60]}…"


def _integer(value: Any, type_: ParameterType) -> Any:
    low, high = _INTEGERS[type_.name]
    if isinstance(value, bool | float):
        return None
    number = int(str(value), 10)
    return number if low <= number <= high else None


def _decimal(value: Any, type_: ParameterType) -> Any:
    if isinstance(value, bool):
        return None
    number = Decimal(str(value).strip())
    _, digits, exponent = number.as_tuple()
    if not isinstance(exponent, int) or (number and number.adjusted() >= type_.size - type_.scale):
        return None
    if exponent < -type_.scale and any(digits[type_.scale + exponent :]):
        return None
    return Decimal(f"{number:.{type_.scale}f}")


def _float(value: Any, _: ParameterType) -> Any:
    number = None if isinstance(value, bool) else float(value)
    return number if number is not None and math.isfinite(number) else None


def _bit(value: Any, _: ParameterType) -> Any:
    return _BITS.get(value.strip().lower() if isinstance(value, str) else value)


def _date(value: Any, _: ParameterType) -> Any:
    return dt.date.fromisoformat(value) if _DATE.fullmatch(str(value)) else None


def _time(value: Any, type_: ParameterType) -> Any:
    match = _TIME.fullmatch(str(value))
    if match is None or _excess(match[4], type_):
        return None
    return Declared(type_, _clock(match, 1), _written(_clock(match, 1), match[4]))


def _datetime2(value: Any, type_: ParameterType) -> Any:
    match = _MOMENT.fullmatch(str(value))
    if match is None or _excess(match[7], type_):
        return None
    day = dt.date(int(match[1]), int(match[2]), int(match[3]))
    clock = _clock(match, 4)
    return Declared(type_, dt.datetime.combine(day, clock), f"{day} {_written(clock, match[7])}")


def _datetimeoffset(value: Any, type_: ParameterType) -> Any:
    match = _OFFSET.fullmatch(str(value))
    if match is None or _excess(match[7], type_):
        return None
    minutes = 0 if match[8] else (-1 if match[9] == "-" else 1) * (60 * int(match[10]) + int(match[11]))
    if abs(minutes) > 14 * 60:  # https://learn.microsoft.com/sql/t-sql/data-types/datetimeoffset-transact-sql
        return None
    day = dt.date(int(match[1]), int(match[2]), int(match[3]))
    clock = _clock(match, 4)
    zone = f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"
    moment = dt.datetime.combine(day, clock, dt.timezone(dt.timedelta(minutes=minutes)))
    return Declared(type_, moment, f"{day} {_written(clock, match[7])} {zone}")


def _clock(match: re.Match[str], first: int) -> dt.time:
    hour, minute, second, fraction = (match[first + place] or "0" for place in range(4))
    return dt.time(int(hour), int(minute), int(second), int(f"{fraction:0<6.6}"))


def _written(clock: dt.time, fraction: str | None) -> str:
    return f"{clock:%H:%M:%S}.{fraction}" if fraction else f"{clock:%H:%M:%S}"


def _excess(fraction: str | None, type_: ParameterType) -> bool:
    """Tell whether a fraction of a second has more digits than the type keeps."""
    return len((fraction or "").rstrip("0")) > type_.scale


def _guid(value: Any, type_: ParameterType) -> Any:
    known = uuid.UUID(value) if isinstance(value, str) else None
    return known and Declared(type_, known, str(known).upper())


def _text(value: Any, type_: ParameterType) -> Any:
    if not isinstance(value, str):
        return None
    # nvarchar counts pairs of bytes; how many bytes varchar takes depends on the server, which says what is too much.
    length = len(value.encode("utf-16-le")) // 2 if type_.name == "nvarchar" else len(value)
    return value if not type_.size or length <= type_.size else None


def _binary(value: Any, type_: ParameterType) -> Any:
    match = _HEX.fullmatch(str(value))
    data = bytes.fromhex(match[1]) if match else None
    return data if data is None or not type_.size or len(data) <= type_.size else None


_FRACTIONS = ("time", "datetime2", "datetimeoffset")
_READERS: dict[str, Callable[[Any, ParameterType], Any]] = {
    **dict.fromkeys(("int", "bigint", "smallint", "tinyint"), _integer),
    "decimal": _decimal,
    "float": _float,
    "bit": _bit,
    "date": _date,
    "time": _time,
    "datetime2": _datetime2,
    "datetimeoffset": _datetimeoffset,
    "uniqueidentifier": _guid,
    "varchar": _text,
    "nvarchar": _text,
    "varbinary": _binary,
}
# How a value of each type is written.
_FORMS = {
    **dict.fromkeys(("int", "bigint", "smallint", "tinyint"), "write a whole number in its range"),
    "decimal": "write a number with no more digits than it holds, such as 12.50",
    "float": "write a number, such as 1.5e3",
    "bit": "write true, false, 1 or 0",
    "date": "write 2024-05-01",
    "time": "write 13:45:00 or 13:45:00.5",
    "datetime2": "write 2024-05-01T13:45:00",
    "datetimeoffset": "write 2024-05-01T13:45:00+02:00",
    "uniqueidentifier": "write 0E984725-C51C-4BF4-9960-E1C80E27ABA0",
    "varchar": "give a text that fits",
    "nvarchar": "give a text that fits",
    "varbinary": "write 0x and pairs of hex digits that fit",
}
