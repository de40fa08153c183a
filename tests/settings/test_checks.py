"""What cannot stand together is refused with both places."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mssql_mcp.settings.checks import excluded

if TYPE_CHECKING:
    from collections.abc import Callable

    from mssql_mcp.settings.load import Examined, Loaded


@pytest.mark.parametrize(
    ("toml", "keys"),
    [
        ('url = "mssql+pyodbc://h/d"\nserver = "x"', ["server"]),
        ('url = "mssql+pyodbc://h/d"\nusername = "x"\npassword = "y"', ["password", "username"]),
        ('url = "mssql+pyodbc://h/d"\nodbc_connect = "Server=x"', ["odbc_connect"]),
        ('odbc_connect = "Server=x"\nport = 1', ["port"]),
        ('odbc_connect = "Server=x"\nencrypt = "strict"', ["encrypt"]),
        ('url = "mssql+pyodbc://h/d"\ndriver = "pyodbc"', ["driver"]),
        ('demo = true\nserver = "x"', ["server"]),
        ('demo = true\ndatabase = "x"', ["database"]),
        ('demo = true\nurl = "mssql+pyodbc://h/d"', ["url"]),
        ('auth = "windows"\nusername = "x"', ["username"]),
        ('auth = "entra-managed-identity"\npassword = "x"', ["password"]),
        ('password = "x"', ["username"]),
        ('auth = "sql"', ["username"]),
        ('auth = "entra-service-principal"\npassword = "x"', ["username"]),
        ("server = 'h\\i'\ninstance = \"j\"", ["server"]),
        ('server = "h,1433"\nport = 1433', ["server"]),
        ("[connections.a.limits]\nmax_rows = 9\nrow_ceiling = 5", ["limits.max_rows"]),
    ],
)
def test_contradictions_are_refused(look: Callable[..., Examined], toml: str, keys: list[str]) -> None:
    """Each names the setting that has to go, and where it stands."""
    problems = look(f"[connections.a]\n{toml}\n").problems
    assert sorted(problem.key for problem in problems) == [f"connections.a.{key}" for key in keys]
    assert {problem.code for problem in problems} == {"config.contradiction"}
    assert all("mssql-mcp.toml:" in problem.message for problem in problems)


@pytest.mark.parametrize(
    "toml",
    [
        'url = "mssql+pyodbc://h/d"\ndatabase = "x"\napplication_name = "x"\nodbc_driver = "x"',
        'odbc_connect = "Server=x"\ndriver = "mssql-python"\nlogin_timeout_seconds = 3',
        "demo = true\nretry.max_retries = 0",
        "demo = false\nserver = 'x'",
        'auth = "entra-managed-identity"\nusername = "client id"',
        'auth = "windows"\nserver = "h,1"',
        'username = "x"\npassword = "y"\nserver = \'h\\i,1\'',
        'instance = "i"\nport = 1',
    ],
)
def test_what_goes_together_is_taken(look: Callable[..., Examined], toml: str) -> None:
    """A database beside a URL, a login without a password, a port beside an instance."""
    assert look(f"[connections.a]\n{toml}\n").problems == ()


@pytest.mark.parametrize(
    ("toml", "code"),
    [
        ('server = "mssql+pyodbc://u:c4nary@h/db"', "config.server"),
        ('server = "u:c4nary@127.0.0.1"', "config.server"),
        ('url = "mysql://u:c4nary@h/db"', "config.url"),
        ('url = "not a url"', "config.url"),
        ('url = "mssql+pyodbc://u:c4nary@h:99999999/db"', "config.url"),
        ('odbc_connect = "c4nary"', "config.odbc_connect"),
    ],
)
def test_what_leads_nowhere_is_refused_with_its_place(look: Callable[..., Examined], toml: str, code: str) -> None:
    """The key and the line are told, the value is not."""
    (problem,) = look(f"[connections.a]\n{toml}\n").problems
    assert problem.code == code
    assert problem.key == f"connections.a.{toml.partition(' ')[0]}"
    assert "mssql-mcp.toml:2" in problem.message
    assert "c4nary" not in str(problem)


def test_a_default_connection_must_exist(look: Callable[..., Examined]) -> None:
    """The error lists what is configured, the nearest first."""
    (problem,) = look('default_connection = "sale"\n[connections.hr]\n[connections.sales]\n').problems
    assert problem.nearest == ("sales",)
    assert "hr, sales" in problem.hint


def test_general_limits_are_checked_too(look: Callable[..., Examined]) -> None:
    """More rows by default than a call may ask for makes no sense."""
    (problem,) = look("[limits]\nmax_rows = 100\nrow_ceiling = 50\n").problems
    assert "limits.row_ceiling = 50" in problem.message


def test_names_that_the_environment_cannot_tell_apart_are_refused(look: Callable[..., Examined]) -> None:
    """`sales-eu` and `Sales_EU` would share their variables."""
    (problem,) = look("[connections.sales-eu]\n[connections.Sales_EU]\n").problems
    assert problem.code == "config.contradiction"


def test_a_login_without_a_password_is_warned_of(read: Callable[..., Loaded]) -> None:
    """It may be right, and mostly a variable is missing."""
    (warning,) = read('[connections.a]\nusername = "reader"\n').warnings
    assert "reader" in warning
    assert read('[connections.a]\nusername = "reader"\nauth = "entra-interactive"\n').warnings == ()


def test_the_logins_are_those_of_the_connections() -> None:
    """What is refused here is what the connection would refuse, and no other."""
    from mssql_mcp.connection.auth import AUTH_MODES

    for mode in AUTH_MODES:
        refused = {"username": mode.username, "password": mode.credential}
        expected = {field for field, need in refused.items() if need == "refused"}
        assert set(excluded({"auth": mode.name})) == expected, mode.name


def test_what_is_left_without_a_value_excludes_nothing() -> None:
    """`demo = false` and an empty URL are not said."""
    assert excluded({"demo": False, "url": None, "server": "x"}) == {}
    assert excluded({"url": "x"})["server"] == "url"


@pytest.mark.parametrize(
    ("environ", "other"),
    [
        ({"MSSQL_URL": "mssql+pyodbc://h/d?driver=x"}, "url"),
        ({"MSSQL_URL": "mssql+mssqlpython://h/d"}, "url"),
        ({"MSSQL_URL": "mssql+pyodbc://dsn"}, "url"),
        ({"MSSQL_MCP_CONNECTIONS__DEFAULT__ODBC_CONNECT": "Driver=x;Server=h"}, "odbc_connect"),
        ({"MSSQL_MCP_CONNECTIONS__DEFAULT__DRIVER": "mssql-python"}, "driver"),
    ],
)
def test_an_odbc_driver_that_is_not_used_is_told(
    read: Callable[..., Loaded], environ: dict[str, str], other: str
) -> None:
    """And where it comes by its short name, it is not shown as being in force either."""
    loaded = read(environ={**environ, "ODBC_DRIVER": "FreeTDS"})
    assert loaded.settings.connections["default"].odbc_driver is None
    (said,) = loaded.warnings
    assert "environment ODBC_DRIVER" in said
    assert f"connections.default.{other}" in said
    key = "MSSQL_MCP_CONNECTIONS__DEFAULT__ODBC_DRIVER"
    loaded = read(environ={**environ, key: "FreeTDS"})
    assert key in loaded.warnings[0]


@pytest.mark.parametrize("url", ["mssql+pyodbc://h/d", "mssql+pyodbc://u@h:1/d?Encrypt=yes"])
def test_a_url_without_a_driver_takes_the_one_that_is_set(read: Callable[..., Loaded], url: str) -> None:
    """Then it is in force."""
    loaded = read(environ={"MSSQL_URL": url, "ODBC_DRIVER": "FreeTDS"})
    assert (loaded.settings.connections["default"].odbc_driver, loaded.warnings) == ("FreeTDS", ())
