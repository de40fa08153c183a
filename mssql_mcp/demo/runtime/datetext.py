"""Characters to moments and back: what CAST and CONVERT accept and how each style writes.

Styles: page "CAST and CONVERT (Transact-SQL)", section "Date and time styles". Accepted input for us_english: pages
"date", "time", "datetime", "datetime2" and "datetimeoffset (Transact-SQL)".
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mssql_mcp.demo.runtime.errors import server_error, unsupported
from mssql_mcp.demo.runtime.moments import (
    BASE_DAY,
    Moment,
    calendar,
    clock,
    day_number,
    days_in_month,
    offset_text,
    shifted,
)

if TYPE_CHECKING:
    from mssql_mcp.demo.sqltypes import SqlType

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_MONTH_NUMBERS = {name[:3].lower(): number for number, name in enumerate(MONTHS, start=1)} | {
    name.lower(): number for number, name in enumerate(MONTHS, start=1)
}
_MONTH_NUMBERS["sept"] = 9
# Two digits of a year: 49 is 2049, 50 is 1950; option "two digit year cutoff".
_CUTOFF = 2049

_OFFSET = r"(?:\s*(?P<offset>Z|[+-]\d{1,2}:\d{2}))?"
_HOURS = r"(?P<hour>\d{1,2})(?::(?P<minute>\d{1,2})(?::(?P<second>\d{1,2})(?P<fraction>[.:]\s?\d{1,9})?)?)?"
_TIME = _HOURS + r"\s*(?P<half>[AP]M)?"
_CLOCK = re.compile(_TIME + _OFFSET, re.IGNORECASE)
_ISO = re.compile(r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})(?:(?:T|\s+)(?P<rest>\S.*)|Z)?", re.IGNORECASE)
_PACKED = re.compile(r"(?P<date>\d{8}|\d{6})(?:\s+(?P<rest>.*))?")
_NUMBERS = re.compile(r"(?P<a>\d{1,4})(?P<mark>[-/.])(?P<b>\d{1,2})(?P=mark)(?P<c>\d{1,4})(?:\s+(?P<rest>.*))?")
_WORDS = re.compile(
    r"(?:(?P<d1>\d{1,2})[\s-]+)?(?P<month>[A-Za-z]{3,9})[\s,.-]*(?:(?P<d2>\d{1,2})(?:,\s*|\s+|(?=$)))?(?P<year>\d{4}|\d{2})?"
    r"(?:\s+(?P<rest>.*))?"
)
_DAY_FIRST = {3, 4, 5, 103, 104, 105, 131}
_YEAR_FIRST = {2, 11, 12, 102, 111, 112}


def parse(text: str, style: int = 0, *, dashes_are_iso: bool = True) -> Moment:
    """Read a date, a time or both.

    Args:
        text: Characters; empty is 1900-01-01.
        style: Of CONVERT; says whether day or month comes first. 0 is mdy, as us_english has it.
        dashes_are_iso: Whether `yyyy-mm-dd` is read whatever the style.

    Raises:
        QueryError: 241 for a form that is none, 242 for a day or hour that does not exist.
    """
    stripped = text.strip()
    if not stripped:
        return Moment(BASE_DAY, 0)
    for pattern, reader in ((_ISO, _iso), (_PACKED, _packed), (_NUMBERS, _numbers), (_WORDS, _words)):
        match = pattern.fullmatch(stripped)
        if match is not None and not (pattern is _ISO and not dashes_are_iso):
            day = reader(match, style)
            if day is not None:
                return _with_clock(day, match["rest"], stripped)
    return _with_clock(BASE_DAY, stripped, stripped)


def _with_clock(day: int, rest: str | None, text: str) -> Moment:
    if rest is None or not rest.strip():
        return Moment(day, 0, 0 if text[-1] in "Zz" and rest is None else None)
    match = _CLOCK.fullmatch(rest.strip())
    if match is None or (match["minute"] is None and match["half"] is None):
        raise server_error(241)
    hour, minute, second = int(match["hour"]), int(match["minute"] or 0), int(match["second"] or 0)
    if match["half"]:
        if not 1 <= hour <= 12:
            raise server_error(241)
        hour = hour % 12 + (12 if match["half"].upper() == "PM" else 0)
    if hour > 23 or minute > 59 or second > 59:
        raise server_error(241)
    digits = (match["fraction"] or ".")[1:].strip()
    if match["fraction"] and match["fraction"][0] == ":":
        digits = digits.rjust(3, "0")  # after a colon stand thousandths
    ticks = (hour * 3600 + minute * 60 + second) * 10_000_000 + (int(digits.ljust(9, "0")) + 50) // 100
    moment = Moment(day, 0, None)
    if match["offset"] is None:
        return shifted(moment, ticks)
    offset = _offset_minutes(match["offset"])
    # Stored moments are in UTC.
    utc = shifted(moment, ticks - offset * 600_000_000)
    return Moment(utc.day, utc.ticks, offset)


def _offset_minutes(text: str) -> int:
    if text in "Zz":
        return 0
    hours, minutes = text[1:].split(":")
    total = int(hours) * 60 + int(minutes)
    if total > 14 * 60 or int(minutes) > 59:
        raise server_error(241)
    return -total if text[0] == "-" else total


def _iso(match: re.Match[str], _style: int) -> int | None:
    return _day(int(match["year"]), int(match["month"]), int(match["day"]))


def _packed(match: re.Match[str], _style: int) -> int | None:
    date = match["date"]
    year = int(date[:-4]) if len(date) == 8 else _full_year(int(date[:2]))
    return _day(year, int(date[-4:-2]), int(date[-2:]))


def _numbers(match: re.Match[str], style: int) -> int | None:
    first, second, third = match["a"], match["b"], match["c"]
    if len(first) == 4:
        return _day(int(first), int(second), int(third))
    if len(first) > 2 or len(third) == 3:
        raise server_error(241)
    if style in _YEAR_FIRST and len(third) <= 2:
        return _day(_full_year(int(first)), int(second), int(third))
    year = int(third) if len(third) == 4 else _full_year(int(third))
    if style in _DAY_FIRST:
        return _day(year, int(second), int(first))
    return _day(year, int(first), int(second))


def _words(match: re.Match[str], _style: int) -> int | None:
    month = _MONTH_NUMBERS.get(match["month"].lower())
    if month is None or (match["d1"] and match["d2"]) or match["year"] is None:
        raise server_error(241)
    year = int(match["year"])
    return _day(year if len(match["year"]) == 4 else _full_year(year), month, int(match["d1"] or match["d2"] or 1))


def _full_year(year: int) -> int:
    century = _CUTOFF // 100 * 100
    return century + year if century + year <= _CUTOFF else century - 100 + year


def _day(year: int, month: int, day: int) -> int:
    if not (1 <= year <= 9999 and 1 <= month <= 12 and 1 <= day <= days_in_month(year, month)):
        raise server_error(241)
    return day_number(f"{year:04}-{month:02}-{day:02}")


def default_text(moment: Moment, type_: SqlType) -> str:
    """Write a moment as CAST to characters does without a style."""
    if type_.name in {"datetime", "smalldatetime"}:
        return styled(moment, type_, 0)
    return styled(moment, type_, 121)


def styled(moment: Moment, type_: SqlType, style: int) -> str:
    """Write a moment as CONVERT to characters does with a style.

    Args:
        moment: With an offset for datetimeoffset.
        type_: Says how many digits the second has, and which parts there are.
        style: Number of the style.

    Raises:
        QueryError: 281, no such style.
    """
    shown = moment.local
    if style in {130, 131}:
        raise unsupported("The demo does not know the Hijri calendar of styles 130 and 131.")
    if style not in _STYLES:
        raise server_error(281, style, type_.name)
    date_part, time_part = _STYLES[style]
    parts = []
    if type_.family != "time" and date_part:
        parts.append(_date(shown.day, date_part))
    if type_.family != "date" and time_part:
        parts.append(_clock_text(shown.ticks, time_part, type_))
    text = ("T" if style in {126, 127} else " ").join(parts)
    if type_.family == "offset" and time_part:
        if style == 127:
            return f"{_date(moment.day, date_part)}T{_clock_text(moment.ticks, time_part, type_)}Z"
        text += ("" if style == 126 else " ") + offset_text(moment.offset or 0)
    return text


def _date(day: int, pattern: str) -> str:
    year, month, number = calendar(day)
    return pattern.format(y=year, yy=year % 100, m=month, d=number, mon=MONTHS[month - 1][:3])


def _clock_text(ticks: int, pattern: str, type_: SqlType) -> str:
    if pattern == "hms":
        return clock(ticks, 0)
    if pattern == "hmsf":
        return clock(ticks, _digits(type_))
    if pattern == "hms:f":
        return clock(ticks, _digits(type_)).replace(".", ":" if type_.name == "datetime" else ".")
    if pattern == "isof":
        # A fraction of zero is left out by styles 126 and 127.
        return clock(ticks, _digits(type_)) if ticks % 10_000_000 else clock(ticks, 0)
    hour, minute = ticks // 36_000_000_000, ticks // 600_000_000 % 60
    half = "PM" if hour >= 12 else "AM"
    twelve = hour % 12 or 12
    if pattern == "hmAM":
        return f"{twelve:2}:{minute:02}{half}"
    if pattern == "hmsAM":
        return f"{twelve:2}:{minute:02}:{ticks // 10_000_000 % 60:02} {half}"
    seconds = clock(ticks, _digits(type_))[6:]
    if type_.name == "datetime":
        seconds = seconds.replace(".", ":")
    return f"{twelve:2}:{minute:02}:{seconds}{half}"


def _digits(type_: SqlType) -> int:
    return type_.scale if type_.name != "smalldatetime" else 3


# style: (date, time); an empty part is left out. Without a century, then with it.
_STYLES: dict[int, tuple[str, str]] = {
    0: ("{mon} {d:2} {y:04}", "hmAM"),
    1: ("{m:02}/{d:02}/{yy:02}", ""),
    2: ("{yy:02}.{m:02}.{d:02}", ""),
    3: ("{d:02}/{m:02}/{yy:02}", ""),
    4: ("{d:02}.{m:02}.{yy:02}", ""),
    5: ("{d:02}-{m:02}-{yy:02}", ""),
    6: ("{d:02} {mon} {yy:02}", ""),
    7: ("{mon} {d:02}, {yy:02}", ""),
    8: ("", "hms"),
    9: ("{mon} {d:2} {y:04}", "hmsfAM"),
    10: ("{m:02}-{d:02}-{yy:02}", ""),
    11: ("{yy:02}/{m:02}/{d:02}", ""),
    12: ("{yy:02}{m:02}{d:02}", ""),
    13: ("{d:02} {mon} {y:04}", "hms:f"),
    14: ("", "hms:f"),
    20: ("{y:04}-{m:02}-{d:02}", "hms"),
    21: ("{y:04}-{m:02}-{d:02}", "hmsf"),
    22: ("{m:02}/{d:02}/{yy:02}", "hmsAM"),
    23: ("{y:04}-{m:02}-{d:02}", ""),
    24: ("", "hms"),
    25: ("{y:04}-{m:02}-{d:02}", "hmsf"),
    100: ("{mon} {d:2} {y:04}", "hmAM"),
    101: ("{m:02}/{d:02}/{y:04}", ""),
    102: ("{y:04}.{m:02}.{d:02}", ""),
    103: ("{d:02}/{m:02}/{y:04}", ""),
    104: ("{d:02}.{m:02}.{y:04}", ""),
    105: ("{d:02}-{m:02}-{y:04}", ""),
    106: ("{d:02} {mon} {y:04}", ""),
    107: ("{mon} {d:02}, {y:04}", ""),
    108: ("", "hms"),
    109: ("{mon} {d:2} {y:04}", "hmsfAM"),
    110: ("{m:02}-{d:02}-{y:04}", ""),
    111: ("{y:04}/{m:02}/{d:02}", ""),
    112: ("{y:04}{m:02}{d:02}", ""),
    113: ("{d:02} {mon} {y:04}", "hms:f"),
    114: ("", "hms:f"),
    120: ("{y:04}-{m:02}-{d:02}", "hms"),
    121: ("{y:04}-{m:02}-{d:02}", "hmsf"),
    126: ("{y:04}-{m:02}-{d:02}", "isof"),
    127: ("{y:04}-{m:02}-{d:02}", "isof"),
}
