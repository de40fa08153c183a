"""What single values cannot tell: which settings contradict each other, and which need another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import SecretStr

from mssql_mcp.errors import ConfigurationError
from mssql_mcp.settings.declaration import CONNECTIONS
from mssql_mcp.settings.problems import Problem
from mssql_mcp.settings.target import parse_server
from mssql_mcp.settings.urls import check_odbc, check_url, chooses_driver, odbc_chooses_driver

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from mssql_mcp.settings.entries import Entry
    from mssql_mcp.settings.model import ConnectionSettings, LimitSettings, Settings

_PLACE = frozenset({"server", "port", "instance"})
_LOGIN = frozenset({"auth", "username", "password"})
_DRIVER = frozenset({"driver", "odbc_driver"})
# Keywords of the connection: a text that says all of them would leave these out without a word.
_SAFETY = frozenset(
    {
        "encrypt",
        "trust_server_certificate",
        "host_name_in_certificate",
        "application_intent",
        "multi_subnet_failover",
    }
)

# The fields that may choose the driver so that `odbc_driver` is not used.
OWN_DRIVER = ("url", "odbc_connect", "driver")

# What a field says already, so that others must not say it again.
_EXCLUDES: Mapping[str, frozenset[str]] = {
    "demo": _PLACE | _LOGIN | _DRIVER | _SAFETY | {"database", "url", "odbc_connect"},
    "url": _PLACE | _LOGIN | _SAFETY | {"driver", "odbc_connect"},
    "odbc_connect": _PLACE | _LOGIN | _SAFETY,
}
# What a login does not take: the driver would refuse it, or leave it out without a word.
_AUTH_EXCLUDES: Mapping[str, frozenset[str]] = {
    "windows": frozenset({"username", "password"}),
    "entra-interactive": frozenset({"password"}),
    "entra-integrated": frozenset({"username", "password"}),
    "entra-managed-identity": frozenset({"password"}),
    "entra-default": frozenset({"username", "password"}),
}
_AUTH_NEEDS_USERNAME = frozenset({"sql", "entra-password", "entra-service-principal"})


def excluded(values: Mapping[str, Any]) -> dict[str, str]:
    """Give the fields that cannot stand beside what is said of a connection, each with the field that forbids it.

    Args:
        values: What is said of one connection, by field.
    """
    found: dict[str, str] = {}
    for field, others in _EXCLUDES.items():
        if values.get(field) not in (None, False):
            found.update(dict.fromkeys(others - found.keys(), field))
    if isinstance(values.get("auth"), str):
        found.update(dict.fromkeys(_AUTH_EXCLUDES.get(values["auth"], frozenset()) - found.keys(), "auth"))
    return found


def names_own_driver(values: Mapping[str, Any]) -> str:
    """Give the field that chooses the driver whatever `odbc_driver` says; empty where none does.

    Args:
        values: What is said of one connection by the fields of `OWN_DRIVER`.
    """
    url, string = values.get("url"), values.get("odbc_connect")
    if isinstance(url, SecretStr) and chooses_driver(url.get_secret_value()):
        return "url"
    if isinstance(string, SecretStr) and odbc_chooses_driver(string.get_secret_value()):
        return "odbc_connect"
    return "driver" if values.get("driver") == "mssql-python" else ""


def contradictions(settings: Settings, entries: Mapping[str, Entry]) -> list[Problem]:
    """Find settings that cannot stand together.

    Args:
        settings: Valid one by one.
        entries: Where each said value comes from.
    """
    problems: list[Problem] = []
    if settings.default_connection and settings.default_connection not in settings.connections:
        problems.append(_unknown_default(settings, entries))
    problems += _alike(settings)
    for name, connection in settings.connections.items():
        problems += _of_connection(f"{CONNECTIONS}.{name}", connection, entries)
        if connection.limits:
            problems += _of_limits(f"{CONNECTIONS}.{name}.limits", connection.limits, entries)
    problems += _of_limits("limits", settings.limits, entries)
    return problems


def warnings(settings: Settings) -> Iterator[str]:
    """Say what works and will surprise."""
    for name, connection in settings.connections.items():
        by_login = connection.auth in {"sql", "entra-password", "entra-service-principal"}
        if (by_login or (connection.auth is None and connection.username)) and connection.password is None:
            yield f"connection {name} logs in as {connection.username} and has no password"


def _alike(settings: Settings) -> Iterator[Problem]:
    """Find names that the environment cannot tell apart: it knows no case and no hyphens."""
    seen: dict[str, str] = {}
    for name in settings.connections:
        first = seen.setdefault(name.lower().replace("-", "_"), name)
        if first != name:
            message = f"The connections {first} and {name} have the same name to the environment."
            yield Problem("config.contradiction", f"{CONNECTIONS}.{name}", message, hint="Rename one of them.")


def _of_connection(key: str, connection: ConnectionSettings, entries: Mapping[str, Entry]) -> Iterator[Problem]:
    said = {field: getattr(connection, field) for field in connection.model_fields_set}
    for field, other in excluded(said).items():
        if said.get(field) not in (None, False):
            yield _pair(f"{key}.{field}", f"{key}.{other}", entries, _hint_of(other, connection))
    whole = connection.demo or connection.url or connection.odbc_connect
    if not whole and connection.auth in {None, *_AUTH_NEEDS_USERNAME} and not connection.username:
        missing = f"{key}.username"
        if connection.auth:
            message = f'{key}.auth = "{connection.auth}"{_at(f"{key}.auth", entries)} needs {missing}.'
            yield Problem("config.contradiction", missing, message)
        elif connection.password:
            message = f"{key}.password{_at(f'{key}.password', entries)} stands without {missing}."
            yield Problem("config.contradiction", missing, message, hint="Without a username the login is Windows'.")
    yield from _of_place(key, connection, entries)
    for field, mark in (("instance", "\\"), ("port", ",")):
        if getattr(connection, field) is not None and mark in connection.server:
            yield _pair(f"{key}.server", f"{key}.{field}", entries, f"The server names its {field} already.")


def _of_place(key: str, connection: ConnectionSettings, entries: Mapping[str, Entry]) -> Iterator[Problem]:
    """Find a server, a URL or a connection string that leads nowhere; none of them is repeated."""
    said: list[tuple[str, str, Callable[[str], object]]] = [("server", connection.server, parse_server)]
    if connection.url is not None:
        said.append(("url", connection.url.get_secret_value(), check_url))
    if connection.odbc_connect is not None:
        said.append(("odbc_connect", connection.odbc_connect.get_secret_value(), check_odbc))
    for field, text, look in said:
        try:
            look(text)
        except ConfigurationError as error:
            whole = f"{key}.{field}"
            origin = str(entries[whole].origin) if whole in entries else ""
            message = f"{whole}{_at(whole, entries)}: {error.message}"
            yield Problem(error.code, whole, message, origin, error.hint)


def _of_limits(key: str, limits: LimitSettings, entries: Mapping[str, Entry]) -> Iterator[Problem]:
    if limits.max_rows > limits.row_ceiling:
        message = (
            f"{key}.max_rows = {limits.max_rows}{_at(f'{key}.max_rows', entries)} is above "
            f"{key}.row_ceiling = {limits.row_ceiling}{_at(f'{key}.row_ceiling', entries)}."
        )
        yield Problem("config.contradiction", f"{key}.max_rows", message)


def _pair(key: str, other: str, entries: Mapping[str, Entry], hint: str) -> Problem:
    message = f"{key}{_at(key, entries)} cannot stand beside {other}{_at(other, entries)}."
    origin = str(entries[key].origin) if key in entries else ""
    return Problem("config.contradiction", key, message, origin, hint)


def _hint_of(field: str, connection: ConnectionSettings) -> str:
    return {
        "demo": "The demo is embedded: it has no server, login or driver.",
        "url": "A url says server, login, driver and encryption itself; leave one of the two out.",
        "odbc_connect": "A connection string says server, login and encryption itself; leave one of the two out.",
        "auth": f"The login {connection.auth} does not take it.",
    }[field]


def _unknown_default(settings: Settings, entries: Mapping[str, Entry]) -> Problem:
    from difflib import get_close_matches

    name = settings.default_connection or ""
    nearest = tuple(get_close_matches(name, settings.connections, 2, 0.6))
    known = ", ".join(settings.connections) or "none"
    message = f"There is no connection {name}{_at('default_connection', entries)}."
    hint = f"Configured: {known}."
    return Problem("config.unknown_default", "default_connection", message, hint=hint, nearest=nearest)


def _at(key: str, entries: Mapping[str, Entry]) -> str:
    return f" ({entries[key].origin})" if key in entries else ""
