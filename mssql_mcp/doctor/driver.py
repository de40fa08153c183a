"""Is there a driver, and is it a good one?"""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Any

from mssql_mcp.connection.auth import mode_of
from mssql_mcp.connection.drivers import installed_drivers
from mssql_mcp.doctor.outcome import Check, Finding

if TYPE_CHECKING:
    from mssql_mcp.connection.drivers import InstalledDrivers
    from mssql_mcp.doctor.examination import Examination


def look(examination: Examination) -> Finding:
    """Work out the driver and how to log in; nothing is opened.

    Raises:
        DatabaseConnectionError: `connection.driver_missing`.
        ConfigurationError: The settings cannot be used.
    """
    if examination.source.is_demo:
        return Finding("ok", f"The sample database needs no driver: SQLite {sqlite3.sqlite_version} is part of Python.")
    from mssql_mcp.connection.sqlserver import SqlServerSource

    source = examination.source
    installed = installed_drivers()
    facts = facts_of(installed)
    if not isinstance(source, SqlServerSource):
        return Finding("skipped", "This source brings its own driver.", facts=facts)
    login = source.login
    name = login.driver.odbc_driver or login.string.get("Driver") or login.string.get("DSN") or ""
    facts |= {"driver": login.driver.kind, "odbc_driver": name or None, "auth": mode_of(source.settings).name}
    using = f"{login.driver.kind} with {name}" if name else login.driver.kind
    if login.driver.warnings:
        return Finding("warning", " ".join(login.driver.warnings), f"Works for now with {using}.", facts)
    return Finding("ok", f"Using {using}.", facts=facts)


def facts_of(installed: InstalledDrivers) -> dict[str, Any]:
    """Tell what drivers this machine has."""
    return {
        "pyodbc": installed.pyodbc_version or installed.pyodbc_error,
        "odbc_drivers": list(installed.odbc_drivers),
        "mssql_python": installed.mssql_python,
    }


CHECK = Check("driver", "Driver", look)
