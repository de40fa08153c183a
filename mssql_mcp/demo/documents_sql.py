"""FOR JSON PATH, FOR JSON AUTO of one source, and FOR XML PATH around a translated query."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sqlglot import exp

from mssql_mcp.demo.context import Query, QueryColumn, describe, only
from mssql_mcp.demo.lateral import packed_cell
from mssql_mcp.demo.runtime.errors import unsupported
from mssql_mcp.demo.sqltypes import NVARCHAR_MAX, XML
from mssql_mcp.demo.typed import Typed, quote_text
from mssql_mcp.errors import QueryError

if TYPE_CHECKING:
    from mssql_mcp.demo.context import Context

# The names that SQL Server gives the one column.
_JSON_NAME = "JSON_F52E2B61-18A1-11d1-B105-00805F49916B"
_XML_NAME = "XML_F52E2B61-18A1-11d1-B105-00805F49916B"


def document(context: Context, clause: exp.Expr, query: Query, source_count: int) -> Query:
    """Put FOR JSON or FOR XML around a query.

    Args:
        context: Of the translation.
        clause: The FOR clause.
        query: What yields the rows.
        source_count: How many sources its FROM has; AUTO nests by them, which the demo does for one.
    """
    only(clause, "kind", "expressions")
    options = dict(_option(option) for option in clause.expressions)
    if clause.args["kind"] == "JSON":
        return _json(context, options, query, source_count, clause)
    if clause.args["kind"] == "XML":
        return _xml(context, options, query, clause)
    raise unsupported(f"The demo does not know {describe(clause)}.")


def _option(node: exp.Expr) -> tuple[str, str | None]:
    inner = node.this
    if isinstance(inner, exp.XMLKeyValueOption):
        value = inner.expression
        return inner.name.upper(), value.name if value is not None else None
    return node.name.upper(), None


def _json(context: Context, options: dict[str, str | None], query: Query, source_count: int, clause: exp.Expr) -> Query:
    known = {"PATH", "AUTO", "ROOT", "INCLUDE_NULL_VALUES", "WITHOUT_ARRAY_WRAPPER"}
    if set(options) - known or ("AUTO" in options and source_count > 1):
        raise unsupported(f"The demo does not know {describe(clause)} of several sources.")
    if not all(column.name for column in query.columns):
        raise QueryError(
            "Column expressions and data sources without names or aliases cannot be formatted as JSON text using FOR "
            "JSON clause. Add alias to the unnamed column or table.",
            number=13605,
        )
    if "ROOT" in options and "WITHOUT_ARRAY_WRAPPER" in options:
        raise QueryError(
            "ROOT option and WITHOUT_ARRAY_WRAPPER option cannot be used together in FOR JSON.", number=13620
        )
    specification = {
        "columns": [[column.name, str(column.value.type), column.value.is_json] for column in query.columns],
        "root": (options["ROOT"] or "root") if "ROOT" in options else None,
        "nulls": "INCLUDE_NULL_VALUES" in options,
        "wrapper": "WITHOUT_ARRAY_WRAPPER" not in options,
    }
    return _wrapped(context, "t_for_json", specification, query, Typed("", NVARCHAR_MAX, name=_JSON_NAME, is_json=True))


def _xml(context: Context, options: dict[str, str | None], query: Query, clause: exp.Expr) -> Query:
    known = {"PATH", "ROOT", "TYPE", "ELEMENTS", "ELEMENTS XSINIL", "ELEMENTS ABSENT"}
    if "PATH" not in options or set(options) - known:
        raise unsupported(f"The demo knows FOR XML in the mode PATH only, not {describe(clause)}.")
    element = options["PATH"]
    if not element and element is not None and any(column.name.startswith("@") for column in query.columns):
        raise QueryError(
            "Row tag omission (empty row tag name) cannot be used with attribute-centric FOR XML.", number=6864
        )
    is_typed = "TYPE" in options
    specification = {
        "columns": [[column.name, str(column.value.type), column.value.type == XML] for column in query.columns],
        "root": (options["ROOT"] or "root") if "ROOT" in options else None,
        "element": "row" if element is None else element,
        "nulls": "ELEMENTS XSINIL" in options,
    }
    result = Typed("", XML if is_typed else NVARCHAR_MAX, name="" if is_typed else _XML_NAME)
    return _wrapped(context, "t_for_xml", specification, query, result)


def _wrapped(context: Context, function: str, specification: dict[str, Any], query: Query, result: Typed) -> Query:
    own = context.state.fresh("c")
    packed = ", ".join(packed_cell(column) for column in query.columns)
    text = quote_text(json.dumps(specification, ensure_ascii=False))
    inner = f"SELECT {function}(json_group_array(json_array({packed})), {text}) AS {own} FROM ({query.sql})"
    column = QueryColumn(result.name, own, Typed(own, result.type, name=result.name, is_json=result.is_json))
    # No rows make no document, and no row.
    return Query(f"SELECT {own} FROM ({inner}) WHERE {own} IS NOT NULL", (column,), has_one_row=True)
