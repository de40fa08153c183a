"""Aggregate functions in translated text, as aggregates and, with OVER, as window functions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlglot import exp

from mssql_mcp.demo.coerce import cast, coerce, scale_of
from mssql_mcp.demo.numbers_sql import sum_type
from mssql_mcp.demo.predicates import native_key
from mssql_mcp.demo.reader import PREFIX
from mssql_mcp.demo.runtime.errors import unsupported
from mssql_mcp.demo.sqltypes import BIGINT, FLOAT, INT, MAX, decimal_type, text_type
from mssql_mcp.demo.typed import Typed
from mssql_mcp.errors import QueryError

if TYPE_CHECKING:
    from collections.abc import Callable

    from mssql_mcp.demo.context import Context

# A sum of 13 digits over fewer rows than this fits 64 bits; SQLite says so where there are more.
_SAFE_DIGITS = 13


@dataclass(frozen=True, slots=True)
class Call:
    """A call of an aggregate function, its arguments translated.

    Attributes:
        name: Upper case.
        arguments: Empty for COUNT(*).
        is_distinct: Whether DISTINCT was written.
        order: Keys of WITHIN GROUP: stored-form text and whether it descends.
        over: ` OVER (...)`, or nothing.
    """

    name: str
    arguments: tuple[Typed, ...]
    is_distinct: bool = False
    order: tuple[tuple[str, bool], ...] = ()
    over: str = ""


def contains_aggregate(node: exp.Expr) -> bool:
    """Whether an aggregate stands in the expression itself: not in a subquery, and not as a window function."""
    pending = [node]
    while pending:
        part = pending.pop()
        if isinstance(part, exp.Query):
            continue
        if isinstance(part, exp.Window):
            inner = part.this
            while isinstance(inner, exp.WithinGroup | exp.IgnoreNulls | exp.RespectNulls):
                inner = inner.this
            # The function itself does not count; what it is given does.
            pending += inner.args.get("expressions") or []
            pending += part.args.get("partition_by") or []
            pending += [part.args["order"]] if part.args.get("order") else []
            continue
        if is_aggregate(part):
            return True
        pending += part.iter_expressions()
    return False


def is_aggregate(node: exp.Expr) -> bool:
    """Whether the node is a call of an aggregate function."""
    if not isinstance(node, exp.Anonymous):
        return False
    name = str(node.this)
    return name.startswith(PREFIX) and name.removeprefix(PREFIX) in {*AGGREGATES, "GROUPING", "GROUPING_ID"}


def plain_aggregate(context: Context, name: str, arguments: list[exp.Expr], order: exp.Expr | None = None) -> Typed:
    """Translate an aggregate without OVER.

    Raises:
        QueryError: 147 where none may stand, 130 for one inside another.
    """
    if not context.allows_aggregates:
        if context.clause == "aggregate":
            raise QueryError(
                "Cannot perform an aggregate function on an expression containing an aggregate or a subquery.",
                number=130,
            )
        raise QueryError(
            f"An aggregate may not appear in the {context.clause.upper()} unless it is in a subquery contained in a "
            "HAVING clause or a select list, and the column being aggregated is an outer reference.",
            number=147,
            hint="Use HAVING, or a subquery.",
        )
    with context.scope.before_grouping():
        inner = context.within("aggregate")
        return aggregate(_call(inner, name, arguments, order, ""))


def windowed_aggregate(context: Context, name: str, arguments: list[exp.Expr], over: str) -> Typed:
    """Translate an aggregate with OVER; its arguments are what the groups, if any, yield."""
    call = _call(context, name, arguments, None, over)
    if call.is_distinct:
        raise QueryError("Use of DISTINCT is not allowed with the OVER clause.", number=10759)
    return aggregate(call)


def _call(context: Context, name: str, arguments: list[exp.Expr], order: exp.Expr | None, over: str) -> Call:
    is_distinct = bool(arguments) and isinstance(arguments[0], exp.Distinct)
    if is_distinct:
        arguments = [*arguments[0].expressions, *arguments[1:]]
    if len(arguments) == 1 and isinstance(arguments[0], exp.Star):
        arguments = []
    terms = order.expressions if order is not None else []
    keys = [(native_key(context.value(term.this)), bool(term.args.get("desc"))) for term in terms]
    return Call(name, tuple(context.value(argument) for argument in arguments), is_distinct, tuple(keys), over)


def aggregate(call: Call) -> Typed:
    """Translate a call."""
    handler = AGGREGATES.get(call.name)
    if handler is None:
        raise unsupported(f"The demo does not know the aggregate {call.name}.")
    return handler(call)


def _one(call: Call) -> Typed:
    if len(call.arguments) != 1:
        raise QueryError(f"The {call.name} function requires 1 argument(s).", number=174)
    return call.arguments[0]


def _number(call: Call) -> Typed:
    value = _one(call)
    if value.is_untyped_null or not value.type.is_number or value.type.name == "bit":
        shown = "NULL" if value.is_untyped_null else value.type.name
        raise QueryError(
            f"Operand data type {shown} is invalid for {call.name.lower()} operator.",
            number=8117,
            hint="CAST it to a number." if value.type.is_text or value.type.name == "bit" else "",
        )
    return value


def _text(call: Call, function: str, value: str) -> str:
    return f"{function}({'DISTINCT ' if call.is_distinct else ''}{value}){call.over}"


def _count(call: Call) -> Typed:
    type_ = BIGINT if call.name in {"COUNT_BIG", "APPROX_COUNT_DISTINCT"} else INT
    if not call.arguments:
        return Typed(f"COUNT(*){call.over}", type_, low=0)
    value = _one(call)
    if call.name == "APPROX_COUNT_DISTINCT":
        return Typed(f"COUNT(DISTINCT {native_key(value)}){call.over}", type_, low=0)
    return Typed(_text(call, "COUNT", native_key(value) if call.is_distinct else value.sql), type_, low=0)


def _exact_sum(call: Call, value: Typed) -> str:
    """Give the sum of decimals, wide."""
    if value.type.precision <= _SAFE_DIGITS:
        return f"t_widen({_text(call, 'SUM', value.sql)})"
    return _text(call, "t_wide_sum", value.sql)


def _sum(call: Call) -> Typed:
    value = _number(call)
    type_ = sum_type(value.type)
    family = value.type.family
    if family == "integer":
        text = _text(call, "SUM", value.sql)
        return Typed(text if type_.name == "bigint" else f"t_int({text}, 'int')", type_)
    if family == "decimal":
        return Typed(_exact_sum(call, value), type_)
    if family == "money":
        return Typed(_text(call, "SUM", value.sql), type_)
    return Typed(f"t_float({_text(call, 'SUM', value.sql)})", type_)


def _average(call: Call) -> Typed:
    """AVG: of whole numbers a whole number; of decimals decimal(38, max(s, 6)); page "AVG (Transact-SQL)"."""
    value = _number(call)
    count = _text(call, "COUNT", value.sql)
    family = value.type.family
    if family == "integer":
        return Typed(f"({_text(call, 'SUM', value.sql)} / {count})", sum_type(value.type))
    if family == "decimal":
        scale = max(6, value.type.scale)
        return Typed(
            f"t_decimal_average({_exact_sum(call, value)}, {count}, '{value.type.scale},0,{scale}', 38)",
            decimal_type(38, scale),
        )
    if family == "money":
        return Typed(f"({_text(call, 'SUM', value.sql)} / {count})", sum_type(value.type))
    return Typed(f"(t_float({_text(call, 'SUM', value.sql)}) / {count})", FLOAT)


def _extreme(call: Call) -> Typed:
    value = _one(call)
    if value.type.name in {"bit", "uniqueidentifier", "xml", "text", "ntext", "image"} or value.is_untyped_null:
        raise QueryError(
            f"Operand data type {value.type.name} is invalid for {call.name.lower()} operator.",
            number=8117,
            hint="CAST it first.",
        )
    text = f"{value.sql} COLLATE t_collation" if value.type.is_text else value.sql
    if value.type.family == "variant":
        raise unsupported(f"The demo has no {call.name} of sql_variant; CAST it first.")
    return Typed(f"{call.name}({text}){call.over}", value.type, low=value.low, high=value.high)


def _deviation(call: Call) -> Typed:
    value = coerce(_number(call), FLOAT)
    return Typed(_text(call, f"t_{call.name.lower()}", value.sql), FLOAT)


def _string_agg(call: Call) -> Typed:
    if len(call.arguments) != 2:
        raise QueryError("The STRING_AGG function requires 2 argument(s).", number=174)
    value, separator = call.arguments
    if not value.type.is_text:
        value = cast(value, text_type(4000 if value.type.family != "xml" else MAX, unicode=True))
    unicode = value.type.is_unicode or separator.type.is_unicode
    # The result's length: page "STRING_AGG (Transact-SQL)".
    type_ = text_type(MAX if value.type.length == MAX else 4000 if unicode else 8000, unicode=unicode)
    keys = "".join(f", {key}, {int(descending)}" for key, descending in call.order)
    if call.is_distinct:
        raise QueryError("STRING_AGG does not take DISTINCT.", number=102, hint="Use DISTINCT in a derived table.")
    return Typed(f"t_string_agg({value.sql}, {separator.sql}, {type_.length}{keys})", type_)


def grouping(context: Context, name: str, arguments: list[exp.Expr]) -> Typed:
    """GROUPING and GROUPING_ID: whether the grouping set of the moment leaves an expression out."""
    scope = context.scope
    if not scope.group_keys:
        raise QueryError(f"Argument of the {name} function must be an expression of the GROUP BY clause.", number=8161)
    total = 0
    keys = dict(scope.group_keys)
    for argument in arguments:
        with scope.before_grouping():
            text = context.within("group").value(argument).sql
        if text not in keys:
            raise QueryError(
                f"Argument 1 of the {name} function does not match any of the expressions in the GROUP BY clause.",
                number=8161,
            )
        total = total * 2 + int(text in scope.left_out)
    from mssql_mcp.demo.sqltypes import TINYINT

    return Typed(f"(0 + {total})", TINYINT if name == "GROUPING" else INT, low=0, high=total)


AGGREGATES: dict[str, Callable[[Call], Typed]] = {
    "COUNT": _count,
    "COUNT_BIG": _count,
    "APPROX_COUNT_DISTINCT": _count,
    "SUM": _sum,
    "AVG": _average,
    "MIN": _extreme,
    "MAX": _extreme,
    "STDEV": _deviation,
    "STDEVP": _deviation,
    "VAR": _deviation,
    "VARP": _deviation,
    "STRING_AGG": _string_agg,
}

__all__ = (
    "AGGREGATES",
    "contains_aggregate",
    "grouping",
    "is_aggregate",
    "plain_aggregate",
    "scale_of",
    "windowed_aggregate",
)
