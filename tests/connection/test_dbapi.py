"""A physical connection is opened inside its limits, and its set-up survives servers with gaps."""

from __future__ import annotations

import logging
import socket
from typing import Any

import pytest
from pydantic import SecretStr

from mssql_mcp.connection.call import Call
from mssql_mcp.connection.dbapi import close_quietly, open_connection, set_up
from mssql_mcp.connection.drivers import installed_drivers
from mssql_mcp.connection.failures import Place
from mssql_mcp.connection.login import login_of
from mssql_mcp.errors import DatabaseConnectionError, QueryTimeoutError
from mssql_mcp.settings import ConnectionSettings, RetrySettings

DRIVER = "[Microsoft][ODBC Driver 18 for SQL Server][SQL Server]"


class Server:
    """A DB-API connection to a server that refuses some statements."""

    def __init__(self, *refused: str, error: tuple[str, int, str] = ("42000", 156, "Incorrect syntax.")) -> None:
        self.refused = refused
        self.error = error
        self.executed: list[str] = []
        self.closed_cursors = 0
        self.autocommit = True

    def cursor(self) -> Server:
        return self

    def execute(self, sql: str) -> None:
        if any(word in sql for word in self.refused):
            state, number, text = self.error
            raise RuntimeError(state, f"[{state}] {DRIVER}{text} ({number}) (SQLExecDirectW)")
        self.executed.append(sql)

    def nextset(self) -> bool:
        return False

    def close(self) -> None:
        self.closed_cursors += 1


def test_the_set_up_is_one_round_trip() -> None:
    """A server that knows every statement gets them together."""
    server = Server()
    set_up(server, ConnectionSettings())
    assert len(server.executed) == 1
    assert server.closed_cursors == 1


def test_a_server_with_gaps_gets_the_rest(caplog: pytest.LogCaptureFixture) -> None:
    """What the server refuses is logged, and everything else is set."""
    server = Server("CONTEXT_INFO", "DEADLOCK_PRIORITY")
    with caplog.at_level(logging.WARNING):
        set_up(server, ConnectionSettings())
    assert server.executed == [
        "SET IMPLICIT_TRANSACTIONS ON",
        "SET LOCK_TIMEOUT 5000",
        "SET TRANSACTION ISOLATION LEVEL READ COMMITTED",
    ]
    assert len(caplog.records) == 2
    assert server.autocommit


def test_a_server_without_transactions_of_its_own_gets_the_drivers() -> None:
    """Whatever the server lacks, nothing runs outside a transaction."""
    server = Server("IMPLICIT_TRANSACTIONS")
    set_up(server, ConnectionSettings())
    assert not server.autocommit


def test_a_connection_that_breaks_during_set_up_is_not_kept() -> None:
    """A broken connection is no gap of the server."""
    server = Server("SET", error=("08S01", 10054, "broken"))
    with pytest.raises(RuntimeError):
        set_up(server, ConnectionSettings())


def test_closing_never_fails() -> None:
    """A connection that cannot even be closed is forgotten."""

    class Broken:
        def close(self) -> None:
            raise OSError

    close_quietly(Broken())


def connection_to(address: tuple[str, int], **fields: Any) -> Any:
    installed = installed_drivers()
    if installed.pyodbc_error and not installed.mssql_python:
        pytest.skip("no driver can be imported here")
    settings = ConnectionSettings(
        server=f"{address[0]},{address[1]}",
        username="me",
        password=SecretStr("c4nary"),
        retry=RetrySettings(max_retries=0),
        **fields,
    )
    made = login_of(settings, installed)
    return made, settings, Place(server=made.server, secrets=made.secrets, is_connecting=True)


def test_a_server_that_says_nothing_does_not_hold_the_call() -> None:
    """The call's deadline ends a login that the driver would wait for much longer."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        made, settings, place = connection_to(silent.getsockname())
        with pytest.raises((QueryTimeoutError, DatabaseConnectionError)) as caught:
            open_connection(made, settings, Call(0.3), place)
    assert "c4nary" not in f"{caught.value!r}"


def test_a_closed_port_is_told_before_the_driver_is_asked() -> None:
    """Nothing listens: the answer is `connection.refused`, with no other exception hanging on it."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = server.getsockname()
    made, settings, place = connection_to(address)
    with pytest.raises(DatabaseConnectionError) as caught:
        open_connection(made, settings, Call(30), place)
    assert caught.value.code == "connection.refused"
    assert caught.value.__context__ is None
    assert caught.value.__cause__ is None
