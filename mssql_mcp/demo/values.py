"""Python values from stored ones, and stored ones from Python values."""

from __future__ import annotations

import datetime as dt
import decimal
import math
import uuid
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from mssql_mcp.demo.runtime import decimals, moments
from mssql_mcp.demo.sqltypes import (
    BIGINT,
    BIT,
    DATE,
    FLOAT,
    GUID,
    INT,
    INTEGER_RANGES,
    OFFSET,
    TIME,
    SqlType,
    decimal_type,
    parse_type,
    text_type,
)
from mssql_mcp.errors import ValidationError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mssql_mcp.result import Column


def decode(row: Sequence[Any], columns: Sequence[Column]) -> tuple[Any, ...]:
    """Give a row as a driver of SQL Server would.

    Args:
        row: As sqlite3 gives it.
        columns: Of the translation that yielded it.

    Returns:
        bool, int, Decimal, float, str, bytes, date, time, datetime (aware for datetimeoffset), UUID, or None; text for
        a moment of seven digits, of which Python's types hold six.
    """
    return tuple(
        None if value is None else decoder(column.type)(value) for value, column in zip(row, columns, strict=True)
    )


@lru_cache(maxsize=512)
def decoder(type_name: str) -> Callable[[Any], Any]:
    """Give the function that makes a Python value of a stored one of this type; NULL is not given to it."""
    type_ = parse_type(type_name)
    if type_.family in {"decimal", "money"}:
        scale = type_.scale
        return lambda value: decimal.Decimal(decimals.to_text(decimals.number(value), scale))
    return _DECODERS.get(type_.family, _same)


def _same(value: Any) -> Any:
    return value


def _clock(ticks: int) -> dt.time:
    seconds, rest = divmod(ticks, moments.TICKS_PER_SECOND)
    return dt.time(seconds // 3600, seconds // 60 % 60, seconds % 60, rest // 10)


def _time(text: str) -> dt.time | str:
    ticks = moments.load(text, "time").ticks
    return text if ticks % 10 else _clock(ticks)


def _datetime(text: str) -> dt.datetime | str:
    if text[26:27] not in ("", "0"):
        return text.replace(" ", "T", 1)
    return dt.datetime.fromisoformat(text[:26])


def _aware(text: str) -> dt.datetime | str:
    moment = moments.load(text, "offset")
    if moment.ticks % 10:
        clock = f"{_clock(moment.local.ticks):%H:%M:%S}.{moment.ticks % moments.TICKS_PER_SECOND:07d}"
        return f"{dt.date.fromordinal(moment.local.day)}T{clock}{text[-6:]}"
    shown = moment.local
    zone = dt.timezone(dt.timedelta(minutes=moment.offset or 0))
    return dt.datetime.combine(dt.date.fromordinal(shown.day), _clock(shown.ticks), zone)


_DECODERS: dict[str, Callable[[Any], Any]] = {
    "bit": bool,
    "float": float,
    "guid": uuid.UUID,
    "date": dt.date.fromisoformat,
    "time": _time,
    "datetime": _datetime,
    "offset": _aware,
}


def encode(value: Any) -> tuple[Any, SqlType]:
    """Give a bound value in the form of storage, and the type that a driver would send it as.

    Raises:
        ValidationError: No SQL Server type holds it.
    """
    if value is None:
        return None, INT
    for kind, encoder in _ENCODERS:
        if isinstance(value, kind):
            return encoder(value)
    raise ValidationError(f"A parameter cannot be a {type(value).__name__}.", code="input.parameter")


def _encode_int(value: int) -> tuple[Any, SqlType]:
    for type_ in (INT, BIGINT):
        low, high = INTEGER_RANGES[type_.name]
        if low <= value <= high:
            return value, type_
    return _encode_decimal(decimal.Decimal(value))


def _encode_decimal(value: decimal.Decimal) -> tuple[Any, SqlType]:
    sign, digits, exponent = value.as_tuple()
    if not isinstance(exponent, int):
        raise ValidationError("A parameter cannot be NaN or infinite.", code="input.parameter")
    unscaled = int("".join(map(str, digits))) * (-1 if sign else 1) * 10 ** max(exponent, 0)
    scale = max(-exponent, 0)
    precision = max(len(str(abs(unscaled))), scale)
    if precision > 38:
        raise ValidationError("A parameter has more than 38 digits.", code="input.parameter")
    return decimals.store(unscaled, precision), decimal_type(precision, scale)


def _encode_moment(value: dt.datetime) -> tuple[Any, SqlType]:
    ticks = ((value.hour * 60 + value.minute) * 60 + value.second) * moments.TICKS_PER_SECOND + value.microsecond * 10
    offset = value.utcoffset()
    if offset is None:
        type_ = SqlType("datetime2", scale=7)
        return moments.store(moments.Moment(value.toordinal(), ticks), type_), type_
    minutes = int(offset.total_seconds()) // 60
    utc = moments.shifted(moments.Moment(value.toordinal(), ticks), -minutes * moments.TICKS_PER_MINUTE)
    return moments.store(moments.Moment(utc.day, utc.ticks, minutes), OFFSET), OFFSET


def _encode_time(value: dt.time) -> tuple[Any, SqlType]:
    ticks = ((value.hour * 60 + value.minute) * 60 + value.second) * moments.TICKS_PER_SECOND + value.microsecond * 10
    return moments.store(moments.Moment(moments.BASE_DAY, ticks), TIME), TIME


def _encode_float(value: float) -> tuple[Any, SqlType]:
    if not math.isfinite(value):
        raise ValidationError("A parameter cannot be NaN or infinite.", code="input.parameter")
    return value, FLOAT


# Narrower kinds first: a bool is an int, a datetime is a date.
_ENCODERS: tuple[tuple[type[Any], Callable[[Any], tuple[Any, SqlType]]], ...] = (
    (bool, lambda value: (int(value), BIT)),
    (int, _encode_int),
    (float, _encode_float),
    (decimal.Decimal, _encode_decimal),
    (str, lambda value: (value, text_type(len(value.encode("utf-16-le", "surrogatepass")) // 2, unicode=True))),
    (bytes, lambda value: (value, SqlType("varbinary", length=max(len(value), 1) if len(value) <= 8000 else -1))),
    (dt.datetime, _encode_moment),
    (dt.date, lambda value: (value.isoformat(), DATE)),
    (dt.time, _encode_time),
    (uuid.UUID, lambda value: (str(value).upper(), GUID)),
)
