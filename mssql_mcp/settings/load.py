"""Bring the sources together, key by key: command line, then file, then environment, then defaults."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic import SecretStr, ValidationError

from mssql_mcp.redact import embedded_secrets
from mssql_mcp.settings.checks import OWN_DRIVER, contradictions, excluded, names_own_driver, warnings
from mssql_mcp.settings.declaration import CONNECTIONS, IN_USE, NAME, SHORT_NAMES, Setting, all_settings, find
from mssql_mcp.settings.entries import DEFAULT, Entry, Found, Origin
from mssql_mcp.settings.environment import misspelt, names_a_server, read_environment, read_short_names
from mssql_mcp.settings.file import Location, locate, read_file
from mssql_mcp.settings.interpolation import password_of
from mssql_mcp.settings.model import Settings
from mssql_mcp.settings.problems import Problem, bad_keys, error_of, from_types, from_validation, unknown_key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

FIRST_NAME = "default"
# What `--demo` overrides: then no other connection is looked at, however broken it may be.
DEMO_KEY = f"{CONNECTIONS}.demo.demo"


@dataclass(frozen=True, slots=True)
class Value:
    """One setting's value: its key with real names, what was declared, the value and where it comes from."""

    key: str
    setting: Setting
    value: Any
    origin: Origin


@dataclass(frozen=True, slots=True)
class Loaded:
    """Valid settings, and where each value comes from.

    Attributes:
        settings: The settings.
        origins: By dotted key, for every value of `settings`.
        path: The configuration file that was read; None where there is none.
        warnings: What works and should not stay so, one sentence each.
        misspelt: Those of them that every command tells: variables that nothing is configured by and were meant to.
    """

    settings: Settings
    origins: Mapping[str, Origin]
    path: Path | None
    warnings: tuple[str, ...]
    misspelt: tuple[str, ...] = ()
    _secrets: tuple[SecretStr, ...] = ()

    def secrets(self) -> tuple[str, ...]:
        """Give every literal secret that any source holds, for `redact`; also the parts of URLs and ODBC strings."""
        return _literals(self._secrets)

    def values(self) -> Iterator[Value]:
        """Give every value with its origin, in the order of the declaration, connection by connection."""
        for key, origin in self.origins.items():
            setting = find(key)
            if isinstance(setting, Setting):
                yield Value(key, setting, _value_at(self.settings, key), origin)


@dataclass(frozen=True, slots=True)
class Examined:
    """The outcome of reading the configuration, whether it can be used or not.

    Attributes:
        loaded: The settings; None where there is a problem.
        problems: Everything that cannot be used.
        location: Which file was read and which places were considered.
        entries: What the sources said, by dotted key, after precedence.
    """

    loaded: Loaded | None
    problems: tuple[Problem, ...]
    location: Location
    entries: Mapping[str, Entry]


def load(
    *,
    cli: Mapping[str, Any] | None = None,
    config_path: Path | None = None,
    environ: Mapping[str, str],
    cwd: Path,
    keyring: Callable[[str, str], str | None] = password_of,
) -> Loaded:
    """Read the settings from command line, file, environment and defaults, in this order of precedence, key by key.

    Args:
        cli: Dotted keys to what was typed, as texts or values. `connection.server` speaks of the connection in use;
            `connections.demo.demo` leaves out every other connection.
        config_path: The file that `--config` names; None looks in the usual places.
        environ: The environment.
        cwd: The current folder.
        keyring: Gives the password of a service and user.

    Raises:
        ConfigurationError: Something cannot be used; the error lists all of it.
    """
    examined = examine(cli=cli, config_path=config_path, environ=environ, cwd=cwd, keyring=keyring)
    if examined.loaded is None:
        raise error_of(examined.problems)
    return examined.loaded


