"""Numbers from characters and back, with SQL Server's messages where the characters are no number."""

from __future__ import annotations

import re
from typing import Any

from mssql_mcp.demo.runtime import decimals
from mssql_mcp.demo.runtime.errors import server_error
from mssql_mcp.demo.sqltypes import INTEGER_RANGES, SqlType

_INTEGER = re.compile(r"[+-]?\s*\d+")
_DECIMAL = re.compile(r"([+-]?)\s*(\d*)(?:\.(\d*))?")
_FLOAT = re.compile(r"[+-]?\s*(?:\d+\.?\d*|\.\d+)(?:[eEdD][+-]?\d+)?")
_MONEY = re.compile(r"([+-]?)\s*[$€£¥]?\s*([+-]?)([\d,]*)(?:\.(\d*))?")


def to_integer(value: Any, source: SqlType, target: SqlType) -> int:
    """Read a whole number; empty is 0.

    Raises:
        QueryError: 245 or (bigint) 8114 for what is none; 244, 248 or 8115 for what does not fit.
    """
    if isinstance(value, (int, float)):
        return int(value)
    text = value.strip(" \t\r\n")
    if not text:
        return 0
    if not _INTEGER.fullmatch(text) or not text.isascii():
        if target.name == "bigint":
            raise server_error(8114, source.name, "bigint")
        raise server_error(245, source.name, value, target.name)
    number = int(text.replace(" ", ""))
    low, high = INTEGER_RANGES[target.name]
    if low <= number <= high:
        return number
    if target.name == "bigint":
        raise server_error(8115, "expression", "bigint")
    if target.name == "int":
        raise server_error(248, source.name, value)
    raise server_error(244, source.name, value, 1 if target.name == "tinyint" else 2)


def to_bit(value: Any, source: SqlType) -> int:
    """Read a bit: true, false or a whole number.

    Raises:
        QueryError: 245, none of these.
    """
    if isinstance(value, (int, float)):
        return int(value != 0)
    text = value.strip(" ")
    if text.lower() in {"true", "false"}:
        return int(text.lower() == "true")
    if text and not _INTEGER.fullmatch(text):
        raise server_error(245, source.name, value, "bit")
    return int(bool(text) and int(text.replace(" ", "")) != 0)


def parse_decimal(text: str) -> tuple[int, int]:
    """Give the unscaled integer and the scale of a number that Python wrote."""
    mantissa, _, exponent = text.lower().partition("e")
    whole, _, fraction = mantissa.partition(".")
    digits, scale = int((whole + fraction) or "0"), len(fraction) - int(exponent or 0)
    if whole.startswith("-") and digits > 0:
        digits = -digits
    return (digits, scale) if scale >= 0 else (digits * 10**-scale, 0)


def decimal_or_fail(value: str, source: SqlType, target: SqlType) -> tuple[int, int]:
    """Read a decimal number; give its unscaled integer and its scale.

    Raises:
        QueryError: 8114, it is none.
    """
    match = _DECIMAL.fullmatch(value.strip(" \t\r\n"))
    if match is None or not (match[2] or match[3]) or not value.strip().isascii():
        raise server_error(8114, source.name, "numeric" if target.name == "decimal" else target.name)
    digits = int(match[2] + (match[3] or ""))
    return (-digits if match[1] == "-" else digits), len(match[3] or "")


def to_money(value: str) -> int:
    """Read an amount of money, in ten-thousandths; thousands' commas and a sign of currency may stand in it.

    Raises:
        QueryError: 235, it is none.
    """
    text = value.strip(" ")
    if not text:
        return 0
    match = _MONEY.fullmatch(text)
    if match is None or not (match[3].strip(",") or match[4]) or (match[1] and match[2]):
        raise server_error(235)
    fraction = match[4] or ""
    digits = int((match[3].replace(",", "") + fraction) or "0")
    negative = "-" in {match[1], match[2]}
    return decimals.rescale(-digits if negative else digits, len(fraction), 4)


def to_float(value: str, source: SqlType, target: SqlType) -> float:
    """Read a floating-point number; empty is 0.

    Raises:
        QueryError: 8114, it is none.
    """
    text = value.strip(" \t\r\n")
    if not text:
        return 0.0
    if not _FLOAT.fullmatch(text):
        raise server_error(8114, source.name, target.name)
    return float(text.replace(" ", "").lower().replace("d", "e"))


def money_text(value: int, style: int) -> str:
    """Write money: style 0 with two digits, 1 with commas, 2 and 126 with four digits."""
    if style in {2, 126}:
        return decimals.to_text(value, 4)
    text = decimals.to_text(decimals.rescale(value, 4, 2), 2)
    if style != 1:
        return text
    whole, _, fraction = text.partition(".")
    sign = "-" if whole.startswith("-") else ""
    return f"{sign}{int(whole.lstrip('-')):,}.{fraction}"


def float_text(value: float, style: int, *, is_real: bool = False) -> str:
    """Write a float: style 0 with up to 6 digits, 1 with 8, 2 with 16, 3 with 17 (real 9) digits."""
    if style in {1, 2}:
        digits = {1: 7, 2: 7 if is_real else 15}[style]
        return _exponent(f"{value:.{digits}e}")
    if style == 3:
        return _exponent(f"{value:.{8 if is_real else 16}e}")
    return _exponent(f"{value:.6g}")


def _exponent(text: str) -> str:
    """Give an exponent three digits, as SQL Server writes it."""
    mantissa, mark, exponent = text.partition("e")
    return f"{mantissa}e{exponent[0]}{exponent[1:].rjust(3, '0')}" if mark else mantissa
