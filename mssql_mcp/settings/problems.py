"""What is wrong with the configuration, said all at once: key, value, origin and what was expected."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from pydantic import SecretStr

from mssql_mcp.errors import ConfigurationError
from mssql_mcp.redact import MASK, redact
from mssql_mcp.settings.declaration import CONNECTIONS, NAME, Group, Setting, all_settings, find

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pydantic import ValidationError

    from mssql_mcp.settings.entries import Entry

_LONGEST_VALUE = 80
# What TOML gives for each kind of which pydantic would take more.
_TOML_TYPES: dict[str, tuple[type, ...]] = {"whole number": (int,), "number": (int, float), "yes or no": (bool,)}
_TYPE_HINTS = {
    "whole number": "Write it without quotes and without a decimal point.",
    "number": "Write it without quotes.",
    "yes or no": "Write true or false, without quotes.",
}


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that cannot be used.

    Attributes:
        code: `config.*`.
        key: Dotted key; empty where it is about the whole.
        message: One sentence that names key and origin; never holds a secret.
        origin: Where it stands; empty where nowhere.
        hint: What to do.
        nearest: Keys or names that may have been meant, best first.
        variable: The environment variable that is not set; empty where it is about something else.
    """

    code: str
    key: str
    message: str
    origin: str = ""
    hint: str = ""
    nearest: tuple[str, ...] = ()
    variable: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Give the problem as a JSON object; keys without a value are left out."""
        facts = {
            "code": self.code,
            "key": self.key,
            "message": self.message,
            "origin": self.origin,
            "hint": self.hint,
            "nearest": list(self.nearest),
        }
        return {key: value for key, value in facts.items() if value}

    def __str__(self) -> str:
        near = f" Did you mean {' or '.join(self.nearest)}?" if self.nearest else ""
        return f"{self.message}{near}" + (f" {self.hint}" if self.hint else "")


def error_of(problems: Sequence[Problem]) -> ConfigurationError:
    """Make one error of all problems; `details["problems"]` has each as one text."""
    first = problems[0]
    details = {"problems": [str(problem) for problem in problems]}
    if len(problems) == 1:
        return ConfigurationError(
            first.message, code=first.code, hint=first.hint, nearest=first.nearest, details=details
        )
    return ConfigurationError(
        "\n  ".join([f"{len(problems)} things in the configuration cannot be used.", *details["problems"]]),
        code=first.code if len({problem.code for problem in problems}) == 1 else None,
        hint="`mssql-mcp config validate` shows what is left of them.",
        details=details,
    )


def unknown_key(key: str, group: Group, origin: str) -> Problem:
    """Say that nothing is known under a key, and what may have been meant: beside it, or of that name elsewhere."""
    *_, name = key.split(".")
    beside = get_close_matches(name, group.parts, 1, 0.6)
    prefix = f"{group.key}." if group.key else ""
    if group.key.startswith(f"{CONNECTIONS}.") and key.startswith(f"{CONNECTIONS}."):
        prefix = prefix.replace(NAME, key.split(".")[1], 1)
    nearest = tuple(prefix + match for match in beside)
    if not nearest:
        elsewhere = [setting.key for setting in all_settings() if setting.key.rpartition(".")[2] == name]
        nearest = tuple(sorted(elsewhere, key=len)[:1])
    hint = ""
    if key == "mssql":
        hint = "What pyodbc-mcp-server kept in [mssql] stands in [connections.default] and [limits] here."
    message = f"Nothing is configured by {printable(key)} ({origin})."
    return Problem("config.unknown_key", key, message, origin, hint, nearest)


def from_validation(error: ValidationError, entries: Mapping[str, Entry], secrets: Sequence[str]) -> list[Problem]:
    """Put pydantic's errors into our words; the given values are shown unless they are secret."""
    problems = []
    for fact in error.errors(include_input=False, include_url=False, include_context=False):
        key = _key_of(fact["loc"], entries)
        setting = find(key)
        entry = entries.get(key)
        if entry and any(entry is other for name, other in entries.items() if name != key and key.endswith(f".{name}")):
            continue  # inherited: said where it stands
        origin = str(entry.origin) if entry else ""
        quoted = bool(entry and entry.origin.kind == "file")
        shown = f"{key} = {shown_value(entry.value, secrets, quoted=quoted)} ({origin})" if entry else key
        expected = setting.expected if isinstance(setting, Setting) else redact(fact["msg"], secrets)
        nearest = _nearest_choices(setting, entry)
        message = f"{shown}: expected {expected}."
        problems.append(Problem("config.invalid_value", key, message, origin, nearest=nearest))
    return list(dict.fromkeys(problems))


def from_types(entries: Mapping[str, Entry], secrets: Sequence[str]) -> dict[str, Problem]:
    """Find the values of the file that have another type than their settings, by key.

    TOML has types, so that a number in quotes or `true` for 1 is a mistake there; the environment and the command line
    know texts only, and so does what the file takes from them.
    """
    problems: dict[str, Problem] = {}
    for key, entry in entries.items():
        setting = find(key)
        if not isinstance(setting, Setting) or entry.origin.kind != "file" or entry.origin.variables:
            continue
        wanted = _TOML_TYPES.get(setting.kind)
        if wanted is None or type(entry.value) in wanted:
            continue
        message = f"{key} = {shown_value(entry.value, secrets)} ({entry.origin}): expected {setting.expected}."
        problems[key] = Problem(
            "config.invalid_value", key, message, str(entry.origin), _TYPE_HINTS.get(setting.kind, "")
        )
    return problems


def bad_keys(error: ValidationError, entries: Mapping[str, Entry]) -> set[str]:
    """Give the keys of the values that pydantic cannot use."""
    facts = error.errors(include_input=False, include_url=False, include_context=False)
    return {_key_of(fact["loc"], entries) for fact in facts}


def shown_value(value: Any, secrets: Sequence[str], *, quoted: bool = True) -> str:
    """Write a value for people: as its source has it, shortened, without what must stay secret."""
    if isinstance(value, SecretStr):
        return MASK
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str) and quoted:
        value = f'"{value}"'
    text = printable(redact(str(value), secrets))
    return text if len(text) <= _LONGEST_VALUE else text[: _LONGEST_VALUE - 1] + "…"


def printable(text: str) -> str:
    """Put a question mark where a terminal would obey instead of print."""
    return "".join(character if character.isprintable() else "?" for character in text)


def _key_of(location: Sequence[int | str], entries: Mapping[str, Entry]) -> str:
    """Give the longest key of a pydantic location that somebody said something about."""
    parts = [str(part) for part in location]
    for end in range(len(parts), 0, -1):
        key = ".".join(parts[:end])
        if key in entries:
            return key
    return ".".join(parts)


def _nearest_choices(setting: Group | Setting | None, entry: Entry | None) -> tuple[str, ...]:
    if not (isinstance(setting, Setting) and setting.choices and entry):
        return ()
    given = entry.value if isinstance(entry.value, list) else [entry.value]
    wrong = [item for item in given if isinstance(item, str) and item not in setting.choices]
    return tuple(match for item in wrong for match in get_close_matches(item, setting.choices, 1, 0.5))
