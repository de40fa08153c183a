"""FORMAT of a stored value, by its type."""

from __future__ import annotations

from mssql_mcp.demo.runtime import decimals, moments
from mssql_mcp.demo.runtime.momentformats import format_moment
from mssql_mcp.demo.runtime.numberformats import format_number
from mssql_mcp.errors import QueryError


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
