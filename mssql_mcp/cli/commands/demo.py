"""`mssql-mcp demo`: the main job in half a minute, on the embedded sample database, as an MCP client sees it."""

from __future__ import annotations

import click

from mssql_mcp.cli import output
from mssql_mcp.cli.options import shared_options


@click.command
@shared_options
def command() -> None:
    r"""Take a tour: a real MCP server is started over stdio and asked, as an assistant would.

    No SQL Server is needed: the sample database is made once in your cache folder. At the end the ways of adding the
    server to an MCP client are printed.

    \b
    Example:
      mssql-mcp demo
    """
    from mssql_mcp.server.tour import take_tour

    for part in take_tour():
        output.write("")
        output.console().rule(part.title, align="left")
        output.write(part.text)
    output.write("")
    output.console().rule("Add it to your client", align="left")
    output.write(_CLIENTS)


_CLIENTS = """\
The same server, on the sample database, for an assistant of yours; each command prints what to paste, and where:

  mssql-mcp client-config claude-desktop --demo
  mssql-mcp client-config claude-code --demo
  mssql-mcp client-config vscode --demo
  mssql-mcp client-config cursor --demo

For a SQL Server of yours:

  mssql-mcp config init        # writes a commented configuration file
  mssql-mcp check              # says whether it works, and what the login may do
  mssql-mcp client-config vscode
"""
