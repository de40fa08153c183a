"""One row of the table of what can go wrong on a server or on the way to it.

Numbers and texts: https://learn.microsoft.com/sql/relational-databases/errors-events/database-engine-events-and-errors.
Azure's: https://learn.microsoft.com/azure/azure-sql/database/troubleshoot-common-errors-issues.
SQLSTATEs: https://learn.microsoft.com/sql/odbc/reference/appendixes/appendix-a-odbc-error-codes.
A rule is found by number, else by text (mssql-python gives no numbers), else by SQLSTATE; the earlier rule wins.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from mssql_mcp.errors import QueryError, ToolError

# What a hint ends with where only a look at the machine tells more.
SEE_CHECK = "Run `mssql-mcp check` for the exact next step."


@dataclass(frozen=True, slots=True)
class Rule:
    """What an error means and what to do.

    Attributes:
        code: Of our error.
        message: `{text}` is the server's or driver's sentence, `{server}` and `{database}` where it happened.
        hint: What to do next.
        shell_hint: The same for a person at a command line, where it differs.
        numbers: Native numbers.
        pattern: Regular expression for the beginning of the text, for drivers that give no number; case is ignored.
        states: SQLSTATEs, or beginnings of them.
        kind: Class of our error.
        is_retried: Whether the call is tried again by itself.
        is_retryable: What the caller is told; None as `is_retried`.
        phase: Whether the rule holds while connecting, while a statement runs, or always.
    """

    code: str
    message: str
    hint: str
    numbers: tuple[int, ...] = ()
    pattern: str = ""
    states: tuple[str, ...] = ()
    kind: type[ToolError] = QueryError
    is_retried: bool = False
    is_retryable: bool | None = None
    phase: Literal["connect", "query", "any"] = "any"
    shell_hint: str = ""
