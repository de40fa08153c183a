"""The T-SQL that makes a login which can only read: printed for a person to review and run, never run from here.

Pages: https://learn.microsoft.com/sql/t-sql/statements/create-login-transact-sql,
https://learn.microsoft.com/sql/t-sql/statements/create-user-transact-sql,
https://learn.microsoft.com/sql/t-sql/statements/grant-database-permissions-transact-sql.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mssql_mcp.errors import ValidationError

if TYPE_CHECKING:
    from collections.abc import Sequence

PASSWORD = "<a long random password>"  # noqa: S105 - a placeholder for a person
# https://learn.microsoft.com/sql/relational-databases/databases/database-identifiers
MAX_NAME = 128


@dataclass(frozen=True, slots=True)
class Extras:
    """Rights beyond reading data that one may want to grant.

    Attributes:
        definitions: VIEW DEFINITION: definitions, constraints and comments.
        plans: SHOWPLAN: query plans and cost limits.
        database_state: VIEW DATABASE STATE: row counts, sizes, index use.
        server_state: VIEW SERVER STATE: reports on the whole server; not for Azure SQL Database.
    """

    definitions: bool = True
    plans: bool = False
    database_state: bool = False
    server_state: bool = False


def least_privilege_script(
    login: str,
    database: str,
    *,
    auth: str = "sql",
    schemas: Sequence[str] = (),
    extras: Extras | None = None,
    azure_database: bool = False,
) -> str:
    r"""Write the script.

    Args:
        login: Name of the login and its user; a Windows account as `DOMAIN\name`, an Entra principal as its name.
        database: That it may read.
        auth: As the auth mode of the settings: `sql`, `windows` or `entra-...`.
        schemas: That it may read; none reads the whole database.
        extras: Further rights; None takes `Extras()`.
        azure_database: Whether this is Azure SQL Database, where the user is contained in the database.

    Raises:
        ValidationError: `input.name`; a name cannot be one.
    """
    wanted = extras or Extras()
    for name in (login, database, *schemas):
        _check(name)
    user = bracketed(login)
    lines = [
        "-- A login for mssql-mcp that can read and change nothing. Review it, then run it as an administrator.",
        *_login(user, auth, azure_database=azure_database),
        *_in_database(database, azure_database=azure_database),
        *_user(user, auth, azure_database=azure_database),
        *_select(user, schemas),
        *_extras(user, schemas, wanted),
    ]
    if wanted.server_state and not azure_database:
        lines += [
            "",
            "USE [master];",
            f"GRANT VIEW SERVER STATE TO {user}; -- SQL Server 2022: VIEW SERVER PERFORMANCE STATE is enough",
        ]
    return "\n".join(lines) + "\n"


def bracketed(name: str) -> str:
    """Quote an identifier."""
    return "[" + name.replace("]", "]]") + "]"


def _check(name: str) -> None:
    if not name.strip() or len(name) > MAX_NAME or any(ord(character) < 32 for character in name):
        raise ValidationError(
            f"{name!r} is no name of SQL Server's.", code="input.name", hint="At most 128 characters."
        )


def _login(user: str, auth: str, *, azure_database: bool) -> list[str]:
    if auth.startswith("entra") or azure_database:
        return []
    made = f"CREATE LOGIN {user} FROM WINDOWS;" if auth == "windows" else _with_password(f"CREATE LOGIN {user}")
    return ["", "USE [master];", made]


def _in_database(database: str, *, azure_database: bool) -> list[str]:
    if azure_database:
        return ["", f"-- Connect to {bracketed(database)} for this: Azure SQL Database knows no USE."]
    return ["", f"USE {bracketed(database)};"]


def _user(user: str, auth: str, *, azure_database: bool) -> list[str]:
    # CREATE USER grants CONNECT.
    if auth.startswith("entra"):
        return [f"CREATE USER {user} FROM EXTERNAL PROVIDER;"]
    if azure_database:
        return [_with_password(f"CREATE USER {user}")]
    return [f"CREATE USER {user} FOR LOGIN {user};"]


def _with_password(statement: str) -> str:
    return f"{statement} WITH PASSWORD = N'{PASSWORD}';"


def _select(user: str, schemas: Sequence[str]) -> list[str]:
    if not schemas:
        return [f"GRANT SELECT TO {user}; -- or for single schemas: GRANT SELECT ON SCHEMA::[sales] TO {user};"]
    return [f"GRANT SELECT ON SCHEMA::{bracketed(schema)} TO {user};" for schema in schemas]


def _extras(user: str, schemas: Sequence[str], extras: Extras) -> list[str]:
    lines = []
    if extras.definitions:
        where = [f" ON SCHEMA::{bracketed(schema)}" for schema in schemas] or [""]
        lines += [
            f"GRANT VIEW DEFINITION{place} TO {user}; -- definitions, constraints and comments" for place in where
        ]
    if extras.plans:
        lines.append(f"GRANT SHOWPLAN TO {user}; -- query plans and cost limits")
    if extras.database_state:
        lines.append(f"GRANT VIEW DATABASE STATE TO {user}; -- row counts, sizes, index use, Query Store")
    return lines
