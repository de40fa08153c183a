"""FORMAT of numbers: .NET's standard and custom numeric format strings.

Pages: "FORMAT (Transact-SQL)", "Standard numeric format strings", "Custom numeric format strings" (.NET).
"""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING

from mssql_mcp.demo.runtime import decimals
from mssql_mcp.demo.runtime.cultures import culture_of
from mssql_mcp.demo.runtime.errors import unsupported

if TYPE_CHECKING:
    from mssql_mcp.demo.runtime.cultures import Culture

_NUMBER = re.compile(r"([A-Za-z])(\d{0,2})")


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
