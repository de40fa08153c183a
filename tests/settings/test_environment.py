"""The environment's names lead to settings, old ones too, and a misspelt one is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mssql_mcp.settings.environment import misspelt, names_a_server, read_environment, read_short_names

if TYPE_CHECKING:
    from collections.abc import Callable

    from mssql_mcp.settings.load import Examined, Loaded


@pytest.mark.parametrize(
    ("variable", "key"),
    [
        ("MSSQL_MCP_LIMITS__MAX_ROWS", "limits.max_rows"),
        ("MSSQL_MCP_DEFAULT_CONNECTION", "default_connection"),
        ("MSSQL_MCP_CONNECTIONS__SALES__POOL__SIZE", "connections.sales.pool.size"),
        ("MSSQL_MCP_CONNECTIONS__SALES_EU__PORT", "connections.sales-eu.port"),
        ("MSSQL_MCP_CONNECTIONS__CRM__PORT", "connections.CRM.port"),
        ("mssql_mcp_limits__max_rows", "limits.max_rows"),
    ],
)
def test_names_lead_to_keys(variable: str, key: str) -> None:
    """`__` goes down; a connection of the file is found whatever its case and hyphens."""
    found = read_environment({variable: "1"}, ["sales-eu", "CRM"])
    assert (list(found.entries), found.problems) == ([key], [])
    assert str(found.entries[key].origin) == f"environment {variable}"


@pytest.mark.parametrize(
    ("variable", "nearest"),
    [
        ("MSSQL_MCP_LIMITS__MAX_ROW", ("MSSQL_MCP_LIMITS__MAX_ROWS",)),
        ("MSSQL_MCP_LIMITS_MAX_ROWS", ("MSSQL_MCP_LIMITS__MAX_ROWS",)),
        ("MSSQL_MCP_MAX_ROWS", ("MSSQL_MCP_LIMITS__MAX_ROWS",)),
        ("MSSQL_MCP_CONNECTIONS__SALES__PASWORD", ("MSSQL_MCP_CONNECTIONS__SALES__PASSWORD",)),
        ("MSSQL_MCP_LIMITS__MAX_ROWS__X", ("MSSQL_MCP_LIMITS__MAX_ROWS",)),
        ("MSSQL_MCP_QQQ", ()),
    ],
)
def test_unknown_names_are_refused(variable: str, nearest: tuple[str, ...]) -> None:
    """With the name that was meant, and never with the value."""
    (problem,) = read_environment({variable: "canary"}).problems
    assert problem.nearest == nearest
    assert variable in problem.message
    assert "canary" not in str(problem)


def test_names_of_others_and_of_tests_are_left_alone() -> None:
    """Only our prefix is ours, and not every name with it is a setting."""
    environ = {"PATH": "x", "MSSQL_SA_PASSWORD": "x", "MSSQL_MCP_CONFIG": "x", "MSSQL_MCP_TEST_URL": "x"}
    found = read_environment(environ)
    assert (found.entries, found.problems) == ({}, [])


def test_empty_is_not_set() -> None:
    """Containers and MCP clients pass empty variables for what nobody filled in."""
    assert read_environment({"MSSQL_MCP_CONNECTIONS__A__PASSWORD": ""}).entries == {}
    assert read_short_names({"MSSQL_SERVER": ""}, "a").entries == {}
    assert not names_a_server({"MSSQL_SERVER": ""})


def test_a_whole_table_can_be_json() -> None:
    """One variable can hold all connections; something else under that name is refused without its value."""
    found = read_environment({"MSSQL_MCP_CONNECTIONS": '{"a": {"server": "x"}, "b": {}}'})
    assert (list(found.entries), list(found.names)) == (["connections.a.server"], ["a", "b"])
    for text in ("canary", "[1]", '{"canary": '):
        (problem,) = read_environment({"MSSQL_MCP_CONNECTIONS": text}).problems
        assert "JSON object" in problem.message
        assert "canary" not in str(problem)


def test_short_names_speak_of_the_default_connection() -> None:
    """The names of pyodbc-mcp-server, and a login; without a connection only the general ones are left."""
    environ = {
        "MSSQL_SERVER": "s",
        "MSSQL_DATABASE": "d",
        "ODBC_DRIVER": "ODBC Driver 17 for SQL Server",
        "MSSQL_CONNECTION_TIMEOUT": "9",
        "MSSQL_QUERY_TIMEOUT": "60",
        "MSSQL_MAX_RETRIES": "1",
        "MSSQL_RETRY_DELAY": "2.5",
        "MSSQL_USERNAME": "u",
        "MSSQL_PASSWORD": "p",
    }
    keys = {
        "connections.a.server",
        "connections.a.database",
        "connections.a.odbc_driver",
        "connections.a.login_timeout_seconds",
        "limits.timeout_seconds",
        "connections.a.retry.max_retries",
        "connections.a.retry.delay_seconds",
        "connections.a.username",
        "connections.a.password",
    }
    assert set(read_short_names(environ, "a").entries) == keys
    assert set(read_short_names(environ, None).entries) == {"limits.timeout_seconds"}


@pytest.mark.parametrize(
    ("variable", "meant"),
    [
        ("MSSQL_SEVER", "MSSQL_SERVER"),
        ("MSSQL_PASWORD", "MSSQL_PASSWORD"),
        ("mssql_server", "MSSQL_SERVER"),
        ("MSSQL_USER", "MSSQL_USERNAME"),
        ("MSSQL_HOST", "MSSQL_SERVER"),
        ("MSSQL_PWD", "MSSQL_PASSWORD"),
        ("ODBC_DRIVR", "ODBC_DRIVER"),
        ("MSSQL_QUERY_TIMEOUTS", "MSSQL_QUERY_TIMEOUT"),
        ("MSSQL_MPC_LIMITS__MAX_ROWS", "MSSQL_MCP_LIMITS__MAX_ROWS"),
    ],
)
def test_a_misspelling_is_found(variable: str, meant: str) -> None:
    """The nearest name is told, unless that one is set too."""
    (said,) = misspelt({variable: "c4nary"})
    assert said == f"nothing is configured by {variable} (did you mean {meant}?)"
    assert misspelt({variable: "x", meant: "y"}) == []
    assert misspelt({variable: ""}) == []


@pytest.mark.parametrize(
    "variable", ["MSSQL_SA_PASSWORD", "MSSQL_PID", "MYSQL_SERVER", "PATH", "ODBC_INI", "MSSQL_SERVER", "MSSQL_DATA_DIR"]
)
def test_what_belongs_to_others_is_no_misspelling(variable: str) -> None:
    """SQL Server's own variables and those of other databases."""
    assert misspelt({variable: "x"}) == []


