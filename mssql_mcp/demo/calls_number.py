"""Calls of mathematical functions; which type each gives for which: the pages of the functions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mssql_mcp.demo.arguments import Handler, expect, function, int_argument
from mssql_mcp.demo.coerce import cast, coerce
from mssql_mcp.demo.sqltypes import BIGINT, FLOAT, INT, SqlType, decimal_type, text_type
from mssql_mcp.demo.typed import Typed, literal
from mssql_mcp.errors import QueryError

if TYPE_CHECKING:
    from sqlglot import exp

    from mssql_mcp.demo.context import Context


def _number(context: Context, name: str, node: exp.Expr) -> Typed:
    """Take an argument as a number: characters and bit become float, the small whole numbers int."""
    value = context.value(node)
    if value.is_untyped_null:
        return cast(value, FLOAT)
    if value.type.is_text or value.type.name == "bit":
        return coerce(value, FLOAT)
    if value.type.name in {"tinyint", "smallint"}:
        return coerce(value, INT)
    if value.type.name == "real":
        return coerce(value, FLOAT)
    if not value.type.is_number:
        raise QueryError(
            f"Argument data type {value.type.name} is invalid for argument 1 of {name.lower()} function.", number=8116
        )
    return value


def _on_float(context: Context, name: str, arguments: list[exp.Expr]) -> Typed:
    expect(name, arguments, 1)
    return function(f"t_{name.lower()}", FLOAT, coerce(_number(context, name, arguments[0]), FLOAT))


def _absolute(context: Context, name: str, arguments: list[exp.Expr]) -> Typed:
    expect(name, arguments, 1)
    value = _number(context, name, arguments[0])
    if value.type.name == "decimal":
        return function("t_decimal_abs", value.type, value, str(value.type.precision))
    if value.type.family == "integer":
        low, high = value.bounds or (0, 0)
        return Typed(f"t_int(abs({value.sql}), '{value.type.name}')", value.type, low=0, high=max(abs(low), abs(high)))
    return Typed(f"abs({value.sql})", value.type)


def _floor(direction: int) -> Handler:
    def handle(context: Context, name: str, arguments: list[exp.Expr]) -> Typed:
        expect(name, arguments, 1)
        value = _number(context, name, arguments[0])
        if value.type.family == "integer":
            return value.unnamed()
        if value.type.family == "float":
            return Typed(f"t_float_floor({value.sql}, {direction})", FLOAT)
        # A decimal loses its digits after the point, money keeps them.
        is_money = value.type.family == "money"
        type_ = value.type if is_money else decimal_type(value.type.precision, 0)
        precision = 18 if is_money else value.type.precision
        scales = f"{value.type.scale}, {type_.scale}, {precision}, {direction}"
        return Typed(f"t_decimal_floor({value.sql}, {scales})", type_)

    return handle


def _round(context: Context, name: str, arguments: list[exp.Expr]) -> Typed:
    expect(name, arguments, 2, 3)
    value = _number(context, name, arguments[0])
    length = int_argument(context, arguments[1])
    truncate = int_argument(context, arguments[2]) if len(arguments) > 2 else literal(0, INT)
    if value.type.family == "float":
        return function("t_float_round", FLOAT, value, length, truncate)
    scale = value.type.scale if value.type.family in {"decimal", "money"} else 0
    if value.type.family == "integer":
        return Typed(f"t_int_round({value.sql}, {length.sql}, {truncate.sql}, '{value.type.name}')", value.type)
    precision = 18 if value.type.family == "money" else value.type.precision
    return Typed(f"t_decimal_round({value.sql}, {length.sql}, {truncate.sql}, {scale}, {precision})", value.type)


def _sign(context: Context, name: str, arguments: list[exp.Expr]) -> Typed:
    expect(name, arguments, 1)
    value = _number(context, name, arguments[0])
    if value.type.name == "decimal":
        return Typed(f"t_decimal_sign({value.sql}, {value.type.scale}, {value.type.precision})", value.type)
    zero, factor = (
        ("0.0", "1.0") if value.type.family == "float" else ("0", "10000" if value.type.family == "money" else "1")
    )
    return Typed(
        f"(CASE WHEN {value.sql} > 0 THEN {factor} WHEN {value.sql} < 0 THEN -{factor} "
        f"WHEN {value.sql} = 0 THEN {zero} END)",
        value.type,
    )


def _power(context: Context, name: str, arguments: list[exp.Expr]) -> Typed:
    expect(name, arguments, 2)
    base = _number(context, name, arguments[0])
    exponent = coerce(_number(context, name, arguments[1]), FLOAT)
    if base.type.family == "integer":
        return function("t_int_power", base.type, base, exponent, f"'{base.type.name}'")
    result = function("t_power", FLOAT, coerce(base, FLOAT), exponent)
    if base.type.name == "decimal":
        return cast(result, decimal_type(38, base.type.scale))
    return cast(result, base.type) if base.type.family == "money" else result


def _log(context: Context, name: str, arguments: list[exp.Expr]) -> Typed:
    expect(name, arguments, 1, 2)
    value = coerce(_number(context, name, arguments[0]), FLOAT)
    if len(arguments) == 1:
        return function("t_ln", FLOAT, value)
    return function("t_log", FLOAT, value, coerce(_number(context, name, arguments[1]), FLOAT))


def _atn2(context: Context, name: str, arguments: list[exp.Expr]) -> Typed:
    expect(name, arguments, 2)
    return function("t_atn2", FLOAT, *(coerce(_number(context, name, argument), FLOAT) for argument in arguments))


def _angle(context: Context, name: str, arguments: list[exp.Expr]) -> Typed:
    """DEGREES and RADIANS: a whole number stays one; a decimal gets 18 digits."""
    expect(name, arguments, 1)
    value = _number(context, name, arguments[0])
    result = function(f"t_{name.lower()}", FLOAT, coerce(value, FLOAT))
    if value.type.family == "float":
        return result
    return cast(result, decimal_type(38, 18) if value.type.name == "decimal" else value.type)


def _pi(_context: Context, name: str, arguments: list[exp.Expr]) -> Typed:
    expect(name, arguments, 0)
    return literal(3.141592653589793, FLOAT)


def _random(context: Context, name: str, arguments: list[exp.Expr]) -> Typed:
    expect(name, arguments, 0, 1)
    from mssql_mcp.demo.runtime.errors import unsupported
    from mssql_mcp.demo.runtime.mathfunctions import new_random

    if arguments:
        raise unsupported("The demo's RAND takes no seed: SQL Server's sequence is its own.")
    del context
    # One number for the whole statement, as SQL Server has it.
    return Typed(literal(new_random(), FLOAT).sql, FLOAT)


def _new_guid(_context: Context, name: str, arguments: list[exp.Expr]) -> Typed:
    expect(name, arguments, 0)
    return Typed("t_new_guid()", SqlType("uniqueidentifier"))


def _is_numeric(context: Context, name: str, arguments: list[exp.Expr]) -> Typed:
    expect(name, arguments, 1)
    value = context.value(arguments[0])
    if value.type.is_number:
        return Typed(f"(CASE WHEN {value.sql} IS NULL THEN 0 ELSE 1 END)", INT, low=0, high=1)
    if not value.type.is_text:
        return literal(0, INT)
    return Typed(f"t_is_numeric({cast(value, text_type(4000, unicode=True)).sql})", INT, low=0, high=1)


def _bit_count(context: Context, name: str, arguments: list[exp.Expr]) -> Typed:
    expect(name, arguments, 1)
    value = context.value(arguments[0])
    width = {"bigint": 64, "int": 32, "smallint": 16, "tinyint": 8, "bit": 1}.get(value.type.name)
    if width is None:
        raise QueryError(
            f"Argument data type {value.type.name} is invalid for argument 1 of bit_count function.", number=8116
        )
    return function("t_bit_count", BIGINT, value, str(width))


NUMBER_FUNCTIONS: dict[str, Handler] = {
    "ABS": _absolute,
    "ACOS": _on_float,
    "ASIN": _on_float,
    "ATAN": _on_float,
    "ATN2": _atn2,
    "BIT_COUNT": _bit_count,
    "CEILING": _floor(1),
    "COS": _on_float,
    "COT": _on_float,
    "DEGREES": _angle,
    "EXP": _on_float,
    "FLOOR": _floor(-1),
    "ISNUMERIC": _is_numeric,
    "LOG": _log,
    "LOG10": _on_float,
    "NEWID": _new_guid,
    "PI": _pi,
    "POWER": _power,
    "RADIANS": _angle,
    "RAND": _random,
    "ROUND": _round,
    "SIGN": _sign,
    "SIN": _on_float,
    "SQRT": _on_float,
    "SQUARE": _on_float,
    "TAN": _on_float,
}
