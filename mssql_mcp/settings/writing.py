"""The configuration written down: a commented file, what is in force as TOML, a JSON Schema for editors."""

from __future__ import annotations

import json
import textwrap
from typing import TYPE_CHECKING, Any

from pydantic import SecretStr

from mssql_mcp.redact import MASK, redact
from mssql_mcp.settings.declaration import CONNECTIONS, NAME, Setting, groups
from mssql_mcp.settings.load import FIRST_NAME
from mssql_mcp.settings.model import Settings

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from mssql_mcp.settings.load import Value

SCHEMA_DIALECT = "https://json-schema.org/draft/2020-12/schema"

_WIDTH = 110

_HEAD = """\
# Configuration of mssql-mcp. Command line options win over this file, this file wins over the environment.
# Lines that are commented out show defaults and examples; remove the "# " before a key to say something else.
# "${NAME}" in a text is an environment variable: passwords need not stand here.
# What is in force, and where it comes from: mssql-mcp config show
"""


def template(live: Mapping[str, Any] | None = None) -> str:
    """Give a commented configuration file that holds every setting.

    Args:
        live: Dotted keys to the values that are not commented out; None takes a server on this computer.
    """
    said = live or {f"{CONNECTIONS}.{FIRST_NAME}.server": "localhost", f"{CONNECTIONS}.{FIRST_NAME}.database": "master"}
    parts = [_HEAD.rstrip("\n")]
    for group in groups():
        of_connection = group.key.startswith(f"{CONNECTIONS}.{NAME}.")
        if of_connection and group.key.rpartition(".")[2] in {"limits", "gate"}:
            continue
        key = group.key.replace(NAME, FIRST_NAME)
        lines = [f"[{key}]"] if key else []
        lines += _comment(group.help) if key else []
        for name, part in group.parts.items():
            if isinstance(part, Setting):
                lines += ["", *_lines_of(part, name, said.get(part.key.replace(NAME, FIRST_NAME)))]
        parts.append("\n".join(lines) + "\n")
    return "\n".join(parts)


def as_toml(values: Iterable[Value], secrets: Sequence[str]) -> str:
    """Give values in force as TOML, each with its origin; secrets and what has no value are commented out."""
    lines: list[str] = []
    table = ""
    for value in values:
        parent, _, name = value.key.rpartition(".")
        if parent != table:
            lines += ["", f"[{parent}]"]
            table = parent
        lines.append(_line_in_force(name, value, secrets))
    return "\n".join(lines).strip("\n") + "\n"


def json_schema() -> dict[str, Any]:
    """Give the JSON Schema of the configuration file, for editors."""
    return {"$schema": SCHEMA_DIALECT, **Settings.model_json_schema(), "title": "Configuration of mssql-mcp"}


def toml_value(value: Any) -> str:
    """Write a text, number, truth value or list of them as TOML does.

    A JSON text is a TOML text where no character outside the basic plane is escaped and DEL is.
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, (tuple, list)):
        return f"[{', '.join(toml_value(item) for item in value)}]"
    return str(value)


def plain_value(value: Any, secrets: Sequence[str]) -> Any:
    """Give a value as JSON has it; secrets are masked, also where somebody wrote one into another text.

    Args:
        value: Of a setting.
        secrets: Every literal secret.
    """
    if isinstance(value, SecretStr):
        return MASK
    if isinstance(value, tuple):
        return [plain_value(item, secrets) for item in value]
    return redact(value, secrets) if isinstance(value, str) else value


def _lines_of(setting: Setting, name: str, live: Any) -> list[str]:
    facts = setting.expected[0].upper() + setting.expected[1:]
    lines = [*_comment(setting.help), *([] if setting.kind in {"text", "secret"} else _comment(facts + "."))]
    if live is not None:
        return [*lines, f"{name} = {toml_value(live)}"]
    shown = setting.example if setting.default in (None, ()) else setting.default
    return [*lines, f"# {name} = {toml_value(shown)}"]


def _comment(text: str) -> list[str]:
    return [f"## {line}" for line in textwrap.wrap(text, _WIDTH, break_on_hyphens=False)]


def _line_in_force(name: str, value: Value, secrets: Sequence[str]) -> str:
    plain = plain_value(value.value, secrets)
    if isinstance(value.value, SecretStr):
        return f'# {name} = "{plain}"  # {value.origin}'
    if plain is None:
        return f"# {name} = none  # {value.origin}"
    return f"{name} = {toml_value(plain)}  # {value.origin}"
