"""Dates and times: their stored text as numbers and back, parts, differences and sums.

A moment is a day (proleptic Gregorian, 1 is 0001-01-01), ticks of 100 nanoseconds within it, and for datetimeoffset the
minutes that local time is ahead of the UTC which the other two give.
"""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from mssql_mcp.demo.runtime.errors import server_error

if TYPE_CHECKING:
    from mssql_mcp.demo.sqltypes import SqlType

TICKS_PER_SECOND = 10_000_000
TICKS_PER_MINUTE = 60 * TICKS_PER_SECOND
TICKS_PER_DAY = 86_400 * TICKS_PER_SECOND
LAST_DAY = 3_652_059
BASE_DAY = 693_596  # 1900-01-01, day 0 of datetime
_FIRST_DATETIME = 639_906  # 1753-01-01; page "datetime (Transact-SQL)"
_SMALL_DAYS = (BASE_DAY, 759_131)  # 1900-01-01 to 2079-06-06; page "smalldatetime (Transact-SQL)"


class Moment(NamedTuple):
    """A day, ticks within it, and the offset in minutes where there is one."""

    day: int
    ticks: int
    offset: int | None = None

    @property
    def local(self) -> Moment:
        """What the wall clock shows: the offset added."""
        if not self.offset:
            return Moment(self.day, self.ticks)
        return shifted(Moment(self.day, self.ticks), self.offset * TICKS_PER_MINUTE)


def shifted(moment: Moment, ticks: int) -> Moment:
    """Move a moment by ticks; the day may leave the calendar, `store` then refuses it."""
    days, rest = divmod(moment.ticks + ticks, TICKS_PER_DAY)
    return Moment(moment.day + days, rest, moment.offset)


@lru_cache(maxsize=16_384)
def day_number(text: str) -> int:
    """Give the number of a day written `yyyy-mm-dd`."""
    return dt.date.fromisoformat(text).toordinal()


@lru_cache(maxsize=16_384)
def day_text(day: int) -> str:
    """Write the day of this number `yyyy-mm-dd`."""
    return dt.date.fromordinal(day).isoformat()


@lru_cache(maxsize=16_384)
def calendar(day: int) -> tuple[int, int, int]:
    """Give year, month and day of the month."""
    date = dt.date.fromordinal(day)
    return date.year, date.month, date.day


def load(text: str, family: str) -> Moment:
    """Read a moment from its stored text.

    Args:
        text: As `sqltypes` says for the type.
        family: `date`, `time`, `datetime` or `offset`.
    """
    if family == "date":
        return Moment(day_number(text), 0)
    if family == "time":
        return Moment(BASE_DAY, _ticks(text))
    if family == "offset":
        sign = -1 if text[-6] == "-" else 1
        offset = sign * (int(text[-5:-3]) * 60 + int(text[-2:]))
        return Moment(day_number(text[:10]), _ticks(text[11:-6]), offset)
    return Moment(day_number(text[:10]), _ticks(text[11:]))


@lru_cache(maxsize=16_384)
def _ticks(text: str) -> int:
    seconds = int(text[:2]) * 3600 + int(text[3:5]) * 60 + int(text[6:8])
    return seconds * TICKS_PER_SECOND + int(text[9:].ljust(7, "0"))


def store(moment: Moment, type_: SqlType) -> str:
    """Write a moment as a type stores it, rounded to the type's digits.

    Raises:
        QueryError: 242 or 517, outside the type's range.
    """
    family = type_.family
    rounded = rounded_to(moment, type_)
    if family == "time":
        return clock(rounded.ticks % TICKS_PER_DAY, type_.scale)
    _check_range(rounded, type_)
    if family == "date":
        return day_text(rounded.local.day if rounded.offset else rounded.day)
    text = f"{day_text(rounded.day)} {clock(rounded.ticks, type_.scale)}"
    return text + offset_text(rounded.offset or 0) if family == "offset" else text


def rounded_to(moment: Moment, type_: SqlType) -> Moment:
    """Round the ticks to what the type can hold."""
    name = type_.name
    if name == "date":
        return moment
    if name == "datetime":
        # Counts of 1/300 s, shown as .000, .003 and .007; page "datetime (Transact-SQL)".
        units = (moment.ticks * 300 + TICKS_PER_SECOND // 2) // TICKS_PER_SECOND
        milliseconds = (units * 10 + 1) // 3
        return shifted(Moment(moment.day, 0), milliseconds * 10_000)
    if name == "smalldatetime":
        # 29.998 s and less round down, 29.999 s and more up; page "smalldatetime (Transact-SQL)".
        minutes = (moment.ticks + 300_010_000) // TICKS_PER_MINUTE
        return shifted(Moment(moment.day, 0), minutes * TICKS_PER_MINUTE)
    unit = 10 ** (7 - type_.scale)
    if unit == 1:
        return moment
    ticks = (moment.ticks + unit // 2) // unit * unit
    return shifted(Moment(moment.day, 0, moment.offset), ticks)


def exact(moment: Moment) -> Moment:
    """Give the moment that the milliseconds of a datetime stand for: .003 is 1/300 of a second."""
    units = (moment.ticks * 300 + TICKS_PER_SECOND // 2) // TICKS_PER_SECOND
    return Moment(moment.day, (units * TICKS_PER_SECOND + 150) // 300)


def clock(ticks: int, scale: int) -> str:
    """Write ticks of a day as `hh:mm:ss` with this many digits after the second."""
    seconds, rest = divmod(ticks, TICKS_PER_SECOND)
    text = f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    return f"{text}.{rest:07}"[: len(text) + 1 + scale] if scale else text


def offset_text(minutes: int) -> str:
    """Write an offset as `+hh:mm`."""
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"


def _check_range(moment: Moment, type_: SqlType) -> None:
    day = moment.day
    if type_.name == "datetime" and day < _FIRST_DATETIME:
        raise server_error(242, "date/time", type_.name)
    if type_.name == "smalldatetime" and not _SMALL_DAYS[0] <= day <= _SMALL_DAYS[1]:
        raise server_error(242, "date/time", type_.name)
    if not 1 <= day <= LAST_DAY:
        raise server_error(517, type_.name)


def days_in_month(year: int, month: int) -> int:
    """Give the length of a month."""
    if month == 2:
        return 29 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 28
    return 30 if month in {4, 6, 9, 11} else 31
