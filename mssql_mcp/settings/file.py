"""The configuration file: where it is looked for, and what it says."""

from __future__ import annotations

import os
import re
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import SecretStr

from mssql_mcp.errors import ConfigurationError
from mssql_mcp.settings.entries import Found, Origin
from mssql_mcp.settings.interpolation import UnresolvedError, interpolate
from mssql_mcp.settings.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

SUFFIX = ".toml"
LOCAL_NAME = f"mssql-mcp{SUFFIX}"
USER_NAME = f"config{SUFFIX}"
PATH_VARIABLE = "MSSQL_MCP_CONFIG"

_BACKSLASHES = (
    "In double quotes TOML reads \\n, \\t and the like: write 'host\\instance' in single quotes, or double each \\."
)
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]|\t")
_AT_LINE = re.compile(r"\(at line (\d+), column (\d+)\)")


@dataclass(frozen=True, slots=True)
class Place:
    """One place where a configuration file may be.

    Attributes:
        label: Who names it: `--config`, `MSSQL_MCP_CONFIG`, `current folder`, `user's configuration folder`.
        path: Absolute.
        exists: Whether there is a file.
    """

    label: str
    path: Path
    exists: bool


@dataclass(frozen=True, slots=True)
class Location:
    """The file that is read, and every place that was considered, in order; None where no place has one."""

    path: Path | None
    places: tuple[Place, ...]


def user_path() -> Path:
    """Give the path of the user's own configuration file, whether it exists or not."""
    import platformdirs

    return platformdirs.user_config_path("mssql-mcp", appauthor=False) / USER_NAME


def locate(config_path: Path | None, environ: Mapping[str, str], cwd: Path) -> Location:
    """Find the configuration file: a named one, else that of the current folder, else the user's own.

    Args:
        config_path: What `--config` names; relative to `cwd`.
        environ: May name one in `MSSQL_MCP_CONFIG`.
        cwd: The current folder.

    Raises:
        ConfigurationError: The named file does not exist (`config.not_found`), or the file of the current folder
            belongs to somebody else (`config.foreign_file`).
    """
    named = config_path or environ.get(PATH_VARIABLE)
    if named:
        label = "--config" if config_path else PATH_VARIABLE
        place = _place(label, cwd / Path(named).expanduser())
        if not place.exists:
            raise ConfigurationError(
                f"There is no configuration file {place.path} ({label}).",
                code="config.not_found",
                hint="Write one with `mssql-mcp config init`.",
            )
        return Location(place.path, (place,))
    places = (_place("current folder", cwd / LOCAL_NAME), _place("user's configuration folder", user_path()))
    found = next((place for place in places if place.exists), None)
    if found is places[0] and _is_foreign(found.path):
        raise ConfigurationError(
            f"{found.path} belongs to somebody else and was not named, so it is not read.",
            code="config.foreign_file",
            hint=f"Name it if you trust it: --config {found.path}.",
        )
    return Location(found.path if found else None, places)


def read_file(path: Path, environ: Mapping[str, str], keyring: Callable[[str, str], str | None]) -> Found:
    """Read a TOML file; what cannot be used becomes a problem.

    Args:
        path: Of the file.
        environ: For `${NAME}`.
        keyring: For `${keyring:service/user}`.
    """
    found = Found()
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else type(error).__name__
        found.problems.append(Problem("config.not_found", "", f"{path} cannot be read: {reason}.", str(path)))
        return found
    except UnicodeDecodeError:
        found.problems.append(Problem("config.syntax", "", f"{path} is not a UTF-8 text.", str(path)))
        return found
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found.problems.append(_syntax_problem(path, str(error)))
        return found
    _take(found, table, path, lines_of_keys(text), environ, keyring)
    _warn_of_readers(found, path)
    return found


def lines_of_keys(text: str) -> dict[str, int]:
    """Give the 1-based line of each dotted key of a valid TOML text; tables count as keys.

    TOML's own reader gives no lines, so it is fed one statement after the other: a statement ends at the first line
    with which it can be read.
    """
    lines: dict[str, int] = {}
    prefix: tuple[str, ...] = ()
    statement, start = "", 0
    for number, line in enumerate(text.splitlines(keepends=True), 1):
        if not statement:
            start = number
        statement += line
        try:
            table = tomllib.loads(statement)
        except tomllib.TOMLDecodeError:
            continue
        is_header = statement.lstrip().startswith("[")
        paths = list(_paths(table))
        if is_header and paths:
            prefix = paths[-1]
        for path in paths:
            lines.setdefault(".".join(path if is_header else prefix + path), start)
        statement = ""
    return lines


def _paths(table: Mapping[str, Any], prefix: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for name, value in table.items():
        path = (*prefix, name)
        yield path
        if isinstance(value, dict):
            yield from _paths(value, path)


def _place(label: str, path: Path) -> Place:
    return Place(label, Path(os.path.abspath(path)), path.is_file())  # noqa: PTH100 - resolve() would follow links


def _is_foreign(path: Path) -> bool:
    """Whether another user could have put the file there to send our password to a server of theirs."""
    if sys.platform == "win32" or os.geteuid() == 0:
        return False
    return path.stat().st_uid not in {os.geteuid(), 0}


def _syntax_problem(path: Path, message: str) -> Problem:
    where = _AT_LINE.search(message)
    origin = f"{path}:{where[1]}" if where else str(path)
    reason = _AT_LINE.sub("", message).strip()
    hint = _BACKSLASHES if "\\" in reason or "escape" in reason.lower() else ""
    return Problem("config.syntax", "", f"{origin} is not valid TOML: {reason}.", origin, hint)


def _take(
    found: Found,
    table: Mapping[str, Any],
    path: Path,
    lines: Mapping[str, int],
    environ: Mapping[str, str],
    keyring: Callable[[str, str], str | None],
) -> None:
    """Resolve the references of the table's texts, then keep its values."""
    variables: dict[str, tuple[str, ...]] = {}

    def resolved(value: Any, key: str) -> Any:
        if isinstance(value, dict):
            inner = {name: resolved(item, f"{key}.{name}" if key else name) for name, item in value.items()}
            return {name: item for name, item in inner.items() if item is not _UNRESOLVED}
        if isinstance(value, list):
            items = [resolved(item, key) for item in value]
            return _UNRESOLVED if _UNRESOLVED in items else items
        if not isinstance(value, str):
            return value
        origin = f"{path}:{lines[key]}" if key in lines else str(path)
        if _CONTROL.search(value):
            message = f"{key} ({origin}) holds a line break or another control character."
            found.problems.append(Problem("config.invalid_value", key, message, origin, _BACKSLASHES))
            return _UNRESOLVED
        try:
            result = interpolate(value, environ, keyring)
        except UnresolvedError as error:
            message = f"{key} ({origin}): {error.message}."
            found.problems.append(
                Problem("config.unset_variable", key, message, origin, error.hint, variable=error.name)
            )
            return _UNRESOLVED
        if result.names:
            variables[key] = (*variables.get(key, ()), *result.names)
        return result.text

    def origin_of(key: str) -> Origin:
        return Origin("file", str(path), lines.get(key), variables.get(key, ()))

    found.add_table("", resolved(table, ""), origin_of)


_UNRESOLVED = object()


def _warn_of_readers(found: Found, path: Path) -> None:
    literal = [
        key for key, entry in found.entries.items() if isinstance(entry.value, SecretStr) and not entry.origin.variables
    ]
    if literal and sys.platform != "win32" and path.stat().st_mode & 0o077:
        found.warnings.append(
            f"{path} holds {literal[0]} and other users of this computer may read it: chmod 600 {path}"
        )
