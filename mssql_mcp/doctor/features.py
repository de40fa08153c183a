"""Which optional rights are there, and what do they switch on?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mssql_mcp.doctor.outcome import Check, Finding

if TYPE_CHECKING:
    from mssql_mcp.doctor.examination import Examination

# Permission, what it is good for, and the statement that grants it. Any of the names is enough: SQL Server 2022 split
# VIEW SERVER STATE (https://learn.microsoft.com/sql/relational-databases/security/permissions-database-engine).
FEATURES: tuple[tuple[tuple[str, ...], str, str], ...] = (
    (("VIEW DEFINITION",), "definitions, constraints and comments of every object", "GRANT VIEW DEFINITION TO [user]"),
    (("SHOWPLAN",), "query plans and cost limits", "GRANT SHOWPLAN TO [user]"),
    (
        ("VIEW DATABASE STATE", "VIEW DATABASE PERFORMANCE STATE"),
        "row counts, sizes, index use and Query Store",
        "GRANT VIEW DATABASE STATE TO [user]",
    ),
    (
        ("VIEW SERVER STATE", "VIEW SERVER PERFORMANCE STATE"),
        "reports on sessions, waits, blocking and the plan cache",
        "GRANT VIEW SERVER STATE TO [login]",
    ),
)


def look(examination: Examination) -> Finding:
    """Tell which optional rights the login has.

    Raises:
        ToolError: The connection is gone.
    """
    if examination.source.is_demo:
        return Finding("ok", "Everything that the sample database can do is on.")
    held = held_permissions(examination)
    if held is None:
        return Finding("skipped", "This server does not tell which optional rights the login has.")
    has = [what for names, what, _ in FEATURES if held & set(names)]
    lacks = [(what, grant) for names, what, grant in FEATURES if not held & set(names)]
    facts = {"has": has, "lacks": [what for what, _ in lacks], "grants": [grant for _, grant in lacks]}
    if not lacks:
        return Finding("ok", "Every optional right is there.", facts=facts)
    return Finding(
        "ok",
        f"Off for lack of a right: {'; '.join(what for what, _ in lacks)}.",
        f"Optional: {'; '.join(grant for _, grant in lacks)}.",
        facts,
    )


def held_permissions(examination: Examination) -> set[str] | None:
    """Give the names of the permissions on server and database; None where the server does not tell.

    Raises:
        ToolError: The connection is gone.
    """
    found: set[str] = set()
    for file in ("server_permissions", "database_permissions"):
        rows = examination.optional_rows(file)
        if rows is None:
            asked = examination.optional_rows("asked_permissions")
            return None if asked is None else {str(row["permission_name"]) for row in asked}
        found |= {str(row["permission_name"]) for row in rows}
    return found


CHECK = Check("features", "Optional rights", look)
