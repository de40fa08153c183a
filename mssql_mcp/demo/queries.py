"""Whole queries: SELECT and what combines several of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sqlglot import exp

from mssql_mcp.demo.coerce import coerce, common_type
from mssql_mcp.demo.context import Context, Query, QueryColumn, describe, only
from mssql_mcp.demo.ctes import with_clause
from mssql_mcp.demo.documents_sql import document
from mssql_mcp.demo.ordering import Limit, OrderKey, finish, limit_of, order_keys
from mssql_mcp.demo.predicates import native_key, sorts_natively
from mssql_mcp.demo.runtime.errors import unsupported
from mssql_mcp.demo.scope import Scope
from mssql_mcp.demo.selects import Select, translate_select
from mssql_mcp.demo.typed import Typed
from mssql_mcp.errors import QueryError

if TYPE_CHECKING:
    from collections.abc import Sequence

_SET_OPERATORS = {exp.Union: "UNION", exp.Except: "EXCEPT", exp.Intersect: "INTERSECT"}


def translate_query(scope: Scope | None, context: Context, node: exp.Expr) -> Query:
    """Translate a query.

    Args:
        scope: Of the query around it, whose columns it sees; None for none.
        context: Of the translation.
        node: SELECT, a set operation, or either in parentheses.

    Raises:
        QueryError: SQL Server refuses it too.
        UnsupportedError: Only the demo does.
    """
    while isinstance(node, exp.Subquery) and not node.args.get("alias"):
        only(node, "this")
        node = node.this
    inner = Scope(scope)
    own = Context(context.state, inner)
    prefix = ""
    if node.args.get("with_"):
        prefix = with_clause(own, node.args["with_"])
    if isinstance(node, exp.Select):
        query = _single(own, inner, node)
    elif isinstance(node, exp.SetOperation):
        query = _combined(own, inner, node)
    else:
        raise unsupported(f"The demo runs SELECT, not {describe(node)}.")
    if node.args.get("for_"):
        query = document(own, node.args["for_"], query, 1 + len(node.args.get("joins") or []))
    return replace(query, sql=prefix + query.sql) if prefix else query


def translate_scalar_query(context: Context, node: exp.Expr) -> Typed:
    """Translate a subquery that stands for one value; more than one row is SQL Server's error 512."""
    query = context.subquery(node)
    if len(query.columns) != 1:
        raise QueryError(
            "Only one expression can be specified in the select list when the subquery is not introduced with EXISTS.",
            number=116,
        )
    column = query.columns[0]
    value = Typed("", column.value.type, collation=column.value.collation, is_json=column.value.is_json)
    if query.has_one_row:
        return replace(value, sql=f"({query.sql})")
    text = (
        f"(SELECT CASE WHEN COUNT(*) > 1 THEN t_fail(512) ELSE {column.sql_name} END "
        f"FROM (SELECT {column.sql_name} FROM ({query.sql}) LIMIT 2))"
    )
    return replace(value, sql=text)


def _single(context: Context, scope: Scope, node: exp.Select) -> Query:
    # A query sees what surrounds it, not the scope that holds its own common table expressions' names twice.
    select = translate_select(context, Scope(scope.parent, ctes=scope.ctes), node)
    return select.query(context)


@dataclass(frozen=True, slots=True)
class _Side:
    """One side of a set operation: its columns, and its text once their types are settled."""

    select: Select | None
    query: Query | None

    @property
    def columns(self) -> list[tuple[str, Typed]]:
        if self.select is not None:
            return [(item.name, item.value) for item in self.select.items]
        columns = self.query.columns if self.query is not None else ()
        return [(column.name, replace(column.value, sql=column.sql_name)) for column in columns]

    def render(self, context: Context, values: Sequence[Typed], sql_names: Sequence[str]) -> str:
        if self.select is not None and self.select.is_plain:
            return self.select.with_values(values).text(context, sql_names)
        query = self.query or self.select.query(context)  # type: ignore[union-attr]
        listed = []
        for column, value, name in zip(query.columns, values, sql_names, strict=True):
            own = replace(
                column.value, sql=column.sql_name, is_constant=False, is_untyped_null=column.value.is_untyped_null
            )
            listed.append(f"{coerce(own, value.type).sql} AS {name}")
        return f"SELECT {', '.join(listed)} FROM ({query.sql})"


