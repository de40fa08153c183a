"""Which databases of a connection a call may name."""

from __future__ import annotations

import difflib
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from mssql_mcp.errors import ValidationError

if TYPE_CHECKING:
    from mssql_mcp.settings import ConnectionSettings

# Most characters of a database's name, as of every identifier
# (https://learn.microsoft.com/sql/relational-databases/databases/database-identifiers).
MAX_NAME = 128


def is_allowed(settings: ConnectionSettings, database: str) -> bool:
    """Tell whether calls may name a database: its own always, any other where no glob or one of the globs allows it."""
    if database.lower() == settings.database.lower() or not settings.databases:
        return True
    return any(fnmatchcase(database.lower(), glob.lower()) for glob in settings.databases)


def allowed_database(settings: ConnectionSettings, database: str | None) -> str:
    """Give the database that a call works in.

    Args:
        settings: The connection's.
        database: What the call named; None takes the connection's own.

    Raises:
        ValidationError: `input.unknown_database`; the name cannot be one, or is not allowed.
    """
    if database is None:
        return settings.database
    name = database.strip()
    if not name or len(name) > MAX_NAME or any(ord(character) < 32 for character in name):
        raise ValidationError(
            "The database argument is no database's name.",
            code="input.unknown_database",
            hint=f"Leave it out to use {settings.database}, or call list_databases.",
            shell_hint=f"Leave it out to use {settings.database}; `mssql-mcp inspect databases` lists the names.",
        )
    if is_allowed(settings, name):
        return name
    plain = [glob for glob in settings.databases if not set(glob) & set("*?[")]
    raise ValidationError(
        f"Database {name} is not among those that this connection may read.",
        code="input.unknown_database",
        hint=f"Allowed: {', '.join(dict.fromkeys((settings.database, *settings.databases)))}. "
        "Whoever configured the connection can extend its databases setting.",
        nearest=difflib.get_close_matches(name, [settings.database, *plain], n=3),
    )
