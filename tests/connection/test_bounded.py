"""A login that does not come back is left behind, and what it opens late is closed."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading

import pytest

from mssql_mcp.cli.exit_codes import ExitCode
from mssql_mcp.connection.bounded import run_bounded
from mssql_mcp.connection.call import Call
from mssql_mcp.connection.drivers import installed_drivers
from mssql_mcp.errors import DatabaseConnectionError, QueryCancelledError, QueryTimeoutError


class Late:
    """Work that ends when it is let go, and a record of what was discarded."""

    def __init__(self) -> None:
        self.go = threading.Event()
        self.started = threading.Event()
        self.discarded: list[str] = []
        self.closed = threading.Event()

    def work(self) -> str:
        self.started.set()
        assert self.go.wait(30)
        return "connection"

    def discard(self, value: str) -> None:
        self.discarded.append(value)
        self.closed.set()


def late() -> Exception:
    return DatabaseConnectionError("late", code="connection.timeout")


def unwanted(_: object) -> None:
    pytest.fail("nothing was to be discarded")


def test_an_outcome_in_time_is_given() -> None:
    """The caller gets what the work gave, and nothing is discarded."""
    assert run_bounded(lambda: 5, Call(30), 30, discard=unwanted, late=late) == 5


def test_an_error_in_time_is_raised() -> None:
    """The caller gets the work's own error."""

    def fail() -> int:
        raise ValueError("x")

    with pytest.raises(ValueError, match="x"):
        run_bounded(fail, Call(30), 30, discard=unwanted, late=late)


def test_the_limit_ends_the_wait() -> None:
    """After the limit the caller is told so, and a late outcome is closed."""
    work = Late()
    with pytest.raises(DatabaseConnectionError, match="late"):
        run_bounded(work.work, Call(30), 0, discard=work.discard, late=late)
    work.go.set()
    assert work.closed.wait(30)
    assert work.discarded == ["connection"]


def test_the_deadline_ends_the_wait() -> None:
    """The call's own deadline comes before the limit, with its own error."""
    work = Late()
    with pytest.raises(QueryTimeoutError):
        run_bounded(work.work, Call(0), 30, discard=work.discard, late=late)
    work.go.set()
    assert work.closed.wait(30)


def test_a_cancel_ends_the_wait() -> None:
    """A cancellation from another thread ends the wait at once."""
    work = Late()
    call = Call(30)

    def cancel() -> None:
        assert work.started.wait(30)
        call.cancel()

    canceller = threading.Thread(target=cancel)
    canceller.start()
    with pytest.raises(QueryCancelledError):
        run_bounded(work.work, call, 30, discard=work.discard, late=late)
    canceller.join()
    work.go.set()
    assert work.closed.wait(30)
    assert work.discarded == ["connection"]


def ask_a_silent_server(driver: str, *options: str, **fields: str) -> subprocess.CompletedProcess[str]:
    """Run a query in a process of its own against a port that accepts and says nothing."""
    installed = installed_drivers()
    if installed.pyodbc_error if driver == "pyodbc" else not installed.mssql_python:
        pytest.skip(f"{driver} cannot be imported here")
    with socket.create_server(("127.0.0.1", 0)) as silent:
        fields |= {
            "SERVER": f"127.0.0.1,{silent.getsockname()[1]}",
            "USERNAME": "me",
            "PASSWORD": "c4nary",
            "DRIVER": driver,
        }
        return subprocess.run(
            [sys.executable, "-m", "mssql_mcp", "query", *options, "SELECT 1"],
            env=os.environ | {f"MSSQL_MCP_CONNECTIONS__MAIN__{name}": value for name, value in fields.items()},
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=40,
            check=False,
        )


@pytest.mark.parametrize("driver", ["pyodbc", "mssql-python"])
def test_a_silent_server_is_told_as_such_before_the_calls_deadline(driver: str) -> None:
    """With the login timeout and the retries as they are by default: no word of a statement that was ended."""
    outcome = ask_a_silent_server(driver, "--timeout", "5")
    assert outcome.returncode == int(ExitCode.CONNECTION), outcome.stderr
    assert "connection.timeout" in outcome.stderr
    assert "on the server" not in outcome.stderr


@pytest.mark.parametrize("driver", ["pyodbc", "mssql-python"])
def test_a_login_left_behind_does_not_hold_the_process(driver: str) -> None:
    """The command ends with its own exit code, though a driver still waits for a server that says nothing."""
    outcome = ask_a_silent_server(driver, ENCRYPT="strict", LOGIN_TIMEOUT_SECONDS="1", RETRY__MAX_RETRIES="0")
    assert outcome.returncode == int(ExitCode.CONNECTION), outcome.stderr
    assert "connection.timeout" in outcome.stderr
    assert "c4nary" not in outcome.stderr + outcome.stdout
