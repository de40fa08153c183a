"""The driver that is chosen, the warning that comes with it, and the command where none can be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from pydantic import SecretStr

from mssql_mcp.connection.drivers import InstalledDrivers, best_driver, choose_driver, installed_drivers
from mssql_mcp.errors import ConfigurationError, DatabaseConnectionError
from mssql_mcp.settings import ConnectionSettings

if TYPE_CHECKING:
    from pathlib import Path

DRIVER_18 = "ODBC Driver 18 for SQL Server"
DRIVER_17 = "ODBC Driver 17 for SQL Server"
NO_LIBODBC = "libodbc.so.2: cannot open shared object file: No such file or directory"


def machine(*names: str, error: str = "", mssql_python: bool = False, platform: str = "linux") -> InstalledDrivers:
    return InstalledDrivers(error, "" if error else "5.3.0", names, mssql_python, platform)


def settings(**fields: Any) -> ConnectionSettings:
    return ConnectionSettings(username="me", password=SecretStr("x"), **fields)


@pytest.mark.parametrize(
    ("names", "best"),
    [
        ((DRIVER_17, DRIVER_18), DRIVER_18),
        (("ODBC Driver 13 for SQL Server", DRIVER_17), DRIVER_17),
        (("ODBC Driver 11 for SQL Server", "ODBC Driver 13 for SQL Server"), "ODBC Driver 13 for SQL Server"),
        (("ODBC Driver 17.10 for SQL Server",), "ODBC Driver 17.10 for SQL Server"),
        (("FreeTDS", "PostgreSQL Unicode", "SQL Server"), ""),
    ],
)
def test_the_newest_supported_driver_of_microsoft_is_best(names: tuple[str, ...], best: str) -> None:
    """18 before 17 before whatever else Microsoft made."""
    assert best_driver(names) == best


@pytest.mark.parametrize(
    ("installed", "kind", "odbc_driver"),
    [
        (machine(DRIVER_17, DRIVER_18, mssql_python=True), "pyodbc", DRIVER_18),
        (machine(error=NO_LIBODBC, mssql_python=True), "mssql-python", ""),
        (machine("FreeTDS", mssql_python=True), "mssql-python", ""),
        (machine("FreeTDS", "SQL Server"), "pyodbc", "SQL Server"),
        (machine("FreeTDS"), "pyodbc", "FreeTDS"),
    ],
)
def test_auto_takes_what_works(installed: InstalledDrivers, kind: str, odbc_driver: str) -> None:
    """pyodbc with a driver of Microsoft, else mssql-python, else what is there."""
    choice = choose_driver(settings(), installed)
    assert (choice.kind, choice.odbc_driver) == (kind, odbc_driver)


@pytest.mark.parametrize(("name", "word"), [("FreeTDS", "FreeTDS"), ("SQL Server", "outdated")])
def test_a_poor_driver_comes_with_a_warning(name: str, word: str) -> None:
    """FreeTDS and the drivers that Microsoft gave up work with gaps, and the choice says so."""
    assert word in choose_driver(settings(), machine(name)).warnings[0]
    assert choose_driver(settings(), machine(DRIVER_17)).warnings == ()


@pytest.mark.parametrize(
    ("installed", "fields", "words"),
    [
        (machine(error=NO_LIBODBC), {}, ("libodbc.so.2", "apt-get install -y unixodbc", "pip install mssql-python")),
        (machine(), {}, ("No ODBC driver", "msodbcsql18", "pip install mssql-python")),
        (machine(DRIVER_17), {"odbc_driver": DRIVER_18}, (DRIVER_17, "msodbcsql18")),
        (machine(mssql_python=True), {"driver": "pyodbc"}, ("No ODBC driver", "set driver to mssql-python")),
        (machine(DRIVER_18), {"driver": "mssql-python"}, ("pip install mssql-python",)),
        (machine(), {"odbc_driver": "/no/such/libmsodbcsql.so"}, ("/no/such/libmsodbcsql.so",)),
    ],
)
def test_what_is_missing_comes_with_its_command(
    installed: InstalledDrivers,
    fields: dict[str, Any],
    words: tuple[str, ...],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The error names what is missing and the hint is the command that installs it."""
    monkeypatch.setattr("mssql_mcp.connection.install._os_release", lambda: {"ID": "debian"})
    with pytest.raises(DatabaseConnectionError) as caught:
        choose_driver(settings(**fields), installed)
    assert caught.value.code == "connection.driver_missing"
    said = f"{caught.value} {caught.value.hint}"
    assert [word for word in words if word not in said] == []


def test_a_librarys_path_is_taken_as_it_is(tmp_path: Path) -> None:
    """An ODBC driver can be used without being registered, by the path of its library."""
    library = tmp_path / "libmsodbcsql-18.so"
    library.touch()
    assert choose_driver(settings(odbc_driver=str(library)), machine()).odbc_driver == str(library)


def test_a_string_that_names_its_driver_needs_no_choice() -> None:
    """`odbc_connect` with its own Driver or DSN is left as it is."""
    choice = choose_driver(settings(), machine("something else"), names_driver=True)
    assert (choice.kind, choice.odbc_driver) == ("pyodbc", "")


def test_interactive_login_takes_the_driver_that_can_do_it() -> None:
    """Outside Windows only mssql-python opens a sign-in window, so auto takes it."""
    interactive = ConnectionSettings(auth="entra-interactive")
    assert choose_driver(interactive, machine(DRIVER_18, mssql_python=True)).kind == "mssql-python"
    assert choose_driver(interactive, machine(DRIVER_18, mssql_python=True, platform="win32")).kind == "pyodbc"
    with pytest.raises(ConfigurationError) as caught:
        choose_driver(interactive, machine(DRIVER_18))
    assert caught.value.code == "config.auth"


def test_the_default_credential_prefers_mssql_python() -> None:
    """mssql-python brings azure-identity; with pyodbc it must be installed, which works too."""
    default = ConnectionSettings(auth="entra-default")
    assert choose_driver(default, machine(DRIVER_18, mssql_python=True)).kind == "mssql-python"
    assert choose_driver(default, machine(DRIVER_18)).kind == "pyodbc"


def test_this_machine_can_be_looked_at() -> None:
    """Looking never fails: either pyodbc tells its version and drivers, or the reason why not."""
    installed = installed_drivers()
    assert bool(installed.pyodbc_error) != bool(installed.pyodbc_version)


def test_the_drivers_own_pool_is_off() -> None:
    """A second pool below SQLAlchemy's would hand out connections that were thrown away."""
    if installed_drivers().pyodbc_error:
        pytest.skip("pyodbc cannot be imported here")
    import pyodbc

    assert pyodbc.pooling is False