def examine(
    *,
    cli: Mapping[str, Any] | None = None,
    config_path: Path | None = None,
    environ: Mapping[str, str],
    cwd: Path,
    keyring: Callable[[str, str], str | None] = password_of,
) -> Examined:
    """Read the settings as `load` does, and give every problem instead of raising.

    Raises:
        ConfigurationError: The file that was named does not exist, or is not ours.
    """
    location = locate(config_path, environ, cwd)
    file = read_file(location.path, environ, keyring) if location.path else Found()
    environment = read_environment(environ, file.names)
    typed = dict(cli or {})
    if typed.get(DEMO_KEY):
        _leave_connections(file)
        _leave_connections(environment)
    names = dict.fromkeys((*file.names, *environment.names, *_typed_names(typed)))
    merged = {**environment.entries, **file.entries}
    target = _in_use(typed, merged, names, environ)
    if target and target[1]:
        names.setdefault(target[0])
    short = read_short_names(environ, target[0] if target else None)
    overrides = _read_overrides(typed, target[0] if target else None)
    firm = {**merged, **overrides.entries}
    left_out = _leave_out(short, firm, target[0] if target else None)
    entries = {**short.entries, **firm}
    left_out += _leave_out_driver(entries, names)
    strays = [] if typed.get(DEMO_KEY) else misspelt(environ)
    secrets = tuple(
        entry.value
        for found in (short, environment, file, overrides)
        for entry in found.entries.values()
        if isinstance(entry.value, SecretStr)
    )
    sources = (overrides, file, environment, short)
    problems = [problem for found in sources for problem in found.problems]
    wrong = from_types(entries, _literals(secrets))
    problems += wrong.values()
    entries = _inherit({key: entry for key, entry in entries.items() if key not in wrong}, names)
    settings = _validate(entries, names, problems, _literals(secrets))
    if target is None:
        _validate(read_short_names(environ, FIRST_NAME).entries, {FIRST_NAME: None}, problems, _literals(secrets))
        problems = list(dict.fromkeys(problems))
    if settings:
        problems += contradictions(settings, entries)
    if problems or not settings:
        return Examined(None, tuple(problems), location, entries)
    said = (*strays, *(text for found in sources for text in found.warnings), *left_out, *warnings(settings))
    loaded = Loaded(settings, _origins(settings, entries), location.path, said, tuple(strays), secrets)
    return Examined(loaded, (), location, entries)


def _leave_connections(found: Found) -> None:
    found.names.clear()
    found.entries = {key: entry for key, entry in found.entries.items() if not key.startswith(f"{CONNECTIONS}.")}
    found.problems = [problem for problem in found.problems if not problem.key.startswith(f"{CONNECTIONS}.")]


def _typed_names(typed: Mapping[str, Any]) -> Iterator[str]:
    for key in typed:
        parts = key.split(".")
        if parts[0] == CONNECTIONS and len(parts) > 2:
            yield parts[1]


def _in_use(
    typed: Mapping[str, Any], merged: Mapping[str, Entry], names: Mapping[str, None], environ: Mapping[str, str]
) -> tuple[str, bool] | None:
    """Give the name of the default connection and whether it has to be made; None where there is none."""
    chosen = typed.get("default_connection") or getattr(merged.get("default_connection"), "value", None)
    if names:
        name = chosen if chosen in names else next(iter(names))
        return str(name), False
    if names_a_server(environ) or any(key.startswith(f"{IN_USE}.") for key in typed):
        return str(chosen or FIRST_NAME), True
    return None


def _read_overrides(typed: Mapping[str, Any], connection: str | None) -> Found:
    found = Found()
    for override, value in typed.items():
        key = override
        if connection and override.startswith(f"{IN_USE}."):
            key = override.replace(IN_USE, f"{CONNECTIONS}.{connection}", 1)
        setting = find(key)
        if not isinstance(setting, Setting):
            group = find(key.rpartition(".")[0])
            known = group if group is not None and not isinstance(group, Setting) else find("")
            if known is not None and not isinstance(known, Setting):
                found.problems.append(unknown_key(override, known, "command line"))
            continue
        origin = Origin("command line", setting.option if setting.option and setting.override == override else "")
        if key == "default_connection":
            origin = Origin("command line", "--connection")
        if isinstance(value, str):
            found.add_text(setting, key, value, origin)
        else:
            found.add(setting, key, list(value) if isinstance(value, tuple) else value, origin)
    return found


