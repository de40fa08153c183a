"""What can be configured, read from the models: keys, kinds, ranges, help and the names under which sources give them.

The models of `settings.model` are the only declaration; nothing here names a setting but the short environment names
and the settings that are left out of the command line.
"""

from __future__ import annotations

import types
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Literal, Union, get_args, get_origin

from annotated_types import Ge, Gt, Le
from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo

from mssql_mcp.settings.model import Settings

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

Kind = Literal["text", "secret", "whole number", "number", "yes or no", "choice", "list", "value"]

NAME = "<name>"
ENVIRONMENT_PREFIX = "MSSQL_MCP_"
# Keys of command line overrides that speak of the connection in use, whatever its name: `connection.server`.
IN_USE = "connection"
CONNECTIONS = "connections"

# Names that pyodbc-mcp-server reads, and three more of their kind; they speak of the default connection.
SHORT_NAMES: Mapping[str, str] = types.MappingProxyType(
    {
        "MSSQL_SERVER": f"{CONNECTIONS}.{NAME}.server",
        "MSSQL_DATABASE": f"{CONNECTIONS}.{NAME}.database",
        "MSSQL_USERNAME": f"{CONNECTIONS}.{NAME}.username",
        "MSSQL_PASSWORD": f"{CONNECTIONS}.{NAME}.password",
        "MSSQL_URL": f"{CONNECTIONS}.{NAME}.url",
        "ODBC_DRIVER": f"{CONNECTIONS}.{NAME}.odbc_driver",
        "MSSQL_CONNECTION_TIMEOUT": f"{CONNECTIONS}.{NAME}.login_timeout_seconds",
        "MSSQL_QUERY_TIMEOUT": "limits.timeout_seconds",
        "MSSQL_MAX_RETRIES": f"{CONNECTIONS}.{NAME}.retry.max_retries",
        "MSSQL_RETRY_DELAY": f"{CONNECTIONS}.{NAME}.retry.delay_seconds",
    }
)

# `--format` belongs to what a command prints. `--database` and `--demo` are options of every command that are no
# setting: they choose for one run and leave the connection as it is configured.
_NOT_ON_THE_COMMAND_LINE = frozenset(
    {"server.format", f"{CONNECTIONS}.{NAME}.database", f"{CONNECTIONS}.{NAME}.databases", f"{CONNECTIONS}.{NAME}.demo"}
)


@dataclass(frozen=True, slots=True)
class Setting:
    """One value that can be configured.

    Attributes:
        key: Dotted; `<name>` stands for a connection's name.
        kind: What the value is; `value` where none of the others says it.
        default: As the model has it.
        help: One or two sentences.
        minimum: Smallest number; `exclusive` says that it is itself too small.
        maximum: Largest number.
        exclusive: Whether `minimum` is excluded.
        choices: What a `choice`, or each item of a `list`, may be; empty where anything may.
        nullable: Whether it may be left without a value; sources other than TOML say `none`.
        example: A value that somebody might give; the default where the model has no better one.
    """

    key: str
    kind: Kind
    default: Any
    help: str
    minimum: float | None = None
    maximum: float | None = None
    exclusive: bool = False
    choices: tuple[str, ...] = ()
    nullable: bool = False
    example: Any = None

    @property
    def is_secret(self) -> bool:
        """Whether the value must never be shown."""
        return self.kind == "secret"

    @property
    def override(self) -> str:
        """The key under which the command line overrides it, for the connection in use."""
        return self.key.replace(f"{CONNECTIONS}.{NAME}", IN_USE, 1)

    @property
    def env_name(self) -> str:
        """Name of its environment variable; `<NAME>` stands for a connection's name."""
        return ENVIRONMENT_PREFIX + self.key.upper().replace(".", "__")

    @property
    def short_names(self) -> tuple[str, ...]:
        """Further environment variables that give it for the default connection."""
        return tuple(name for name, key in SHORT_NAMES.items() if key == self.key)

    @property
    def option(self) -> str | None:
        """Its option on the command line; secrets have none, since others can read command lines, nor has the gate."""
        section, _, name = self.override.rpartition(".")
        if self.is_secret or self.key in _NOT_ON_THE_COMMAND_LINE or section not in {"limits", "server", IN_USE}:
            return None
        return "--" + name.removesuffix("_seconds").replace("_", "-")

    @property
    def expected(self) -> str:
        """What a value must be, in words: `a whole number from 1 to 300`."""
        words = {
            "text": "a text",
            "secret": "a text",
            "whole number": "a whole number",
            "number": "a number",
            "yes or no": "true or false",
            "choice": "one of " + ", ".join(self.choices),
            "list": "a list of " + (f"these: {', '.join(self.choices)}" if self.choices else "texts"),
            "value": "another value",
        }[self.kind]
        return words + self._range() + (", or none" if self.nullable and self.kind not in {"text", "secret"} else "")

    def _range(self) -> str:
        if self.minimum is None and self.maximum is None:
            return ""
        low = f"{self.minimum:,g}" if self.minimum is not None else ""
        high = f"{self.maximum:,.10g}" if self.maximum is not None else ""
        if not high:
            return f" above {low}" if self.exclusive else f" of at least {low}"
        return f" above {low} and up to {high}" if self.exclusive else f" from {low} to {high}"


