"""A TCP connect tells refused, unknown, silent and unreachable apart."""

from __future__ import annotations

import errno
import socket
from typing import Any

import pytest

from mssql_mcp.connection.probe import explain, reach
from mssql_mcp.errors import DatabaseConnectionError


def test_a_listening_port_is_reached() -> None:
    """Where something listens, the probe returns and leaves no connection behind."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        reach("127.0.0.1", server.getsockname()[1], 5)
        connection, _ = server.accept()
        with connection:
            assert connection.recv(1) == b""


def test_a_closed_port_refuses() -> None:
    """A port that nothing listens on is `connection.refused`, and may work later."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with pytest.raises(DatabaseConnectionError) as caught:
        reach("127.0.0.1", port, 5)
    assert caught.value.code == "connection.refused"
    assert caught.value.retryable
    assert caught.value.__context__ is None


@pytest.mark.parametrize(
    ("error", "code", "retryable"),
    [
        (socket.gaierror(socket.EAI_NONAME, "x"), "connection.dns", False),
        (socket.gaierror(socket.EAI_AGAIN, "x"), "connection.dns", True),
        (UnicodeEncodeError("idna", "x", 0, 1, "label too long"), "connection.dns", False),
        (ConnectionRefusedError(errno.ECONNREFUSED, "x"), "connection.refused", True),
        (BrokenPipeError(errno.EPIPE, "x"), "connection.lost", True),
        (ConnectionResetError(errno.ECONNRESET, "x"), "connection.lost", True),
        (TimeoutError("timed out"), "connection.timeout", True),
        (OSError(errno.ENETUNREACH, "x"), "connection.unreachable", True),
        (PermissionError(errno.EACCES, "x"), "connection.unreachable", True),
    ],
)
def test_each_reason_has_its_code(error: OSError | UnicodeError, code: str, retryable: bool) -> None:
    """What the system says becomes one code, with a hint."""

    def fail(*_: Any, **__: Any) -> socket.socket:
        raise error

    with pytest.raises(DatabaseConnectionError) as caught:
        reach("db.example.com", 1433, 1, connect=fail)
    assert (caught.value.code, caught.value.retryable) == (code, retryable)
    assert "db.example.com" in str(caught.value)
    assert caught.value.hint
    assert explain(error, "h", 1).code == code


def test_a_host_is_redacted() -> None:
    """Whatever somebody typed as the host, a password in it is not repeated."""
    for error in (socket.gaierror(socket.EAI_NONAME, "x"), ConnectionRefusedError(), TimeoutError(), OSError()):
        assert "c4nary" not in str(explain(error, "mssql+pyodbc://u:c4nary@h", 1433))
        assert "c4nary" not in str(explain(error, "c4nary.example.com", 1433, ("c4nary",)))


def test_the_wait_is_handed_to_the_system() -> None:
    """The probe never waits longer than it may."""
    seen: dict[str, Any] = {}

    def connect(address: tuple[str, int], **options: Any) -> socket.socket:
        seen.update(options, address=address)
        return socket.socket()

    reach("h", 5, 0.25, connect=connect)
    assert seen == {"address": ("h", 5), "timeout": 0.25}
