"""Conversions between SQL Server's types, on values in the form of storage.

`converter(source, target, style)` gives the function for a pair of types; what is not allowed raises while it is made.
Rules: page "CAST and CONVERT (Transact-SQL)" and the page of each type.
"""

from __future__ import annotations

import math
import struct
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from mssql_mcp.demo.runtime import binarytext, datetext, decimals, moments, numbertext
from mssql_mcp.demo.runtime.errors import server_error, unsupported
from mssql_mcp.demo.sqltypes import INTEGER_RANGES, MAX, SqlType, parse_type
from mssql_mcp.errors import QueryError

if TYPE_CHECKING:
    from collections.abc import Callable

Converter = "Callable[[Any], Any]"
_WITHOUT_NUMBERS = {"date", "time", "datetime2", "datetimeoffset"}
_TICKS_PER_DAY = moments.TICKS_PER_DAY


def server_name(type_: SqlType) -> str:
    """Give the name that error messages use: decimals are called numeric."""
    return "numeric" if type_.name == "decimal" else type_.name


def convert(value: Any, source: str, target: str, style: int | None) -> Any:
    """Convert a stored value; NULL stays NULL."""
    if value is None or style is None:
        return None
    return converter(source, target, style)(value)


def try_convert(value: Any, source: str, target: str, style: int | None) -> Any:
    """Convert a stored value; NULL where SQL Server would fail on it (TRY_CAST, TRY_CONVERT)."""
    if value is None or style is None:
        return None
    function = converter(source, target, style)
    try:
        return function(value)
    except QueryError:
        return None


@lru_cache(maxsize=1024)
def converter(source: str, target: str, style: int = 0) -> Callable[[Any], Any]:
    """Give the function that converts.

    Args:
        source: Type of what comes in, as `str(SqlType)`.
        target: Type of what goes out.
        style: Of CONVERT; 0 for CAST.

    Raises:
        QueryError: 529, SQL Server does not convert between these types at all.
        UnsupportedError: SQL Server does, the demo does not.
    """
    from_type, to_type = parse_type(source), parse_type(target)
    if is_forbidden(from_type, to_type):
        raise QueryError(
            f"Explicit conversion from data type {server_name(from_type)} to {server_name(to_type)} is not allowed.",
            number=529,
        )
    maker = _MAKERS.get(to_type.family)
    if maker is None:
        raise unsupported(f"The demo cannot convert {source} to {target}.")
    made: Callable[[Any], Any] = maker(from_type, to_type, style)
    return made


def is_forbidden(source: SqlType, target: SqlType) -> bool:
    """Whether SQL Server has no conversion between the types, not even an explicit one."""
    families = {source.family, target.family}
    if families == {"date", "time"}:
        return True
    for one, other in ((source, target), (target, source)):
        if one.is_number and other.name in _WITHOUT_NUMBERS:
            return True
        if one.family == "guid" and other.family not in {"guid", "text", "binary", "variant"}:
            return True
        if one.family == "xml" and other.family not in {"xml", "text", "binary"}:
            return True
    return False


def _refuse(source: SqlType, target: SqlType) -> Exception:
    return unsupported(f"The demo cannot convert {source} to {target}.")


def _same(value: Any) -> Any:
    return value


def _to_integer(source: SqlType, target: SqlType, _style: int) -> Callable[[Any], Any]:
    name = target.name
    family = source.family
    if family in {"text", "variant"}:
        return lambda value: numbertext.to_integer(value, source, target)
    if family == "binary":
        width = {"bigint": 8, "int": 4, "smallint": 2, "tinyint": 1}[name]
        return lambda value: int.from_bytes(value[-width:].rjust(width, b"\0"), "big", signed=name != "tinyint")
    whole = _whole_number(source, target)
    low, high = INTEGER_RANGES[name]
    what = server_name(source) if family not in {"integer", "bit"} else "expression"

    def fit(value: Any) -> int:
        number = whole(value)
        if low <= number <= high:
            return number
        if family == "integer" and name in {"tinyint", "smallint"}:
            raise server_error(220, name, number)
        if family == "float":
            raise server_error(232, name, f"{value:f}")
        raise server_error(8115, what, name)

    return fit


def _whole_number(source: SqlType, target: SqlType) -> Callable[[Any], int]:
    """Give the function that makes any whole number of a value: money rounds, decimals and floats are cut.

    Page "CAST and CONVERT", section "Truncating and rounding results".
    """
    family = source.family
    if family in {"integer", "bit", "float"}:
        return int
    if family == "decimal":
        unit = 10**source.scale
        return lambda value: decimals.divide_truncating(decimals.number(value), unit)
    if family == "money":
        return lambda value: decimals.divide_rounding(value, 10_000)
    if source.name in {"datetime", "smalldatetime"}:
        return lambda value: math.floor(_days(value) + 0.5)
    raise _refuse(source, target)


