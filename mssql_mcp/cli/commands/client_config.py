"""`mssql-mcp client-config`: what an MCP client has to be told to start this server."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mssql_mcp.cli import clients, output
from mssql_mcp.cli.options import Invocation, pass_invocation, shared_options

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mssql_mcp.settings.load import Examined

# The ODBC driver manager, the dynamic linker and Kerberos find their files by these; a client would not pass them on.
CARRIED = (
    "ODBCSYSINI", "ODBCINI", "ODBCINSTINI", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "KRB5_CONFIG", "KRB5CCNAME",
)  # fmt: skip


@click.command
@click.argument("client", type=click.Choice([client.name for client in clients.CLIENTS]), metavar="CLIENT")
@click.option("--name", default="mssql", metavar="NAME", help="Name of the server in the client. Default: mssql.")
@click.option("--json", "as_json", is_flag=True, help="For claude-code: print the file instead of the command.")
@click.option("--write", is_flag=True, help="Add it to the client's file, which is kept beside it as .bak.")
@click.option("--file", type=click.Path(path_type=Path, dir_okay=False), metavar="PATH", help="File for --write.")
@click.option("--force", is_flag=True, help="With --write: replace a server of this name.")
@shared_options
@pass_invocation
def command(
    invocation: Invocation, client: str, name: str, as_json: bool, write: bool, file: Path | None, force: bool
) -> None:
    r"""Print how to add this server to an MCP client, with the absolute paths of this installation.

    CLIENT is claude-desktop, claude-code, vscode or cursor.

    What the environment configures is written down, but for secrets: those become the client's own references.
    Where the client's file lies is told on stderr.

    \b
    Examples:
      mssql-mcp client-config claude-desktop --demo
      mssql-mcp client-config vscode --connection warehouse
      mssql-mcp client-config cursor --write
      mssql-mcp client-config claude-code --config ~/warehouse.toml
    """
    chosen = next(each for each in clients.CLIENTS if each.name == client)
    launch = launch_of(invocation)
    document = clients.document(chosen, name, launch)
    if write:
        path = file or clients.file_of(chosen)
        backup = clients.merge(path, document, name, force=force)
        output.write(str(path))
        if backup:
            output.talk(f"The former file is kept as {backup}.")
    elif chosen is clients.CLAUDE_CODE and not as_json:
        output.write(clients.claude_code_command(name, launch))
    else:
        output.write(json.dumps(document, ensure_ascii=False, indent=2))
    for line in _advice(chosen, launch, written=write, as_command=chosen is clients.CLAUDE_CODE and not as_json):
        output.talk(line)


def launch_of(invocation: Invocation) -> clients.Launch:
    """Find out what a client has to start to get the configuration that is in force here.

    Raises:
        ConfigurationError: The configuration cannot be used, for another reason than a variable that is not set here.
    """
    program, *args = clients.executable()
    args.append("serve")
    if invocation.demo:
        return clients.Launch(program, (*args, "--demo"))
    from mssql_mcp.settings.load import examine
    from mssql_mcp.settings.problems import error_of

    examined = examine(**invocation.sources())
    if problems := [problem for problem in examined.problems if not problem.variable]:
        raise error_of(problems)
    if examined.location.path:
        args += ["--config", str(examined.location.path)]
    if invocation.connection:
        args += ["--connection", invocation.connection]
    if invocation.database:
        args += ["--database", invocation.database]
    if examined.loaded and not examined.loaded.settings.connections:
        output.talk("Warning: no connection is configured; `mssql-mcp config init` begins one, --demo needs none.")
    secrets, plain = _variables(examined, os.environ)
    carried = {name: os.environ[name] for name in CARRIED if os.environ.get(name)}
    return clients.Launch(program, tuple(args), carried | plain, secrets)


def _variables(examined: Examined, environ: Mapping[str, str]) -> tuple[tuple[str, ...], dict[str, str]]:
    """Give the variables that the configuration reads: names of the secret ones, the others with their values."""
    from mssql_mcp.redact import redact
    from mssql_mcp.settings.declaration import Setting, find

    used: dict[str, bool] = {problem.variable: True for problem in examined.problems}
    unset = {problem.key for problem in examined.problems}
    for key, entry in examined.entries.items():
        if key in unset:
            continue  # what a weaker source says here does not count once the variable is set
        setting = find(key)
        is_secret = isinstance(setting, Setting) and setting.is_secret
        names = (entry.origin.name,) if entry.origin.kind == "environment" else entry.origin.variables
        for name in names:
            if not name.startswith("keyring:"):
                looks_secret = redact(environ.get(name, "")) != environ.get(name, "")
                used[name] = used.get(name, False) or is_secret or looks_secret
    secrets = tuple(sorted(name for name, secret in used.items() if secret))
    return secrets, {name: environ[name] for name, secret in used.items() if not secret and name in environ}


def _advice(client: clients.Client, launch: clients.Launch, *, written: bool, as_command: bool) -> Iterator[str]:
    if as_command and not written:
        yield f"Run it in a shell; it adds the server to {client.title}."
    elif not written:
        yield f"Put it into the file of {client.title}; `--write` does that, and keeps what the file holds."
        for system, place in client.places.items():
            yield f"  {system}: {place}" if system != "everywhere" else f"  {place}"
    yield client.note
    if launch.secrets:
        yield f"{', '.join(launch.secrets)}: {client.how_filled}"
    if any(part in launch.command.replace("\\", "/") for part in ("/uv/archive-", "/_npx/", "/.cache/uv/")):
        yield (
            "Warning: this command runs from a cache that is emptied now and then; install it "
            "(`uv tool install`, `pipx install`) and run client-config again."
        )
