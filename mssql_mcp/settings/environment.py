"""What the environment says: `MSSQL_MCP_LIMITS__MAX_ROWS` is `limits.max_rows`, `__` goes one name down."""

from __future__ import annotations

import json
import re
from difflib import get_close_matches
from types import MappingProxyType
from typing import TYPE_CHECKING

from mssql_mcp.settings.declaration import (
    CONNECTIONS,
    ENVIRONMENT_PREFIX,
    NAME,
    SHORT_NAMES,
    Group,
    Setting,
    all_settings,
    declaration,
    find,
    step,
)
from mssql_mcp.settings.entries import Found, Origin
from mssql_mcp.settings.file import PATH_VARIABLE
from mssql_mcp.settings.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

# Names with our prefix that are no settings: the file's path, and what speaks to the demo and to the tests.
NOT_SETTINGS = frozenset({PATH_VARIABLE, "MSSQL_MCP_DEMO_DIR", "MSSQL_MCP_TEST_URL"})

# What other programs call the same things.
_ELSEWHERE: Mapping[str, str] = MappingProxyType(
    {
        "MSSQL_HOST": "MSSQL_SERVER",
        "MSSQL_PORT": "MSSQL_SERVER",
        "MSSQL_DB": "MSSQL_DATABASE",
        "MSSQL_USER": "MSSQL_USERNAME",
        "MSSQL_PWD": "MSSQL_PASSWORD",
        "MSSQL_PASS": "MSSQL_PASSWORD",
        "MSSQL_DRIVER": "ODBC_DRIVER",
    }
)
# Variables of SQL Server itself that look like ours
# (https://learn.microsoft.com/sql/linux/sql-server-linux-configure-environment-variables).
_OF_THE_SERVER = frozenset({"MSSQL_SA_PASSWORD", "MSSQL_TCP_PORT", "MSSQL_DATA_DIR"})
# How alike two names are where one is taken for a misspelling of the other.
_ALIKE = 0.85

# What an MCP client leaves behind where it does not know the reference.
_PLACEHOLDER = re.compile(r"\$\{[^{}]*\}|<[^<>]*>")


def read_environment(environ: Mapping[str, str], names: Iterable[str] = ()) -> Found:
    """Read the `MSSQL_MCP_*` variables; those that nothing is configured by become problems.

    Args:
        environ: Empty values count as not set, since containers and MCP clients pass those.
        names: Connections that the file names; `SALES_EU` in a variable's name is `sales-eu` where the file has it.
    """
    found = Found()
    known = {_as_in_variable(name): name for name in names}
    for variable, text in environ.items():
        upper = variable.upper()
        if upper.startswith(ENVIRONMENT_PREFIX) and upper not in NOT_SETTINGS:
            _read_one(found, variable, upper.removeprefix(ENVIRONMENT_PREFIX), text, known)
    return found


def read_short_names(environ: Mapping[str, str], connection: str | None) -> Found:
    """Read the short names (`MSSQL_SERVER`, ...), which speak of the default connection.

    Args:
        environ: Empty values count as not set.
        connection: The default connection's name; None leaves out what speaks of a connection.
    """
    found = Found()
    for variable, pattern in SHORT_NAMES.items():
        text = environ.get(variable, "")
        if not text or (NAME in pattern and connection is None):
            continue
        key = pattern.replace(NAME, connection or "", 1)
        setting = find(key)
        if isinstance(setting, Setting):
            _warn_of_placeholder(found, variable, text)
            found.add_text(setting, key, text, Origin("environment", variable))
    return found


def misspelt(environ: Mapping[str, str]) -> list[str]:
    """Say which variables nothing is configured by and were probably meant to: they have no prefix that is ours alone.

    Args:
        environ: Empty values count as not set; so do misspellings of what is set rightly too.
    """
    found = []
    for variable, text in environ.items():
        upper = variable.upper()
        if not text or variable in SHORT_NAMES or upper in _OF_THE_SERVER or upper.startswith(ENVIRONMENT_PREFIX):
            continue
        meant = _meant(upper)
        if meant and not environ.get(meant):
            found.append(f"nothing is configured by {variable} (did you mean {meant}?)")
    return found


def _meant(variable: str) -> str:
    if not variable.startswith(("MSSQL", "ODBC_")):
        return ""
    if variable in _ELSEWHERE:
        return _ELSEWHERE[variable]
    head, under, rest = variable.partition("__")
    start = len(ENVIRONMENT_PREFIX)
    if under and get_close_matches(head[:start], [ENVIRONMENT_PREFIX], 1, _ALIKE):
        section = head.rpartition("_")[2]
        return f"{ENVIRONMENT_PREFIX}{section}__{rest}"
    return next(iter(get_close_matches(variable, SHORT_NAMES, 1, _ALIKE)), "")


def names_a_server(environ: Mapping[str, str]) -> bool:
    """Whether the short names alone are enough to make a connection."""
    return any(environ.get(name) for name in ("MSSQL_SERVER", "MSSQL_DATABASE", "MSSQL_URL"))


def _read_one(found: Found, variable: str, rest: str, text: str, known: Mapping[str, str]) -> None:
    part: Group | Setting | None = declaration()
    parts: list[str] = []
    for name in rest.lower().split("__"):
        if not isinstance(part, Group):
            part = None
            break
        parts.append(known.get(name, name) if part.named else name)
        part = step(part, name)
    key = ".".join(parts)
    origin = Origin("environment", variable)
    if part is None:
        found.problems.append(_unknown(variable, parts))
        return
    if not text or (key.startswith(f"{CONNECTIONS}.") and not found.name_connection(parts[1], origin)):
        return
    if isinstance(part, Setting):
        _warn_of_placeholder(found, variable, text)
        found.add_text(part, key, text, origin)
        return
    try:
        table = json.loads(text)
    except ValueError:
        table = None
    if not isinstance(table, dict):
        message = f"{variable} stands for the table [{key}]; expected a JSON object."
        found.problems.append(Problem("config.invalid_value", key, message, str(origin)))
        return
    found.add_table(key, table, lambda _: origin)


def _unknown(variable: str, parts: list[str]) -> Problem:
    candidates = [setting.env_name for setting in all_settings()]
    if parts[:1] == [CONNECTIONS] and len(parts) > 1:
        candidates = [name.replace(NAME.upper(), parts[1].upper()) for name in candidates]
    nearest = tuple(get_close_matches(variable.upper(), candidates, 1, 0.75))
    if not nearest:
        last = "__" + variable.upper().rpartition("__")[2].removeprefix(ENVIRONMENT_PREFIX)
        nearest = tuple(name for name in candidates if name.endswith(last))[:1]
    message = f"Nothing is configured by the environment variable {variable}."
    return Problem("config.unknown_key", variable, message, f"environment {variable}", nearest=nearest)


def _warn_of_placeholder(found: Found, variable: str, text: str) -> None:
    if _PLACEHOLDER.fullmatch(text.strip()):
        found.warnings.append(f"{variable} holds a reference that was not filled in; the MCP client passed it as it is")


def _as_in_variable(name: str) -> str:
    return name.lower().replace("-", "_")
