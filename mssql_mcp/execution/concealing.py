"""Keep values out of what a server says of a failure, where the query reads masked columns.

`Conversion failed when converting the varchar value '...'` shows a value, and so may any sentence about rows. Shown as
it is remains what a server says before it reads a row: about names, syntax and rights.
"""

from __future__ import annotations

from mssql_mcp.errors import DatabaseConnectionError, QueryCancelledError, QueryTimeoutError, ToolError

# Messages about names, syntax, rights and locks, which hold no value of a row.
# https://learn.microsoft.com/sql/relational-databases/errors-events/database-engine-events-and-errors
HARMLESS_NUMBERS = frozenset(
    {102, 105, 156, 170, 195, 205, 207, 208, 209, 229, 230, 262, 297, 300, 319, 911, 916, 1033, 1205, 1222, 4104}
    | {8120, 8121, 8127, 8155, 8156, 8158, 8159, 8180}
)


def concealed(error: ToolError) -> ToolError:
    """Give an error without the server's own sentence; code, number and whether to try again stay.

    Args:
        error: Of a query that reads a table with masked columns.
    """
    if isinstance(error, (QueryTimeoutError, QueryCancelledError, DatabaseConnectionError)):
        return error
    if error.number in HARMLESS_NUMBERS:
        return error
    said = f" (SQL Server error {error.number})" if error.number else ""
    return type(error)(
        f"The query failed{said}. What the server says of it may hold values of masked columns, and is not shown.",
        code=error.code,
        hint="Leave the tables with masked columns out, or change what is computed from the others.",
        retryable=error.retryable,
        number=error.number,
    )