@dataclass(frozen=True, slots=True)
class Group:
    """A table of settings.

    Attributes:
        key: Dotted; empty for the whole.
        help: What it is about.
        parts: Its settings and groups by name, in the order of the declaration.
        named: What each entry holds where the entries' names are the user's own.
    """

    key: str
    help: str
    parts: Mapping[str, Group | Setting]
    named: Group | None = None


@cache
def declaration() -> Group:
    """Give everything that can be configured, as a tree."""
    return _group(Settings, "", "")


@cache
def all_settings() -> tuple[Setting, ...]:
    """Give everything that can be configured, in the order of the declaration."""
    return tuple(_settings(declaration()))


def command_line_settings() -> tuple[Setting, ...]:
    """Give the settings that have an option, the general ones first."""
    return tuple(setting for setting in all_settings() if setting.option)


def groups(group: Group | None = None) -> Iterator[Group]:
    """Give each group that holds settings of its own, outer ones first."""
    group = group or declaration()
    if any(isinstance(part, Setting) for part in group.parts.values()):
        yield group
    for part in (*group.parts.values(), *((group.named,) if group.named else ())):
        if isinstance(part, Group):
            yield from groups(part)


def find(key: str) -> Group | Setting | None:
    """Find what a dotted key speaks of; the key has real names: `connections.sales.port`."""
    part: Group | Setting | None = declaration()
    for name in key.split(".") if key else ():
        part = step(part, name) if isinstance(part, Group) else None
    return part


def step(group: Group, name: str) -> Group | Setting | None:
    """Go one name down."""
    return group.named or group.parts.get(name)


def _settings(group: Group) -> Iterator[Setting]:
    for part in (*group.parts.values(), *((group.named,) if group.named else ())):
        if isinstance(part, Setting):
            yield part
        else:
            yield from _settings(part)


def _group(model: type[BaseModel], key: str, text: str) -> Group:
    parts: dict[str, Group | Setting] = {}
    for name, field in model.model_fields.items():
        inner = f"{key}.{name}" if key else name
        bare, metadata, nullable = _unwrap(field.annotation, list(field.metadata))
        help_text = field.description or ""
        if isinstance(bare, type) and issubclass(bare, BaseModel):
            parts[name] = _group(bare, inner, help_text)
        elif get_origin(bare) is dict and issubclass(get_args(bare)[1], BaseModel):
            named = _group(get_args(bare)[1], f"{inner}.{NAME}", "")
            parts[name] = Group(inner, help_text, {}, named)
        else:
            parts[name] = _setting(inner, field, bare, metadata, nullable)
    return Group(key, text or _first_line(model.__doc__), parts)


def _setting(key: str, field: FieldInfo, bare: Any, metadata: Iterable[Any], nullable: bool) -> Setting:
    kind, choices = _kind(bare)
    bounds: dict[str, Any] = {}
    for fact in metadata:
        if isinstance(fact, Ge):
            bounds["minimum"] = fact.ge
        elif isinstance(fact, Gt):
            bounds.update(minimum=fact.gt, exclusive=True)
        elif isinstance(fact, Le):
            bounds["maximum"] = fact.le
    default = field.get_default(call_default_factory=True, validated_data={})
    return Setting(
        key,
        kind,
        default,
        field.description or "",
        choices=choices,
        nullable=nullable,
        example=field.examples[0] if field.examples else default,
        **bounds,
    )


def _kind(bare: Any) -> tuple[Kind, tuple[str, ...]]:
    if get_origin(bare) is Literal:
        return "choice", get_args(bare)
    if get_origin(bare) is tuple:
        kind, choices = _kind(get_args(bare)[0])
        return ("list", choices) if kind in {"text", "choice"} else ("value", ())
    kinds: dict[Any, Kind] = {str: "text", SecretStr: "secret", int: "whole number", float: "number", bool: "yes or no"}
    return kinds.get(bare, "value"), ()


def _unwrap(annotation: Any, metadata: list[Any]) -> tuple[Any, list[Any], bool]:
    """Take `Annotated` and `| None` off a type; give what is left, the constraints and whether None was there."""
    if get_origin(annotation) in {Union, types.UnionType}:
        rest = [part for part in get_args(annotation) if part is not types.NoneType]
        if len(rest) == 1:
            bare, metadata, _ = _unwrap(rest[0], metadata)
            return bare, metadata, True
    if hasattr(annotation, "__metadata__"):
        for fact in annotation.__metadata__:
            metadata += fact.metadata if isinstance(fact, FieldInfo) else [fact]
        return _unwrap(get_args(annotation)[0], metadata)
    return annotation, metadata, False


def _first_line(text: str | None) -> str:
    return (text or "").strip().partition("\n")[0]
