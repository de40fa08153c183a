"""What every command shares: the invocation, and the options that name a connection."""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click
from click.core import ParameterSource

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mssql_mcp.settings.load import Loaded
    from mssql_mcp.workspace import Workspace

Command = TypeVar("Command", bound="Callable[..., Any]")


@dataclass(frozen=True, slots=True)
class Invocation:
    """The choices that were made before the command's own name was reached, or by shared options after it.

    Attributes:
        config_path: `--config`; None looks in the usual places.
        connection: `--connection`; None takes the default one.
        database: `--database`; None takes the connection's own.
        demo: `--demo`: the embedded sample database instead of any server.
        debug: `--debug`: show tracebacks.
        overrides: Dotted setting keys to the values that were typed on the command line.
    """

    config_path: Path | None = None
    connection: str | None = None
    database: str | None = None
    demo: bool = False
    debug: bool = False
    overrides: Mapping[str, Any] = field(default_factory=dict)

    def load(self) -> Loaded:
        """Read the settings from command line, file, environment and defaults.

        Raises:
            ConfigurationError: Something in them cannot be used.
        """
        from mssql_mcp.settings.load import load

        return load(**self.sources())

    def sources(self) -> dict[str, Any]:
        """Give what `load` and `examine` of `mssql_mcp.settings.load` take."""
        overrides = dict(self.overrides)
        if self.connection:
            overrides["default_connection"] = self.connection
        if self.demo:
            overrides.update({"connections.demo.demo": True, "default_connection": "demo"})
        return {"cli": overrides, "config_path": self.config_path, "environ": os.environ, "cwd": Path.cwd()}

    def workspace(self) -> Workspace:
        """Open the workspace on these settings, having told of misspelt variables; connects to nothing yet."""
        from mssql_mcp.cli import output
        from mssql_mcp.workspace import Workspace

        loaded = self.load()
        for warning in loaded.misspelt:
            output.talk(f"Warning: {warning}.")
        return Workspace.open(loaded)


pass_invocation = click.make_pass_decorator(Invocation, ensure=True)
"""Hand the command its `Invocation` as first argument."""


def shared_options(command: Command) -> Command:
    """Add `--connection`, `--database`, `--demo`, `--config` and `--debug`, which every command takes in any place."""
    # A docstring with a backslash has to be raw, and click's sign for "do not wrap" is the character itself.
    if command.__doc__:
        command.__doc__ = command.__doc__.replace("\\b\n", "\b\n")
    for option in reversed(_SHARED):
        command = option(command)
    return command


def _keep(name: str) -> Callable[[click.Context, click.Parameter, Any], Any]:
    """Make a callback that puts the option's value into the context's `Invocation` where it was typed."""

    def callback(context: click.Context, parameter: click.Parameter, value: Any) -> Any:
        if parameter.name and context.get_parameter_source(parameter.name) in _TYPED:
            context.obj = replace(context.find_object(Invocation) or Invocation(), **{name: value})
        return value

    return callback


_TYPED = (ParameterSource.COMMANDLINE, ParameterSource.ENVIRONMENT, ParameterSource.PROMPT)

_SHARED: tuple[Callable[[Any], Any], ...] = (
    click.option(
        "--connection", "-c", metavar="NAME", expose_value=False, callback=_keep("connection"),
        help="Configured connection to use; the default one otherwise.",
    ),
    click.option(
        "--database", "-d", metavar="NAME", expose_value=False, callback=_keep("database"),
        help="Database to use; the connection's own otherwise.",
    ),
    click.option(
        "--demo", is_flag=True, expose_value=False, callback=_keep("demo"),
        help="Use the embedded sample database; needs no SQL Server.",
    ),
    click.option(
        "--config", type=click.Path(path_type=Path, dir_okay=False), metavar="PATH", expose_value=False,
        callback=_keep("config_path"), help="Configuration file (TOML).",
    ),
    click.option(
        "--debug", is_flag=True, expose_value=False, callback=_keep("debug"),
        help="Show the traceback of an unexpected error.",
    ),
)  # fmt: skip
