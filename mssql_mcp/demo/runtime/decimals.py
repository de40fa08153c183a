"""Exact numbers: unscaled integers, as `sqltypes` stores them, and SQL Server's rules of scale.

Every function takes and gives the form of storage: an int, or 17 bytes for a decimal of more than 18 digits. Rules of
rounding: page "Precision, scale, and length (Transact-SQL)".
"""

from __future__ import annotations

from mssql_mcp.demo.runtime.errors import server_error
from mssql_mcp.demo.sqltypes import NARROW_DIGITS, WIDE_BIAS, WIDE_BYTES

Stored = int | bytes
_POWERS: tuple[int, ...] = tuple(int(10**exponent) for exponent in range(120))


def number(value: Stored) -> int:
    """Give the unscaled integer of a stored decimal."""
    return value if isinstance(value, int) else int.from_bytes(value, "big") - WIDE_BIAS


def store(value: int, precision: int, what: str = "expression", type_: str = "numeric") -> Stored:
    """Store an unscaled integer of a decimal with this precision.

    Raises:
        QueryError: 8115, it has more digits.
    """
    if abs(value) >= _POWERS[precision]:
        raise server_error(8115, what, type_)
    return value if precision <= NARROW_DIGITS else (value + WIDE_BIAS).to_bytes(WIDE_BYTES, "big")


def rescale(value: int, source: int, target: int) -> int:
    """Bring an unscaled integer to another scale, rounding half away from zero."""
    if target >= source:
        return value * _POWERS[target - source]
    return divide_rounding(value, _POWERS[source - target])


def divide_rounding(value: int, divisor: int) -> int:
    """Divide integers, rounding half away from zero; the divisor is positive."""
    quotient, rest = divmod(abs(value), divisor)
    if rest * 2 >= divisor:
        quotient += 1
    return quotient if value >= 0 else -quotient


def divide_truncating(value: int, divisor: int) -> int:
    """Divide integers towards zero.

    Raises:
        QueryError: 8134, the divisor is 0.
    """
    if divisor == 0:
        raise server_error(8134)
    quotient = abs(value) // abs(divisor)
    return quotient if (value < 0) == (divisor < 0) else -quotient


def add(left: Stored | None, right: Stored | None, scales: str, precision: int) -> Stored | None:
    """Add decimals; `scales` are those of left, right and result, with commas between."""
    if left is None or right is None:
        return None
    first, second, target = _scales(scales)
    common = max(first, second)
    total = number(left) * _POWERS[common - first] + number(right) * _POWERS[common - second]
    return store(rescale(total, common, target), precision)


def multiply(left: Stored | None, right: Stored | None, scales: str, precision: int) -> Stored | None:
    """Multiply decimals; `scales` as in `add`."""
    if left is None or right is None:
        return None
    first, second, target = _scales(scales)
    return store(rescale(number(left) * number(right), first + second, target), precision)


def divide(left: Stored | None, right: Stored | None, scales: str, precision: int) -> Stored | None:
    """Divide decimals, cutting off what does not fit the result's scale; `scales` as in `add`."""
    if left is None or right is None:
        return None
    first, second, target = _scales(scales)
    shift = target - first + second
    numerator, denominator = number(left), number(right)
    if shift >= 0:
        return store(divide_truncating(numerator * _POWERS[shift], denominator), precision)
    return store(divide_truncating(numerator, denominator * _POWERS[-shift]), precision)


def average(total: Stored | None, count: int | None, scales: str, precision: int) -> Stored | None:
    """Divide a sum by a number of rows; NULL for none; `scales` as in `add`."""
    return divide(total, count, scales, precision) if count else None


def remainder(left: Stored | None, right: Stored | None, scales: str, precision: int) -> Stored | None:
    """Give what is left of a division of decimals, with the sign of the first; `scales` as in `add`."""
    if left is None or right is None:
        return None
    first, second, target = _scales(scales)
    common = max(first, second)
    dividend, divisor = number(left) * _POWERS[common - first], number(right) * _POWERS[common - second]
    if divisor == 0:
        raise server_error(8134)
    rest = abs(dividend) % abs(divisor)
    return store(rescale(-rest if dividend < 0 else rest, common, target), precision)


def negate(value: Stored | None, precision: int) -> Stored | None:
    """Give the negative of a wide decimal."""
    return None if value is None else store(-number(value), precision)


def absolute(value: Stored | None, precision: int) -> Stored | None:
    """Give a decimal without its sign."""
    return None if value is None else store(abs(number(value)), precision)


def widen(value: int | None) -> bytes | None:
    """Give a whole number as 17 bytes: an unscaled integer of a wide decimal."""
    return None if value is None else (value + WIDE_BIAS).to_bytes(WIDE_BYTES, "big")


def round_to(
    value: Stored | None, length: int | None, truncate: int | None, scale: int, precision: int
) -> Stored | None:
    """ROUND of an exact number: to `length` digits after the point, or before it where negative.

    Raises:
        QueryError: 8115, the rounded value does not fit the type of the argument (page "ROUND (Transact-SQL)").
    """
    if value is None or length is None:
        return None
    if length >= scale:
        return value
    unit = _POWERS[min(scale - length, 100)]
    unscaled = number(value)
    rounded = divide_truncating(unscaled, unit) if truncate else divide_rounding(unscaled, unit)
    return store(rounded * unit, precision)


def floor(value: Stored | None, scale: int, result_scale: int, precision: int, direction: int) -> Stored | None:
    """FLOOR (direction -1) or CEILING (1) of an exact number, in a result of the given scale."""
    if value is None:
        return None
    unit = _POWERS[scale]
    unscaled = number(value)
    whole = unscaled // unit if direction < 0 else -(-unscaled // unit)
    return store(whole * _POWERS[result_scale], precision)


def sign(value: Stored | None, scale: int, precision: int) -> Stored | None:
    """SIGN of an exact number, in its own type."""
    if value is None:
        return None
    unscaled = number(value)
    return store(((unscaled > 0) - (unscaled < 0)) * _POWERS[scale], precision)


def to_text(value: int, scale: int) -> str:
    """Write an unscaled integer with its point."""
    if not scale:
        return str(value)
    digits = str(abs(value)).rjust(scale + 1, "0")
    return f"{'-' if value < 0 else ''}{digits[:-scale]}.{digits[-scale:]}"


_parsed_scales: dict[str, tuple[int, int, int]] = {}


def _scales(text: str) -> tuple[int, int, int]:
    found = _parsed_scales.get(text)
    if found is None:
        first, second, third = text.split(",")
        found = _parsed_scales[text] = (int(first), int(second), int(third))
    return found
