"""`mssql-mcp demo`: the main job in half a minute, on the embedded sample database, as an MCP client sees it."""

from __future__ import annotations

import json

import click

from mssql_mcp.cli import clients, output
from mssql_mcp.cli.options import shared_options

# The name of the server in a client's file.
NAME = "mssql-demo"

NEXT = """\
For a SQL Server of yours:

  mssql-mcp config init           writes a configuration file that explains itself
  mssql-mcp check                 says whether the connection works, and what its login may do
  mssql-mcp client-config vscode  prints the entry for your configuration (or claude-desktop, claude-code, cursor)

More to try on the sample database:

  mssql-mcp query --demo "SELECT TOP (5) name, city FROM sales.customers"
  mssql-mcp inspect tables --demo
  mssql-mcp inspect gate "SELECT 1 DELETE FROM t"
"""


@click.command
@click.option("--script", is_flag=True, help="Print the sample database as T-SQL instead, for a SQL Server of yours.")
@shared_options
def command(script: bool) -> None:
    r"""Take a tour: a real MCP server is started over stdio and asked, as an assistant would.

    No SQL Server is needed: the sample database is made once in your cache folder. At the end stands how to add the
    server to Claude Desktop, Claude Code, VS Code and Cursor.

    \b
    Examples:
      mssql-mcp demo
      mssql-mcp demo --script > lanternworks.sql
    """
    if script:
        _write_script()
        return
    from mssql_mcp.server.tour import take_tour

    for part in take_tour():
        _show(part.title, part.text)
    program, *arguments = clients.executable()
    launch = clients.Launch(program, (*arguments, "serve", "--demo"))
    _show("Add it to your assistant", "\n\n".join(_entry(client, launch) for client in clients.CLIENTS))
    _show("Next", NEXT)


def _write_script() -> None:
    from mssql_mcp.demo import script

    out = output.text_stdout()
    for piece in script.script():
        out.write(piece)


def _show(title: str, text: str) -> None:
    output.write("")
    output.console().rule(title, align="left")
    output.write(text)


def _entry(client: clients.Client, launch: clients.Launch) -> str:
    """Say what to give a client, and where."""
    if client is clients.CLAUDE_CODE:
        return f"{client.title}, in a shell:\n{clients.claude_code_command(NAME, launch)}"
    document = json.dumps(clients.document(client, NAME, launch), ensure_ascii=False, indent=2)
    return f"{client.title}, in {clients.file_of(client)}:\n{document}"
