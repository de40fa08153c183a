"""`mssql-mcp config`: make, show and validate the configuration."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mssql_mcp.cli import output
from mssql_mcp.cli.exit_codes import ExitCode
from mssql_mcp.cli.options import Invocation, pass_invocation, shared_options
from mssql_mcp.cli.setting_options import setting_options

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mssql_mcp.settings.load import Loaded, Value

SHOW_FORMATS = (*output.FORMATS, "toml")


@click.group
@shared_options
def command() -> None:
    r"""Make, show and validate the configuration.

    \b
    Examples:
      mssql-mcp config init
      mssql-mcp config show --changed
    """


@command.command(short_help="Write a commented configuration file.")
@click.option("--here", is_flag=True, help="Write ./mssql-mcp.toml instead of the file in your configuration folder.")
@click.option("--server", metavar="HOST", help="Host, host\\instance or host,port to begin with.")
@click.option("--username", metavar="NAME", help="Login to begin with; without one the login is Windows'.")
@click.option("--force", is_flag=True, help="Replace a file that exists; it is kept beside the new one as .bak.")
@shared_options
@pass_invocation
def init(invocation: Invocation, here: bool, server: str | None, username: str | None, force: bool) -> None:
    r"""Write a commented configuration file that holds every setting.

    No password is asked for or written: give it in the environment as MSSQL_PASSWORD, or put "${NAME}" or
    "${keyring:service/user}" into the file.

    \b
    Examples:
      mssql-mcp config init
      mssql-mcp config init --here --server 'sql1\BI' --database Sales
      mssql-mcp config init --config ~/warehouse.toml
    """
    from mssql_mcp.settings.file import LOCAL_NAME, user_path
    from mssql_mcp.settings.writing import template

    path = invocation.config_path or (Path(LOCAL_NAME) if here else user_path())
    path = Path(os.path.abspath(path.expanduser()))  # noqa: PTH100 - resolve() would follow links
    said = {"server": server, "database": invocation.database, "username": username}
    name = invocation.connection or "default"
    given = {f"connections.default.{field}": value for field, value in said.items() if value}
    text = template(given or None)
    _write_private(path, text.replace("[connections.default", f"[connections.{name}"), force=force)
    output.write(str(path))
    output.talk("Next: edit it, then `mssql-mcp check`, then `mssql-mcp client-config vscode` (or another client).")


@command.command(short_help="Show every value and where it comes from.")
@click.option("--format", "output_format", type=click.Choice(SHOW_FORMATS), default="table", help="Default: table.")
@click.option("--changed", is_flag=True, help="Leave out what is at its default.")
@setting_options()
@shared_options
@pass_invocation
def show(invocation: Invocation, output_format: str, changed: bool) -> None:
    r"""Show every value that is in force, and where it comes from; secrets are masked.

    \b
    Examples:
      mssql-mcp config show --changed
      mssql-mcp config show --format json
      mssql-mcp config show --max-rows 500
    """
    from mssql_mcp.settings.writing import as_toml, plain_value

    loaded = invocation.load()
    secrets = loaded.secrets()
    values = [value for value in loaded.values() if not changed or value.origin.kind != "default"]
    if output_format == "toml":
        output.write(as_toml(values, secrets))
    elif output_format == "json":
        output.write_json(
            [{"key": v.key, "value": plain_value(v.value, secrets), "origin": str(v.origin)} for v in values]
        )
    else:
        output.write_table(("key", "value", "origin"), [_row(value, secrets) for value in values], output_format)
    _warn(loaded)


@command.command(short_help="Print the path of the configuration file.")
@shared_options
@pass_invocation
def path(invocation: Invocation) -> None:
    r"""Print the path of the file that is read, or that `config init` would write.

    Where it was looked for is told on stderr.

    \b
    Example:
      mssql-mcp config path
    """
    from mssql_mcp.settings.file import locate, user_path

    sources = invocation.sources()
    location = locate(sources["config_path"], sources["environ"], sources["cwd"])
    output.write(str(location.path or user_path()))
    read = False
    for place in location.places:
        state = "not there" if not place.exists else "not read, since the one above is" if read else "read"
        read = read or place.exists
        output.talk(f"{place.label}: {place.path} ({state})")
    if not location.path:
        output.talk("There is no configuration file; `mssql-mcp config init` writes one.")


@command.command(short_help="Say everything that is wrong with it.")
@click.option("--format", "output_format", type=click.Choice(("text", "json")), default="text", help="Default: text.")
@setting_options()
@shared_options
@pass_invocation
@click.pass_context
def validate(context: click.Context, invocation: Invocation, output_format: str) -> None:
    r"""Read the configuration as every command does, and say everything that is wrong with it.

    Ends with 0 where it can be used and with 3 where it cannot. Nothing is connected to; `mssql-mcp check` does that.

    \b
    Examples:
      mssql-mcp config validate
      mssql-mcp config validate --config warehouse.toml --format json
    """
    from mssql_mcp.settings.load import examine

    examined = examine(**invocation.sources())
    where = str(examined.location.path) if examined.location.path else None
    warnings = list(examined.loaded.warnings) if examined.loaded else []
    if output_format == "json":
        problems = [problem.as_dict() for problem in examined.problems]
        output.write_json({"valid": not problems, "path": where, "problems": problems, "warnings": warnings})
    elif examined.loaded:
        names = ", ".join(examined.loaded.settings.connections) or "none"
        output.write(f"{where or 'The configuration without a file'} can be used. Connections: {names}.")
        _warn(examined.loaded)
    else:
        for problem in examined.problems:
            output.write(f"[{problem.code}] {problem}")
    context.exit(int(ExitCode.CONFIGURATION if examined.problems else ExitCode.OK))


@command.command(short_help="Print the JSON Schema of the file.")
@shared_options
def schema() -> None:
    r"""Print the JSON Schema of the configuration file, with which editors complete and check it.

    \b
    Example:
      mssql-mcp config schema > mssql-mcp.schema.json
    """
    from mssql_mcp.settings.writing import json_schema

    output.write_json(json_schema())


def _row(value: Value, secrets: Sequence[str]) -> tuple[str, str | None, str]:
    from mssql_mcp.settings.writing import plain_value

    plain = plain_value(value.value, secrets)
    if isinstance(plain, bool):
        plain = "true" if plain else "false"
    elif isinstance(plain, list):
        plain = ", ".join(map(str, plain))
    return value.key, "none" if plain is None else str(plain), str(value.origin)


def _warn(loaded: Loaded) -> None:
    for warning in loaded.warnings:
        output.talk(f"Warning: {warning}.")


def _write_private(path: Path, text: str, *, force: bool) -> None:
    """Write a file that only its owner may read: passwords may come to stand in it.

    Raises:
        ConfigurationError: The file exists and may not be replaced (`config.exists`), or cannot be written.
    """
    from mssql_mcp.errors import ConfigurationError

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists() and not force:
            raise ConfigurationError(
                f"{path} exists.", code="config.exists", hint="Replace it with --force, or name another with --config."
            )
        if path.exists():
            path.replace(path.with_name(path.name + ".bak"))
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with open(descriptor, "w", encoding="utf-8") as file:  # noqa: PTH123 - the descriptor has the mode
            file.write(text)
    except OSError as reason:
        error = ConfigurationError(f"{path} cannot be written: {reason.strerror}.", code="config.not_written")
        raise error from None
