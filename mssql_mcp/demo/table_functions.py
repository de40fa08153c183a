"""Functions in FROM: STRING_SPLIT, OPENJSON and GENERATE_SERIES."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from sqlglot import exp

from mssql_mcp.demo.arguments import as_text, expect, int_argument
from mssql_mcp.demo.coerce import common_type
from mssql_mcp.demo.context import only
from mssql_mcp.demo.reader import PREFIX
from mssql_mcp.demo.runtime.errors import unsupported
from mssql_mcp.demo.scope import Source
from mssql_mcp.demo.sqltypes import BIGINT, INT, MAX, SqlType, text_type
from mssql_mcp.demo.typed import Typed, quote_text
from mssql_mcp.errors import QueryError

if TYPE_CHECKING:
    from collections.abc import Callable

    from mssql_mcp.demo.context import Context

# The call that yields the rows, and the name and type of each column.
Rows = tuple[str, list[tuple[str, SqlType]]]
_DEFAULT_PATH = "$"


def function_source(context: Context, node: exp.Expr, alias: exp.Expr | None) -> str:
    """Translate a call in FROM, adding it to the scope; it sees the sources before it.

    Raises:
        UnsupportedError: The demo does not know the function.
    """
    if isinstance(node, exp.OpenJSON):
        call, columns = _open_json(context, node)
    else:
        name = str(node.this).upper().removeprefix(PREFIX.upper())
        handler = TABLE_FUNCTIONS.get(name)
        if handler is None:
            raise unsupported(f"The demo does not know the table function {name}.")
        call, columns = handler(context, name, node.expressions)
    from mssql_mcp.demo.lateral import unpacked_cell

    listed = [part.name for part in (alias.args.get("columns") or [])] if alias is not None else []
    if listed and len(listed) != len(columns):
        raise QueryError(f"'{alias.name}' has a column list of another length than its columns.", number=8158)  # type: ignore[union-attr]
    own = context.state.fresh("t")
    values = {}
    for place, (name, type_) in enumerate(columns):
        shown = listed[place] if listed else name
        values[shown.lower()] = unpacked_cell(Typed("", type_, name=shown), own, place)
    shown_alias = str(alias.name) if alias is not None else str(node.this).removeprefix(PREFIX)
    context.scope.sources.append(Source(shown_alias, (), values))
    return f"json_each({call}) AS {own}"


def _string_split(context: Context, name: str, arguments: list[exp.Expr]) -> Rows:
    expect(name, arguments, 2, 3)
    value, separator = (as_text(context.value(argument)) for argument in arguments[:2])
    columns = [("value", text_type(value.type.length, unicode=value.type.is_unicode or separator.type.is_unicode))]
    if len(arguments) > 2:
        enabled = context.value(arguments[2])
        if not enabled.is_constant:
            raise QueryError("The enable_ordinal argument of STRING_SPLIT must be a constant.", number=8748)
        if enabled.constant == 1:
            columns.append(("ordinal", BIGINT))
    return f"t_split({value.sql}, {separator.sql})", columns


def _series(context: Context, name: str, arguments: list[exp.Expr]) -> Rows:
    expect(name, arguments, 2, 3)
    values = [context.value(argument) for argument in arguments]
    type_ = common_type(values)
    if type_.family != "integer":
        raise unsupported("The demo's GENERATE_SERIES takes whole numbers.")
    first, last = (int_argument(context, argument).sql for argument in arguments[:2])
    step = values[2].sql if len(values) > 2 else f"(CASE WHEN {first} <= {last} THEN 1 ELSE -1 END)"
    return f"t_series({first}, {last}, {step})", [("value", type_)]


def _open_json(context: Context, node: exp.Expr) -> Rows:
    only(node, "this", "path", "expressions")
    text = as_text(context.value(node.this))
    path = node.args.get("path")
    path_sql = as_text(context.value(path)).sql if path else quote_text(_DEFAULT_PATH)
    if not node.expressions:
        columns = [("key", text_type(4000, unicode=True)), ("value", text_type(MAX, unicode=True)), ("type", INT)]
        return f"t_open_json({text.sql}, {path_sql})", columns
    from mssql_mcp.demo.expressions import type_of

    declared = []
    columns = []
    for column in node.expressions:
        only(column, "this", "kind", "path", "as_json")
        type_ = type_of(column.args["kind"])
        own_path = column.args["path"].name if column.args.get("path") else f'$."{column.name}"'
        declared.append([str(type_), own_path, bool(column.args.get("as_json"))])
        columns.append((column.name, type_))
    return f"t_open_json_columns({text.sql}, {path_sql}, {quote_text(json.dumps(declared))})", columns


TABLE_FUNCTIONS: dict[str, Callable[[Context, str, list[exp.Expr]], Rows]] = {
    "GENERATE_SERIES": _series,
    "STRING_SPLIT": _string_split,
}
