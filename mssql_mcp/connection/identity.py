"""Say where a connection leads and as whom, so that what is kept of one place is never taken for another's."""

from __future__ import annotations

import getpass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mssql_mcp.settings.odbc import ConnectionString

# Keywords that choose the server, the database and the login; none of them holds a secret.
KEYWORDS = ("Server", "DSN", "FileDSN", "Database", "UID", "Authentication", "Trusted_Connection")


def identity_of(string: ConnectionString) -> str:
    """Write server, database and login of a connection string as one text without a secret.

    Where the string names no login, it is the one of the operating system.
    """
    facts = [(keyword, string.get(keyword)) for keyword in KEYWORDS]
    lines = [f"{keyword}={value.strip().casefold()}" for keyword, value in facts if value]
    if not string.get("UID"):
        lines.append(f"user={_own_name()}")
    return "\n".join(lines)


def _own_name() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # nobody's name is known here
        return ""
