"""FROM: every kind of source, and how sources are joined."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from mssql_mcp.demo import table_functions
from mssql_mcp.demo.coerce import coerce, common_type
from mssql_mcp.demo.context import Context, Query, QueryColumn, describe, names, only
from mssql_mcp.demo.lateral import lateral_source
from mssql_mcp.demo.pivots import pivoted
from mssql_mcp.demo.reader import PREFIX
from mssql_mcp.demo.relations import Relation, RelationColumn, find_relation
from mssql_mcp.demo.runtime.errors import unsupported
from mssql_mcp.demo.scope import Scope, Source
from mssql_mcp.demo.typed import Typed
from mssql_mcp.errors import QueryError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mssql_mcp.demo.sqltypes import SqlType

_FULL_JOINS = (3, 39, 0)  # SQLite's release that has RIGHT and FULL JOIN
_SAMPLED = 1_000_000


def translate_from(context: Context, node: exp.Select) -> str:
    """Translate FROM and its joins, filling the scope; give ` FROM ...`, or nothing where there is none."""
    clause = node.args.get("from_")
    if clause is None:
        return ""
    only(clause, "this")
    return f" FROM {_with_joins(context, clause.this, node.args.get('joins') or [])}"


def _with_joins(context: Context, first: exp.Expr, joins: Sequence[exp.Expr]) -> str:
    text = _source(context, first)
    # Within parentheses the joins hang on their first source.
    own = first.args.get("joins") or [] if first.args.get("alias") or isinstance(first, exp.Table) else []
    for join in (*own, *joins):
        text += _join(context, join)
    return text


def _join(context: Context, join: exp.Expr) -> str:
    only(join, "this", "on", "kind", "side", "hint", "method")
    side, kind = (join.args.get("side") or "").upper(), (join.args.get("kind") or "").upper()
    if kind not in {"", "INNER", "CROSS", "OUTER"} or side not in {"", "LEFT", "RIGHT", "FULL"}:
        raise unsupported(f"The demo does not know {side} {kind} JOIN.")
    if side in {"RIGHT", "FULL"} and context.state.sqlite_version < _FULL_JOINS:
        raise unsupported(f"The demo's SQLite is too old for {side} JOIN.")
    if isinstance(join.this, exp.Lateral):
        is_cross = bool(join.this.args.get("cross_apply"))
        only(join.this, "this", "alias", "cross_apply")
        text = lateral_source(context, join.this.this, join.this.args.get("alias"))
        if not text:
            return ""
        return f" JOIN {text}" if is_cross else f" LEFT JOIN {text} ON 1"
    text = _source(context, join.this)
    condition = join.args.get("on")
    if condition is None:
        if side or kind in {"INNER", "OUTER"}:
            raise QueryError("Incorrect syntax: a join needs ON.", number=102)
        return f" JOIN {text}"
    return f" {side + ' ' if side else ''}JOIN {text} ON {context.within('on clause').predicate(condition)}"


def _source(context: Context, node: exp.Expr) -> str:
    if isinstance(node, exp.Table):
        return _table(context, node)
    if isinstance(node, exp.Subquery):
        return _subquery(context, node)
    if isinstance(node, exp.Values):
        return _derived(context, node, node.args.get("alias"))
    if isinstance(node, exp.Lateral):
        raise unsupported("The demo knows APPLY only behind another source.")
    raise unsupported(f"The demo does not know {describe(node)} in FROM.")


def _table(context: Context, node: exp.Table) -> str:
    only(node, "this", "db", "catalog", "alias", "hints", "joins", "pivots", "sample")
    alias = node.args.get("alias")
    if not isinstance(node.this, exp.Identifier):
        if isinstance(node.this, exp.Anonymous | exp.OpenJSON) and not node.args.get("db"):
            return table_functions.function_source(context, node.this, alias)
        name = node.sql(dialect="tsql").replace(PREFIX, "")
        raise unsupported(f"The demo does not know the table function {name.split('(')[0]}.")
    parts = tuple(part.name for part in (node.args.get("catalog"), node.args.get("db"), node.this) if part)
    relation = context.scope.cte(parts[0]) if len(parts) == 1 else None
    is_cte = relation is not None
    if relation is None:
        relation = find_relation(parts)
    if node.args.get("pivots"):
        columns = tuple(QueryColumn(c.name, c.sql, Typed(c.sql, c.type, name=c.name)) for c in relation.columns)
        return pivoted(context, f"SELECT * FROM {relation.sql}", columns, node, _alias_name(alias) or parts[-1])
    text = relation.sql
    if node.args.get("sample"):
        text = _sampled(context, node.args["sample"], text)
    if alias is not None:
        only(alias, "this")
    shown = _alias_name(alias) or parts[-1]
    qualifiers = () if alias is not None else _qualifiers(parts)
    return add_relation(context.scope, context, relation, text, shown, qualifiers, level=is_cte)


def _qualifiers(parts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(".".join(parts[start:]).lower() for start in range(len(parts)))


def _alias_name(alias: exp.Expr | None) -> str:
    return str(alias.name) if alias is not None else ""


def _sampled(context: Context, sample: exp.Expr, text: str) -> str:
    """Read a share of the rows, each with the same chance; SQL Server takes whole pages, which are not here."""
    only(sample, "percent", "size", "seed")
    share = sample.args.get("percent")
    value = context.value(share).constant if share is not None else None
    if not isinstance(value, int):
        raise unsupported("The demo knows TABLESAMPLE with a whole number of PERCENT.")
    return f"(SELECT * FROM {text} WHERE abs(random() % {_SAMPLED}) < {value * _SAMPLED // 100})"


def add_relation(
    scope: Scope,
    context: Context,
    relation: Relation,
    text: str,
    alias: str,
    qualifiers: tuple[str, ...] = (),
    *,
    level: bool = False,
) -> str:
    """Add a source to the scope; give its text in FROM."""
    _check_alias(scope, alias)
    own = context.state.fresh("t")
    columns = {c.name.lower(): Typed(f"{own}.{c.sql}", c.type, name=c.name) for c in relation.columns}
    depth = f"{own}.{relation.level_sql}" if level and relation.level_sql else ""
    scope.sources.append(Source(alias, qualifiers, columns, depth))
    return f"{text} AS {own}"


def _check_alias(scope: Scope, alias: str) -> None:
    if alias and any(source.alias.lower() == alias.lower() for source in scope.sources):
        raise QueryError(
            f'The objects "{alias}" and "{alias}" in the FROM clause have the same exposed names. '
            "Use correlation names to distinguish them.",
            number=1013,
        )


def _subquery(context: Context, node: exp.Subquery) -> str:
    inner = node.this
    if isinstance(inner, exp.Table | exp.Subquery) and not node.args.get("alias"):
        only(node, "this", "joins")
        return f"({_with_joins(context, inner, node.args.get('joins') or [])})"
    only(node, "this", "alias", "pivots", "joins")
    return _derived(context, node, node.args.get("alias"))


def _derived(context: Context, node: exp.Expr, alias: exp.Expr | None) -> str:
    """Translate a subquery or VALUES in FROM; it does not see its neighbours."""
    query = derived_query(context, context.scope.parent, node)
    columns = named_columns(query, alias, _alias_name(alias))
    if node.args.get("pivots"):
        return pivoted(context, query.sql, columns, node, _alias_name(alias))
    if not _alias_name(alias):
        raise QueryError("Incorrect syntax: a subquery in FROM needs an alias.", number=102)
    relation = Relation(_alias_name(alias), "", tuple(column_of(c) for c in columns))
    return add_relation(context.scope, context, relation, f"({query.sql})", _alias_name(alias))


def derived_query(context: Context, scope: Scope | None, node: exp.Expr) -> Query:
    """Translate what stands in the parentheses of a derived table."""
    inner = node.this if isinstance(node, exp.Subquery) else node
    if isinstance(inner, exp.Values):
        return values_query(Context(context.state, Scope(scope)), inner)
    if isinstance(inner, exp.Query):
        # Common table expressions of this query are seen inside as well.
        outer = Scope(scope, ctes=dict(_visible_ctes(context.scope)))
        return context.state.translators.query(outer, context, inner)
    raise unsupported(f"The demo does not know {describe(node)} in FROM.")


def _visible_ctes(scope: Scope | None) -> dict[str, Relation]:
    if scope is None:
        return {}
    return {**_visible_ctes(scope.parent), **scope.ctes}


def values_rows(context: Context, node: exp.Expr) -> tuple[list[list[Typed]], list[SqlType]]:
    """Translate the cells of VALUES (...), (...); each column takes the type that its values have together.

    Raises:
        QueryError: 10709, the rows are not of one length.
    """
    tuples = [row.expressions if isinstance(row, exp.Tuple) else [row.this] for row in node.expressions]
    rows = [[context.value(cell) for cell in cells] for cells in tuples]
    width = len(rows[0])
    if any(len(row) != width for row in rows):
        raise QueryError(
            "The number of columns for each row in a table value constructor must be the same.", number=10709
        )
    types = [common_type([row[place] for row in rows]) for place in range(width)]
    return [[coerce(cell, type_) for cell, type_ in zip(row, types, strict=True)] for row in rows], types


def values_query(context: Context, node: exp.Values) -> Query:
    """Translate VALUES (...), (...) into a query."""
    rows, types = values_rows(context, node)
    lines = ", ".join("(" + ", ".join(cell.sql for cell in row) + ")" for row in rows)
    names_and_types = [(context.state.fresh("c"), type_) for type_ in types]
    columns = tuple(QueryColumn("", name, Typed(name, type_)) for name, type_ in names_and_types)
    listed = ", ".join(f"column{place} AS {column.sql_name}" for place, column in enumerate(columns, start=1))
    return Query(f"SELECT {listed} FROM (VALUES {lines})", columns)


def named_columns(query: Query, alias: exp.Expr | None, owner: str) -> tuple[QueryColumn, ...]:
    """Give a derived table's columns the names that its alias lists.

    Raises:
        QueryError: 8155, 8156, 8158 or 8159: names are missing, doubled, too few or too many.
    """
    listed = names(alias.args.get("columns") or []) if alias is not None else ()
    if listed and len(listed) != len(query.columns):
        number, word = (8158, "more") if len(query.columns) > len(listed) else (8159, "fewer")
        raise QueryError(f"'{owner}' has {word} columns than were specified in the column list.", number=number)
    columns = query.columns
    if listed:
        columns = tuple(QueryColumn(n, c.sql_name, c.value) for n, c in zip(listed, columns, strict=True))
    seen: set[str] = set()
    for place, column in enumerate(columns, start=1):
        if not column.name:
            raise QueryError(f"No column name was specified for column {place} of '{owner}'.", number=8155)
        if column.name.lower() in seen:
            raise QueryError(f"The column '{column.name}' was specified multiple times for '{owner}'.", number=8156)
        seen.add(column.name.lower())
    return columns


def column_of(column: QueryColumn) -> RelationColumn:
    """Give a query's column as a relation's."""
    return RelationColumn(column.name, column.sql_name, column.value.type)
