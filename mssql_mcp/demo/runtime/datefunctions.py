"""Functions of dates and times on stored values; page "Date and time data types and functions"."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache

from mssql_mcp.demo.runtime import moments
from mssql_mcp.demo.runtime.datetext import MONTHS
from mssql_mcp.demo.runtime.errors import server_error, unsupported
from mssql_mcp.demo.runtime.moments import (
    TICKS_PER_DAY,
    TICKS_PER_MINUTE,
    TICKS_PER_SECOND,
    Moment,
    calendar,
    days_in_month,
    shifted,
)
from mssql_mcp.demo.sqltypes import SqlType, parse_type
from mssql_mcp.errors import QueryError

WEEKDAYS = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
_TICKS = {
    "hour": 60 * TICKS_PER_MINUTE,
    "minute": TICKS_PER_MINUTE,
    "second": TICKS_PER_SECOND,
    "millisecond": TICKS_PER_SECOND // 1_000,
    "microsecond": TICKS_PER_SECOND // 1_000_000,
}
_MONTH_PARTS = {"year": 12, "quarter": 3, "month": 1}
_DAY_PARTS = {"week": 7, "day": 1, "dayofyear": 1, "weekday": 1, "iso_week": 7}
_INT_RANGE = (-(2**31), 2**31 - 1)


def part(text: str | None, name: str, family: str) -> int | None:
    """DATEPART: a part of a stored moment as a number, weeks beginning on Sunday (DATEFIRST 7)."""
    if text is None:
        return None
    return _part(moments.load(text, family), name)


def _part(moment: Moment, name: str) -> int:
    shown = moment.local
    if name in {"year", "month", "day", "quarter"}:
        year, month, day = calendar(shown.day)
        return {"year": year, "month": month, "day": day, "quarter": (month + 2) // 3}[name]
    if name in {"week", "weekday", "dayofyear", "iso_week"}:
        return _week_part(shown.day, name)
    if name == "tzoffset":
        return moment.offset or 0
    ticks = shown.ticks
    if name == "hour":
        return ticks // _TICKS["hour"]
    if name == "minute":
        return ticks // TICKS_PER_MINUTE % 60
    fraction = ticks % TICKS_PER_SECOND
    if name == "second":
        return ticks // TICKS_PER_SECOND % 60
    return {"millisecond": fraction // 10_000, "microsecond": fraction // 10, "nanosecond": fraction * 100}[name]


@lru_cache(maxsize=16_384)
def _week_part(day: int, name: str) -> int:
    # The number of a day, 0001-01-01 being 1, leaves a rest of 0 by 7 on Sundays.
    if name == "weekday":
        return day % 7 + 1
    if name == "iso_week":
        return dt.date.fromordinal(day).isocalendar().week
    first = dt.date(calendar(day)[0], 1, 1).toordinal()
    return day - first + 1 if name == "dayofyear" else (day - first + first % 7) // 7 + 1


def name(text: str | None, part_name: str, family: str) -> str | None:
    """DATENAME: a part of a stored moment in words."""
    if text is None:
        return None
    moment = moments.load(text, family)
    number = _part(moment, part_name)
    if part_name == "month":
        return MONTHS[number - 1]
    if part_name == "weekday":
        return WEEKDAYS[number - 1]
    return moments.offset_text(number) if part_name == "tzoffset" else str(number)


def add(text: str | None, part_name: str, amount: int | None, type_name: str) -> str | None:
    """DATEADD: move a stored moment by some parts.

    Raises:
        QueryError: 517, it would leave the calendar.
    """
    if text is None or amount is None:
        return None
    type_ = parse_type(type_name)
    moment = moments.load(text, type_.family)
    try:
        moved = _moved(moment, part_name, amount)
    except (OverflowError, ValueError):
        raise server_error(517, type_.name) from None
    if type_.name == "datetime" and part_name == "millisecond":
        return moments.store(moved, type_)
    if type_.family == "time":
        return moments.store(Moment(moments.BASE_DAY, moved.ticks), type_)
    return moments.store(moved, type_)


def _moved(moment: Moment, part_name: str, amount: int) -> Moment:
    months = _MONTH_PARTS.get(part_name)
    if months is not None:
        return _add_months(moment, amount * months)
    days = _DAY_PARTS.get(part_name)
    if days is not None:
        return Moment(_checked(moment.day + amount * days), moment.ticks, moment.offset)
    # Nanoseconds round to hundreds.
    ticks = (amount + (50 if amount >= 0 else -50)) // 100 if part_name == "nanosecond" else amount * _TICKS[part_name]
    moved = shifted(moment, ticks)
    return Moment(_checked(moved.day), moved.ticks, moved.offset)


def _checked(day: int) -> int:
    if not 1 <= day <= moments.LAST_DAY:
        raise OverflowError
    return day


def _add_months(moment: Moment, months: int) -> Moment:
    shown = moment.local
    year, month, day = calendar(shown.day)
    total = year * 12 + month - 1 + months
    year, month = total // 12, total % 12 + 1
    if not 1 <= year <= 9999:
        raise OverflowError
    target = dt.date(year, month, min(day, days_in_month(year, month))).toordinal()
    return Moment(moment.day + target - shown.day, moment.ticks, moment.offset)


def difference(
    part_name: str, first: str | None, first_family: str, second: str | None, second_family: str, big: int
) -> int | None:
    """DATEDIFF and DATEDIFF_BIG: how many boundaries of a part lie between; weeks begin on Sunday.

    Raises:
        QueryError: 535, the number does not fit.
    """
    if first is None or second is None:
        return None
    start, end = moments.load(first, first_family), moments.load(second, second_family)
    result = boundary(end, part_name) - boundary(start, part_name)
    if not big and not _INT_RANGE[0] <= result <= _INT_RANGE[1]:
        raise server_error(535, "datediff")
    return result


def boundary(moment: Moment, part_name: str) -> int:
    """Number the parts from the beginning of the calendar; datetimeoffset counts in UTC."""
    months = _MONTH_PARTS.get(part_name)
    if months is not None:
        year, month, _ = calendar(moment.day)
        return (year * 12 + month - 1) // months
    if part_name == "week":
        return moment.day // 7
    if part_name in {"day", "dayofyear", "weekday"}:
        return moment.day
    total = moment.day * TICKS_PER_DAY + moment.ticks
    if part_name == "nanosecond":
        return total * 100
    return total // _TICKS[part_name]


def truncate(text: str | None, part_name: str, type_name: str) -> str | None:
    """DATETRUNC: the beginning of the part that a stored moment lies in; page "DATETRUNC (Transact-SQL)"."""
    if text is None:
        return None
    type_ = parse_type(type_name)
    moment = moments.load(text, type_.family)
    shown = moment.local
    year, month, _ = calendar(shown.day)
    if part_name in _MONTH_PARTS:
        month = {"year": 1, "quarter": (month - 1) // 3 * 3 + 1, "month": month}[part_name]
        begun = Moment(dt.date(year, month, 1).toordinal(), 0)
    elif part_name == "week":
        begun = Moment(shown.day - shown.day % 7, 0)
    elif part_name == "iso_week":
        begun = Moment(shown.day - (shown.day - 1) % 7, 0)
    elif part_name in {"day", "dayofyear"}:
        begun = Moment(shown.day, 0)
    else:
        unit = _TICKS[part_name]
        begun = Moment(shown.day, shown.ticks // unit * unit)
    if moment.offset:
        begun = shifted(begun, -moment.offset * TICKS_PER_MINUTE)
    return moments.store(Moment(begun.day, begun.ticks, moment.offset), type_)


def bucket(text: str | None, part_name: str, width: int | None, origin: str | None, type_name: str) -> str | None:
    """DATE_BUCKET: the beginning of the bucket of so many parts, counted from an origin."""
    if text is None or width is None or origin is None:
        return None
    if width < 1:
        raise QueryError(
            "Invalid bucket width value passed to date_bucket function. Only positive values are allowed.", number=9834
        )
    type_ = parse_type(type_name)
    moment, start = moments.load(text, type_.family), moments.load(origin, type_.family)
    months = _MONTH_PARTS.get(part_name)
    if months is not None:
        between = boundary(moment, "month") - boundary(start, "month")
        if _add_months(start, between) > moment:
            between -= 1
        return moments.store(_add_months(start, between // (width * months) * width * months), type_)
    unit = _DAY_PARTS[part_name] * TICKS_PER_DAY if part_name in _DAY_PARTS else _TICKS[part_name]
    span = (moment.day - start.day) * TICKS_PER_DAY + moment.ticks - start.ticks
    return moments.store(shifted(start, span // (width * unit) * width * unit), type_)


def end_of_month(text: str | None, months: int | None) -> str | None:
    """EOMONTH: the last day of the month so many months on, of a stored date."""
    if text is None:
        return None
    year, month, _ = calendar(moments.day_number(text[:10]))
    total = year * 12 + month - 1 + (months or 0)
    year, month = total // 12, total % 12 + 1
    if not 1 <= year <= 9999:
        raise server_error(517, "date")
    return f"{year:04}-{month:02}-{days_in_month(year, month):02}"


def from_parts(type_name: str, *parts: int | None) -> str | None:
    """DATEFROMPARTS and its like: year, month, day, hour, minute, second, fraction, precision; NULL where a part is.

    Raises:
        QueryError: 289, there is no such moment.
    """
    type_ = parse_type(type_name)
    if any(value is None for value in parts):
        return None
    numbers = [int(value) for value in parts if value is not None]
    try:
        return moments.store(_built(type_, numbers), type_)
    except (ValueError, OverflowError):
        raise server_error(289, type_.name) from None


def _built(type_: SqlType, numbers: list[int]) -> Moment:
    if type_.family != "time":
        year, month, day, *rest = numbers
        ordinal = dt.date(year, month, day).toordinal()
    else:
        ordinal, rest = moments.BASE_DAY, numbers
    hour, minute, second, fraction, *zone = [*rest, 0, 0, 0, 0][: max(len(rest), 4)]
    digits = 3 if type_.name == "datetime" else type_.scale
    if not (0 <= hour <= 23 and 0 <= minute <= 59 and 0 <= second <= 59 and 0 <= fraction < 10**digits):
        raise ValueError
    ticks = (hour * 3600 + minute * 60 + second) * TICKS_PER_SECOND + fraction * 10 ** (7 - digits)
    if type_.family != "offset":
        return Moment(ordinal, ticks)
    hours, minutes = zone[0], zone[1]
    if abs(hours) > 14 or abs(minutes) > 59 or hours * minutes < 0:
        raise ValueError
    offset = hours * 60 + minutes
    utc = shifted(Moment(ordinal, ticks), -offset * TICKS_PER_MINUTE)
    return Moment(utc.day, utc.ticks, offset)


def add_moments(first: str | None, second: str | None, sign: int) -> str | None:
    """Add or subtract datetimes as numbers of days since 1900-01-01."""
    if first is None or second is None:
        return None
    one, other = moments.load(first, "datetime"), moments.load(second, "datetime")
    days = one.day - moments.BASE_DAY + sign * (other.day - moments.BASE_DAY)
    return moments.store(
        shifted(Moment(days + moments.BASE_DAY, one.ticks), sign * other.ticks), SqlType("datetime", scale=3)
    )


def _offset_of(zone: int | str) -> int:
    if isinstance(zone, int):
        minutes = zone
    else:
        text = zone.strip()
        if len(text) != 6 or text[0] not in "+-" or text[3] != ":" or not (text[1:3] + text[4:]).isdigit():
            raise QueryError("The timezone provided to builtin function switchoffset is invalid.", number=9812)
        minutes = (int(text[1:3]) * 60 + int(text[4:])) * (-1 if text[0] == "-" else 1)
    if abs(minutes) > 14 * 60:
        raise QueryError("The timezone provided to builtin function switchoffset is invalid.", number=9812)
    return minutes


def switch_offset(text: str | None, zone: int | str | None) -> str | None:
    """SWITCHOFFSET: the same moment with another offset."""
    return None if text is None or zone is None else text[:-6] + moments.offset_text(_offset_of(zone))


def to_offset(text: str | None, zone: int | str | None, type_name: str) -> str | None:
    """TODATETIMEOFFSET: a local time with its offset."""
    if text is None or zone is None:
        return None
    offset = _offset_of(zone)
    local = moments.load(text, "datetime")
    utc = shifted(local, -offset * TICKS_PER_MINUTE)
    return moments.store(Moment(utc.day, utc.ticks, offset), parse_type(type_name))


def at_time_zone(text: str | None, zone: str | None, family: str, type_name: str) -> str | None:
    """AT TIME ZONE: of a local time the offset that the zone has then; of a datetimeoffset the same moment there."""
    if text is None or zone is None:
        return None
    moment = moments.load(text, family)
    offset = _zone_offset(zone, moment, is_utc=family == "offset")
    if family != "offset":
        moment = shifted(moment, -offset * TICKS_PER_MINUTE)
    return moments.store(Moment(moment.day, moment.ticks, offset), parse_type(type_name))


# Names of sys.time_zone_info, and the IANA zone that has the same rules (Unicode CLDR, windowsZones).
_ZONES = {
    "utc": "UTC",
    "gmt standard time": "Europe/London",
    "greenwich standard time": "Atlantic/Reykjavik",
    "w. europe standard time": "Europe/Berlin",
    "central europe standard time": "Europe/Budapest",
    "central european standard time": "Europe/Warsaw",
    "romance standard time": "Europe/Paris",
    "gtb standard time": "Europe/Bucharest",
    "fle standard time": "Europe/Kyiv",
    "e. south america standard time": "America/Sao_Paulo",
    "eastern standard time": "America/New_York",
    "central standard time": "America/Chicago",
    "mountain standard time": "America/Denver",
    "us mountain standard time": "America/Phoenix",
    "pacific standard time": "America/Los_Angeles",
    "alaskan standard time": "America/Anchorage",
    "hawaiian standard time": "Pacific/Honolulu",
    "atlantic standard time": "America/Halifax",
    "morocco standard time": "Africa/Casablanca",
    "south africa standard time": "Africa/Johannesburg",
    "india standard time": "Asia/Kolkata",
    "nepal standard time": "Asia/Kathmandu",
    "china standard time": "Asia/Shanghai",
    "singapore standard time": "Asia/Singapore",
    "tokyo standard time": "Asia/Tokyo",
    "korea standard time": "Asia/Seoul",
    "arabian standard time": "Asia/Dubai",
    "aus eastern standard time": "Australia/Sydney",
    "e. australia standard time": "Australia/Brisbane",
    "tasmania standard time": "Australia/Hobart",
    "new zealand standard time": "Pacific/Auckland",
}


def _zone_offset(zone: str, moment: Moment, *, is_utc: bool) -> int:
    if zone.lower() not in _ZONES:
        raise QueryError(f"The time zone parameter '{zone}' provided to AT TIME ZONE clause is invalid.", number=9820)
    if zone.lower() == "utc":
        return 0
    import zoneinfo

    try:
        rules = zoneinfo.ZoneInfo(_ZONES[zone.lower()])
    except zoneinfo.ZoneInfoNotFoundError:
        raise unsupported("This machine has no time zone data for AT TIME ZONE; install the package tzdata.") from None
    seconds = moment.ticks // TICKS_PER_SECOND
    naive = dt.datetime.combine(dt.date.fromordinal(moment.day), dt.time()) + dt.timedelta(seconds=seconds)
    if is_utc:
        found = naive.replace(tzinfo=dt.UTC).astimezone(rules).utcoffset()
    else:
        found = naive.replace(tzinfo=rules).utcoffset()
    return int((found or dt.timedelta()).total_seconds()) // 60


def is_date(text: str | None) -> int:
    """ISDATE: whether characters can become a datetime."""
    from mssql_mcp.demo.runtime.convert import try_convert

    if text is None or not text.strip():
        return 0
    return int(try_convert(text, "nvarchar(4000)", "datetime", 0) is not None)
