"""Mathematical functions on floats and whole numbers; page "Mathematical functions (Transact-SQL)"."""

from __future__ import annotations

import math
import random
from typing import TYPE_CHECKING

from mssql_mcp.demo.runtime import decimals
from mssql_mcp.demo.runtime.errors import server_error
from mssql_mcp.demo.sqltypes import INTEGER_RANGES

if TYPE_CHECKING:
    from collections.abc import Callable


def checked_int(value: int | float | None, type_: str) -> int | None:
    """Give a whole number that fits its type; SQLite hands over a float where 64 bits were not enough.

    Raises:
        QueryError: 8115.
    """
    if value is None:
        return None
    low, high = INTEGER_RANGES[type_]
    if isinstance(value, float) or not low <= value <= high:
        raise server_error(8115, "expression", type_)
    return value


def checked_float(value: float | None) -> float | None:
    """Give a float that is finite.

    Raises:
        QueryError: 8115.
    """
    if value is not None and (math.isinf(value) or math.isnan(value)):
        raise server_error(8115, "expression", "float")
    return value


def int_divide(left: int | None, right: int | None, type_: str) -> int | None:
    """Divide whole numbers towards zero."""
    if left is None or right is None:
        return None
    return checked_int(decimals.divide_truncating(left, right), type_)


def int_modulo(left: int | None, right: int | None, _type: str = "") -> int | None:
    """Give the rest, with the sign of the first."""
    if left is None or right is None:
        return None
    if right == 0:
        raise server_error(8134)
    rest = abs(left) % abs(right)
    return -rest if left < 0 else rest


def float_divide(left: float | None, right: float | None) -> float | None:
    """Divide floats."""
    if left is None or right is None:
        return None
    if right == 0:
        raise server_error(8134)
    return checked_float(left / right)


def money(value: int | float | None, type_: str) -> int | None:
    """Give an amount that fits its type."""
    if value is None:
        return None
    bits = 31 if type_ == "smallmoney" else 63
    if isinstance(value, float) or not -(2**bits) <= value < 2**bits:
        raise server_error(8115, "expression", type_)
    return value


def money_multiply(left: int | None, right: int | None, type_: str) -> int | None:
    """Multiply amounts, rounded to four digits."""
    if left is None or right is None:
        return None
    return money(decimals.divide_rounding(left * right, 10_000), type_)


def money_divide(left: int | None, right: int | None, type_: str) -> int | None:
    """Divide amounts, cut after four digits: $100 / $339 is 0.2949."""
    if left is None or right is None:
        return None
    return money(decimals.divide_truncating(left * 10_000, right), type_)


def _on_float(function: Callable[[float], float]) -> Callable[[float | None], float | None]:
    def call(value: float | None) -> float | None:
        if value is None:
            return None
        try:
            return checked_float(function(value))
        except ValueError:
            raise server_error(3623) from None
        except OverflowError:
            raise server_error(8115, "expression", "float") from None
        except ZeroDivisionError:
            raise server_error(8134) from None

    return call


FLOAT_FUNCTIONS = {
    "acos": _on_float(math.acos),
    "asin": _on_float(math.asin),
    "atan": _on_float(math.atan),
    "cos": _on_float(math.cos),
    "cot": _on_float(lambda value: 1 / math.tan(value)),
    "degrees": _on_float(math.degrees),
    "exp": _on_float(math.exp),
    "ln": _on_float(math.log),
    "log10": _on_float(math.log10),
    "radians": _on_float(math.radians),
    "sin": _on_float(math.sin),
    "sqrt": _on_float(math.sqrt),
    "square": _on_float(lambda value: value * value),
    "tan": _on_float(math.tan),
}


def log(value: float | None, base: float | None) -> float | None:
    """LOG with a base."""
    if value is None or base is None:
        return None
    if value <= 0 or base <= 0 or base == 1:
        raise server_error(3623)
    return math.log(value) / math.log(base)


