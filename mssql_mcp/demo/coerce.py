"""Conversions in translated text: what SQL Server does by itself between types, and what CAST and CONVERT ask for."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mssql_mcp.demo.runtime.convert import converter, is_forbidden, server_name, try_convert
from mssql_mcp.demo.sqltypes import (
    INT,
    INTEGER_DIGITS,
    INTEGER_RANGES,
    MAX,
    PRECEDENCE,
    SqlType,
    decimal_type,
    text_type,
)
from mssql_mcp.demo.typed import Typed, literal, quote_text
from mssql_mcp.errors import QueryError, ToolError

if TYPE_CHECKING:
    from collections.abc import Sequence

_RANK = {name: position for position, name in enumerate(reversed(PRECEDENCE))} | {
    "sysname": PRECEDENCE[::-1].index("nvarchar")
}
# Conversions that must be asked for; page "Data type conversion (Database Engine)", the chart.
_EXPLICIT_ONLY = {
    ("text", "binary"),
    ("datetime", "integer"),
    ("datetime", "decimal"),
    ("datetime", "money"),
    ("datetime", "float"),
    ("datetime", "bit"),
    ("binary", "float"),
    ("variant", "integer"),
    ("xml", "text"),
}


def cast(value: Typed, target: SqlType, *, style: Typed | None = None, safe: bool = False) -> Typed:
    """Convert as CAST and CONVERT do (TRY_ ones with `safe`).

    Raises:
        QueryError: 529, there is no such conversion; or what the conversion of a constant raises is left to run time.
        UnsupportedError: The demo has no such conversion.
    """
    if value.is_untyped_null:
        return Typed("NULL", target, is_constant=True)
    if style is not None and not style.is_constant:
        return _call(value, target, style.sql, safe=safe)
    number = 0 if style is None else style.constant
    if number is None:
        return Typed("NULL", target, is_constant=True)
    if not isinstance(number, int):
        raise QueryError("The style of CONVERT is a whole number.", number=8116)
    quick = None if safe and value.type.family != target.family else _quick(value, target, number)
    if quick is not None:
        return replace(quick, name="", digits=0)
    function = converter(str(value.type), str(target), number)
    if value.is_constant and value.constant is not None:
        try:
            folded = (
                try_convert(value.constant, str(value.type), str(target), number) if safe else function(value.constant)
            )
            return literal(folded, target)
        except ToolError:
            pass  # fails when it is reached, as SQL Server does
    return _call(value, target, str(number), safe=safe)


def coerce(value: Typed, target: SqlType) -> Typed:
    """Convert as SQL Server does by itself where types meet.

    Raises:
        QueryError: 206, the types clash; 257, only CAST or CONVERT may do it.
    """
    source = value.type
    if source == target or value.is_untyped_null:
        return cast(value, target) if value.is_untyped_null else value
    if is_forbidden(source, target):
        raise QueryError(
            f"Operand type clash: {server_name(source)} is incompatible with {server_name(target)}", number=206
        )
    if (source.family, target.family) in _EXPLICIT_ONLY:
        raise QueryError(
            f"Implicit conversion from data type {server_name(source)} to {server_name(target)} is not allowed. "
            "Use the CONVERT function to run this query.",
            number=257,
        )
    return cast(value, target)


def comparable(left: Typed, right: Typed) -> tuple[Typed, Typed]:
    """Bring two values to one type, so that SQLite compares them as SQL Server does."""
    target = common_type((left, right))
    if target.is_text:
        # Lengths do not matter for comparing, and nothing may be cut or padded.
        return tuple(
            v if v.type.is_text else coerce(v, text_type(MAX, unicode=target.is_unicode)) for v in (left, right)
        )  # type: ignore[return-value]
    if target.family == "datetime":
        scale = max(v.type.scale for v in (left, right))
        if {left.type.name, right.type.name} <= {"datetime2", "date", "datetime", "smalldatetime"}:
            # Whatever has fewer digits is padded with zeros, which changes no moment.
            target = SqlType("datetime2", scale=scale)
    return coerce(left, target), coerce(right, target)


def joint_collation(left: Typed, right: Typed) -> str:
    """Give the collation that two values have together: what one of them was given explicitly.

    Raises:
        QueryError: 468, both were, and differently.
    """
    if left.collation and right.collation and left.collation != right.collation:
        raise QueryError(
            "Cannot resolve the collation conflict between two explicit collations in the comparison.", number=468
        )
    return left.collation or right.collation


def common_type(values: Sequence[Typed]) -> SqlType:
    """Give the type that values take together in CASE, UNION, COALESCE or a comparison.

    The highest precedence wins; decimals and characters then grow to hold every one of the values; page "Data type
    precedence (Transact-SQL)".
    """
    known = [value for value in values if not value.is_untyped_null]
    if not known:
        return INT
    winner = max((value.type for value in known), key=lambda type_: _RANK[type_.name])
    if winner.name == "decimal":
        whole = max(digits(value) - scale_of(value) for value in known if value.type.is_exact)
        scale = max(scale_of(value) for value in known if value.type.is_exact)
        scale = min(scale, max(38 - whole, 0))
        return decimal_type(min(whole + scale, 38), scale)
    if winner.family in {"text", "binary"}:
        return _longest(winner, [value.type for value in known])
    if winner.name in {"datetime2", "time", "datetimeoffset"}:
        return SqlType(winner.name, scale=max(v.type.scale for v in known if v.type.is_temporal))
    return winner


def _longest(winner: SqlType, types: list[SqlType]) -> SqlType:
    lengths = [type_.length for type_ in types if type_.family == winner.family]
    if winner.name in {"text", "ntext", "image"}:
        return winner
    length = MAX if MAX in lengths else max(lengths)
    if winner.family == "binary":
        return SqlType("varbinary" if winner.name == "timestamp" else winner.name, length=length)
    is_fixed = all(type_.name in {"char", "nchar"} and type_.length == length for type_ in types)
    return text_type(length, unicode=winner.is_unicode, fixed=is_fixed)


def digits(value: Typed) -> int:
    """Give how many digits a number has when it meets a decimal; a whole number as written has its own."""
    if value.type.family in {"integer", "bit"}:
        return value.digits or INTEGER_DIGITS[value.type.name]
    return value.type.precision


def scale_of(value: Typed) -> int:
    """Give how many digits after the point an exact number has."""
    return value.type.scale if value.type.family in {"decimal", "money"} else 0


def as_decimal(value: Typed) -> Typed:
    """Give an exact number as the decimal that it is in arithmetic with decimals."""
    if value.type.name == "decimal":
        return value
    return coerce(value, decimal_type(digits(value), scale_of(value)))


def _call(value: Typed, target: SqlType, style: str, *, safe: bool) -> Typed:
    converter(str(value.type), str(target), 0)  # raises where there is none
    name = "t_try_convert" if safe else "t_convert"
    return Typed(
        f"{name}({value.sql}, {quote_text(str(value.type))}, {quote_text(str(target))}, {style})",
        target,
    )


def _quick(value: Typed, target: SqlType, style: int) -> Typed | None:
    """Convert in SQLite's own words, where they do exactly the same."""
    source, sql = value.type, value.sql
    if source == target:
        return value
    if value.is_constant:
        return None
    made: str | None = None
    if source.is_exact and target.family in {"integer", "bit", "decimal"}:
        made = _quick_exact(value, target)
    elif source.is_exact and not source.is_wide and target.name == "float":
        made = _quick_float(value)
    elif source.is_text and target.is_text:
        made = _quick_text(source, target, sql)
    elif source.family in {"date", "datetime"} and target.family in {"date", "datetime"}:
        made = _quick_moment(source, target, sql)
    elif (
        source.family in {"integer", "bit"} and target.is_text and style == 0 and target.name in {"varchar", "nvarchar"}
    ):
        bounds = value.bounds or (-(2**63), 2**63)
        if target.length == MAX or max(len(str(bound)) for bound in bounds) <= target.length:
            made = f"CAST({sql} AS TEXT)"
    if made is None:
        return None
    keeps_value = target.family in {"integer"}
    return replace(
        value,
        sql=made,
        type=target,
        is_constant=False,
        constant=None,
        low=value.low if keeps_value else None,
        high=value.high if keeps_value else None,
    )


