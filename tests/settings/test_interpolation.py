"""References in the configuration file become values, or an error that names them."""

from __future__ import annotations

import sys
import types

import pytest

from mssql_mcp.settings.interpolation import UnresolvedError, interpolate, password_of


def ring(service: str, user: str) -> str | None:
    return {("sql1", "reader"): "from the ring"}.get((service, user))


@pytest.mark.parametrize(
    ("text", "expected", "names"),
    [
        ("plain", "plain", ()),
        ("${A}", "1", ("A",)),
        ("x${A}y${B}z${A}", "x1y2z1", ("A", "B")),
        ("${MISSING:-two words}", "two words", ("MISSING",)),
        ("${EMPTY:-x}", "x", ("EMPTY",)),
        ("${MISSING:-}", "", ("MISSING",)),
        ("$${A} and $5", "${A} and $5", ()),
        ("${keyring:sql1/reader}", "from the ring", ("keyring:sql1/reader",)),
    ],
)
def test_references_are_replaced(text: str, expected: str, names: tuple[str, ...]) -> None:
    """Variables, defaults, the keyring and the escape; the names say what was used."""
    resolved = interpolate(text, {"A": "1", "B": "2", "EMPTY": ""}, ring)
    assert (resolved.text, resolved.names) == (expected, names)


def test_a_value_is_not_looked_at_again() -> None:
    """A password that looks like a reference is taken as it is."""
    assert interpolate("${A}", {"A": "${B}", "B": "no"}, ring).text == "${B}"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("${MISSING}", "MISSING"),
        ("${EMPTY}", "EMPTY"),
        ("${}", ""),
        ("${a b}", ""),
        ("${keyring:x/y}", "keyring:x/y"),
        ("${keyring:x}", ""),
    ],
)
def test_what_has_no_value_is_named(text: str, name: str) -> None:
    """The error names the reference and says what to do."""
    with pytest.raises(UnresolvedError) as caught:
        interpolate(text, {"EMPTY": ""}, ring)
    assert caught.value.hint
    assert caught.value.name == name
    assert "a b" not in caught.value.message


def test_the_missing_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the package keyring the error gives the command that installs it."""
    monkeypatch.setitem(sys.modules, "keyring", None)
    with pytest.raises(UnresolvedError) as caught:
        password_of("sql1", "reader")
    assert "pip install keyring" in caught.value.hint


def test_the_keyring_is_asked_and_its_failure_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """The operating system's keyring gives the password; a locked one is an error and not a traceback."""

    class LockedError(Exception):
        pass

    def get_password(service: str, user: str) -> str | None:
        if service == "locked":
            raise LockedError
        return ring(service, user)

    module = types.ModuleType("keyring")
    module.get_password = get_password  # type: ignore[attr-defined]
    module.errors = types.SimpleNamespace(KeyringError=LockedError)  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "keyring", module)
    assert password_of("sql1", "reader") == "from the ring"
    with pytest.raises(UnresolvedError, match="LockedError"):
        password_of("locked", "reader")