def _to_bit(source: SqlType, target: SqlType, _style: int) -> Callable[[Any], Any]:
    if source.family in {"text", "variant"}:
        return lambda value: numbertext.to_bit(value, source)
    if source.family == "decimal":
        return lambda value: int(decimals.number(value) != 0)
    if source.family == "binary":
        return lambda value: int(any(value))
    if source.is_number:
        return lambda value: int(value != 0)
    raise _refuse(source, target)


def _to_decimal(source: SqlType, target: SqlType, _style: int) -> Callable[[Any], Any]:
    precision, scale = target.precision, target.scale
    family = source.family

    def from_unscaled(value: int, source_scale: int) -> Any:
        return decimals.store(decimals.rescale(value, source_scale, scale), precision, server_name(source))

    if family in {"integer", "bit"}:
        return lambda value: from_unscaled(value, 0)
    if family in {"decimal", "money"}:
        return lambda value: from_unscaled(decimals.number(value), source.scale)
    if family == "float":

        def from_float(value: float) -> Any:
            # SQL Server keeps the 17 digits that a float has; what lies behind them is rounded away.
            text = f"{value:.{scale}f}" if abs(value) < 1e15 else repr(value)
            digits, point = numbertext.parse_decimal(text)
            return from_unscaled(digits, point)

        return from_float
    if family in {"text", "variant"}:

        def from_text(value: Any) -> Any:
            digits, point = numbertext.decimal_or_fail(str(value), source, target)
            return decimals.store(decimals.rescale(digits, point, scale), precision, source.name)

        return from_text
    if source.name in {"datetime", "smalldatetime"}:
        return lambda value: from_unscaled(round(_days(value) * 10**9), 9)
    raise _refuse(source, target)


def _to_money(source: SqlType, target: SqlType, _style: int) -> Callable[[Any], Any]:
    limit = 2**31 if target.name == "smallmoney" else 2**63
    family = source.family

    def fit(value: int) -> int:
        if not -limit <= value < limit:
            raise server_error(8115, server_name(source), target.name)
        return value

    if family in {"integer", "bit"}:
        return lambda value: fit(value * 10_000)
    if family in {"decimal", "money"}:
        return lambda value: fit(decimals.rescale(decimals.number(value), source.scale, 4))
    if family == "float":
        return lambda value: fit(decimals.rescale(*numbertext.parse_decimal(f"{value:.4f}"), 4))
    if family in {"text", "variant"}:
        return lambda value: fit(numbertext.to_money(str(value)))
    raise _refuse(source, target)


def _to_float(source: SqlType, target: SqlType, _style: int) -> Callable[[Any], Any]:
    def fit(value: float) -> float:
        if math.isinf(value) or math.isnan(value):
            raise server_error(8115, "expression", target.name)
        if target.name == "real":
            try:
                return float(struct.unpack("f", struct.pack("f", value))[0])
            except OverflowError:
                raise server_error(8115, "expression", "real") from None
        return value

    family = source.family
    if family in {"integer", "bit", "float"}:
        return lambda value: fit(float(value))
    if family in {"decimal", "money"}:
        return lambda value: fit(decimals.number(value) / 10**source.scale)
    if family in {"text", "variant"}:
        return lambda value: fit(numbertext.to_float(str(value), source, target))
    if source.name in {"datetime", "smalldatetime"}:
        return lambda value: fit(_days(value))
    raise _refuse(source, target)


def _days(text: str) -> float:
    moment = moments.load(text, "datetime")
    return moment.day - moments.BASE_DAY + moment.ticks / _TICKS_PER_DAY


def _to_text(source: SqlType, target: SqlType, style: int) -> Callable[[Any], Any]:
    write = _writer(source, target, style)
    fixed = target.name in {"char", "nchar"}
    limit = target.length
    narrow = not target.is_unicode and (source.is_unicode or source.family in {"xml", "variant"})

    def finish(value: Any) -> str:
        text = write(value)
        if narrow and not text.isascii():
            text = to_code_page(text)
        if limit != MAX and len(text) > limit:
            text = _cut(text, source, target)
        if limit != MAX and target.is_unicode and not text.isascii():
            text = within_units(text, limit)
        return text.ljust(limit) if fixed else text

    return finish


def within_units(text: str, limit: int) -> str:
    """Cut a text to so many UTF-16 units, never inside a supplementary character."""
    units = len(text.encode("utf-16-le")) // 2
    while units > limit:
        units -= 2 if ord(text[-1]) > 0xFFFF else 1
        text = text[:-1]
    return text


@lru_cache(maxsize=4096)
def to_code_page(text: str) -> str:
    """Give what is left of a text in the collation's code page 1252: what it does not have becomes a question mark."""
    return text.encode("cp1252", "replace").decode("cp1252")


