"""T-SQL to SQLite: the one way in.

`translate` gives the text for the demo's connection, the names and SQL Server types of its columns, and the bound
values in the form in which the demo stores them. `values.decode` turns rows back, `faults.failure` exceptions.
What the demo cannot run is refused here, in one sentence; nothing is dropped in silence.
"""

from __future__ import annotations

import datetime as dt
import sqlite3
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlglot import exp

from mssql_mcp.demo.calls import CALLABLE
from mssql_mcp.demo.context import Context, Query, State
from mssql_mcp.demo.expressions import value_of
from mssql_mcp.demo.predicates import predicate_of
from mssql_mcp.demo.queries import translate_query, translate_scalar_query
from mssql_mcp.demo.reader import read
from mssql_mcp.demo.runtime.errors import unsupported
from mssql_mcp.demo.scope import Scope
from mssql_mcp.demo.sqltypes import text_type
from mssql_mcp.demo.typed import Typed
from mssql_mcp.demo.values import encode
from mssql_mcp.errors import QueryError
from mssql_mcp.result import Column

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from mssql_mcp.demo.sqltypes import SqlType

_UNKNOWN = text_type(4000, unicode=True)
_DEEP = "The statement is nested too deeply for the demo."


@dataclass(frozen=True, slots=True)
class Translation:
    """A statement for the demo's connection.

    Attributes:
        sql: SQLite's language; `?1`, `?2`, ... are the parameters, one for each `?` of the T-SQL.
        columns: Names as SQL Server gives them (empty for none) and types in full.
        parameters: The bound values in the form of storage, in the order of the marks; empty without values.
    """

    sql: str
    columns: tuple[Column, ...]
    parameters: tuple[Any, ...] = ()


class _Translators:
    """The functions that call each other in a circle."""

    def value(self, context: Context, node: exp.Expr) -> Typed:
        return value_of(context, node)

    def predicate(self, context: Context, node: exp.Expr) -> str:
        return predicate_of(context, node)

    def scalar_query(self, context: Context, node: exp.Expr) -> Typed:
        return translate_scalar_query(context, node)

    def query(self, scope: Scope | None, context: Context, node: exp.Expr) -> Query:
        return translate_query(scope, context, node)


def translate(
    sql: str,
    parameter_order: Sequence[str] = (),
    values: Mapping[str, Any] | None = None,
    *,
    clock: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC),
) -> Translation:
    """Translate one SELECT.

    Args:
        sql: T-SQL; parameters as `?`.
        parameter_order: The parameter's name for each `?`, in order.
        values: The parameters' values by name. They decide the parameters' types, as a driver's binding does; without
            them every parameter is taken as nvarchar, and `parameters` of the result is empty.
        clock: Gives the moment, in UTC, that GETDATE() and its like give.

    Raises:
        ObjectNotFoundError: 208, a name in FROM is not known.
        QueryError: SQL Server refuses the statement as well; with its number.
        UnsupportedError: Only the demo does (`unsupported.demo`).
        ValidationError: A value is of a kind that cannot be bound, or is missing.
    """
    encoded = [_bound(name, values) for name in parameter_order]
    parameters = tuple(
        Typed(f"?{place}", type_, is_untyped_null=values is not None and value is None)
        for place, (value, type_) in enumerate(encoded, start=1)
    )
    state = State(_Translators(), parameters, clock(), sqlite3.sqlite_version_info)
    try:
        query = _query(sql, state)
    except RecursionError:
        raise unsupported(_DEEP) from None
    columns = tuple(Column(column.name, _shown(column.value.type)) for column in query.columns)
    return Translation(query.sql, columns, tuple(value for value, _ in encoded) if values is not None else ())


def _query(sql: str, state: State) -> Query:
    tree = read(sql, CALLABLE)
    while isinstance(tree, exp.Subquery) and not tree.args.get("alias"):
        tree = tree.this
    state.root = tree
    state.max_recursion = _options(tree)
    return translate_query(None, Context(state, Scope()), tree)


def _bound(name: str, values: Mapping[str, Any] | None) -> tuple[Any, SqlType]:
    if values is None:
        return None, _UNKNOWN
    if name not in values:
        from mssql_mcp.errors import ValidationError

        raise ValidationError(f"The parameter @{name} has no value.", code="input.missing_parameter")
    return encode(values[name])


def _shown(type_: SqlType) -> str:
    return "nvarchar(128)" if type_.name == "sysname" else str(type_)


def _options(tree: exp.Expr) -> int:
    """Read OPTION (...): MAXRECURSION counts, other hints change no answer."""
    for option in tree.args.get("options") or []:
        if option.name.upper() == "MAXRECURSION":
            levels = int(option.expression.name)
            if levels > 32_767:
                raise QueryError(
                    f"The value {levels} specified for the MAXRECURSION option exceeds the allowed maximum of 32767.",
                    number=310,
                )
            return levels
    return 100
