"""Which driver talks to the server: what is installed, what is chosen, and the command that installs what is missing.

pyodbc is imported here and nowhere before a SQL Server connection is opened: its wheel does not carry `libodbc.so.2`,
so the import itself fails on a machine without unixODBC.
"""

from __future__ import annotations

import importlib.util
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from mssql_mcp.connection.auth import mode_of
from mssql_mcp.connection.install import ODBC_DRIVER, ODBC_MANAGER, install_command
from mssql_mcp.errors import ConfigurationError, DatabaseConnectionError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mssql_mcp.connection.auth import AuthMode
    from mssql_mcp.settings import ConnectionSettings

_MICROSOFT = re.compile(r"^ODBC Driver (\d+)(?:\.\d+)? for SQL Server$")
# Preferred first. 18 encrypts by default and knows strict; 17 is still supported by Microsoft; the rest is not
# (https://learn.microsoft.com/sql/connect/odbc/windows/system-requirements-installation-and-driver-files).
_PREFERRED = ("18", "17")
_LEGACY = ("SQL Server Native Client 11.0", "SQL Server Native Client 10.0", "SQL Server")


@dataclass(frozen=True, slots=True)
class InstalledDrivers:
    """What this machine has.

    Attributes:
        pyodbc_error: Why pyodbc cannot be imported; empty where it can.
        pyodbc_version: Empty where it cannot be imported.
        odbc_drivers: Names that the driver manager knows.
        mssql_python: Whether mssql-python is installed.
        platform: As `sys.platform`.
    """

    pyodbc_error: str
    pyodbc_version: str
    odbc_drivers: tuple[str, ...]
    mssql_python: bool
    platform: str = sys.platform


@dataclass(frozen=True, slots=True)
class DriverChoice:
    """The driver that is used.

    Attributes:
        kind: The Python driver.
        odbc_driver: Name or library path for pyodbc; empty for mssql-python, and where a string brings its own.
        warnings: What a person should know, in sentences.
    """

    kind: Literal["pyodbc", "mssql-python"]
    odbc_driver: str = ""
    warnings: tuple[str, ...] = ()


def installed_drivers() -> InstalledDrivers:
    """Look at what this machine has; imports pyodbc, and mssql-python not yet."""
    mssql_python = importlib.util.find_spec("mssql_python") is not None
    try:
        import pyodbc
    except ImportError as error:
        return InstalledDrivers(str(error) or "pyodbc cannot be imported", "", (), mssql_python)
    # A second pool below SQLAlchemy's would hand out connections that were thrown away
    # (https://docs.sqlalchemy.org/en/21/dialects/mssql.html#pyodbc-pooling-connection-close-behavior).
    pyodbc.pooling = False
    # Else a uniqueidentifier is described as a text.
    pyodbc.native_uuid = True
    return InstalledDrivers("", pyodbc.version, tuple(pyodbc.drivers()), mssql_python)


def choose_driver(
    settings: ConnectionSettings,
    installed: InstalledDrivers,
    *,
    names_driver: bool = False,
) -> DriverChoice:
    """Choose the driver for a connection.

    Args:
        settings: `driver`, `odbc_driver` and the auth mode decide.
        installed: What this machine has.
        names_driver: Whether a connection string brings its own `Driver` or `DSN`.

    Raises:
        DatabaseConnectionError: `connection.driver_missing`; the hint is the command that installs it.
        ConfigurationError: `config.auth`; the chosen driver cannot log in this way.
    """
    mode = mode_of(settings)
    if settings.driver == "mssql-python":
        return _mssql_python(installed, mode)
    if settings.driver == "pyodbc":
        _refuse_mode(mode, installed)
        return _pyodbc(settings, installed, names_driver=names_driver)
    fitting = mode.can_use_pyodbc(installed.platform) and (mode.pyodbc != "token" or not installed.mssql_python)
    modern = names_driver or settings.odbc_driver or best_driver(installed.odbc_drivers)
    if fitting and not installed.pyodbc_error and modern:
        return _pyodbc(settings, installed, names_driver=names_driver)
    if installed.mssql_python and mode.mssql_python:
        return _mssql_python(installed, mode)
    _refuse_mode(mode, installed)
    return _pyodbc(settings, installed, names_driver=names_driver)


