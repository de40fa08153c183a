"""Encryption is judged by the driver's own login, explained by the greeting."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING, Any

import pytest
from pydantic import SecretStr

from mssql_mcp.doctor.encryption import look
from mssql_mcp.doctor.prelogin import Greeting, NotSqlServerError
from mssql_mcp.errors import DatabaseConnectionError, ToolError

if TYPE_CHECKING:
    from collections.abc import Callable

Told = Any
VERIFIED = Greeting("16.0.4165", "on", "TLSv1.2", "")
SELF_SIGNED = Greeting("16.0.4165", "on", "", "self-signed certificate")


def failing(code: str, message: str = "x") -> DatabaseConnectionError:
    return DatabaseConnectionError(message, code=code)


@pytest.fixture
def examined(told: Callable[..., Told], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Told]:
    def make(
        greeting: Greeting | Exception,
        *,
        encrypted: str | None = "TRUE",
        login: ToolError | None = None,
        **fields: Any,
    ) -> Told:
        def greet(*_: Any, **__: Any) -> Greeting:
            if isinstance(greeting, Exception):
                raise greeting
            return greeting

        monkeypatch.setattr("mssql_mcp.doctor.encryption.greet", greet)
        answers = {"encryption": [{"encrypt_option": encrypted}]} if encrypted else {}
        made = told(answers, login=login, **fields)
        made.need_driver()
        return made

    return make


def test_an_encrypted_and_verified_wire_is_fine(examined: Callable[..., Told]) -> None:
    """The server's own word and the greeting's facts are told."""
    found = look(examined(VERIFIED))
    assert (found.status, found.summary) == ("ok", "The server sees this connection as encrypted.")
    assert found.facts["server_version"] == "16.0.4165"
    assert found.facts["is_encrypted"] is True


@pytest.mark.parametrize(
    ("fields", "encrypted", "words"),
    [
        ({"trust_server_certificate": True}, "TRUE", "not verified"),
        ({"encrypt": "no"}, "FALSE", "not encrypted"),
    ],
)
def test_a_weaker_wire_is_a_warning(
    examined: Callable[..., Told], fields: dict[str, Any], encrypted: str, words: str
) -> None:
    """Trusting any certificate, or none at all, works and is not fine."""
    found = look(examined(SELF_SIGNED, encrypted=encrypted, **fields))
    assert found.status == "warning"
    assert words in found.summary
    assert found.hint


def test_a_server_that_does_not_tell_is_believed(examined: Callable[..., Told]) -> None:
    """Without the right to see its connection, a login that demanded encryption has it."""
    found = look(examined(VERIFIED, encrypted=None))
    assert found.status == "ok"
    assert "does not tell" in found.summary


@pytest.mark.parametrize("code", ["connection.certificate", "connection.encryption"])
def test_a_failure_of_the_wire_is_this_checks(examined: Callable[..., Told], code: str) -> None:
    """The driver's verdict ends the walk here, with what Python saw beside it."""
    with pytest.raises(DatabaseConnectionError) as caught:
        look(examined(SELF_SIGNED, login=failing(code, "verify failed")))
    assert caught.value.code == code
    assert "self-signed certificate" in str(caught.value)


def test_who_logs_in_is_the_next_checks_business(examined: Callable[..., Told]) -> None:
    """A wrong password says nothing against the wire."""
    found = look(examined(VERIFIED, login=failing("connection.login_failed")))
    assert (found.status, found.summary) == ("ok", "The wire is agreed.")
    assert look(examined(VERIFIED, login=failing("connection.login_failed"), encrypt="no")).status == "warning"


@pytest.mark.parametrize("code", ["connection.timeout", "connection.lost", "connection.failed"])
def test_a_port_that_says_nothing_has_agreed_to_nothing(examined: Callable[..., Told], code: str) -> None:
    """Neither the greeting nor the login was answered: the check fails with the login's code."""
    with pytest.raises(DatabaseConnectionError) as caught:
        look(examined(TimeoutError(), login=failing(code, "No answer.")))
    assert caught.value.code == code
    assert str(caught.value).startswith("No answer.")
    assert "greeting" in str(caught.value)


def test_a_login_that_did_not_come_as_far_shows_nothing(examined: Callable[..., Told]) -> None:
    """What was not seen is not called agreed; where the server has greeted, that is told."""
    found = look(examined(VERIFIED, login=failing("connection.token")))
    assert found.status == "skipped"
    assert "TLSv1.2" in found.summary
    found = look(examined(VERIFIED, login=failing("connection.instance"), server=r"127.0.0.1\BI"))
    assert (found.status, "agreed" in found.summary, "TLS" in found.summary) == ("skipped", True, False)


def test_a_silent_port_is_a_failure(told: Callable[..., Told], monkeypatch: pytest.MonkeyPatch) -> None:
    """A real one, which takes connections and never answers."""
    monkeypatch.setattr("mssql_mcp.doctor.encryption.CONNECT_SECONDS", 0.1)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        made = told({}, server=f"127.0.0.1,{silent.getsockname()[1]}", login=failing("connection.timeout"))
        made.need_driver()
        with pytest.raises(DatabaseConnectionError) as caught:
            look(made)
    assert caught.value.code == "connection.timeout"


@pytest.mark.parametrize(
    ("string", "status"),
    [
        ("Encrypt=yes;TrustServerCertificate=yes", "warning"),
        ("Encrypt=optional", "warning"),
        ("Encrypt=yes", "ok"),
        ("Encrypt=strict;TrustServerCertificate=yes", "ok"),
    ],
)
def test_a_string_that_trusts_any_certificate_is_told(examined: Callable[..., Told], string: str, status: str) -> None:
    """In a connection string and in a URL as in the settings."""
    plain: dict[str, Any] = {"username": None, "password": None}
    url = f"mssql+pyodbc://u:p@127.0.0.1/d?driver=ODBC+Driver+18+for+SQL+Server&{string.replace(';', '&')}"
    for fields in ({"odbc_connect": SecretStr(f"Server=127.0.0.1;UID=u;PWD=p;{string}")}, {"url": SecretStr(url)}):
        found = look(examined(SELF_SIGNED, **plain, **fields))
        assert found.status == status
        if "TrustServer" in string and status == "warning":
            assert "TrustServerCertificate=yes" in found.hint


def test_strict_with_an_old_server_is_a_failure_of_the_wire(examined: Callable[..., Told]) -> None:
    """A server that does not know TDS 8 answers strict encryption with silence."""
    silence = Greeting("", "required", "", "the server broke off the handshake")
    with pytest.raises(DatabaseConnectionError):
        look(examined(silence, login=failing("connection.timeout"), encrypt="strict"))


def test_another_service_is_named(examined: Callable[..., Told]) -> None:
    """What does not speak TDS is told before the driver is asked."""
    with pytest.raises(DatabaseConnectionError) as caught:
        look(examined(NotSqlServerError(), server="127.0.0.1,80"))
    assert caught.value.code == "connection.not_sql_server"


def test_no_greeting_is_no_failure(examined: Callable[..., Told]) -> None:
    """Where the greeting cannot be had, the driver decides alone."""
    assert look(examined(TimeoutError())).status == "ok"
    assert look(examined(VERIFIED, server=r"np:\\db\pipe\sql")).facts == {"is_encrypted": True}
