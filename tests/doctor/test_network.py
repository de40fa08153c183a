"""The network check resolves, connects, and knows where TCP says nothing."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING, Any

import pytest
from pydantic import SecretStr

from mssql_mcp.doctor.network import look, target_of
from mssql_mcp.errors import DatabaseConnectionError

if TYPE_CHECKING:
    from collections.abc import Callable

Told = Any


@pytest.fixture
def examined(told: Callable[..., Told]) -> Callable[..., Told]:
    def make(**fields: Any) -> Told:
        made = told({}, **fields)
        made.need_driver()
        return made

    return make


def test_a_listening_port_is_fine(examined: Callable[..., Told]) -> None:
    """Address, port and time are told."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        found = look(examined(server=f"127.0.0.1,{port}"))
    assert found.status == "ok"
    assert found.facts["addresses"] == ["127.0.0.1"]
    assert found.facts["port"] == port


@pytest.mark.parametrize(
    ("server", "code"), [("127.0.0.1,1", "connection.refused"), ("no-such-host.invalid", "connection.dns")]
)
def test_a_break_has_its_code(examined: Callable[..., Told], server: str, code: str) -> None:
    """A closed port and an unknown name are told apart."""
    with pytest.raises(DatabaseConnectionError) as caught:
        look(examined(server=server))
    assert caught.value.code == code


def test_a_named_instance_is_asked_of_the_browser(
    examined: Callable[..., Told], monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the Browser's answer the instance's port is tried; without it the driver judges, and it says what to do."""
    made = examined(server=r"127.0.0.1\BI")
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        monkeypatch.setattr("mssql_mcp.doctor.network.instance_port", lambda *_: port)
        found = look(made)
    assert found.status == "ok"
    assert (found.facts["instance"], found.facts["port"]) == ("BI", port)
    monkeypatch.setattr("mssql_mcp.doctor.network.instance_port", lambda *_: None)
    found = look(made)
    assert found.status == "warning"
    assert "UDP port 1434" in found.hint
    made.login = DatabaseConnectionError("x", code="connection.login_failed")
    assert look(made).status == "warning"
    made.login = DatabaseConnectionError("Nobody there.", code="connection.timeout")
    with pytest.raises(DatabaseConnectionError) as caught:
        look(made)
    assert caught.value.code == "connection.instance"
    assert "Nobody there." in str(caught.value)
    assert "UDP port 1434" in caught.value.hint


@pytest.mark.parametrize("fields", [{"server": r"np:\\db\pipe\sql\query"}, {"server": r"(localdb)\MSSQLLocalDB"}])
def test_what_needs_no_tcp_is_skipped(examined: Callable[..., Told], fields: dict[str, Any]) -> None:
    """Pipes and LocalDB are left to the login."""
    assert look(examined(**fields)).status == "skipped"


def test_a_data_source_name_is_skipped(examined: Callable[..., Told]) -> None:
    """A DSN hides the server."""
    made = examined(odbc_connect=SecretStr("DSN=prod"), driver="auto", username=None, password=None)
    assert target_of(made) is None
    assert look(made).status == "skipped"
