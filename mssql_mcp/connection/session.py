"""What is said once on each new connection, in one round trip, before anything else.

Fixed T-SQL with numbers and closed choices from the settings; no text of a user is in it but the application name,
which travels as hexadecimal. Pages: https://learn.microsoft.com/sql/t-sql/statements/set-statements-transact-sql and
those below.
"""

from __future__ import annotations

import getpass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mssql_mcp.settings import SessionSettings

# The server begins a transaction with the first statement that touches a table, without a message of its own, and none
# is open while the connection lies in the pool. ODBC's own way costs a round trip before each answer, or leaves an open
# transaction on every idle connection; this is how Microsoft's JDBC driver does it.
# https://learn.microsoft.com/sql/t-sql/statements/set-implicit-transactions-transact-sql
IMPLICIT_TRANSACTIONS = "SET IMPLICIT_TRANSACTIONS ON"
ROLL_BACK = "IF @@TRANCOUNT > 0 ROLLBACK TRANSACTION"
# https://learn.microsoft.com/sql/t-sql/statements/set-lock-timeout-transact-sql
LOCK_TIMEOUT = "SET LOCK_TIMEOUT {milliseconds:d}"
# https://learn.microsoft.com/sql/t-sql/statements/set-deadlock-priority-transact-sql
DEADLOCK_PRIORITY = {"low": "SET DEADLOCK_PRIORITY LOW", "normal": "SET DEADLOCK_PRIORITY NORMAL"}
# https://learn.microsoft.com/sql/t-sql/statements/set-transaction-isolation-level-transact-sql
ISOLATION = {
    "read committed": "SET TRANSACTION ISOLATION LEVEL READ COMMITTED",
    "read uncommitted": "SET TRANSACTION ISOLATION LEVEL READ UNCOMMITTED",
    "snapshot": "SET TRANSACTION ISOLATION LEVEL SNAPSHOT",
}
# https://learn.microsoft.com/sql/t-sql/statements/set-query-governor-cost-limit-transact-sql
COST_LIMIT = "SET QUERY_GOVERNOR_COST_LIMIT {limit:d}"
# Shown in sys.dm_exec_sessions.context_info; the only name that mssql-python lets through, which sets APP itself.
# At most 128 bytes: https://learn.microsoft.com/sql/t-sql/statements/set-context-info-transact-sql
CONTEXT_INFO = "SET CONTEXT_INFO 0x{name}"
MAX_CONTEXT_BYTES = 128


def asker_of(client: str = "") -> str:
    """Say who asks, for a DBA: the user of the operating system, where it is known, and the program behind the server.

    Args:
        client: Name and version as the program gives them; empty for none.
    """
    try:
        user = getpass.getuser()
    except (OSError, KeyError, ImportError):  # a container may have no name for its user
        user = ""
    said = {"user": user, "client": client}
    return "; ".join(f"{what} {_printable(name)}" for what, name in said.items() if name)


def _printable(name: str) -> str:
    return "".join(character if character.isprintable() else " " for character in name)


def set_up_statements(settings: SessionSettings, application_name: str, asker: str = "") -> tuple[str, ...]:
    """Give the statements of the set-up, most important first.

    Args:
        settings: What is wanted.
        application_name: Begins the session's context.
        asker: Stands behind it; both together are cut at 128 bytes of UTF-8, at a character's end.
    """
    statements = [
        IMPLICIT_TRANSACTIONS,
        LOCK_TIMEOUT.format(milliseconds=settings.lock_timeout_ms),
        DEADLOCK_PRIORITY[settings.deadlock_priority],
        ISOLATION[settings.isolation],
    ]
    if settings.query_governor_cost_limit:
        statements.append(COST_LIMIT.format(limit=settings.query_governor_cost_limit))
    if name := _context("; ".join(filter(None, (application_name, asker)))):
        statements.append(CONTEXT_INFO.format(name=name.hex().upper()))
    return tuple(statements)


def batch(statements: tuple[str, ...]) -> str:
    """Join the statements into one batch."""
    return "; ".join(statements) + ";"


def _context(name: str) -> bytes:
    return name.encode(errors="replace")[:MAX_CONTEXT_BYTES].decode(errors="ignore").encode()
