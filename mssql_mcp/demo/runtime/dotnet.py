"""FORMAT: .NET's format strings for numbers and moments, in the culture en-US and its neighbours.

Pages: "FORMAT (Transact-SQL)", "Standard numeric format strings", "Custom numeric format strings", "Standard date and
time format strings", "Custom date and time format strings" (.NET).
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from functools import lru_cache

from mssql_mcp.demo.runtime import decimals, moments
from mssql_mcp.demo.runtime.datefunctions import WEEKDAYS
from mssql_mcp.demo.runtime.datetext import MONTHS
from mssql_mcp.demo.runtime.errors import unsupported
from mssql_mcp.demo.runtime.moments import Moment, calendar
from mssql_mcp.errors import QueryError


@dataclass(frozen=True, slots=True)
class Culture:
    """What differs between cultures with English names of months and days."""

    point: str = "."
    group: str = ","
    currency: str = "$"
    negative_currency: str = "-{c}{n}"
    date: str = "M/d/yyyy"
    long_date: str = "dddd, MMMM d, yyyy"
    time: str = "h:mm tt"
    long_time: str = "h:mm:ss tt"
    month_day: str = "MMMM d"
    month_year: str = "MMMM yyyy"
    is_english: bool = True
    currency_after: bool = False


_CULTURES = {
    "en-us": Culture(),
    "en-gb": Culture(
        currency="£",
        date="dd/MM/yyyy",
        long_date="dd MMMM yyyy",
        time="HH:mm",
        long_time="HH:mm:ss",
        month_day="d MMMM",
    ),
    "de-de": Culture(",", ".", "€", "-{n} {c}", "dd.MM.yyyy", "", "HH:mm", "HH:mm:ss", "", "", False, True),
    "fr-fr": Culture(",", "\u202f", "€", "-{n} {c}", "dd/MM/yyyy", "", "HH:mm", "HH:mm:ss", "", "", False, True),
}
_NUMBER = re.compile(r"([A-Za-z])(\d{0,2})")
_DATE_TOKEN = re.compile(
    r"(d{1,4}|M{1,4}|y{1,5}|H{1,2}|h{1,2}|m{1,2}|s{1,2}|f{1,7}|F{1,7}|t{1,2}|z{1,3}|K|g+|:|/|'[^']*'|\"[^\"]*\"|\\.|%|.)",
    re.DOTALL,
)


def culture_of(name: str | None) -> Culture:
    """Give a culture by its name.

    Raises:
        UnsupportedError: The demo does not know it.
    """
    culture = _CULTURES.get((name or "en-US").lower())
    if culture is None:
        raise unsupported(f"The demo's FORMAT knows the cultures en-US, en-GB, de-DE and fr-FR, not {name}.")
    return culture


def format_number(unscaled: int, scale: int, pattern: str, culture_name: str | None, *, is_whole: bool) -> str | None:
    """Format an exact number.

    Args:
        unscaled: The number without its point.
        scale: Its digits after the point.
        pattern: A standard format (`N2`) or a custom one (`#,##0.00`).
        culture_name: None is en-US.
        is_whole: Whether the type is a whole number; `D` and `X` take no other.
    """
    culture = culture_of(culture_name)
    standard = _NUMBER.fullmatch(pattern)
    if standard is not None:
        digits = int(standard[2]) if standard[2] else None
        return _standard_number(unscaled, scale, standard[1], digits, culture, is_whole=is_whole)
    return _custom_number(unscaled, scale, pattern, culture)


def _standard_number(
    unscaled: int, scale: int, letter: str, digits: int | None, culture: Culture, *, is_whole: bool
) -> str | None:
    kind = letter.upper()
    if kind in {"N", "F", "C", "P"}:
        places = 2 if digits is None else digits
        if kind == "P":
            unscaled *= 100
        rounded = decimals.rescale(unscaled, scale, places)
        text = _grouped(abs(rounded), places, culture, group=kind != "F")
        return _signed(text, rounded < 0, kind, culture)
    if kind in {"D", "X"}:
        if not is_whole:
            return None
        body = f"{unscaled & (2**64 - 1 if unscaled < 0 else -1):{letter}}" if kind == "X" else str(abs(unscaled))
        if kind == "X" and unscaled < 0:
            body = f"{unscaled & 0xFFFFFFFF if unscaled >= -(2**31) else unscaled & (2**64 - 1):{letter}}"
        return ("-" if unscaled < 0 and kind == "D" else "") + body.rjust(digits or 0, "0")
    if kind == "E":
        text = f"{unscaled / 10**scale:.{6 if digits is None else digits}e}"
        mantissa, _, exponent = text.partition("e")
        return f"{mantissa}{letter}{exponent[0]}{exponent[1:].rjust(3, '0')}".replace(".", culture.point)
    if kind in {"G", "R"}:
        if digits:
            return f"{unscaled / 10**scale:.{digits}G}".replace(".", culture.point)
        return decimals.to_text(unscaled, scale).replace(".", culture.point)
    return None


def _signed(text: str, is_negative: bool, kind: str, culture: Culture) -> str:
    if kind == "C":
        if is_negative:
            return culture.negative_currency.format(c=culture.currency, n=text)
        return f"{text} {culture.currency}" if culture.currency_after else f"{culture.currency}{text}"
    if kind == "P":
        text = f"{text} %" if culture.currency_after else f"{text}%"
    return f"-{text}" if is_negative else text


def _grouped(unscaled: int, places: int, culture: Culture, *, group: bool) -> str:
    whole, _, fraction = decimals.to_text(unscaled, places).partition(".")
    if group:
        whole = f"{int(whole):,}".replace(",", culture.group)
    return whole + (culture.point + fraction if fraction else "")


def _custom_number(unscaled: int, scale: int, pattern: str, culture: Culture) -> str:
    sections = _sections(pattern)
    is_negative = unscaled < 0
    section = sections[0]
    if is_negative and len(sections) > 1 and sections[1]:
        section, is_negative = sections[1], False
    elif unscaled == 0 and len(sections) > 2:
        section = sections[2]
    tokens = _number_tokens(section)
    marks = "".join(mark for kind, mark in tokens if kind == "mark")
    whole_mask, _, fraction_mask = marks.partition(".")
    # Commas at the end of the whole part divide by a thousand each.
    divisor = 3 * (len(whole_mask) - len(whole_mask.rstrip(",")))
    factor = 100 ** sum(kind == "percent" for kind, _ in tokens) * 1000 ** sum(kind == "permille" for kind, _ in tokens)
    places = sum(mark in "0#" for mark in fraction_mask)
    rounded = decimals.rescale(abs(unscaled) * factor, scale + divisor, places)
    whole, _, fraction = decimals.to_text(rounded, places).partition(".")
    written = _whole_digits(whole.lstrip("0"), tokens, culture if "," in whole_mask.rstrip(",") else None)
    sign = "-" if is_negative and rounded else ""
    return sign + written + _fraction_digits(fraction, tokens, culture)


def _whole_digits(digits: str, tokens: list[tuple[str, str]], grouped: Culture | None) -> str:
    """Spread digits over the marks before the point, from the right; the first mark takes all that are left."""
    before = list(itertools.takewhile(lambda token: token != ("mark", "."), tokens))
    first = next((place for place, (kind, mark) in enumerate(before) if kind == "mark" and mark in "0#"), None)
    zeros = [place for place, token in enumerate(before) if token == ("mark", "0")]
    parts: list[str] = []
    count = 0

    def put(digit: str) -> None:
        nonlocal count
        if grouped is not None and count and count % 3 == 0:
            parts.append(grouped.group)
        parts.append(digit)
        count += 1

    for place in range(len(before) - 1, -1, -1):
        kind, mark = before[place]
        if kind != "mark":
            parts.append(mark)
        elif mark in "0#":
            if digits:
                put(digits[-1])
                digits = digits[:-1]
            elif zeros and place >= zeros[0]:
                put("0")
            while place == first and digits:
                put(digits[-1])
                digits = digits[:-1]
    return "".join(part[::-1] if len(part) > 1 else part for part in parts)[::-1]


def _fraction_digits(digits: str, tokens: list[tuple[str, str]], culture: Culture) -> str:
    """Write the digits behind the point, those that a # stands for only where they are not zeros at the end."""
    if ("mark", ".") not in tokens:
        return ""
    after = tokens[tokens.index(("mark", ".")) + 1 :]
    masks = [mark for kind, mark in after if kind == "mark" and mark in "0#"]
    keep = max((place + 1 for place, mark in enumerate(masks) if mark == "0"), default=0)
    shown = digits.rstrip("0").ljust(keep, "0")
    parts = [culture.point] if shown else []
    place = 0
    for kind, mark in after:
        if kind != "mark":
            parts.append(mark)
        elif mark in "0#":
            parts.append(shown[place : place + 1])
            place += 1
    return "".join(parts)