def _leave_out(short: Found, firm: Mapping[str, Entry], connection: str | None) -> list[str]:
    """Take out the short names that what is said of the default connection elsewhere forbids; give warnings of it.

    A file that names a URL, the demo or a Windows login is not broken by a stray `MSSQL_SERVER` of the machine.
    """
    prefix = f"{CONNECTIONS}.{connection}."
    said = {key.removeprefix(prefix): entry for key, entry in firm.items() if key.startswith(prefix)}
    texts = []
    for field, other in excluded({field: entry.value for field, entry in said.items()}).items():
        entry = short.entries.pop(prefix + field, None)
        if entry and said[other].origin.kind != "command line":
            texts.append(f"{entry.origin.name} is left out: {prefix}{other} ({said[other].origin}) does not take it")
    stray = None if {"username"} & said.keys() or not said else short.entries.get(f"{prefix}password")
    if stray and f"{prefix}username" not in short.entries:
        del short.entries[f"{prefix}password"]
        texts.append(f"{stray.origin.name} is left out: connection {connection} has no username")
    return texts


def _leave_out_driver(entries: dict[str, Entry], names: Mapping[str, None]) -> list[str]:
    """Say which ODBC drivers are not used, since a URL, a connection string or the driver names its own.

    One that comes by the short name, which may be meant for another program, is taken out as well.
    """
    texts = []
    for name in names:
        key = f"{CONNECTIONS}.{name}.odbc_driver"
        said = {
            field: entries[whole].value for field in OWN_DRIVER if (whole := f"{CONNECTIONS}.{name}.{field}") in entries
        }
        other = names_own_driver(said)
        entry = entries.get(key)
        if not other or entry is None or entry.value is None:
            continue
        whole = f"{CONNECTIONS}.{name}.{other}"
        texts.append(f"{key} ({entry.origin}) is not used: {whole} ({entries[whole].origin}) names the driver itself")
        if entry.origin.name in SHORT_NAMES:
            del entries[key]
    return texts


def _inherit(entries: Mapping[str, Entry], names: Mapping[str, None]) -> dict[str, Entry]:
    """Fill a connection's own limits and policy with the general ones; what was typed wins over both."""
    result = dict(entries)
    for name in names:
        for section in ("limits", "gate"):
            own = f"{CONNECTIONS}.{name}.{section}."
            if not any(key.startswith(own) for key in entries):
                continue
            for key, entry in entries.items():
                if key.startswith(f"{section}."):
                    inner = own + key.removeprefix(f"{section}.")
                    if inner not in entries or (
                        entry.origin.kind == "command line" and entries[inner].origin.kind != "command line"
                    ):
                        result[inner] = entry
    return result


def _validate(
    entries: Mapping[str, Entry], names: Mapping[str, None], problems: list[Problem], secrets: Sequence[str]
) -> Settings | None:
    """Give the settings; without the values that cannot be used, so that what contradicts is found in the same go."""
    usable = dict(entries)
    for _ in range(2):
        try:
            return Settings.model_validate(_tree(usable, names))
        except ValidationError as error:
            problems += from_validation(error, usable, secrets)
            for key in bad_keys(error, usable):
                usable.pop(key, None)
    return None


def _tree(entries: Mapping[str, Entry], names: Mapping[str, None]) -> dict[str, Any]:
    tree: dict[str, Any] = {CONNECTIONS: {name: {} for name in names}}
    for key, entry in entries.items():
        *path, last = key.split(".")
        table = tree
        for part in path:
            table = table.setdefault(part, {})
        table[last] = entry.value
    return tree


def _origins(settings: Settings, entries: Mapping[str, Entry]) -> dict[str, Origin]:
    """Give the origin of every value; a connection's own limits and policy only where it has any."""
    general = [setting.key for setting in all_settings() if NAME not in setting.key]
    keys = [key for key in general if "." not in key]
    for name, connection in settings.connections.items():
        for setting in all_settings():
            if NAME in setting.key:
                section = setting.key.split(".")[2]
                if section not in {"limits", "gate"} or getattr(connection, section) is not None:
                    keys.append(setting.key.replace(NAME, name, 1))
    keys += [key for key in general if "." in key]
    return {key: entries[key].origin if key in entries else DEFAULT for key in keys}


def _value_at(settings: Settings, key: str) -> Any:
    value: Any = settings
    for part in key.split("."):
        value = value[part] if isinstance(value, dict) else getattr(value, part)
    return value


def _literals(secrets: Sequence[SecretStr]) -> tuple[str, ...]:
    texts = [secret.get_secret_value() for secret in secrets]
    return tuple(dict.fromkeys(part for text in texts for part in (text, *embedded_secrets(text)) if part))
