"""WITH: common table expressions, also recursive ones."""

from __future__ import annotations

from dataclasses import replace

from sqlglot import exp

from mssql_mcp.demo.coerce import coerce
from mssql_mcp.demo.context import Context, Query, QueryColumn, describe, only
from mssql_mcp.demo.joins import column_of, named_columns
from mssql_mcp.demo.relations import Relation
from mssql_mcp.demo.runtime.errors import unsupported
from mssql_mcp.demo.scope import Scope
from mssql_mcp.demo.selects import Item, Select, translate_select
from mssql_mcp.demo.sqltypes import INT, SqlType
from mssql_mcp.demo.typed import Typed
from mssql_mcp.errors import QueryError


def with_clause(context: Context, node: exp.Expr) -> str:
    """Translate WITH, filling the scope's names; give `WITH RECURSIVE ... ` with a blank behind it."""
    only(node, "expressions", "recursive")
    texts = []
    for cte in node.expressions:
        only(cte, "this", "alias")
        name = cte.alias
        if name.lower() in context.scope.ctes:
            raise QueryError(f"Duplicate common table expression name '{name}' was specified.", number=239)
        body = cte.this
        texts.append(_recursive(context, cte, body) if _refers_to(body, name) else _plain(context, cte, body))
    return f"WITH RECURSIVE {', '.join(texts)} "


def _refers_to(body: exp.Expr, name: str) -> bool:
    return any(
        table.name.lower() == name.lower() and not table.args.get("db")
        for table in body.find_all(exp.Table)
        if table.name
    )


def _define(context: Context, cte: exp.Expr, query: Query, level: str = "") -> tuple[str, Relation]:
    columns = named_columns(query, cte.args.get("alias"), cte.alias)
    own = context.state.fresh("w")
    relation = Relation(cte.alias, own, tuple(column_of(column) for column in columns), level)
    return own, relation


def _plain(context: Context, cte: exp.Expr, body: exp.Expr) -> str:
    query = context.state.translators.query(Scope(context.scope.parent, ctes=context.scope.ctes), context, body)
    own, relation = _define(context, cte, query)
    context.scope.ctes[cte.alias.lower()] = relation
    return f"{own} AS ({query.sql})"


def _recursive(context: Context, cte: exp.Expr, body: exp.Expr) -> str:
    """Translate anchor UNION ALL recursive part; a column that SQL Server does not show counts the levels."""
    while isinstance(body, exp.Subquery) and not body.args.get("alias"):
        body = body.this
    members = _members(body, cte.alias)
    anchors = [member for member in members if not _refers_to(member, cte.alias)]
    steps = [member for member in members if _refers_to(member, cte.alias)]
    if not anchors:
        raise QueryError(
            f"Recursive common table expression '{cte.alias}' does not contain a top-level UNION ALL operator.",
            number=252,
        )
    scope = Scope(context.scope.parent, ctes=context.scope.ctes)
    first = _anchor(context, scope, anchors)
    level = context.state.fresh("v")
    own, relation = _define(context, cte, first, level)
    context.scope.ctes[cte.alias.lower()] = relation
    types = [column.value.type for column in first.columns]
    texts = [f"SELECT *, 0 FROM ({first.sql})"]
    texts += [_step(context, Scope(context.scope.parent, ctes=context.scope.ctes), step, types) for step in steps]
    context.scope.ctes[cte.alias.lower()] = replace(relation, level_sql="")
    listed = ", ".join([*(column.sql_name for column in first.columns), level])
    return f"{own}({listed}) AS ({' UNION ALL '.join(texts)})"


def _members(body: exp.Expr, name: str) -> list[exp.Expr]:
    if isinstance(body, exp.Union):
        if body.args.get("distinct"):
            raise QueryError(
                f"Recursive common table expression '{name}' does not contain a top-level UNION ALL operator.",
                number=252,
            )
        only(body, "this", "expression", "distinct")
        return [*_members(body.this, name), *_members(body.expression, name)]
    return [body]


def _anchor(context: Context, scope: Scope, anchors: list[exp.Expr]) -> Query:
    node = anchors[0]
    for other in anchors[1:]:
        node = exp.Union(this=node.copy(), expression=other.copy(), distinct=False)
    return context.state.translators.query(scope, context, node)


def _step(context: Context, scope: Scope, node: exp.Expr, types: list[SqlType]) -> str:
    while isinstance(node, exp.Subquery) and not node.args.get("alias"):
        node = node.this
    if not isinstance(node, exp.Select):
        raise unsupported(
            f"The demo does not know {describe(node)} as the recursive part of a common table expression."
        )
    select = translate_select(context, scope, node)
    if len(select.items) != len(types):
        raise QueryError(
            "All queries combined using a UNION, INTERSECT or EXCEPT operator must have an equal number of expressions "
            "in their target lists.",
            number=205,
        )
    if not select.is_plain or select.variants[0].group:
        raise QueryError(
            "TOP, DISTINCT and GROUP BY are not allowed in the recursive part of a common table expression.", number=460
        )
    depth = next((source.level for source in scope.sources if source.level), "")
    if not depth:
        raise unsupported("The demo needs the common table expression itself in the FROM of its recursive part.")
    values = [_matched(item, type_) for item, type_ in zip(select.items, types, strict=True)]
    limit = context.state.max_recursion
    counted = f"t_level({depth}, {limit})" if limit else f"({depth} + 1)"
    return _with_level(select, values, counted).text(
        context, [context.state.fresh("c") for _ in range(len(values) + 1)]
    )


def _with_level(select: Select, values: list[Typed], counted: str) -> Select:
    items = (*(Item("", value) for value in values), Item("", Typed(counted, INT)))
    return replace(select, variants=(replace(select.variants[0], items=items),))


def _matched(item: Item, type_: SqlType) -> Typed:
    """Hold the recursive part to the anchor's types, as SQL Server does (error 240); texts may differ in length."""
    own = item.value.type
    same = own == type_ or item.value.is_untyped_null or (own.is_text and type_.is_text)
    both_whole = own.family == type_.family == "integer"
    if not same and not both_whole:
        raise QueryError(
            "Types don't match between the anchor and the recursive part in column "
            f'"{item.name}" of a recursive query.',
            number=240,
            hint=f"The anchor has {type_}, the recursive part {own}: CAST one of them.",
        )
    return coerce(item.value, type_) if not own.is_text else item.value


__all__ = ("QueryColumn", "with_clause")
