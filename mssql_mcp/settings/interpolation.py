"""`${NAME}` in the texts of the configuration file, so that secrets need not stand in it.

`${NAME}` is an environment variable, `${NAME:-text}` one with a default, `${keyring:service/user}` a password of the
operating system's keyring (needs the package keyring), and `$${` the two characters `${`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_REFERENCE = re.compile(r"\$\$\{|\$\{([^{}]*)\}")
_VARIABLE = re.compile(r"(?P<name>[A-Za-z_][A-Za-z0-9_]*)(?::-(?P<default>.*))?", re.DOTALL)
_KEYRING = re.compile(r"keyring:(?P<service>[^/]+)/(?P<user>.+)")


class UnresolvedError(Exception):
    """A reference that nothing stands behind; the message names it and never a value."""

    def __init__(self, name: str, message: str, hint: str) -> None:
        super().__init__(message)
        self.name = name
        self.message = message
        self.hint = hint


@dataclass(frozen=True, slots=True)
class Resolved:
    """A text without references, and the names of those that it had."""

    text: str
    names: tuple[str, ...]


def interpolate(text: str, environ: Mapping[str, str], keyring: Callable[[str, str], str | None]) -> Resolved:
    """Put values in place of a text's references.

    Args:
        text: As the file has it.
        environ: Environment variables; an empty one counts as not set.
        keyring: Gives the password of a service and user, None where there is none.

    Raises:
        UnresolvedError: A variable is not set, or a reference is not written right.
    """
    names: list[str] = []

    def value_of(match: re.Match[str]) -> str:
        inside = match[1]
        if inside is None:
            return "${"
        if found := _KEYRING.fullmatch(inside):
            names.append(inside)
            return _from_keyring(inside, found, keyring)
        if not (found := _VARIABLE.fullmatch(inside)):
            # What stands inside is not repeated: it may be a piece of a password that was meant as it is.
            raise UnresolvedError("", "a `${` begins no reference", "Write `$${` for the characters `${`.")
        names.append(found["name"])
        value = environ.get(found["name"]) or found["default"]
        if value is None:
            message = f"the environment variable {found['name']} is not set"
            raise UnresolvedError(
                found["name"], message, f"Set {found['name']}, or write ${{{found['name']}:-default}}."
            )
        return value

    return Resolved(_REFERENCE.sub(value_of, text), tuple(dict.fromkeys(names)))


def password_of(service: str, user: str) -> str | None:
    """Ask the operating system's keyring.

    Raises:
        UnresolvedError: The package keyring is not installed, or the keyring does not answer.
    """
    name = f"keyring:{service}/{user}"
    try:
        import keyring
    except ImportError:
        problem = UnresolvedError(
            name, "the package keyring is not installed", "Install it: python -m pip install keyring."
        )
        raise problem from None
    try:
        value: str | None = keyring.get_password(service, user)
    except keyring.errors.KeyringError as error:
        problem = UnresolvedError(name, f"the keyring does not answer ({type(error).__name__})", "Unlock it first.")
        raise problem from None
    return value


def _from_keyring(name: str, found: re.Match[str], keyring: Callable[[str, str], str | None]) -> str:
    value = keyring(found["service"], found["user"])
    if value is None:
        hint = f"Put it there: keyring set {found['service']} {found['user']}."
        raise UnresolvedError(name, f"the keyring has no password of {found['service']}/{found['user']}", hint)
    return value