def _combined(context: Context, scope: Scope, node: exp.SetOperation) -> Query:
    only(node, "this", "expression", "distinct", "order", "limit", "offset", "with_", "options", "for_")
    sides, word = _sides(context, scope, node)
    widths = {len(side.columns) for side in sides}
    if len(widths) != 1:
        raise QueryError(
            "All queries combined using a UNION, INTERSECT or EXCEPT operator must have an equal number of expressions "
            "in their target lists.",
            number=205,
        )
    types = [common_type([side.columns[place][1] for side in sides]) for place in range(widths.pop())]
    names = [name for name, _ in sides[0].columns]
    sql_names = [context.state.fresh("c") for _ in types]
    texts = []
    for side in sides:
        values = [coerce(value, type_) for (_, value), type_ in zip(side.columns, types, strict=True)]
        texts.append(side.render(context, values, sql_names))
    columns = tuple(
        QueryColumn(name, sql_name, Typed(sql_name, type_, name=name))
        for name, sql_name, type_ in zip(names, sql_names, types, strict=True)
    )
    sql = _joined_texts(context, texts, columns, word, is_distinct=bool(node.args.get("distinct", True)))
    keys = _combined_order(context, node, columns)
    limit = limit_of(context, node)
    if not keys and limit is None:
        return Query(sql, columns)
    return finish(context, sql, columns, keys, limit or Limit())


def _sides(context: Context, scope: Scope, node: exp.SetOperation) -> tuple[list[_Side], str]:
    """Take the two sides; a chain of UNION, as programs write it, is taken flat."""
    word = _SET_OPERATORS[type(node)]
    nodes: list[exp.Expr] = [node.expression]
    current = node.this
    # Whatever stands to the left of a UNION is made distinct by it.
    is_distinct = bool(node.args.get("distinct"))
    while (
        isinstance(node, exp.Union)
        and isinstance(current, exp.Union)
        and (is_distinct or not current.args.get("distinct"))
        and not _has_own_clauses(current)
    ):
        nodes.append(current.expression)
        current = current.this
    nodes.append(current)
    return [_side(context, scope, side) for side in reversed(nodes)], word


def _has_own_clauses(node: exp.Expr) -> bool:
    return any(node.args.get(part) for part in ("order", "limit", "offset", "with_", "for_"))


def _side(context: Context, scope: Scope, node: exp.Expr) -> _Side:
    while isinstance(node, exp.Subquery) and not node.args.get("alias"):
        only(node, "this")
        node = node.this
    if isinstance(node, exp.Select) and not node.args.get("with_") and not node.args.get("for_"):
        return _Side(translate_select(context, Scope(scope.parent, ctes=scope.ctes), node), None)
    return _Side(None, translate_query(Scope(scope.parent, ctes=scope.ctes), context, node))


def _joined_texts(
    context: Context, texts: list[str], columns: tuple[QueryColumn, ...], word: str, *, is_distinct: bool
) -> str:
    if word == "UNION":
        joined = " UNION ALL ".join(texts)
        if not is_distinct:
            return joined
        listed = ", ".join(column.sql_name for column in columns)
        keys = ", ".join(native_key(column.value) for column in columns)
        return f"SELECT {listed} FROM ({joined}) GROUP BY {keys}"
    if all(sorts_natively(column.value) for column in columns):
        return f" {word} ".join(texts)
    # Compare by keys, which SQLite's own set operators do not; of rows that are alike one of the left side stands.
    listed = ", ".join(column.sql_name for column in columns)
    keys = ", ".join(native_key(column.value) for column in columns)
    side = context.state.fresh("s")
    both = " UNION ALL ".join(f"SELECT {listed}, {place} AS {side} FROM ({text})" for place, text in enumerate(texts))
    having = f"MAX({side}) = 0" if word == "EXCEPT" else f"MIN({side}) = 0 AND COUNT(DISTINCT {side}) = 2"
    return f"SELECT {listed} FROM ({both}) GROUP BY {keys} HAVING {having}"


def _combined_order(context: Context, node: exp.Expr, columns: tuple[QueryColumn, ...]) -> list[OrderKey]:
    """Take ORDER BY behind a set operation; it names columns of the result."""
    order = node.args.get("order")
    if order is None:
        return []
    values = [(column.name, column.value) for column in columns]

    def refuse(term: exp.Expr) -> Typed:
        raise QueryError(
            "ORDER BY items must appear in the select list if the statement contains a UNION, INTERSECT or EXCEPT "
            f"operator ({describe(term)}).",
            number=104,
        )

    return order_keys(order, values, refuse)
