"""FORMAT of moments: .NET's standard and custom date and time format strings, with English names.

Pages: "FORMAT (Transact-SQL)", "Standard date and time format strings", "Custom date and time format strings",
"Custom TimeSpan format strings" (.NET).
"""

from __future__ import annotations

import re
from functools import lru_cache

from mssql_mcp.demo.runtime import moments
from mssql_mcp.demo.runtime.cultures import Culture, culture_of
from mssql_mcp.demo.runtime.datefunctions import WEEKDAYS
from mssql_mcp.demo.runtime.datetext import MONTHS
from mssql_mcp.demo.runtime.errors import unsupported
from mssql_mcp.demo.runtime.moments import Moment, calendar

_DATE_TOKEN = re.compile(
    r"(d{1,4}|M{1,4}|y{1,5}|H{1,2}|h{1,2}|m{1,2}|s{1,2}|f{1,7}|F{1,7}|t{1,2}|z{1,3}|K|g+|:|/|'[^']*'|\"[^\"]*\"|\\.|%|.)",
    re.DOTALL,
)


def format_moment(moment: Moment, family: str, pattern: str, culture_name: str | None) -> str | None:
    """Format a moment; NULL for a format that .NET refuses. A time takes only what stands behind the hour."""
    culture = culture_of(culture_name)
    if family == "time":
        return _format_span(moment, pattern)
    if len(pattern) == 1:
        expanded = _standard_date(pattern, culture, family, moment)
        if expanded is None:
            return None
        pattern = expanded
    if _names_days_only(pattern):
        return _format_day(moment.local.day, pattern, culture)
    return "".join(_date_token(token, moment, culture) for token in _tokens(pattern))


@lru_cache(maxsize=256)
def _names_days_only(pattern: str) -> bool:
    return not any(token[0] in "HhmsftFzK" for token in _tokens(pattern))


@lru_cache(maxsize=16_384)
def _format_day(day: int, pattern: str, culture: Culture) -> str:
    return "".join(_date_token(token, Moment(day, 0), culture) for token in _tokens(pattern))


@lru_cache(maxsize=256)
def _tokens(pattern: str) -> tuple[str, ...]:
    return tuple(_DATE_TOKEN.findall(pattern))


def _standard_date(letter: str, culture: Culture, family: str, moment: Moment) -> str | None:
    names = {"D", "f", "F", "M", "m", "Y", "y", "U"}
    if letter in names and not culture.is_english:
        raise unsupported("The demo's FORMAT has names of months and days in English only.")
    fixed = {
        "d": culture.date,
        "D": culture.long_date,
        "t": culture.time,
        "T": culture.long_time,
        "f": f"{culture.long_date} {culture.time}",
        "F": f"{culture.long_date} {culture.long_time}",
        "g": f"{culture.date} {culture.time}",
        "G": f"{culture.date} {culture.long_time}",
        "M": culture.month_day,
        "m": culture.month_day,
        "Y": culture.month_year,
        "y": culture.month_year,
        "s": "yyyy'-'MM'-'dd'T'HH':'mm':'ss",
        "u": "yyyy'-'MM'-'dd HH':'mm':'ss'Z'",
        "o": "yyyy'-'MM'-'dd'T'HH':'mm':'ss'.'fffffff",
        "O": "yyyy'-'MM'-'dd'T'HH':'mm':'ss'.'fffffff",
        "R": "ddd, dd MMM yyyy HH':'mm':'ss 'GMT'",
        "r": "ddd, dd MMM yyyy HH':'mm':'ss 'GMT'",
    }
    del moment
    found = fixed.get(letter)
    return found + "zzz" if found and letter in "oO" and family == "offset" else found


def _date_token(token: str, moment: Moment, culture: Culture) -> str:
    first = token[0]
    shown = moment.local
    if first in "dMyg":
        return _day_token(token, shown.day, culture)
    if first in "Hhmst":
        return _clock_token(token, shown.ticks)
    if first in "fF":
        digits = f"{shown.ticks % 10_000_000:07}"[: len(token)]
        return digits.rstrip("0") if first == "F" else digits
    if first in "zK":
        return _zone_token(token, moment)
    if first == "/":
        return "." if culture.date.startswith("dd.") else "/"
    return _plain_token(token)


def _plain_token(token: str) -> str:
    """Give what a quoted or escaped piece stands for; anything else stands for itself."""
    if token[0] in "'\"":
        return token[1:-1] if len(token) > 1 else ""
    if token[0] == "\\":
        return token[1:]
    return "" if token == "%" else token  # noqa: S105 - a piece of a pattern


def _zone_token(token: str, moment: Moment) -> str:
    if token[0] == "K":
        return "" if moment.offset is None else moments.offset_text(moment.offset)
    whole = moments.offset_text(moment.offset or 0)
    if len(token) == 3:
        return whole
    return whole[:3] if len(token) == 2 else whole[0] + str(int(whole[1:3]))


def _day_token(token: str, day: int, culture: Culture) -> str:
    year, month, number = calendar(day)
    if len(token) > 2 and token[0] in "dM" and not culture.is_english:
        raise unsupported("The demo's FORMAT has names of months and days in English only.")
    if token[0] == "d":
        weekday = WEEKDAYS[day % 7]
        return {1: str(number), 2: f"{number:02}", 3: weekday[:3]}.get(len(token), weekday)
    if token[0] == "M":
        return {1: str(month), 2: f"{month:02}", 3: MONTHS[month - 1][:3]}.get(len(token), MONTHS[month - 1])
    if token[0] == "g":
        return "A.D."
    return {1: str(year % 100), 2: f"{year % 100:02}"}.get(len(token), f"{year:0{len(token)}}")


def _clock_token(token: str, ticks: int) -> str:
    seconds = ticks // 10_000_000
    hour, minute, second = seconds // 3600, seconds // 60 % 60, seconds % 60
    if token[0] == "t":
        return ("PM" if hour >= 12 else "AM")[: len(token)]
    value = {"H": hour, "h": hour % 12 or 12, "m": minute, "s": second}[token[0]]
    return f"{value:02}" if len(token) == 2 else str(value)


def _format_span(moment: Moment, pattern: str) -> str | None:
    """Format a time as .NET's TimeSpan: the marks between its parts must be escaped."""
    if pattern in {"c", "t", "T"}:
        text = moments.clock(moment.ticks, 7)
        return text.removesuffix(".0000000")
    if pattern == "g":
        text = (
            moments.clock(moment.ticks, 7).rstrip("0").rstrip(".")
            if moment.ticks % 10_000_000
            else moments.clock(moment.ticks, 0)
        )
        return text[1:] if text.startswith("0") else text
    parts = []
    for token in _tokens(pattern):
        if token[0] in "'\"\\%":
            parts.append(_plain_token(token))
        elif token[0] in "hmsfF" and not (token[0] == "h" and len(token) > 2):
            value = {
                "h": moment.ticks // 36_000_000_000,
                "m": moment.ticks // 600_000_000 % 60,
                "s": moment.ticks // 10_000_000 % 60,
            }
            if token[0] in "fF":
                parts.append(_date_token(token, moment, Culture()))
            else:
                parts.append(f"{value[token[0]]:02}" if len(token) == 2 else str(value[token[0]]))
        else:
            return None
    return "".join(parts)