def _sections(pattern: str) -> list[str]:
    parts, current, quoted = [], "", ""
    place = 0
    while place < len(pattern):
        character = pattern[place]
        if character == "\\":
            current += pattern[place : place + 2]
            place += 2
            continue
        if quoted:
            quoted = "" if character == quoted else quoted
        elif character in "'\"":
            quoted = character
        if character == ";" and not quoted:
            parts.append(current)
            current = ""
        else:
            current += character
        place += 1
    return [*parts, current]


def _number_tokens(section: str) -> list[tuple[str, str]]:
    tokens: list[tuple[str, str]] = []
    place = 0
    while place < len(section):
        character = section[place]
        if character in "0#.,":
            tokens.append(("mark", character))
        elif character == "%":
            tokens.append(("percent", "%"))
        elif character == "‰":
            tokens.append(("permille", "‰"))
        elif character in "'\"":
            end = section.find(character, place + 1)
            end = len(section) if end < 0 else end
            tokens.append(("text", section[place + 1 : end]))
            place = end
        elif character == "\\":
            tokens.append(("text", section[place + 1 : place + 2]))
            place += 1
        elif character in "eE" and section[place + 1 : place + 3] in {"+0", "-0"}:
            raise unsupported("The demo's FORMAT does not know exponents in a custom format.")
        else:
            tokens.append(("text", character))
        place += 1
    return tokens


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


def format_value(
    value: int | bytes | float | str | None, type_name: str, pattern: str | None, culture: str | None = "en-US"
) -> str | None:
    """FORMAT of a stored value."""
    from mssql_mcp.demo.runtime.numbertext import parse_decimal
    from mssql_mcp.demo.sqltypes import parse_type

    if value is None or pattern is None:
        return None
    type_ = parse_type(type_name)
    if type_.is_temporal:
        return format_moment(moments.load(str(value), type_.family), type_.family, pattern, culture)
    if type_.family == "float":
        unscaled, scale = parse_decimal(repr(float(value)))
        return format_number(unscaled, scale, pattern, culture, is_whole=False)
    if type_.is_exact and isinstance(value, (int, bytes)):
        scale = type_.scale if type_.family in {"decimal", "money"} else 0
        return format_number(decimals.number(value), scale, pattern, culture, is_whole=type_.family == "integer")
    raise QueryError(f"Argument data type {type_.name} is invalid for argument 1 of format function.", number=8116)
