"""Calls that choose between values: ISNULL, COALESCE, NULLIF, IIF, CHOOSE, GREATEST, LEAST."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mssql_mcp.demo.arguments import Handler, expect, int_argument
from mssql_mcp.demo.coerce import cast, coerce, common_type
from mssql_mcp.demo.predicates import compare, native_key, sorts_natively
from mssql_mcp.demo.typed import NULL, Typed
from mssql_mcp.errors import QueryError

if TYPE_CHECKING:
    from sqlglot import exp

    from mssql_mcp.demo.context import Context


def _is_null(context: Context, name: str, arguments: list[exp.Expr]) -> Typed:
    """ISNULL: the type is the first one's, whatever stands second; page "ISNULL (Transact-SQL)"."""
    expect(name, arguments, 2)
    value, other = context.value(arguments[0]), context.value(arguments[1])
    if value.is_untyped_null:
        return other.unnamed()
    other = cast(NULL, value.type) if other.is_untyped_null else coerce(other, value.type)
    return Typed(f"coalesce({value.sql}, {other.sql})", value.type)


def _coalesce(context: Context, name: str, arguments: list[exp.Expr]) -> Typed:
    expect(name, arguments, 2, 254)
    values = [context.value(argument) for argument in arguments]
    if all(value.is_untyped_null for value in values):
        raise QueryError(
            "At least one of the arguments to COALESCE must be an expression that is not the NULL constant.",
            number=4127,
        )
    type_ = common_type(values)
    return Typed(f"coalesce({', '.join(coerce(value, type_).sql for value in values)})", type_)


def _null_if(context: Context, name: str, arguments: list[exp.Expr]) -> Typed:
    expect(name, arguments, 2)
    value, other = context.value(arguments[0]), context.value(arguments[1])
    if value.is_untyped_null:
        raise QueryError(
            "The type of the first argument to NULLIF cannot be the NULL constant because the type of the first "
            "argument has to be known.",
            number=4151,
        )
    return Typed(
        f"CASE WHEN {compare('=', value, other)} THEN NULL ELSE {value.sql} END",
        value.type,
        low=value.low,
        high=value.high,
    )


def _iif(context: Context, name: str, arguments: list[exp.Expr]) -> Typed:
    expect(name, arguments, 3)
    condition = context.predicate(arguments[0])
    values = [context.value(argument) for argument in arguments[1:]]
    if all(value.is_untyped_null for value in values):
        raise QueryError(
            "At least one of the result expressions in a CASE specification must not be the NULL constant.", number=8133
        )
    type_ = common_type(values)
    first, second = (coerce(value, type_) for value in values)
    return Typed(f"CASE WHEN {condition} THEN {first.sql} ELSE {second.sql} END", type_)


def _choose(context: Context, name: str, arguments: list[exp.Expr]) -> Typed:
    expect(name, arguments, 2, 254)
    index = int_argument(context, arguments[0])
    values = [context.value(argument) for argument in arguments[1:]]
    type_ = common_type(values)
    whens = " ".join(f"WHEN {place} THEN {coerce(value, type_).sql}" for place, value in enumerate(values, start=1))
    return Typed(f"CASE {index.sql} {whens} END", type_)


def _extreme(context: Context, name: str, arguments: list[exp.Expr]) -> Typed:
    """GREATEST and LEAST: NULLs are left out; page "GREATEST (Transact-SQL)"."""
    expect(name, arguments, 1, 254)
    values = [context.value(argument) for argument in arguments]
    type_ = common_type(values)
    if len(values) == 1:
        return values[0].unnamed()
    coerced = [coerce(value, type_) for value in values]
    symbol = ">=" if name == "GREATEST" else "<="
    best = coerced[0]
    if all(sorts_natively(value) for value in coerced):
        # SQLite's own max() of several arguments is NULL where one is; those are replaced by one that is not.
        whole = "max" if name == "GREATEST" else "min"
        everything = ", ".join(value.sql for value in coerced)
        filled = ", ".join(f"coalesce({value.sql}, {everything})" for value in coerced)
        return Typed(f"{whole}({filled})", type_)
    for value in coerced[1:]:
        better = f"{best.sql} IS NULL OR {native_key(value)} {symbol} {native_key(best)}"
        best = Typed(
            f"(CASE WHEN {value.sql} IS NULL THEN {best.sql} WHEN {better} THEN {value.sql} ELSE {best.sql} END)", type_
        )
    return best


LOGIC_FUNCTIONS: dict[str, Handler] = {
    "CHOOSE": _choose,
    "COALESCE": _coalesce,
    "GREATEST": _extreme,
    "IIF": _iif,
    "ISNULL": _is_null,
    "LEAST": _extreme,
    "NULLIF": _null_if,
}
