"""APPLY and functions that yield rows: sources that see the ones before them, which SQLite has only through json_each.

The rows of the correlated query are gathered into a JSON array and taken apart again; every stored form survives that
(floats as text of 17 digits, bytes as hex).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sqlglot import exp

from mssql_mcp.demo import table_functions
from mssql_mcp.demo.aggregates_sql import contains_aggregate
from mssql_mcp.demo.context import Query, QueryColumn
from mssql_mcp.demo.runtime.errors import unsupported
from mssql_mcp.demo.scope import Source
from mssql_mcp.demo.typed import Typed
from mssql_mcp.errors import QueryError

if TYPE_CHECKING:
    from mssql_mcp.demo.context import Context


def lateral_source(context: Context, node: exp.Expr, alias: exp.Expr | None) -> str:
    """Translate what stands behind APPLY; give its text in FROM, or nothing where none is needed."""
    if isinstance(node, exp.Anonymous | exp.OpenJSON):
        return table_functions.function_source(context, node, alias)
    if isinstance(node, exp.Subquery) and isinstance(node.this, exp.Values):
        return _values_source(context, node.this, alias)
    if isinstance(node, exp.Subquery) and _is_row(node.this):
        return _row_source(context, node.this, alias)
    if not isinstance(node, exp.Subquery):
        raise unsupported("The demo knows APPLY with a subquery, VALUES, STRING_SPLIT, OPENJSON and GENERATE_SERIES.")
    from mssql_mcp.demo.joins import derived_query, named_columns

    name = _name_of(alias)
    query = derived_query(context, context.scope, node)
    columns = named_columns(query, alias, name)
    packed = ", ".join(packed_cell(column) for column in columns)
    own = context.state.fresh("t")
    values = {
        column.name.lower(): unpacked_cell(replace(column.value, name=column.name), own, place)
        for place, column in enumerate(columns)
    }
    context.scope.sources.append(Source(name, (), values))
    return f"json_each((SELECT json_group_array(json_array({packed})) FROM ({query.sql}))) AS {own}"


def _is_row(node: exp.Expr) -> bool:
    """Whether a query is nothing but a list of values: one row, worked out from the row before it."""
    if not isinstance(node, exp.Select):
        return False
    parts = {name for name, value in node.args.items() if value}
    return parts == {"expressions"} and not any(contains_aggregate(item) for item in node.expressions)


def _row_source(context: Context, node: exp.Expr, alias: exp.Expr | None) -> str:
    from mssql_mcp.demo.joins import named_columns
    from mssql_mcp.demo.selects import items_of

    own = context.within("select list")
    found = [item for expression in node.expressions for item in items_of(own, expression)]
    query = Query("", tuple(QueryColumn(item.name, item.value.sql, item.value) for item in found), has_one_row=True)
    _add(context, alias, [replace(c.value, name=c.name) for c in named_columns(query, alias, _name_of(alias))])
    return ""


def _values_source(context: Context, node: exp.Expr, alias: exp.Expr | None) -> str:
    """Translate VALUES whose cells may name columns before it: its rows are numbered, and a cell chosen by number."""
    from mssql_mcp.demo.joins import named_columns, values_rows

    rows, types = values_rows(context, node)
    numbers = context.state.fresh("n")
    values = []
    for place, type_ in enumerate(types):
        cases = " ".join(f"WHEN {number} THEN {row[place].sql}" for number, row in enumerate(rows))
        values.append(Typed(f"CASE {numbers}.column1 {cases} END", type_))
    query = Query("", tuple(QueryColumn("", value.sql, value) for value in values))
    _add(context, alias, [replace(c.value, name=c.name) for c in named_columns(query, alias, _name_of(alias))])
    return f"(VALUES {', '.join(f'({number})' for number in range(len(rows)))}) AS {numbers}"


def _name_of(alias: exp.Expr | None) -> str:
    name = str(alias.name) if alias is not None else ""
    if not name:
        raise QueryError("Incorrect syntax: a subquery in FROM needs an alias.", number=102)
    return name


def _add(context: Context, alias: exp.Expr | None, values: list[Typed]) -> None:
    context.scope.sources.append(Source(_name_of(alias), (), {value.name.lower(): value for value in values}))


def packed_cell(column: QueryColumn) -> str:
    """Give text that puts a column into a JSON array without loss."""
    storage = column.value.type.storage
    if storage == "BLOB":
        return f"t_hex({column.sql_name})"
    if storage == "REAL":
        return f"t_float_pack({column.sql_name})"
    return column.sql_name


def unpacked_cell(value: Typed, source: str, place: int) -> Typed:
    """Give the value at a place of the JSON array that a source yields."""
    cell = f"json_extract({source}.value, '$[{place}]')"
    storage = value.type.storage
    if storage == "BLOB":
        cell = f"t_unhex({cell})"
    elif storage == "REAL":
        cell = f"CAST({cell} AS REAL)"
    return Typed(cell, value.type, name=value.name)
