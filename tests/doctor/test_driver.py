"""The driver check says what is used, what is there and what is missing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from pydantic import SecretStr

from mssql_mcp.connection.call import Call
from mssql_mcp.connection.drivers import InstalledDrivers
from mssql_mcp.connection.sqlserver import SqlServerSource
from mssql_mcp.doctor.driver import facts_of, look
from mssql_mcp.doctor.examination import Examination
from mssql_mcp.errors import ConfigurationError, DatabaseConnectionError
from mssql_mcp.settings import ConnectionSettings

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture
def examined(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Examination]:
    def make(*names: str, error: str = "", mssql_python: bool = False, **fields: Any) -> Examination:
        installed = InstalledDrivers(error, "" if error else "5.3.0", names, mssql_python, "linux")
        monkeypatch.setattr("mssql_mcp.doctor.driver.installed_drivers", lambda: installed)
        source = SqlServerSource("main", ConnectionSettings(**fields), installed=lambda: installed)
        return Examination(source, Call(5))

    return make


def test_the_driver_in_use_is_named(examined: Callable[..., Examination]) -> None:
    """The best driver is named, with everything else that is there."""
    found = look(examined("FreeTDS", "ODBC Driver 18 for SQL Server"))
    assert (found.status, found.summary) == ("ok", "Using pyodbc with ODBC Driver 18 for SQL Server.")
    assert found.facts["odbc_drivers"] == ["FreeTDS", "ODBC Driver 18 for SQL Server"]
    assert found.facts["auth"] == "windows"


def test_a_wheel_is_a_driver_too(examined: Callable[..., Examination]) -> None:
    """mssql-python needs no ODBC driver of the machine."""
    assert look(examined(error="no libodbc", mssql_python=True)).summary == "Using mssql-python."


def test_a_password_in_the_drivers_name_is_not_shown(examined: Callable[..., Examination]) -> None:
    """A string without its semicolon makes one value of two."""
    with pytest.raises(DatabaseConnectionError) as caught:
        look(examined("ODBC Driver 18 for SQL Server", odbc_connect=SecretStr("Server=h;Driver=x PWD=c4nary")))
    assert "c4nary" not in f"{caught.value} {caught.value.hint} {caught.value.details}"


def test_a_driver_that_a_string_names_must_be_there(examined: Callable[..., Examination]) -> None:
    """The driver manager would say no later, and less clearly."""
    with pytest.raises(DatabaseConnectionError) as caught:
        look(examined("ODBC Driver 18 for SQL Server", odbc_connect=SecretStr("Server=h;Driver={x};PWD=y")))
    assert caught.value.code == "connection.driver_missing"
    fine = examined(
        "ODBC Driver 18 for SQL Server", odbc_connect=SecretStr("Server=h;Driver={odbc driver 18 FOR sql server}")
    )
    assert look(fine).status == "ok"


@pytest.mark.parametrize(
    ("fields", "mode"),
    [
        ({"url": SecretStr("mssql+pyodbc://me:x@db/d")}, "sql"),
        ({"url": SecretStr("mssql+pyodbc://db/d?Trusted_Connection=yes")}, "windows"),
        ({"odbc_connect": SecretStr("Server=db;UID=me;PWD=x")}, "sql"),
        ({"odbc_connect": SecretStr("Server=db;Authentication=ActiveDirectoryMSI;UID=x")}, "entra-managed-identity"),
        ({"odbc_connect": SecretStr("Server=db;Authentication=SqlPassword;UID=x;PWD=y")}, "sql"),
        ({"odbc_connect": SecretStr("DSN=prod")}, None),
        ({"username": "me", "password": SecretStr("x")}, "sql"),
    ],
)
def test_the_way_of_logging_in_is_the_strings_own(
    examined: Callable[..., Examination], fields: dict[str, Any], mode: str | None
) -> None:
    """A URL or a connection string says it itself; a data source name hides it."""
    assert look(examined("ODBC Driver 18 for SQL Server", **fields)).facts["auth"] == mode


def test_a_poor_driver_is_a_warning(examined: Callable[..., Examination]) -> None:
    """FreeTDS works with gaps, and the check says what to install."""
    found = look(examined("FreeTDS"))
    assert found.status == "warning"
    assert "Install Microsoft's" in found.summary


def test_no_driver_is_a_failure(examined: Callable[..., Examination]) -> None:
    """Without any driver the error holds the command that installs one."""
    with pytest.raises(DatabaseConnectionError) as caught:
        look(examined())
    assert "msodbcsql18" in caught.value.hint


def test_settings_that_contradict_each_other_are_a_failure(examined: Callable[..., Examination]) -> None:
    """The first check already tells that the login cannot work."""
    with pytest.raises(ConfigurationError):
        look(examined("ODBC Driver 18 for SQL Server", username="me"))


def test_a_driver_that_cannot_be_loaded_tells_why() -> None:
    """The reason stands where the version would."""
    facts = facts_of(InstalledDrivers("libodbc.so.2: cannot open", "", (), mssql_python=True))
    assert facts == {"pyodbc": "libodbc.so.2: cannot open", "odbc_drivers": [], "mssql_python": True}
