"""What the exit codes of every command mean."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

from mssql_mcp import errors

if TYPE_CHECKING:
    from mssql_mcp.errors import ToolError


class ExitCode(IntEnum):
    """Stable; documented in docs/reference/exit-codes.md.

    130 is what a shell gives a program that Ctrl-C ended (128 + SIGINT), 143 one that SIGTERM did (128 + 15).
    """

    OK = 0
    INTERNAL = 1
    USAGE = 2
    CONFIGURATION = 3
    CONNECTION = 4
    REFUSED = 5
    QUERY = 6
    TIMEOUT = 7
    NOT_FOUND = 8
    UNSUPPORTED = 9
    CHECK_FAILED = 10
    DIFFERENT = 11
    OUTPUT = 12
    CANCELLED = 130
    TERMINATED = 143


_BY_CLASS: tuple[tuple[type[ToolError], ExitCode], ...] = (
    (errors.QueryCancelledError, ExitCode.CANCELLED),
    (errors.QueryTimeoutError, ExitCode.TIMEOUT),
    (errors.QueryError, ExitCode.QUERY),
    (errors.DatabaseConnectionError, ExitCode.CONNECTION),
    (errors.SecurityError, ExitCode.REFUSED),
    (errors.ConfigurationError, ExitCode.CONFIGURATION),
    (errors.ValidationError, ExitCode.USAGE),
    (errors.ObjectNotFoundError, ExitCode.NOT_FOUND),
    (errors.UnsupportedError, ExitCode.UNSUPPORTED),
    (errors.OutputError, ExitCode.OUTPUT),
)


# Arguments that name what does not exist, rather than being no argument at all. Of a database only the server knows.
_UNKNOWN_NAMES = frozenset(
    {
        "connection.database_unavailable",
        "input.unknown_column",
        "input.unknown_connection",
        "input.unknown_database",
        "input.unknown_schema",
    }
)


def exit_code_of(error: ToolError) -> ExitCode:
    """Give the exit code for an error; the most specific class wins."""
    if error.code in _UNKNOWN_NAMES:
        return ExitCode.NOT_FOUND
    return next((code for cls, code in _BY_CLASS if isinstance(error, cls)), ExitCode.INTERNAL)