def _quick_exact(value: Typed, target: SqlType) -> str | None:
    source, sql = value.type, value.sql
    if source.family in {"integer", "bit"} and target.family == "integer":
        low, high = value.bounds or (0, 0)
        fits = INTEGER_RANGES[target.name][0] <= low and high <= INTEGER_RANGES[target.name][1]
        return sql if fits else None
    if target.family != "decimal" or source.is_wide or target.is_wide:
        return None
    shift = target.scale - scale_of(value)
    if shift < 0 or target.precision - target.scale < digits(value) - scale_of(value):
        return None
    return f"({sql} * {10**shift})" if shift else sql


def _quick_float(value: Typed) -> str | None:
    # 15 digits are exact in a float, so one division is all the rounding there is.
    if digits(value) > 15:
        return None
    scale = scale_of(value)
    return f"({value.sql} / {10**scale}.0)" if scale else f"CAST({value.sql} AS REAL)"


def _quick_text(source: SqlType, target: SqlType, sql: str) -> str | None:
    if source.is_unicode and not target.is_unicode:
        return None  # characters may be lost
    if target.name in {"char", "nchar"} and not (source.name == target.name and source.length == target.length):
        return None
    if target.length == MAX or (source.length != MAX and source.length <= target.length):
        return sql
    # Lengths of national characters are counted in UTF-16, which substr() does not.
    return None if target.is_unicode else f"substr({sql}, 1, {target.length})"


def _quick_moment(source: SqlType, target: SqlType, sql: str) -> str | None:
    if target.family == "date":
        return f"substr({sql}, 1, 10)"
    if target.name != "datetime2":
        return None
    if source.family == "date":
        return f"({sql} || ' 00:00:00{'.' + '0' * target.scale if target.scale else ''}')"
    missing = target.scale - source.scale
    if missing < 0 or (source.name == "datetime" and target.scale > 3):
        return None
    if not missing:
        return sql
    return f"({sql} || '{'' if source.scale else '.'}{'0' * missing}')"
