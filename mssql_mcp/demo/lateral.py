"""APPLY and functions that yield rows: sources that see the ones before them, which SQLite has only through json_each.

The rows of the correlated query are gathered into a JSON array and taken apart again; every stored form survives that
(floats as text of 17 digits, bytes as hex).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sqlglot import exp

from mssql_mcp.demo import table_functions
from mssql_mcp.demo.runtime.errors import unsupported
from mssql_mcp.demo.scope import Source
from mssql_mcp.demo.typed import Typed
from mssql_mcp.errors import QueryError

if TYPE_CHECKING:
    from mssql_mcp.demo.context import Context, QueryColumn


def lateral_source(context: Context, node: exp.Expr, alias: exp.Expr | None) -> str:
    """Translate what stands behind CROSS APPLY or OUTER APPLY; give its text in FROM."""
    if isinstance(node, exp.Anonymous | exp.OpenJSON):
        return table_functions.function_source(context, node, alias)
    if not isinstance(node, exp.Subquery):
        raise unsupported("The demo knows APPLY with a subquery, VALUES, STRING_SPLIT, OPENJSON and GENERATE_SERIES.")
    from mssql_mcp.demo.joins import derived_query, named_columns

    name = str(alias.name) if alias is not None else ""
    if not name:
        raise QueryError("Incorrect syntax: a subquery in FROM needs an alias.", number=102)
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
