"""Does the server let us in, into this database, and as whom?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mssql_mcp.doctor.outcome import Check, Finding

if TYPE_CHECKING:
    from mssql_mcp.doctor.examination import Examination

# https://learn.microsoft.com/sql/t-sql/functions/serverproperty-transact-sql (EngineEdition)
ENGINES = {
    1: "SQL Server Personal",
    2: "SQL Server Standard",
    3: "SQL Server Enterprise",
    4: "SQL Server Express",
    5: "Azure SQL Database",
    6: "Azure Synapse Analytics",
    8: "Azure SQL Managed Instance",
    9: "Azure SQL Edge",
    11: "Azure Synapse serverless or Microsoft Fabric",
    12: "SQL database in Microsoft Fabric",
}


def look(examination: Examination) -> Finding:
    """Log in and ask who we are.

    Raises:
        ToolError: The login failed.
    """
    if examination.source.is_demo:
        examination.rows("ping")
        return Finding("ok", "The sample database is open, for reading only.")
    (facts,) = examination.rows("server")
    wire = examination.optional_rows("wire")
    seen: dict[str, Any] = {**facts, **(wire[0] if wire else {})}
    seen["engine"] = ENGINES.get(seen.pop("engine_edition"), "SQL Server")
    who = f"{seen['login']}, as user {seen['database_user']} of database {seen['database_name']}"
    summary = f"Logged in to {seen['engine']} {seen['version']} as {who}."
    if seen["updateability"] == "READ_ONLY":
        summary += " The database is read-only here."
    return Finding("ok", summary, facts=seen)


CHECK = Check("login", "Login", look)
