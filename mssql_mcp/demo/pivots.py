"""PIVOT and UNPIVOT, written out as grouping and as a join with the list of columns."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sqlglot import exp

from mssql_mcp.demo.aggregates_sql import AGGREGATES, Call, aggregate
from mssql_mcp.demo.coerce import coerce
from mssql_mcp.demo.context import QueryColumn, describe, only
from mssql_mcp.demo.predicates import compare, native_key
from mssql_mcp.demo.reader import PREFIX
from mssql_mcp.demo.runtime.errors import unsupported
from mssql_mcp.demo.scope import Source
from mssql_mcp.demo.sqltypes import SYSNAME
from mssql_mcp.demo.typed import Typed, literal
from mssql_mcp.errors import QueryError

if TYPE_CHECKING:
    from mssql_mcp.demo.context import Context

_KNOWN = (
    "expressions",
    "fields",
    "unpivot",
    "alias",
    "columns",
    "default_on_null",
    "value_columns_first",
    "identify_pivot_strings",
    "prefixed_pivot_columns",
    "pivot_column_naming",
)


def pivoted(context: Context, sql: str, columns: tuple[QueryColumn, ...], node: exp.Expr, name: str) -> str:
    """Translate a source with PIVOT or UNPIVOT behind it, adding the result to the scope.

    Args:
        context: Of the query whose FROM it stands in.
        sql: The query that yields the source's rows.
        columns: Of that query.
        node: The source; its `pivots` are taken.
        name: Of the source, where the pivot has no alias.
    """
    pivots = node.args["pivots"]
    if len(pivots) != 1:
        raise unsupported("The demo knows one PIVOT or UNPIVOT behind a source.")
    pivot = pivots[0]
    only(pivot, *_KNOWN)
    if len(pivot.args["fields"]) != 1:
        raise unsupported(f"The demo does not know {describe(pivot)}.")
    own = context.state.fresh("t")
    known = {
        column.name.lower(): replace(column.value, sql=f"{own}.{column.sql_name}", name=column.name)
        for column in columns
    }
    make = _unpivot if pivot.args.get("unpivot") else _pivot
    text, values = make(context, f"({sql}) AS {own}", known, pivot)
    alias = context.state.fresh("t")
    shown = pivot.alias or name
    context.scope.sources.append(
        Source(shown, (), {value.name.lower(): replace(value, sql=f"{alias}.{value.sql}") for value in values})
    )
    return f"({text}) AS {alias}"


def _known(known: dict[str, Typed], node: exp.Expr) -> Typed:
    value = known.get(node.name.lower())
    if value is None:
        raise QueryError(f"Invalid column name '{node.name}'.", number=207)
    return value


def _pivot(context: Context, source: str, known: dict[str, Typed], pivot: exp.Expr) -> tuple[str, list[Typed]]:
    (function,) = pivot.expressions
    (field,) = pivot.args["fields"]
    call_name = str(function.this).removeprefix(PREFIX) if isinstance(function, exp.Anonymous) else ""
    if call_name not in AGGREGATES or len(function.expressions) != 1 or isinstance(function.expressions[0], exp.Star):
        raise unsupported(f"The demo does not know {describe(pivot)}.")
    counted = _known(known, function.expressions[0])
    spread = _known(known, field.this)
    kept = [value for value in known.values() if value.name not in {counted.name, spread.name}]
    listed, values = [], []
    for value in kept:
        own = context.state.fresh("c")
        listed.append(f"{value.sql} AS {own}")
        values.append(replace(value, sql=own))
    for member in field.expressions:
        wanted = coerce(literal(member.name, SYSNAME), spread.type)
        chosen = f"CASE WHEN {compare('=', spread, wanted)} THEN {counted.sql} END"
        result = aggregate(Call(call_name, (replace(counted, sql=chosen, low=None, high=None),)))
        own = context.state.fresh("c")
        listed.append(f"{result.sql} AS {own}")
        values.append(Typed(own, result.type, name=member.alias or member.name))
    groups = f" GROUP BY {', '.join(native_key(value) for value in kept)}" if kept else ""
    return f"SELECT {', '.join(listed)} FROM {source}{groups}", values


def _unpivot(context: Context, source: str, known: dict[str, Typed], pivot: exp.Expr) -> tuple[str, list[Typed]]:
    (value_name,) = pivot.expressions
    (field,) = pivot.args["fields"]
    members = [_known(known, member) for member in field.expressions]
    types = {member.type for member in members}
    if len(types) != 1:
        raise QueryError(
            f'The type of column "{members[1].name}" conflicts with the type of other columns specified in the UNPIVOT '
            "list.",
            number=8167,
        )
    taken = {member.name for member in members}
    listed, values = [], []
    for value in known.values():
        if value.name not in taken:
            own = context.state.fresh("c")
            listed.append(f"{value.sql} AS {own}")
            values.append(replace(value, sql=own))
    numbers = context.state.fresh("n")
    cases = " ".join(f"WHEN {place} THEN {member.sql}" for place, member in enumerate(members))
    labels = " ".join(f"WHEN {place} THEN {literal(member.name, SYSNAME).sql}" for place, member in enumerate(members))
    chosen, label = context.state.fresh("c"), context.state.fresh("c")
    listed += [f"CASE {numbers}.column1 {cases} END AS {chosen}", f"CASE {numbers}.column1 {labels} END AS {label}"]
    values += [Typed(chosen, members[0].type, name=value_name.name), Typed(label, SYSNAME, name=field.this.name)]
    places = ", ".join(f"({place})" for place in range(len(members)))
    # Rows whose value is NULL are left out; page "Using PIVOT and UNPIVOT".
    joined = f"SELECT {', '.join(listed)} FROM {source} JOIN (VALUES {places}) AS {numbers}"
    text = f"SELECT * FROM ({joined}) WHERE {chosen} IS NOT NULL"
    return text, values
