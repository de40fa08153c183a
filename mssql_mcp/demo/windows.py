"""Functions with OVER, and ordered sets (WITHIN GROUP)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from mssql_mcp.demo.aggregates_sql import AGGREGATES, plain_aggregate, windowed_aggregate
from mssql_mcp.demo.coerce import cast, coerce, common_type
from mssql_mcp.demo.context import describe, only
from mssql_mcp.demo.predicates import native_key
from mssql_mcp.demo.reader import PREFIX
from mssql_mcp.demo.runtime.errors import unsupported
from mssql_mcp.demo.sqltypes import BIGINT, FLOAT
from mssql_mcp.demo.typed import NULL, Typed
from mssql_mcp.errors import QueryError

if TYPE_CHECKING:
    from mssql_mcp.demo.context import Context

RANKING = {"ROW_NUMBER", "RANK", "DENSE_RANK", "NTILE", "PERCENT_RANK", "CUME_DIST"}
OFFSETS = {"LAG", "LEAD", "FIRST_VALUE", "LAST_VALUE"}
PERCENTILES = {"PERCENTILE_CONT", "PERCENTILE_DISC"}
WINDOW_FUNCTIONS = RANKING | OFFSETS | PERCENTILES


def window_value(context: Context, node: exp.Expr) -> Typed:
    """Translate a function with OVER, or an ordered-set aggregate without it.

    Raises:
        QueryError: 4108, no window function may stand here; 4112, its ORDER BY is missing.
        UnsupportedError: The demo has no such window function.
    """
    if isinstance(node, exp.WithinGroup):
        function = node.this
        name = _name(function)
        if name != "STRING_AGG":
            raise QueryError(f"The function '{name}' must have an OVER clause.", number=10753)
        return plain_aggregate(context, name, function.expressions, node.expression)
    only(node, "this", "partition_by", "order", "spec", "alias", "over")
    if not context.allows_windows:
        raise QueryError("Windowed functions can only appear in the SELECT or ORDER BY clauses.", number=4108)
    inner = context.within("window", aggregates=context.allows_aggregates)
    function = node.this
    if isinstance(function, exp.WithinGroup):
        return _percentile(inner, function, node)
    if isinstance(function, exp.IgnoreNulls):
        raise unsupported("The demo does not know IGNORE NULLS.")
    if isinstance(function, exp.RespectNulls):
        function = function.this
    name = _name(function)
    partition, order, frame = _window_parts(inner, node)
    over = f" OVER ({' '.join(part for part in (partition, order, frame) if part)})"
    if name in AGGREGATES:
        return windowed_aggregate(inner, name, function.expressions, over)
    if not order:
        raise QueryError(f"The function '{name}' must have an OVER clause with ORDER BY.", number=4112)
    if name in RANKING:
        return _ranking(inner, name, function.expressions, over)
    if name in OFFSETS:
        return _offset(inner, name, function.expressions, over)
    raise unsupported(f"The demo does not know {name} with OVER.")


def _name(node: exp.Expr) -> str:
    if isinstance(node, exp.Anonymous) and str(node.this).startswith(PREFIX):
        return str(node.this).removeprefix(PREFIX)
    raise unsupported(f"The demo does not know {describe(node)} with OVER.")


def _window_parts(context: Context, node: exp.Expr) -> tuple[str, str, str]:
    partition = ""
    order = ""
    frame = ""
    name = node.args.get("alias")
    base = None
    if name is not None:
        select = node.find_ancestor(exp.Select)
        windows = select.args.get("windows") or [] if select is not None else []
        base = next((w for w in windows if w.this.name.lower() == name.name.lower()), None)
        if base is None:
            raise QueryError(f"The window '{name.name}' is not defined.", number=5362)
        partition, order, frame = _window_parts(context, base)
    if node.args.get("partition_by"):
        keys = ", ".join(native_key(context.value(part)) for part in node.args["partition_by"])
        partition = f"PARTITION BY {keys}"
    if node.args.get("order"):
        only(node.args["order"], "expressions")
        order = "ORDER BY " + ", ".join(_term(context, term) for term in node.args["order"].expressions)
    if node.args.get("spec"):
        frame = _frame(node.args["spec"])
    return partition, order, frame


def _term(context: Context, term: exp.Expr) -> str:
    only(term, "this", "desc", "nulls_first")
    if isinstance(term.this, exp.Literal):
        raise QueryError(
            "Windowed functions do not support integer indices as ORDER BY clause expressions.", number=5308
        )
    return native_key(context.value(term.this)) + (" DESC" if term.args.get("desc") else "")


def _frame(spec: exp.Expr) -> str:
    only(spec, "kind", "start", "start_side", "end", "end_side")
    kind = str(spec.args.get("kind") or "").upper()
    if kind not in {"ROWS", "RANGE"}:
        raise unsupported(f"The demo does not know {kind} in a window.")
    start = _bound(kind, spec.args.get("start"), spec.args.get("start_side"))
    if not spec.args.get("end"):
        return (
            f"{kind} {start}"
            if start.endswith("PRECEDING") or start == "CURRENT ROW"
            else f"{kind} BETWEEN CURRENT ROW AND {start}"
        )
    return f"{kind} BETWEEN {start} AND {_bound(kind, spec.args.get('end'), spec.args.get('end_side'))}"


def _bound(kind: str, bound: exp.Expr | str | None, side: str | None) -> str:
    text = bound.sql() if isinstance(bound, exp.Expr) else str(bound or "")
    if text.upper() == "CURRENT ROW":
        return "CURRENT ROW"
    direction = str(side or "").upper()
    if direction not in {"PRECEDING", "FOLLOWING"}:
        raise unsupported(f"The demo does not know {text} in a window.")
    if text.upper() == "UNBOUNDED":
        return f"UNBOUNDED {direction}"
    if kind == "RANGE" or not text.isdigit():
        raise QueryError("RANGE is only supported with UNBOUNDED and CURRENT ROW window frame delimiters.", number=4194)
    return f"{text} {direction}"


def _ranking(context: Context, name: str, arguments: list[exp.Expr], over: str) -> Typed:
    if name == "NTILE":
        if len(arguments) != 1:
            raise QueryError("The NTILE function requires 1 argument(s).", number=174)
        count = coerce(context.value(arguments[0]), BIGINT)
        return Typed(f"NTILE({count.sql}){over}", BIGINT)
    if arguments:
        raise QueryError(f"The function '{name}' takes no argument.", number=4105)
    type_ = FLOAT if name in {"PERCENT_RANK", "CUME_DIST"} else BIGINT
    return Typed(f"{name}(){over}", type_, low=1 if type_ is BIGINT else None)


def _offset(context: Context, name: str, arguments: list[exp.Expr], over: str) -> Typed:
    most = 3 if name in {"LAG", "LEAD"} else 1
    if not 1 <= len(arguments) <= most:
        raise QueryError(f"The {name} function requires 1{' to 3' if most == 3 else ''} argument(s).", number=174)
    value = context.value(arguments[0])
    parts = [value.sql]
    if len(arguments) > 1:
        parts.append(f"t_row_count({coerce(context.value(arguments[1]), BIGINT).sql})")
    if len(arguments) > 2:
        default = context.value(arguments[2])
        if common_type([value, default]) != value.type and not default.is_untyped_null:
            default = cast(default, value.type)
        parts.append(cast(NULL, value.type).sql if default.is_untyped_null else default.sql)
    return Typed(f"{name}({', '.join(parts)}){over}", value.type)


def _percentile(context: Context, within: exp.Expr, node: exp.Expr) -> Typed:
    """PERCENTILE_CONT (float, between two values) and PERCENTILE_DISC (a value that is there) over a partition."""
    name = _name(within.this)
    if name not in PERCENTILES:
        raise unsupported(f"The demo does not know {name} with WITHIN GROUP and OVER.")
    if node.args.get("order") or node.args.get("spec"):
        raise QueryError(f"The function '{name}' may not have ORDER BY in its OVER clause.", number=10758)
    (share,) = within.this.expressions
    (term,) = within.expression.expressions
    value = context.value(term.this)
    descending = int(bool(term.args.get("desc")))
    part = coerce(context.value(share), FLOAT)
    partition, _, _ = _window_parts(context, node)
    over = f" OVER ({partition})"
    if name == "PERCENTILE_CONT":
        number = coerce(value, FLOAT)
        return Typed(f"t_percentile_cont({number.sql}, {part.sql}, {descending}){over}", FLOAT)
    return Typed(f"t_percentile_disc({value.sql}, {native_key(value)}, {part.sql}, {descending}){over}", value.type)
