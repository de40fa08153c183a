"""What one source says: values by dotted key, each with its origin, and what is wrong with them.

A value that must stay secret is wrapped the moment its key is known, so that nothing later can print it by accident.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from pydantic import SecretStr

from mssql_mcp.settings.declaration import CONNECTIONS, Group, Setting, find, step
from mssql_mcp.settings.problems import Problem, unknown_key

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_CONNECTION_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]|_(?!_)){0,63}")


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a value comes from.

    Attributes:
        kind: Which source.
        name: The file's path, the environment variable or the option; empty for a default.
        line: 1-based line in the file, where it is known.
        variables: What was put into the file's text: names of environment variables, `keyring:service/user`.
    """

    kind: Literal["default", "environment", "file", "command line"]
    name: str = ""
    line: int | None = None
    variables: tuple[str, ...] = ()

    def __str__(self) -> str:
        if self.kind == "file":
            text = f"{self.name}:{self.line}" if self.line else self.name
            return text + (f" with {', '.join(self.variables)}" if self.variables else "")
        return f"{self.kind} {self.name}".rstrip()


DEFAULT = Origin("default")


@dataclass(frozen=True, slots=True)
class Entry:
    """One value and where it comes from."""

    value: Any
    origin: Origin


@dataclass(slots=True)
class Found:
    """What a source says; filled while the source is read.

    Attributes:
        entries: Values by dotted key.
        names: Connections that are named, in order, also those of which nothing is said.
        problems: What cannot be used.
        warnings: What works and should not stay so.
    """

    entries: dict[str, Entry] = field(default_factory=dict)
    names: dict[str, None] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def add(self, setting: Setting, key: str, value: Any, origin: Origin) -> None:
        """Keep one value, in the form that the models take."""
        if setting.is_secret and isinstance(value, str):
            value = SecretStr(value)
        if setting.is_secret and value is not None and not isinstance(value, SecretStr):
            message = f"{key} ({origin}): expected a text, in quotes."
            self.problems.append(Problem("config.invalid_value", key, message, str(origin)))
            return
        self.entries[key] = Entry(_normal(setting, value), origin)

    def add_text(self, setting: Setting, key: str, text: str, origin: Origin) -> None:
        """Keep one value of a source that knows texts only: the environment and the command line.

        Lists are a JSON array or separated by commas; `none` takes a value away where that is possible.
        """
        value: Any = text
        if setting.nullable and setting.kind not in {"text", "secret"} and text.strip().lower() == "none":
            value = None
        elif setting.kind in {"list", "value"}:
            value = _items(text)
            if value is None:
                self.problems.append(
                    Problem("config.invalid_value", key, f"{key} ({origin}) is not valid JSON.", str(origin))
                )
                return
        self.add(setting, key, value, origin)

    def add_table(self, key: str, table: Mapping[str, Any], origin_of: Callable[[str], Origin]) -> None:
        """Keep what a table of TOML or JSON says, whose own key is `key` (empty for the whole)."""
        group = find(key)
        if isinstance(group, Group):
            self._walk(group, key, table, origin_of)

    def name_connection(self, name: str, origin: Origin) -> bool:
        """Keep a connection's name; gives whether it can be used as one."""
        if not _CONNECTION_NAME.fullmatch(name):
            self.problems.append(
                Problem(
                    "config.invalid_value",
                    f"{CONNECTIONS}.{name}",
                    f"{name!r} ({origin}) cannot name a connection.",
                    str(origin),
                    hint="Use up to 64 letters, digits, hyphens and single underscores.",
                )
            )
            return False
        self.names.setdefault(name)
        return True

    def _walk(self, group: Group, key: str, table: Mapping[str, Any], origin_of: Callable[[str], Origin]) -> None:
        for name, value in table.items():
            inner = f"{key}.{name}" if key else name
            if key == CONNECTIONS and not self.name_connection(name, origin_of(inner)):
                continue
            part = step(group, name)
            if part is None:
                self.problems.append(unknown_key(inner, group, str(origin_of(inner))))
            elif isinstance(part, Setting):
                self.add(part, inner, value, origin_of(inner))
            elif isinstance(value, dict):
                self._walk(part, inner, value, origin_of)
            else:
                origin = str(origin_of(inner))
                text = f"{inner} ({origin}) is one value; expected a table: [{inner}]."
                self.problems.append(Problem("config.invalid_value", inner, text, origin))


def _items(text: str) -> Any:
    """Read a list; None where a JSON text is not valid."""
    if text.lstrip().startswith(("[", "{")):
        try:
            return json.loads(text)
        except ValueError:
            return None
    return [item.strip() for item in text.split(",") if item.strip()]


def _normal(setting: Setting, value: Any) -> Any:
    """Take the spellings that people try: capitals in choices, true and false for yes and no."""
    if setting.kind == "choice" and isinstance(value, bool) and {"yes", "no"} <= set(setting.choices):
        return "yes" if value else "no"
    if setting.kind == "choice" and isinstance(value, str):
        return value.strip().lower()
    if setting.kind == "list" and setting.choices and isinstance(value, list):
        return [item.strip().lower() if isinstance(item, str) else item for item in value]
    return value
