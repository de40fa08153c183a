"""Conditions: text that SQLite finds 1, 0 or NULL for exactly where SQL Server finds true, false or unknown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from sqlglot import exp

from mssql_mcp.demo.coerce import coerce, common_type, comparable, joint_collation
from mssql_mcp.demo.context import Context, describe, only
from mssql_mcp.demo.runtime.errors import unsupported
from mssql_mcp.demo.sqltypes import MAX, text_type
from mssql_mcp.errors import QueryError

if TYPE_CHECKING:
    from mssql_mcp.demo.typed import Typed

Handler = Callable[[Context, exp.Expr], str]
_MIRRORED = {"=": "=", "<>": "<>", "<": ">", ">": "<", "<=": ">=", ">=": "<="}


def predicate_of(context: Context, node: exp.Expr) -> str:
    """Translate a condition.

    Raises:
        QueryError: 4145, the node has a value and is no condition.
        UnsupportedError: The demo does not know this condition.
    """
    handler = _HANDLERS.get(type(node))
    if handler is None:
        if isinstance(node, exp.Anonymous):
            context.value(node)  # an unknown function is told as one
        if isinstance(node, exp.Column | exp.Literal | exp.Null | exp.Anonymous | exp.Case | exp.Cast | exp.Subquery):
            raise QueryError(
                "An expression of non-boolean type specified in a context where a condition is expected, near "
                f"'{describe(node)}'.",
                number=4145,
                hint="Compare it with something, for example = 1.",
            )
        raise unsupported(f"The demo does not know the condition {describe(node)}.")
    return handler(context, node)


def native_key(value: Typed) -> str:
    """Give text that SQLite compares, groups and sorts natively as SQL Server does the value."""
    family = value.type.family
    if family in {"text", "xml"}:
        return f"t_key_of({value.sql}, '{value.collation}')" if value.collation else f"t_key({value.sql})"
    if family == "variant":
        return f"t_variant_key({value.sql})"
    if family == "offset":
        return f"substr({value.sql}, 1, length({value.sql}) - 6)"
    if family == "guid":
        return f"t_guid_key({value.sql})"
    return value.sql


def sorts_natively(value: Typed) -> bool:
    """Whether SQLite already compares the stored form as SQL Server does the value."""
    return value.type.family not in {"text", "xml", "variant", "offset", "guid"}


def compare(symbol: str, left: Typed, right: Typed) -> str:
    """Compare two values."""
    left, right = comparable(left, right)
    for side in (left, right):
        if side.type.name in {"text", "ntext", "image", "xml"}:
            raise QueryError(
                f"The data types {left.type.name} and {right.type.name} are incompatible in the comparison operator.",
                number=402,
            )
    family = left.type.family
    if family == "text":
        collation = joint_collation(left, right)
        if symbol in {"=", "<>"} and not collation:
            return f"(({left.sql}) COLLATE t_collation {symbol} {right.sql})"
        left, right = replace(left, collation=collation), replace(right, collation=collation)
    if family == "guid" and symbol in {"=", "<>"}:
        return f"({left.sql} {symbol} {right.sql})"
    return f"({native_key(left)} {symbol} {native_key(right)})"


def _comparison(symbol: str) -> Handler:
    def handle(context: Context, node: exp.Expr) -> str:
        only(node, "this", "expression")
        left, right = node.this, node.expression
        if isinstance(right, exp.Any | exp.All):
            return _quantified(context, symbol, left, right)
        if isinstance(left, exp.Any | exp.All):
            return _quantified(context, _MIRRORED[symbol], right, left)
        return compare(symbol, context.value(left), context.value(right))

    return handle


def _quantified(context: Context, symbol: str, left: exp.Expr, right: exp.Expr) -> str:
    """Compare with every row of a subquery (ALL) or with one of them (ANY, SOME)."""
    inner = right.this.this if isinstance(right.this, exp.Subquery) else right.this
    if not isinstance(inner, exp.Query):
        raise unsupported(f"The demo does not know the condition {describe(right)}.")
    value = context.value(left)
    is_all = isinstance(right, exp.All)
    if (symbol, is_all) in {("=", False), ("<>", True)}:
        # The same as IN and NOT IN, for which SQLite looks a value up.
        return f"({'NOT ' if is_all else ''}{_in_query(context, value, inner)})"
    query = context.subquery(inner)
    if len(query.columns) != 1:
        raise QueryError("Only one expression can be specified in the select list of this subquery.", number=116)
    column = query.columns[0]
    alias = context.state.fresh("q")
    test = compare(symbol, value, replace(column.value, sql=f"{alias}.{column.sql_name}"))
    # Unknown beats true for ALL and false for ANY; a decided row beats both.
    if is_all:
        decided = f"WHEN MIN({test}) = 0 THEN 0"
        otherwise = "1"
    else:
        decided = f"WHEN MAX({test}) = 1 THEN 1"
        otherwise = "0"
    cases = f"CASE {decided} WHEN COUNT({test}) < COUNT(*) THEN NULL ELSE {otherwise} END"
    return f"(SELECT {cases} FROM ({query.sql}) AS {alias})"


def _and_or(word: str) -> Handler:
    def handle(context: Context, node: exp.Expr) -> str:
        only(node, "this", "expression")
        parts: list[exp.Expr] = []
        current = node
        # Chains of hundreds of conditions are written by programs; walk them instead of recursing.
        while type(current) is type(node):
            parts.append(current.expression)
            current = current.this
        parts.append(current)
        # Left to right: parameters are numbered in the order of the text.
        return "(" + f" {word} ".join(context.predicate(part) for part in reversed(parts)) + ")"

    return handle


def _not(context: Context, node: exp.Expr) -> str:
    only(node, "this")
    return f"(NOT {context.predicate(node.this)})"


def _parenthesis(context: Context, node: exp.Expr) -> str:
    only(node, "this")
    return context.predicate(node.this)


def _is(context: Context, node: exp.Expr) -> str:
    only(node, "this", "expression")
    if isinstance(node.expression, exp.Null):
        return f"({context.value(node.this).sql} IS NULL)"
    raise unsupported(f"The demo does not know the condition {describe(node)}.")


def _same_or_both_null(symbol: str) -> Handler:
    def handle(context: Context, node: exp.Expr) -> str:
        only(node, "this", "expression")
        left, right = comparable(context.value(node.this), context.value(node.expression))
        return f"({native_key(left)} {symbol} {native_key(right)})"

    return handle


def _between(context: Context, node: exp.Expr) -> str:
    only(node, "this", "low", "high")
    value = context.value(node.this)
    low, high = context.value(node.args["low"]), context.value(node.args["high"])
    return f"({compare('>=', value, low)} AND {compare('<=', value, high)})"


def _in(context: Context, node: exp.Expr) -> str:
    only(node, "this", "expressions", "query")
    value = context.value(node.this)
    query = node.args.get("query")
    if query is not None:
        return _in_query(context, value, query.this if isinstance(query, exp.Subquery) else query)
    members = [context.value(member) for member in node.expressions]
    type_ = common_type([value, *members])
    if type_.is_text:
        type_ = text_type(MAX, unicode=type_.is_unicode)
    values = [v if v.type.is_text and type_.is_text else coerce(v, type_) for v in (value, *members)]
    collation = value.collation or next((member.collation for member in members if member.collation), "")
    values = [replace(v, collation=collation) for v in values]
    if type_.is_text and not collation:
        return f"(({values[0].sql}) COLLATE t_collation IN ({', '.join(v.sql for v in values[1:])}))"
    keys = [native_key(v) for v in values]
    return f"({keys[0]} IN ({', '.join(keys[1:])}))"


def _in_query(context: Context, value: Typed, node: exp.Expr) -> str:
    query = context.subquery(node)
    if len(query.columns) != 1:
        raise QueryError(
            "Only one expression can be specified in the select list when the subquery is not introduced with EXISTS.",
            number=116,
        )
    column = query.columns[0]
    alias = context.state.fresh("q")
    left, right = comparable(value, replace(column.value, sql=f"{alias}.{column.sql_name}", is_constant=False))
    collation = joint_collation(left, right)
    left, right = replace(left, collation=collation), replace(right, collation=collation)
    return f"({native_key(left)} IN (SELECT {native_key(right)} FROM ({query.sql}) AS {alias}))"


def _exists(context: Context, node: exp.Expr) -> str:
    only(node, "this")
    inner = node.this.this if isinstance(node.this, exp.Subquery) else node.this
    return f"EXISTS ({context.subquery(inner).sql})"


def _like(context: Context, node: exp.Expr) -> str:
    escape = "''"
    if isinstance(node, exp.Escape):
        only(node, "this", "expression")
        escape = context_text(context, node.expression).sql
        node = node.this
    only(node, "this", "expression", "negate")
    negation = "NOT " if node.args.get("negate") else ""
    text, pattern = context_text(context, node.this), context_text(context, node.expression)
    is_ascii = int(not text.type.is_unicode and not pattern.type.is_unicode)
    collation = joint_collation(text, pattern)
    return f"({negation}t_like({text.sql}, {pattern.sql}, {is_ascii}, {escape}, '{collation}'))"


def context_text(context: Context, node: exp.Expr) -> Typed:
    """Translate an expression and bring it to characters as functions of characters do."""
    value = context.value(node)
    if value.type.is_text:
        return value
    return coerce(value, text_type(MAX, unicode=value.type.family in {"xml", "variant"}))


_HANDLERS: dict[type[exp.Expr], Handler] = {
    exp.EQ: _comparison("="),
    exp.NEQ: _comparison("<>"),
    exp.LT: _comparison("<"),
    exp.GT: _comparison(">"),
    exp.LTE: _comparison("<="),
    exp.GTE: _comparison(">="),
    exp.And: _and_or("AND"),
    exp.Or: _and_or("OR"),
    exp.Not: _not,
    exp.Paren: _parenthesis,
    exp.Is: _is,
    exp.NullSafeEQ: _same_or_both_null("IS"),
    exp.NullSafeNEQ: _same_or_both_null("IS NOT"),
    exp.Between: _between,
    exp.In: _in,
    exp.Exists: _exists,
    exp.Like: _like,
    exp.Escape: _like,
}