def atn2(first: float | None, second: float | None) -> float | None:
    """ATN2."""
    if first is None or second is None:
        return None
    if first == 0 and second == 0:
        raise server_error(3623)
    return math.atan2(first, second)


def power(base: float | None, exponent: float | None) -> float | None:
    """POWER, as a float."""
    if base is None or exponent is None:
        return None
    try:
        result = math.pow(base, exponent)
    except ValueError:
        raise server_error(8134 if base == 0 else 3623) from None
    except OverflowError:
        raise server_error(8115, "expression", "float") from None
    return checked_float(result)


def int_power(base: int | None, exponent: float | None, type_: str) -> int | None:
    """POWER of a whole number, whose type it keeps.

    Raises:
        QueryError: 232, it does not fit.
    """
    if base is None or exponent is None:
        return None
    result = (
        base ** int(exponent) if exponent == int(exponent) and 0 <= exponent <= 400 else power(float(base), exponent)
    )
    low, high = INTEGER_RANGES[type_]
    if result is None or not low <= result <= high:
        raise server_error(232, type_, f"{result}")
    return int(result)


def float_round(value: float | None, length: int | None, truncate: int | None) -> float | None:
    """ROUND of a float."""
    if value is None or length is None:
        return None
    if abs(length) > 300:
        return value if length > 0 else 0.0
    factor = 10.0**length
    scaled = value * factor
    if math.isinf(scaled):
        return value
    if truncate:
        whole = math.trunc(scaled)
    else:
        # 2.675 is a little less in binary; SQL Server rounds what 15 digits show.
        near = float(f"{scaled:.15g}")
        whole = math.floor(abs(near) + 0.5) * (1 if near >= 0 else -1)
    return checked_float(whole / factor)


def int_round(value: int | None, length: int | None, truncate: int | None, type_: str) -> int | None:
    """ROUND of a whole number; a positive length changes nothing."""
    rounded = decimals.round_to(value, length, truncate, 0, 38)
    return None if rounded is None else checked_int(decimals.number(rounded), type_)


def float_floor(value: float | None, direction: int) -> float | None:
    """FLOOR (direction -1) or CEILING (1) of a float."""
    return None if value is None else float(math.floor(value) if direction < 0 else math.ceil(value))


def bit_count(value: int | None, width: int) -> int | None:
    """BIT_COUNT: bits that are set, of a number of so many bits."""
    return None if value is None else (value & (2**width - 1)).bit_count()


def new_random() -> float:
    """RAND, without a seed."""
    return random.random()


def new_guid() -> str:
    """NEWID."""
    import uuid

    return str(uuid.uuid4()).upper()


def percent_rows(percent: float | None, total: int) -> int:
    """TOP ... PERCENT: how many rows that is, rounded up; page "TOP (Transact-SQL)"."""
    if percent is None or not 0 <= percent <= 100:
        from mssql_mcp.errors import QueryError

        raise QueryError("Percent values must be between 0 and 100.", number=1031)
    return math.ceil(round(total * percent / 100, 9))


def row_count(value: int | None) -> int:
    """Take a number of rows: TOP, OFFSET, FETCH, and the distance of LAG and LEAD.

    Raises:
        QueryError: 1060, negative or NULL.
    """
    if value is None or value < 0:
        from mssql_mcp.errors import QueryError

        raise QueryError(
            "The number of rows provided for a TOP or FETCH clauses row count parameter must be an integer.",
            number=1060,
        )
    return value


def is_numeric(text: str | None) -> int:
    """ISNUMERIC: whether characters can become some numeric type; page "ISNUMERIC (Transact-SQL)"."""
    from mssql_mcp.demo.runtime.convert import try_convert

    if text is None or not text.strip():
        return 0
    if text.strip() in {"$", "+", "-", ".", ","}:
        return 1
    return int(
        any(
            try_convert(text, "nvarchar(4000)", target, 0) is not None
            for target in ("decimal(38,10)", "money", "float")
        )
    )