def test_a_reference_that_the_client_did_not_fill_in_is_warned_of() -> None:
    """Some MCP clients pass `${NAME}` as it stands when NAME is not set."""
    assert "MSSQL_PASSWORD" in read_short_names({"MSSQL_PASSWORD": "${env:MSSQL_PASSWORD}"}, "a").warnings[0]
    assert read_environment({"MSSQL_MCP_CONNECTIONS__A__PASSWORD": "<password>"}).warnings


def test_a_bad_connection_name_is_refused() -> None:
    """A name that TOML and the command line could not repeat is none here either."""
    (problem,) = read_environment({"MSSQL_MCP_CONNECTIONS__A B__PORT": "1"}).problems
    assert "cannot name a connection" in problem.message


def test_a_short_name_that_cannot_be_used_is_told_without_a_connection_too(look: Callable[..., Examined]) -> None:
    """The next person to add a server would stumble over it."""
    problems = look(environ={"MSSQL_MAX_RETRIES": "-1", "MSSQL_QUERY_TIMEOUT": "0"}).problems
    assert {problem.key for problem in problems} == {"connections.default.retry.max_retries", "limits.timeout_seconds"}
    assert all(problem.origin in str(problem) for problem in problems)
    assert len(problems) == 2


def test_a_misspelt_short_name_is_warned_of(read: Callable[..., Loaded]) -> None:
    """It has no prefix that is ours alone, so it is no error; the demo is not disturbed."""
    loaded = read(environ={"MSSQL_SEVER": "h", "MSSQL_DATABASE": "d"})
    assert loaded.misspelt == ("nothing is configured by MSSQL_SEVER (did you mean MSSQL_SERVER?)",)
    assert loaded.misspelt[0] in loaded.warnings
    cli = {"connections.demo.demo": True, "default_connection": "demo"}
    assert read(environ={"MSSQL_SEVER": "h"}, cli=cli).warnings == ()
