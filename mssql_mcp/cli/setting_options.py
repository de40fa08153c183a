"""Command line options for settings, made from their declaration: `--max-rows` is `limits.max_rows`."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

import click
from click.core import ParameterSource

from mssql_mcp.cli.options import Invocation
from mssql_mcp.settings.declaration import command_line_settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from mssql_mcp.settings.declaration import Setting

Command = TypeVar("Command", bound="Callable[..., Any]")

_METAVARS = {"whole number": "N", "number": "N", "list": "A,B", "text": "TEXT"}


def setting_options(*sections: str) -> Callable[[Command], Command]:
    """Make a decorator that adds the options of some settings; what is typed goes into `Invocation.overrides`.

    Ranges are checked where every source's values are, so that a wrong value is told in the same words.

    Args:
        sections: `limits`, `server`, `connection` (the connection in use); none takes all three.
    """

    def decorate(command: Command) -> Command:
        for setting in reversed(command_line_settings()):
            if not sections or setting.override.partition(".")[0] in sections:
                command = _option(setting)(command)
        return command

    return decorate


def _option(setting: Setting) -> Callable[[Command], Command]:
    def callback(context: click.Context, parameter: click.Parameter, value: Any) -> Any:
        if parameter.name and context.get_parameter_source(parameter.name) is ParameterSource.COMMANDLINE:
            invocation = context.find_object(Invocation) or Invocation()
            context.obj = replace(invocation, overrides={**invocation.overrides, setting.override: value})
        return value

    name = setting.option or ""
    common: dict[str, Any] = {"expose_value": False, "callback": callback, "help": _help(setting)}
    if setting.kind == "yes or no":
        return click.option(f"{name}/--no-{name.removeprefix('--')}", default=None, **common)
    if setting.kind == "choice":
        return click.option(name, type=click.Choice(setting.choices, case_sensitive=False), **common)
    metavar = "SECONDS" if setting.key.endswith("_seconds") else _METAVARS[setting.kind]
    return click.option(name, metavar=metavar, **common)


def _help(setting: Setting) -> str:
    default = "" if setting.default in (None, ()) else f" Default: {_shown(setting.default)}."
    return f"{setting.help}{default}"


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:g}"
    return ",".join(value) if isinstance(value, tuple) else str(value)
