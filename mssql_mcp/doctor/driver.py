"""Is there a driver, and is it a good one?"""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Any

from mssql_mcp.connection.auth import mode_in, mode_of
from mssql_mcp.connection.drivers import installed_drivers, require_driver
from mssql_mcp.doctor.outcome import Check, Finding
from mssql_mcp.redact import redact

if TYPE_CHECKING:
    from mssql_mcp.connection.drivers import InstalledDrivers
    from mssql_mcp.connection.login import Login
    from mssql_mcp.doctor.examination import Examination
    from mssql_mcp.settings import ConnectionSettings


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
    # A forgotten semicolon leaves the password in the driver's name.
    name = redact(name, login.secrets)
    if login.driver.kind == "pyodbc" and (own := login.string.get("Driver")):
        # One that a connection string names has not been looked for yet.
        require_driver(redact(own, login.secrets), installed)
    facts |= {"driver": login.driver.kind, "odbc_driver": name or None, "auth": _auth(source.settings, login)}
    using = f"{login.driver.kind} with {name}" if name else login.driver.kind
    if login.driver.warnings:
        return Finding("warning", " ".join(login.driver.warnings), f"Works for now with {using}.", facts)
    return Finding("ok", f"Using {using}.", facts=facts)


def _auth(settings: ConnectionSettings, login: Login) -> str | None:
    if settings.url is None and settings.odbc_connect is None:
        return mode_of(settings).name
    mode = mode_in(login.string)
    return mode.name if mode else None


def facts_of(installed: InstalledDrivers) -> dict[str, Any]:
    """Tell what drivers this machine has."""
    return {
        "pyodbc": installed.pyodbc_version or installed.pyodbc_error,
        "odbc_drivers": list(installed.odbc_drivers),
        "mssql_python": installed.mssql_python,
    }


CHECK = Check("driver", "Driver", look)
