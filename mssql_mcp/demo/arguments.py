"""Arguments of function calls: how many, and in which type the function takes them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from mssql_mcp.demo.coerce import cast, coerce
from mssql_mcp.demo.runtime.errors import unsupported
from mssql_mcp.demo.sqltypes import INT, MAX, SqlType, text_type
from mssql_mcp.demo.typed import Typed
from mssql_mcp.errors import QueryError

if TYPE_CHECKING:
    from sqlglot import exp

    from mssql_mcp.demo.context import Context

Handler = Callable[["Context", str, "list[exp.Expr]"], Typed]


def expect(name: str, arguments: list[exp.Expr], low: int, high: int | None = None) -> None:
    """Hold a call to the number of arguments that SQL Server asks for.

    Raises:
        QueryError: 174 or 189.
    """
    most = low if high is None else high
    if low <= len(arguments) <= most:
        return
    if low == most:
        raise QueryError(f"The {name.lower()} function requires {low} argument(s).", number=174)
    raise QueryError(f"The {name.lower()} function requires {low} to {most} arguments.", number=189)


def as_text(value: Typed) -> Typed:
    """Give a value as characters, as functions of characters take it."""
    if value.is_untyped_null:
        return cast(value, text_type(1, unicode=False))
    if value.collation:
        raise unsupported("The demo knows COLLATE in comparisons, LIKE, grouping and ordering, not inside functions.")
    if value.type.is_text:
        return value
    if value.type.family in {"xml", "variant"}:
        return (
            coerce(value, text_type(MAX, unicode=True))
            if value.type.family == "variant"
            else cast(value, text_type(MAX, unicode=True))
        )
    widths = {"integer": 20, "bit": 1, "decimal": 41, "money": 22, "float": 24, "guid": 36}
    return cast(value, text_type(widths.get(value.type.family, 34), unicode=False))


def as_type(value: Typed, type_: SqlType) -> Typed:
    """Give a value in the type that a function takes."""
    return coerce(value, type_)


def text_argument(context: Context, node: exp.Expr) -> Typed:
    """Translate an argument that is taken as characters."""
    return as_text(context.value(node))


def int_argument(context: Context, node: exp.Expr) -> Typed:
    """Translate an argument that is taken as a whole number: decimals and floats are cut."""
    value = context.value(node)
    if value.type.name == "bigint":
        return value
    return coerce(value, INT)


def function(name: str, type_: SqlType, *arguments: Typed | str) -> Typed:
    """Call one of our own functions."""
    texts = ", ".join(argument if isinstance(argument, str) else argument.sql for argument in arguments)
    return Typed(f"{name}({texts})", type_)