def _cut(text: str, source: SqlType, target: SqlType) -> str:
    """Shorten a text, or say what SQL Server says where the value would be lost.

    Page "CAST and CONVERT", "Truncating and rounding results".
    """
    family = source.family
    if family in {"integer", "bit"} and source.name in {"int", "smallint", "tinyint", "bit"} and not target.is_unicode:
        return "*"
    if family in {"integer", "bit", "decimal", "money", "float"}:
        if family == "money":
            raise QueryError(
                f"There is insufficient result space to convert a money value to {target.name}.", number=234
            )
        raise server_error(8115, server_name(source) if family == "decimal" else "expression", target.name)
    if family == "guid":
        raise server_error(8170)
    return text[: target.length]


def _writer(source: SqlType, target: SqlType, style: int) -> Callable[[Any], str]:
    family = source.family
    if source.is_temporal:
        if style == 0 and source.name not in {"datetime", "smalldatetime"}:
            return lambda value: datetext.default_text(moments.load(value, family), source)
        return lambda value: datetext.styled(moments.load(value, family), source, style)
    writers: dict[str, Callable[[Any], str]] = {
        "decimal": lambda value: decimals.to_text(decimals.number(value), source.scale),
        "money": lambda value: numbertext.money_text(value, style),
        "float": lambda value: numbertext.float_text(value, style, is_real=source.name == "real"),
        "binary": lambda value: binarytext.to_text(value, style, target),
    }
    # Text, xml, identifiers and whole numbers are written as they are stored.
    return writers.get(family, str)


def _to_binary(source: SqlType, target: SqlType, style: int) -> Callable[[Any], Any]:
    return lambda value: binarytext.to_binary(value, source, target, style)


def _to_moment(source: SqlType, target: SqlType, style: int) -> Callable[[Any], Any]:
    family = source.family
    if family in {"text", "variant"}:
        # Style 103 and its like read yyyy-mm-dd for the newer types only.
        def from_text(value: Any) -> str:
            moment = datetext.parse(str(value), style)
            return moments.store(_fitted(moment, target), target)

        return from_text
    if source.name == "datetime" and target.scale > 3:
        # Its milliseconds stand for 1/300 s, which the newer types show; compatibility level 130 and higher.
        return lambda value: moments.store(_fitted(moments.exact(moments.load(value, family)), target), target)
    if source.is_temporal:
        return lambda value: moments.store(_fitted(moments.load(value, family), target), target)
    if source.is_number:

        def from_number(value: Any) -> str:
            days = value if family in {"integer", "bit", "float"} else decimals.number(value) / 10**source.scale
            whole = math.floor(days)
            ticks = round((days - whole) * _TICKS_PER_DAY)
            return moments.store(moments.Moment(whole + moments.BASE_DAY, ticks), target)

        return from_number
    raise _refuse(source, target)


def _fitted(moment: moments.Moment, target: SqlType) -> moments.Moment:
    """Drop what the target does not hold: the offset leaves local time, the date 1900-01-01, the clock midnight."""
    if target.family == "offset":
        return moment if moment.offset is not None else moments.Moment(moment.day, moment.ticks, 0)
    shown = moment.local
    if target.family == "date":
        return moments.Moment(shown.day, 0)
    if target.family == "time":
        return moments.Moment(moments.BASE_DAY, shown.ticks)
    return shown


def _to_guid(source: SqlType, target: SqlType, _style: int) -> Callable[[Any], Any]:
    if source.family == "guid":
        return _same
    if source.family in {"text", "variant"}:
        return lambda value: binarytext.parse_guid(str(value))
    if source.family == "binary":
        return binarytext.guid_from_bytes
    raise _refuse(source, target)


def _to_xml(source: SqlType, target: SqlType, _style: int) -> Callable[[Any], Any]:
    if source.family in {"text", "xml"}:
        return binarytext.parse_xml
    raise _refuse(source, target)


def _to_variant(source: SqlType, _target: SqlType, _style: int) -> Callable[[Any], Any]:
    if source.family in {"integer", "bit", "float", "variant", "text"}:
        return _same
    raise unsupported(f"The demo cannot put {source} into a sql_variant.")


_MAKERS: dict[str, Callable[[SqlType, SqlType, int], Callable[[Any], Any]]] = {
    "integer": _to_integer,
    "bit": _to_bit,
    "decimal": _to_decimal,
    "money": _to_money,
    "float": _to_float,
    "text": _to_text,
    "binary": _to_binary,
    "date": _to_moment,
    "time": _to_moment,
    "datetime": _to_moment,
    "offset": _to_moment,
    "guid": _to_guid,
    "xml": _to_xml,
    "variant": _to_variant,
}
