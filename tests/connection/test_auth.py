"""Every way to log in says what it needs and becomes the right keywords."""

from __future__ import annotations

import struct
import sys
import types
from typing import Any, get_args

import pytest
from pydantic import SecretStr

from mssql_mcp.connection.auth import AUTH_MODES, AuthMode, default_token, mode_of, token_bytes, validate
from mssql_mcp.errors import ConfigurationError, DatabaseConnectionError
from mssql_mcp.settings import ConnectionSettings
from mssql_mcp.settings.model import AuthMode as AuthModeName


def configured(mode: AuthMode) -> ConnectionSettings:
    return ConnectionSettings(
        auth=mode.name,  # type: ignore[arg-type]
        username="me" if mode.username == "required" else None,
        password=SecretStr("s3cret") if mode.credential == "required" else None,
    )


def test_the_tuple_is_the_settings_list() -> None:
    """Each mode that can be configured exists, and no other."""
    assert [mode.name for mode in AUTH_MODES] == list(get_args(AuthModeName))


@pytest.mark.parametrize("mode", AUTH_MODES, ids=lambda mode: mode.name)
def test_each_mode_accepts_what_it_needs(mode: AuthMode) -> None:
    """With exactly what it needs, a mode is valid."""
    assert validate(configured(mode)) is mode


@pytest.mark.parametrize("mode", AUTH_MODES, ids=lambda mode: mode.name)
@pytest.mark.parametrize("field", ["username", "password"])
def test_each_mode_refuses_what_is_missing_or_ignored(mode: AuthMode, field: str) -> None:
    """What a mode needs must be there; what it would ignore must not."""
    need = mode.username if field == "username" else mode.credential
    value = {"username": "me", "password": SecretStr("s3cret")}[field] if need == "refused" else None
    changed = configured(mode).model_copy(update={field: value})
    if need == "optional":
        assert validate(changed) is mode
        return
    with pytest.raises(ConfigurationError) as caught:
        validate(changed)
    assert caught.value.code == "config.auth"
    assert caught.value.hint
    assert mode.name in str(caught.value)


def test_the_mode_follows_from_the_username() -> None:
    """Without `auth`, a username means a SQL login and none means Windows."""
    assert mode_of(ConnectionSettings()).name == "windows"
    assert mode_of(ConnectionSettings(username="me")).name == "sql"


@pytest.mark.parametrize(
    ("name", "pairs"),
    [
        ("windows", (("Trusted_Connection", "yes"),)),
        ("sql", (("UID", "me"), ("PWD", "s3cret"))),
        ("entra-interactive", (("Authentication", "ActiveDirectoryInteractive"), ("UID", "me"))),
        ("entra-integrated", (("Authentication", "ActiveDirectoryIntegrated"),)),
        ("entra-password", (("Authentication", "ActiveDirectoryPassword"), ("UID", "me"), ("PWD", "s3cret"))),
        ("entra-managed-identity", (("Authentication", "ActiveDirectoryMsi"), ("UID", "me"))),
        (
            "entra-service-principal",
            (("Authentication", "ActiveDirectoryServicePrincipal"), ("UID", "me"), ("PWD", "s3cret")),
        ),
        ("entra-default", (("Authentication", "ActiveDirectoryDefault"),)),
    ],
)
def test_each_mode_becomes_the_documented_keywords(name: str, pairs: tuple[tuple[str, str], ...]) -> None:
    """The `Authentication` values are those of Microsoft's page, with UID and PWD where the mode takes them."""
    mode = next(mode for mode in AUTH_MODES if mode.name == name)
    assert mode.pairs("me", "s3cret") == pairs


def test_interactive_needs_windows_with_odbc() -> None:
    """Microsoft's ODBC driver opens a sign-in window on Windows only."""
    mode = next(mode for mode in AUTH_MODES if mode.name == "entra-interactive")
    assert mode.can_use_pyodbc("win32")
    assert not mode.can_use_pyodbc("linux")


def test_a_token_has_its_length_before_it() -> None:
    """The driver takes four bytes of length and then UTF-16LE."""
    packed = token_bytes("aé")
    assert struct.unpack("<I", packed[:4]) == (4,)
    assert packed[4:].decode("utf-16-le") == "aé"


def credential(monkeypatch: pytest.MonkeyPatch, get_token: Any) -> None:
    identity = types.ModuleType("azure.identity")
    identity.DefaultAzureCredential = lambda: types.SimpleNamespace(get_token=get_token)  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "azure", types.ModuleType("azure"))
    monkeypatch.setitem(sys.modules, "azure.identity", identity)


def test_the_default_credential_gives_a_token(monkeypatch: pytest.MonkeyPatch) -> None:
    """`entra-default` with pyodbc asks azure-identity for a token of Azure SQL."""
    scopes: list[str] = []

    def get_token(scope: str) -> Any:
        scopes.append(scope)
        return types.SimpleNamespace(token="t0ken")

    credential(monkeypatch, get_token)
    assert default_token() == token_bytes("t0ken")
    assert scopes == ["https://database.windows.net/.default"]


def test_a_failing_credential_says_what_to_do_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    """What azure-identity says may hold tokens and addresses, so only its class is told."""

    def get_token(scope: str) -> Any:
        raise RuntimeError("c4nary")

    credential(monkeypatch, get_token)
    with pytest.raises(DatabaseConnectionError) as caught:
        default_token()
    assert caught.value.code == "connection.token"
    assert "c4nary" not in f"{caught.value}{caught.value.hint}{caught.value.__context__}{caught.value.__cause__}"
    assert "az login" in caught.value.hint


def test_a_missing_package_is_named_with_its_command(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without azure-identity the hint is the command that installs it."""
    monkeypatch.setitem(sys.modules, "azure.identity", None)
    with pytest.raises(ConfigurationError) as caught:
        default_token()
    assert caught.value.code == "config.missing_extra"
    assert "pip install azure-identity" in caught.value.hint
