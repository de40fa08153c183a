"""Calls of functions of dates and times."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from mssql_mcp.demo.arguments import Handler, expect, function, int_argument
from mssql_mcp.demo.coerce import cast, coerce
from mssql_mcp.demo.runtime import moments
from mssql_mcp.demo.sqltypes import BIGINT, DATE, DATETIME, DATETIME2, INT, OFFSET, SMALLDATETIME, SqlType, text_type
from mssql_mcp.demo.typed import Typed, literal
from mssql_mcp.errors import QueryError

if TYPE_CHECKING:
    from mssql_mcp.demo.context import Context

# Names and short forms of the parts; page "DATEPART (Transact-SQL)".
_PARTS = {
    "year": ("yy", "yyyy"),
    "quarter": ("qq", "q"),
    "month": ("mm", "m"),
    "dayofyear": ("dy", "y"),
    "day": ("dd", "d"),
    "week": ("wk", "ww"),
    "weekday": ("dw", "w"),
    "hour": ("hh",),
    "minute": ("mi", "n"),
    "second": ("ss", "s"),
    "millisecond": ("ms",),
    "microsecond": ("mcs",),
    "nanosecond": ("ns",),
    "tzoffset": ("tz",),
    "iso_week": ("isowk", "isoww"),
}
_PART_NAMES = {short: part for part, shorts in _PARTS.items() for short in (part, *shorts)}
_CLOCK_PARTS = {"hour", "minute", "second", "millisecond", "microsecond", "nanosecond"}
_DAY_PARTS = {"year", "quarter", "month", "dayofyear", "day", "week", "weekday", "iso_week"}
_BOUNDS = {
    "year": (1, 9999),
    "quarter": (1, 4),
    "month": (1, 12),
    "dayofyear": (1, 366),
    "day": (1, 31),
    "week": (1, 54),
    "weekday": (1, 7),
    "hour": (0, 23),
    "minute": (0, 59),
    "second": (0, 59),
    "iso_week": (1, 53),
}


def _part(name: str, node: exp.Expr) -> str:
    text = node.name.lower() if isinstance(node, exp.Column | exp.Var | exp.Identifier) else ""
    part = _PART_NAMES.get(text)
    if part is None:
        raise QueryError(f"'{node.name or node.sql()}' is not a recognized {name.lower()} option.", number=155)
    return part


def _check(name: str, part: str, type_: SqlType) -> None:
    """Refuse a part that the type does not have.

    Raises:
        QueryError: 9810.
    """
    wrong = (
        (type_.family == "date" and part in _CLOCK_PARTS)
        or (type_.family == "time" and part in _DAY_PARTS)
        or (
            part == "tzoffset"
            and (name not in {"DATEPART", "DATENAME"} or type_.name in {"date", "time", "datetime", "smalldatetime"})
        )
        or (part == "nanosecond" and name in {"DATETRUNC"})
        or (part in {"microsecond", "nanosecond"} and name == "DATEADD" and type_.name in {"datetime", "smalldatetime"})
    )
    if wrong:
        raise QueryError(
            f"The datepart {part} is not supported by date function {name.lower()} for data type {type_.name}.",
            number=9810,
        )


def _moment(value: Typed, name: str, place: int, *, number_is_days: bool = True) -> Typed:
    """Take an argument as a moment: characters and numbers become one as SQL Server makes them one."""
    if value.type.is_temporal:
        return value
    if value.is_untyped_null:
        return cast(value, DATETIME)
    if value.type.is_text:
        return cast(value, DATETIME2)
    if value.type.is_number and number_is_days:
        return cast(value, DATETIME)
    raise QueryError(
        f"Argument data type {value.type.name} is invalid for argument {place} of {name.lower()} function.", number=8116
    )


def _date_part(context: Context, name: str, arguments: list[exp.Expr]) -> Typed:
    expect(name, arguments, 2)
    part = _part(name, arguments[0])
    value = context.value(arguments[1])
    # Characters may hold an offset here; page "DATEPART (Transact-SQL)".
    value = cast(value, OFFSET) if value.type.is_text else _moment(value, name, 2)
    _check(name, part, value.type)
    if name == "DATENAME":
        return function("t_date_name", text_type(30, unicode=True), value, f"'{part}'", f"'{value.type.family}'")
    return part_of(value, part)


def part_of(value: Typed, part: str) -> Typed:
    """Give a part of a moment as a whole number."""
    low, high = _BOUNDS.get(part, (None, None))
    family = value.type.family
    places = {"year": (1, 4), "month": (6, 2), "day": (9, 2)} if family in {"date", "datetime"} else {}
    clock = {"datetime": 12, "time": 1}.get(family)
    if clock is not None:
        places |= {"hour": (clock, 2), "minute": (clock + 3, 2), "second": (clock + 6, 2)}
    if part in places and not value.is_constant:
        start, count = places[part]
        return Typed(f"CAST(substr({value.sql}, {start}, {count}) AS INTEGER)", INT, low=low, high=high)
    return Typed(f"t_date_part({value.sql}, '{part}', '{family}')", INT, low=low, high=high)


def _short_part(part: str) -> Handler:
    def handle(context: Context, name: str, arguments: list[exp.Expr]) -> Typed:
        expect(name, arguments, 1)
        value = _moment(context.value(arguments[0]), name, 1)
        _check("DATEPART", part, value.type)
        return part_of(value, part)

    return handle


def _date_add(context: Context, name: str, arguments: list[exp.Expr]) -> Typed:
    expect(name, arguments, 3)
    part = _part(name, arguments[0])
    amount = int_argument(context, arguments[1])
    value = context.value(arguments[2])
    # A literal of characters becomes datetime here; page "DATEADD (Transact-SQL)".
    value = cast(value, DATETIME) if value.type.is_text else _moment(value, name, 3)
    _check(name, part, value.type)
    return function("t_date_add", value.type, value, f"'{part}'", amount, f"'{value.type}'")


def _date_diff(context: Context, name: str, arguments: list[exp.Expr]) -> Typed:
    expect(name, arguments, 3)
    part = _part(name, arguments[0])
    first, second = (
        _moment(context.value(argument), name, place) for place, argument in enumerate(arguments[1:], start=2)
    )
    if part in {"tzoffset", "iso_week"}:
        raise QueryError(f"The datepart {part} is not supported by date function {name.lower()}.", number=9806)
    big = name == "DATEDIFF_BIG"
    return function(
        "t_date_diff",
        BIGINT if big else INT,
        f"'{part}'",
        first,
        f"'{first.type.family}'",
        second,
        f"'{second.type.family}'",
        str(int(big)),
    )


def _truncate(context: Context, name: str, arguments: list[exp.Expr]) -> Typed:
    expect(name, arguments, 2)
    part = _part(name, arguments[0])
    if part == "weekday":
        raise QueryError(f"The datepart weekday is not supported by date function {name.lower()}.", number=9810)
    value = _moment(context.value(arguments[1]), name, 2, number_is_days=False)
    _check(name, part, value.type)
    kept = {"year": (4, "-01-01"), "month": (7, "-01"), "day": (10, ""), "dayofyear": (10, "")}.get(part)
    if kept is not None and value.type.family in {"date", "datetime"}:
        digits = "." + "0" * value.type.scale if value.type.scale else ""
        midnight = "" if value.type.family == "date" else f" 00:00:00{digits}"
        return Typed(f"(substr({value.sql}, 1, {kept[0]}) || '{kept[1]}{midnight}')", value.type)
    return function("t_date_truncate", value.type, value, f"'{part}'", f"'{value.type}'")


def _bucket(context: Context, name: str, arguments: list[exp.Expr]) -> Typed:
    expect(name, arguments, 3, 4)
    part = _part(name, arguments[0])
    if part in {"dayofyear", "weekday", "microsecond", "nanosecond", "tzoffset", "iso_week"}:
        raise QueryError(f"{part} is not a recognized date_bucket option.", number=155)
    value = _moment(context.value(arguments[2]), name, 3, number_is_days=False)
    _check(name, part, value.type)
    origin = context.value(arguments[3]) if len(arguments) > 3 else literal("1900-01-01", text_type(10, unicode=False))
    width = int_argument(context, arguments[1])
    return function(
        "t_date_bucket", value.type, value, f"'{part}'", width, coerce(origin, value.type), f"'{value.type}'"
    )


def _end_of_month(context: Context, name: str, arguments: list[exp.Expr]) -> Typed:
    expect(name, arguments, 1, 2)
    value = context.value(arguments[0])
    day = cast(value if value.type.is_text else _moment(value, name, 1), DATE)
    return function("t_end_of_month", DATE, day, int_argument(context, arguments[1]) if len(arguments) > 1 else "0")


def _from_parts(type_: SqlType, count: int) -> Handler:
    def handle(context: Context, name: str, arguments: list[exp.Expr]) -> Typed:
        takes_precision = type_.name in {"datetime2", "time", "datetimeoffset"}
        expect(name, arguments, count + takes_precision)
        result = type_
        if takes_precision:
            precision = context.value(arguments[-1]).constant
            if not isinstance(precision, int) or not 0 <= precision <= 7:
                raise QueryError(
                    "Scale argument is not valid. Valid expressions for data type scale argument are integer constants "
                    "and integer constant expressions.",
                    number=10760,
                )
            result = SqlType(type_.name, scale=precision)
        numbers = [int_argument(context, argument) for argument in arguments[:count]]
        if result is DATE and _are_within(numbers, ((1, 9999), (1, 12), (1, 28))):
            # Every such day exists: put the digits together.
            year, month, day = (
                f"substr('000' || {n.sql}, {-width})" for n, width in zip(numbers, (4, 2, 2), strict=True)
            )
            return Typed(f"({year} || '-' || {month} || '-' || {day})", DATE)
        return function("t_from_parts", result, f"'{result}'", *numbers)

    return handle


def _are_within(numbers: list[Typed], ranges: tuple[tuple[int, int], ...]) -> bool:
    """Whether it is known that each number lies in its range."""
    bounds = [number.bounds for number in numbers]
    return all(b is not None and low <= b[0] and b[1] <= high for b, (low, high) in zip(bounds, ranges, strict=True))


def _now(type_: SqlType) -> Handler:
    def handle(context: Context, name: str, arguments: list[exp.Expr]) -> Typed:
        expect(name, arguments, 0)
        now = context.state.now
        ticks = ((now.hour * 60 + now.minute) * 60 + now.second) * 10_000_000 + now.microsecond * 10
        moment = moments.Moment(now.toordinal(), ticks, 0 if type_.family == "offset" else None)
        return literal(moments.store(moment, type_), type_)

    return handle


def _switch_offset(context: Context, name: str, arguments: list[exp.Expr]) -> Typed:
    expect(name, arguments, 2)
    value = context.value(arguments[0])
    value = value if value.type.family == "offset" else cast(value, OFFSET)
    return function("t_switch_offset", value.type, value, _zone(context, arguments[1]))


def _to_offset(context: Context, name: str, arguments: list[exp.Expr]) -> Typed:
    expect(name, arguments, 2)
    value = _moment(context.value(arguments[0]), name, 1)
    local = cast(value, SqlType("datetime2", scale=value.type.scale if value.type.family == "datetime" else 7))
    type_ = SqlType("datetimeoffset", scale=local.type.scale)
    return function("t_to_offset", type_, local, _zone(context, arguments[1]), f"'{type_}'")


def _zone(context: Context, node: exp.Expr) -> Typed:
    zone = context.value(node)
    return zone if zone.type.is_text else coerce(zone, INT)


def _at_time_zone(context: Context, name: str, arguments: list[exp.Expr]) -> Typed:
    value, zone = context.value(arguments[0]), context.value(arguments[1])
    if value.type.family not in {"datetime", "offset"}:
        raise QueryError(
            f"Argument data type {value.type.name} is invalid for argument 1 of {name} function.", number=8116
        )
    type_ = SqlType("datetimeoffset", scale=value.type.scale)
    return function(
        "t_at_time_zone",
        type_,
        value,
        coerce(zone, text_type(128, unicode=True)),
        f"'{value.type.family}'",
        f"'{type_}'",
    )


def _is_date(context: Context, name: str, arguments: list[exp.Expr]) -> Typed:
    expect(name, arguments, 1)
    value = context.value(arguments[0])
    if value.type.is_temporal:
        return literal(int(value.type.name in {"datetime", "smalldatetime"}), INT)
    return function("t_is_date", INT, cast(value, text_type(4000, unicode=True)))


DATE_FUNCTIONS: dict[str, Handler] = {
    "AT TIME ZONE": _at_time_zone,
    "DATE_BUCKET": _bucket,
    "DATEADD": _date_add,
    "DATEDIFF": _date_diff,
    "DATEDIFF_BIG": _date_diff,
    "DATEFROMPARTS": _from_parts(DATE, 3),
    "DATENAME": _date_part,
    "DATEPART": _date_part,
    "DATETIME2FROMPARTS": _from_parts(DATETIME2, 7),
    "DATETIMEFROMPARTS": _from_parts(DATETIME, 7),
    "DATETIMEOFFSETFROMPARTS": _from_parts(OFFSET, 9),
    "DATETRUNC": _truncate,
    "DAY": _short_part("day"),
    "EOMONTH": _end_of_month,
    "GETDATE": _now(DATETIME),
    "GETUTCDATE": _now(DATETIME),
    "ISDATE": _is_date,
    "MONTH": _short_part("month"),
    "SMALLDATETIMEFROMPARTS": _from_parts(SMALLDATETIME, 5),
    "SWITCHOFFSET": _switch_offset,
    "SYSDATETIME": _now(DATETIME2),
    "SYSDATETIMEOFFSET": _now(OFFSET),
    "SYSUTCDATETIME": _now(DATETIME2),
    "TIMEFROMPARTS": _from_parts(SqlType("time", scale=7), 4),
    "TODATETIMEOFFSET": _to_offset,
    "YEAR": _short_part("year"),
}
