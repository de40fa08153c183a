"""Faults of pyodbc-mcp-server that lie below its tools; the numbers are those of the page on migration."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from pydantic import SecretStr

from mssql_mcp.connection.call import Call
from mssql_mcp.connection.drivers import InstalledDrivers
from mssql_mcp.connection.failures import Place, translate
from mssql_mcp.connection.login import login_of
from mssql_mcp.connection.retry import with_retry
from mssql_mcp.errors import ToolError
from mssql_mcp.settings import ConnectionSettings, RetrySettings
from mssql_mcp.settings.load import load
from mssql_mcp.settings.odbc import parse

if TYPE_CHECKING:
    from pathlib import Path

DRIVER = "ODBC Driver 18 for SQL Server"
TRANSIENT = [("42000", 40613), ("40001", 1205), ("08S01", 10054), ("42000", 40501)]
FINAL = [("HYT00", 0), ("42S02", 208), ("28000", 18456)]


def tries(state: str, number: int) -> int:
    """Let a statement fail with what the driver says, and count how often it is tried."""
    made = 0

    def fail() -> None:
        nonlocal made
        made += 1
        said = Exception(state, f"[{state}] [Microsoft][{DRIVER}][SQL Server]Something. ({number}) (SQLExecDirectW)")
        raise translate(said, Place(server="sql1", database="Sales"))

    settings = RetrySettings(max_retries=2, delay_seconds=1, max_delay_seconds=1)
    with pytest.raises(ToolError):
        with_retry(fail, settings, Call(60), sleep=lambda _: None, random=lambda: 0.0)
    return made


@pytest.mark.parametrize(("state", "number"), TRANSIENT)
def test_bug_2_transient_errors_are_tried_again(state: str, number: int) -> None:
    """By SQL Server's number, not by a state that is never compared with one."""
    assert tries(state, number) == 3


@pytest.mark.parametrize(("state", "number"), FINAL)
def test_bug_2_timeouts_and_faults_are_not(state: str, number: int) -> None:
    """A query that timed out would time out again."""
    assert tries(state, number) == 1


def test_bug_3_a_file_changes_only_what_it_names(tmp_path: Path) -> None:
    """What the environment says stays where the file does not mention it."""
    path = tmp_path / "mssql-mcp.toml"
    path.write_text('[connections.default]\ndatabase = "Archive"\n', encoding="utf-8")
    path.chmod(0o600)
    environ = {"MSSQL_SERVER": "sql1", "MSSQL_DATABASE": "Sales", "MSSQL_QUERY_TIMEOUT": "17"}
    settings = load(environ=environ, cwd=tmp_path, keyring=lambda *_: None).settings
    connection = settings.connections["default"]
    assert (connection.server, connection.database) == ("sql1", "Archive")
    assert settings.limits.timeout_seconds == 17


@pytest.mark.parametrize("odd", ["a;b", "a}b", "{a", "a=b;Server=evil", "a'b\"c", "}};PWD=x"])
def test_bug_14_odd_characters_stay_in_their_value(odd: str) -> None:
    """A login, a password or a database cannot add a keyword to the connection string."""
    settings = ConnectionSettings(server="sql1", username=odd, password=SecretStr(odd), database=odd)
    made = login_of(settings, InstalledDrivers("", "5.3.0", (DRIVER,), mssql_python=False, platform="linux"))
    read = parse(made.string.reveal())
    assert (read.get("UID"), read.get("PWD"), read.get("Database"), read.get("Server")) == (odd, odd, odd, "sql1")
    assert len(read.pairs) == len(made.string.pairs)
