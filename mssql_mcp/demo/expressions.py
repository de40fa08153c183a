"""Expressions: every kind of node that the demo knows, and its text and type in SQLite."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import replace

from sqlglot import exp

from mssql_mcp.demo.calls import call_function
from mssql_mcp.demo.coerce import cast, coerce, common_type
from mssql_mcp.demo.context import Context, describe, only
from mssql_mcp.demo.numbers_sql import NUMBER_HANDLERS
from mssql_mcp.demo.reader import PREFIX
from mssql_mcp.demo.runtime.errors import unsupported
from mssql_mcp.demo.sqltypes import DATE, FLOAT, INT, MAX, SqlType, decimal_type, parse_type, text_type
from mssql_mcp.demo.typed import NULL, Typed, literal
from mssql_mcp.demo.windows import window_value
from mssql_mcp.errors import QueryError

_WHOLE_TEXT = {".", "(.)[1]", "text()[1]", "./text()[1]", "(./text())[1]", "(text())[1]"}
_COLLATION = re.compile(
    r"(?:sql_)?latin1_general(?:_cp\d+)?(?:_100|_90)?_(?:(?P<bin>bin2?)|(?P<rules>c[is]_a[is])(?:_ks)?(?:_ws)?(?:_sc)?)(?:_utf8)?"
)
Handler = Callable[[Context, exp.Expr], Typed]


def value_of(context: Context, node: exp.Expr) -> Typed:
    """Translate an expression that has a value.

    Raises:
        QueryError: SQL Server refuses it too.
        UnsupportedError: Only the demo does.
    """
    grouped = _group_key(context, node)
    if grouped is not None:
        return grouped
    handler = _HANDLERS.get(type(node))
    if handler is not None:
        return handler(context, node)
    if isinstance(node, exp.Predicate | exp.Connector | exp.Not):
        raise QueryError(
            f"Incorrect syntax: {describe(node)} is a condition and has no value.",
            number=102,
            hint="Use CASE WHEN ... THEN 1 ELSE 0 END or IIF.",
        )
    raise unsupported(f"The demo does not know {describe(node)}.")


def _group_key(context: Context, node: exp.Expr) -> Typed | None:
    """Give the value of a grouping expression, where the node is one and groups are being read."""
    keys = context.scope.group_keys
    if not keys or isinstance(node, exp.Literal | exp.Null | exp.Subquery):
        return None
    if any(True for _ in node.find_all(exp.Window, exp.Select)):
        return None
    with context.scope.before_grouping():
        try:
            value = context.within("group").value(node)
        except QueryError:
            return None  # an aggregate, or what the handler will say better
    found = keys.get(value.sql)
    return replace(found, name=value.name) if found is not None else None


def _column(context: Context, node: exp.Expr) -> Typed:
    only(node, "this", "table", "db", "catalog")
    if not isinstance(node.this, exp.Identifier):
        raise unsupported(f"The demo does not know {describe(node)}.")
    parts = [node.args[part].name for part in ("catalog", "db", "table") if node.args.get(part)]
    scope, value = context.scope.resolve(node.name, ".".join(parts))
    if scope.group_keys is not None and value.sql not in scope.group_keys:
        where = {"having clause": "HAVING clause", "order clause": "ORDER BY clause"}.get(context.clause, "select list")
        raise QueryError(
            f"Column '{_qualified(node, value)}' is invalid in the {where} because it is not contained in either an "
            "aggregate function or the GROUP BY clause.",
            number=8120,
        )
    if scope.group_keys is not None:
        return replace(scope.group_keys[value.sql], name=value.name)
    return value


def _qualified(node: exp.Expr, value: Typed) -> str:
    table = node.args.get("table")
    return f"{table.name}.{value.name}" if table else value.name


def _literal(_context: Context, node: exp.Expr) -> Typed:
    text = str(node.this)
    if node.args.get("is_string"):
        return literal(text, text_type(len(text), unicode=False))
    return number_literal(text)


def number_literal(text: str) -> Typed:
    """Give a number as it is written: int, decimal with the digits that it has, or float where there is an exponent."""
    if "e" in text.lower():
        number = float(text)
        if math.isinf(number):
            raise QueryError(
                f"The floating point value '{text}' is out of the range of computer representation (8 bytes).",
                number=168,
            )
        return literal(number, FLOAT)
    whole, point, fraction = text.partition(".")
    whole = whole.lstrip("0")
    if not point:
        value = int(text)
        if value < 2**31:
            return replace(literal(value, INT), digits=max(len(whole), 1))
        return _decimal_literal(value, len(whole), 0)
    return _decimal_literal(int((whole + fraction) or "0"), max(len(whole) + len(fraction), 1), len(fraction))


def _decimal_literal(unscaled: int, precision: int, scale: int) -> Typed:
    from mssql_mcp.demo.runtime import decimals

    if precision > 38:
        raise QueryError("The number is out of the range for numeric representation.", number=1007)
    return literal(decimals.store(unscaled, precision), decimal_type(precision, scale))


def _national(_context: Context, node: exp.Expr) -> Typed:
    text = str(node.this)
    # Lengths of national characters are counted in UTF-16.
    return literal(text, text_type(len(text.encode("utf-16-le", "surrogatepass")) // 2, unicode=True))


def _hex(_context: Context, node: exp.Expr) -> Typed:
    digits = str(node.this)
    data = bytes.fromhex(digits.rjust(len(digits) + len(digits) % 2, "0"))
    return literal(data, SqlType("varbinary", length=max(len(data), 1)))


def _null(_context: Context, _node: exp.Expr) -> Typed:
    return NULL


def _parenthesis(context: Context, node: exp.Expr) -> Typed:
    inner = node.this
    if isinstance(inner, exp.Query):
        return context.state.translators.scalar_query(context, inner)
    return replace(context.value(inner), name="")


def _subquery(context: Context, node: exp.Expr) -> Typed:
    only(node, "this")
    if not isinstance(node.this, exp.Query):
        return replace(context.value(node.this), name="")
    return context.state.translators.scalar_query(context, node.this)


def _anonymous(context: Context, node: exp.Expr) -> Typed:
    name = str(node.this)
    if not name.startswith(PREFIX):
        raise unsupported(f"The demo does not know the function {name.upper()}.")
    return call_function(context, name.removeprefix(PREFIX), node.expressions)


def _case(context: Context, node: exp.Expr) -> Typed:
    only(node, "this", "ifs", "default")
    results = [context.value(branch.args["true"]) for branch in node.args["ifs"]]
    default = node.args.get("default")
    results.append(context.value(default) if default is not None else NULL)
    if all(result.is_untyped_null for result in results):
        raise QueryError(
            "At least one of the result expressions in a CASE specification must not be the NULL constant.", number=8133
        )
    type_ = common_type(results)
    coerced = [coerce(result, type_) for result in results]
    conditions = []
    for branch in node.args["ifs"]:
        condition = branch.this if node.this is None else exp.EQ(this=node.this.copy(), expression=branch.this)
        conditions.append(context.predicate(condition))
    whens = " ".join(
        f"WHEN {condition} THEN {result.sql}" for condition, result in zip(conditions, coerced[:-1], strict=True)
    )
    return Typed(
        f"CASE {whens} ELSE {coerced[-1].sql} END",
        type_,
    )


def _cast(context: Context, node: exp.Expr) -> Typed:
    only(node, "this", "to", "safe")
    return cast(context.value(node.this), type_of(node.args["to"]), safe=isinstance(node, exp.TryCast))


def _convert(context: Context, node: exp.Expr) -> Typed:
    only(node, "this", "expression", "style", "safe")
    style = node.args.get("style")
    return cast(
        context.value(node.expression),
        type_of(node.this),
        style=context.value(style) if style is not None else None,
        safe=bool(node.args.get("safe")),
    )


def type_of(node: exp.Expr) -> SqlType:
    """Read the type that CAST or CONVERT names."""
    if not isinstance(node, exp.DataType):
        raise unsupported(f"The demo does not know the type {describe(node)}.")
    kind = node.this
    base = _TYPE_NAMES.get(kind.name) if kind is not None else None
    if base is None:
        base = str(node.args.get("kind") or kind.value).lower().removeprefix(PREFIX)
    sizes = [str(size.this.name if isinstance(size.this, exp.Expr) else size.this) for size in node.expressions]
    return parse_type(f"{base}({','.join(sizes)})" if sizes else base, 30)


# Where sqlglot's name of a type is not T-SQL's.
_TYPE_NAMES = {
    "TIMESTAMPTZ": "datetimeoffset",
    "UTINYINT": "tinyint",
    "UUID": "uniqueidentifier",
    "VARIANT": "sql_variant",
    "DOUBLE": "float",
    "ROWVERSION": "timestamp",
    "TIMESTAMP": "datetime2",
}


def _collate(context: Context, node: exp.Expr) -> Typed:
    only(node, "this", "expression")
    collation = _collation(node.expression.name)
    value = context.value(node.this)
    if not value.type.is_text:
        raise QueryError(f"Expression type {value.type.name} is invalid for COLLATE clause.", number=447)
    return replace(value, name="", collation=collation)


def _collation(name: str) -> str:
    """Give the rules of a collation by its name; page "Collation and Unicode support".

    Raises:
        UnsupportedError: It is one of another language than Latin1_General.
    """
    low = name.lower()
    if low in {"database_default", "catalog_default"}:
        return ""
    match = _COLLATION.fullmatch(low)
    if match is None:
        raise unsupported(f"The demo knows the Latin1_General collations only, not {name}.")
    return "bin" if match["bin"] else {"ci_as": "", "cs_as": "cs", "ci_ai": "ai", "cs_ai": "cs_ai"}[match["rules"]]


def _at_time_zone(context: Context, node: exp.Expr) -> Typed:
    only(node, "this", "zone")
    return call_function(context, "AT TIME ZONE", [node.this, node.args["zone"]])


def _now(context: Context, node: exp.Expr) -> Typed:
    only(node)
    return call_function(context, "GETDATE", [])


def _today(context: Context, node: exp.Expr) -> Typed:
    only(node)
    return cast(call_function(context, "GETDATE", []), DATE)


def _user(context: Context, node: exp.Expr) -> Typed:
    only(node)
    return call_function(context, "USER_NAME", [])


def _server_variable(context: Context, node: exp.Expr) -> Typed:
    inner = node.this
    if isinstance(inner, exp.Parameter):
        return call_function(context, f"@@{inner.name.upper()}", [])
    raise QueryError(f'Must declare the scalar variable "@{node.name}".', number=137)


def _identifier(context: Context, node: exp.Expr) -> Typed:
    return _column(context, exp.Column(this=node.copy()))


def _dotted(context: Context, node: exp.Expr) -> Typed:
    """Translate what sqlglot takes for members: a column with its table, and the method value() of xml."""
    only(node, "this", "expression")
    member = node.expression
    if isinstance(node.this, exp.Identifier) and isinstance(member, exp.Identifier):
        return _column(context, exp.Column(this=member.copy(), table=node.this.copy()))
    is_value = (
        isinstance(member, exp.Anonymous) and str(member.this).lower() == "value" and len(member.expressions) == 2
    )
    if not is_value or not isinstance(node.this, exp.Subquery):
        raise unsupported(f"The demo does not know the methods of xml in {describe(node)}.")
    path, type_text = (argument.name for argument in member.expressions)
    if path not in _WHOLE_TEXT:
        raise unsupported(f"The demo's value() knows the path '.' alone, not '{path}'.")
    value = context.value(node.this)
    text = Typed(f"t_xml_text({value.sql})", text_type(MAX, unicode=True))
    return cast(text, parse_type(type_text))


def _trim(context: Context, node: exp.Expr) -> Typed:
    only(node, "this", "expression", "position")
    parts = [node.this] + ([node.expression] if node.args.get("expression") else [])
    return call_function(context, f"TRIM {node.args.get('position') or 'BOTH'}".upper(), parts)


_HANDLERS: dict[type[exp.Expr], Handler] = {
    exp.Column: _column,
    exp.Literal: _literal,
    exp.National: _national,
    exp.HexString: _hex,
    exp.Null: _null,
    exp.Paren: _parenthesis,
    exp.Subquery: _subquery,
    exp.Select: _parenthesis,
    exp.Anonymous: _anonymous,
    exp.Case: _case,
    exp.Cast: _cast,
    exp.TryCast: _cast,
    exp.Convert: _convert,
    exp.Collate: _collate,
    exp.AtTimeZone: _at_time_zone,
    exp.CurrentTimestamp: _now,
    exp.CurrentDate: _today,
    exp.CurrentUser: _user,
    exp.SessionUser: _user,
    exp.Parameter: _server_variable,
    exp.Trim: _trim,
    exp.Identifier: _identifier,
    exp.Dot: _dotted,
    exp.Window: window_value,
    exp.WithinGroup: window_value,
    **NUMBER_HANDLERS,
}