def best_driver(names: Sequence[str]) -> str:
    """Name Microsoft's newest supported driver among those that are there; empty where none is."""
    versions = {match[1]: name for name in names if (match := _MICROSOFT.match(name))}
    ordered = [version for version in _PREFERRED if version in versions]
    ordered += sorted((version for version in versions if version not in _PREFERRED), key=int, reverse=True)
    return versions[ordered[0]] if ordered else ""


def is_freetds(name: str) -> bool:
    """Tell whether a driver's name or path is FreeTDS's."""
    return any(mark in name.lower() for mark in ("freetds", "tdsodbc"))


def _pyodbc(settings: ConnectionSettings, installed: InstalledDrivers, *, names_driver: bool) -> DriverChoice:
    if installed.pyodbc_error:
        raise _missing(
            f"pyodbc cannot be loaded: {installed.pyodbc_error}.",
            installed,
            install_command(ODBC_MANAGER, platform=installed.platform),
        )
    if names_driver:
        return DriverChoice("pyodbc")
    name = settings.odbc_driver or _pick(installed.odbc_drivers)
    if not name:
        raise _missing(
            "No ODBC driver for SQL Server is installed.",
            installed,
            install_command(ODBC_DRIVER, platform=installed.platform),
        )
    require_driver(name, installed)
    return DriverChoice("pyodbc", name, _warnings(name))


def require_driver(name: str, installed: InstalledDrivers) -> None:
    """Return where an ODBC driver is there.

    Args:
        name: As the driver manager knows it, in any case, or the path of its library.
        installed: What this machine has.

    Raises:
        DatabaseConnectionError: `connection.driver_missing`.
    """
    if _is_path(name):
        if not Path(name).is_file():
            raise DatabaseConnectionError(
                f"The ODBC driver's library {name} does not exist.",
                code="connection.driver_missing",
                hint="Correct odbc_driver, or leave it out to take the best driver that is installed.",
            )
    elif name.lower() not in {known.lower() for known in installed.odbc_drivers}:
        known = ", ".join(installed.odbc_drivers) or "none"
        raise _missing(
            f"The ODBC driver {name!r} is not installed; the driver manager knows: {known}.",
            installed,
            install_command(ODBC_DRIVER, platform=installed.platform),
        )


def _pick(names: Sequence[str]) -> str:
    freetds = next((name for name in names if is_freetds(name)), "")
    legacy = next((name for name in _LEGACY if name in names), "")
    return best_driver(names) or legacy or freetds


def _warnings(name: str) -> tuple[str, ...]:
    if is_freetds(name):
        warning = f"The ODBC driver {name} is FreeTDS: sql_variant columns fail and errors may hide behind others."
        return (
            f"{warning} Install Microsoft's ODBC Driver 18, or mssql-python: `python -m pip install mssql-python`.",
        )
    if _is_path(name) or best_driver((name,)):
        return ()
    return (f"The ODBC driver {name} is outdated: Microsoft no longer supports it. Install ODBC Driver 18.",)


def _mssql_python(installed: InstalledDrivers, mode: AuthMode) -> DriverChoice:
    if not installed.mssql_python:
        raise DatabaseConnectionError(
            "The driver mssql-python is not installed.",
            code="connection.driver_missing",
            hint="Install it: `python -m pip install mssql-python`. It needs no unixODBC.",
        )
    if not mode.mssql_python:
        raise ConfigurationError(
            f"mssql-python cannot log in with {mode.name}.",
            code="config.auth",
            hint="Set driver to pyodbc, or choose another auth mode.",
        )
    return DriverChoice("mssql-python")


def _refuse_mode(mode: AuthMode, installed: InstalledDrivers) -> None:
    if not mode.can_use_pyodbc(installed.platform):
        raise ConfigurationError(
            f"Microsoft's ODBC driver can do {mode.name} on Windows only.",
            code="config.auth",
            hint="Install mssql-python, which can: `python -m pip install mssql-python`; or use entra-default.",
        )


def _missing(message: str, installed: InstalledDrivers, command: str) -> DatabaseConnectionError:
    also = (
        "Or set driver to mssql-python, which is installed."
        if installed.mssql_python
        else "Or take Microsoft's driver from a wheel: `python -m pip install mssql-python`."
    )
    return DatabaseConnectionError(
        message,
        code="connection.driver_missing",
        hint=f"Install it: {command}. {also}",
        details={"odbc_drivers": list(installed.odbc_drivers)},
    )


def _is_path(name: str) -> bool:
    return "/" in name or "\\" in name
