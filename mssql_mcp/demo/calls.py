"""Calls of functions: the one table of what the demo knows, and how a call finds its translation."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from mssql_mcp.demo import table_functions
from mssql_mcp.demo.aggregates_sql import AGGREGATES, grouping, plain_aggregate
from mssql_mcp.demo.calls_date import DATE_FUNCTIONS
from mssql_mcp.demo.calls_logic import LOGIC_FUNCTIONS
from mssql_mcp.demo.calls_number import NUMBER_FUNCTIONS
from mssql_mcp.demo.calls_system import SYSTEM_FUNCTIONS
from mssql_mcp.demo.calls_text import TEXT_FUNCTIONS
from mssql_mcp.demo.reader import PARAMETER
from mssql_mcp.demo.runtime.errors import unsupported
from mssql_mcp.demo.windows import WINDOW_FUNCTIONS
from mssql_mcp.errors import QueryError

if TYPE_CHECKING:
    from sqlglot import exp

    from mssql_mcp.demo.context import Context
    from mssql_mcp.demo.typed import Typed

FAMILIES = (TEXT_FUNCTIONS, DATE_FUNCTIONS, NUMBER_FUNCTIONS, LOGIC_FUNCTIONS, SYSTEM_FUNCTIONS)
SCALARS = {name: handler for family in FAMILIES for name, handler in family.items()}
# Names that the reader hands over as plain calls.
CALLABLE = frozenset(
    {
        *(name for name in SCALARS if name.replace("_", "").isalnum()),
        *AGGREGATES,
        *WINDOW_FUNCTIONS,
        *table_functions.TABLE_FUNCTIONS,
        "GROUPING",
        "GROUPING_ID",
    }
)


def call_function(context: Context, name: str, arguments: list[exp.Expr]) -> Typed:
    """Translate a call.

    Raises:
        QueryError: SQL Server refuses it too (number of arguments, types).
        UnsupportedError: The demo does not know the function.
    """
    if name == PARAMETER:
        return context.state.parameter(int(str(arguments[0].this)))
    if name in AGGREGATES:
        return plain_aggregate(context, name, arguments)
    if name in {"GROUPING", "GROUPING_ID"}:
        return grouping(context, name, arguments)
    handler = SCALARS.get(name)
    if handler is not None:
        return handler(context, name, arguments)
    if name in WINDOW_FUNCTIONS:
        raise QueryError(f"The function '{name}' must have an OVER clause.", number=10753)
    near = difflib.get_close_matches(name, CALLABLE, 2, 0.75)
    raise unsupported(
        f"The demo does not know the function {name}{'; did you mean ' + ' or '.join(near) + '?' if near else '.'}"
    )
