"""`mssql-mcp serve`: the MCP server."""

from __future__ import annotations

import gc
import logging
import sys
from dataclasses import replace

import click

from mssql_mcp.cli import output
from mssql_mcp.cli.options import Invocation, pass_invocation, shared_options
from mssql_mcp.cli.setting_options import setting_options
from mssql_mcp.settings.declaration import IN_USE


@click.command
@setting_options()
@shared_options
@pass_invocation
def command(invocation: Invocation) -> None:
    r"""Start the MCP server on stdin and stdout.

    MCP clients start this command themselves; `mssql-mcp client-config` prints how to tell them. The server starts even
    when the database is down, and says so in each call until it is back.

    \b
    Examples:
      mssql-mcp serve --demo
      mssql-mcp serve --config ~/warehouse.toml --max-rows 200
    """
    # The SDK builds thousands of objects that live as long as the process: collecting garbage meanwhile finds none.
    gc.disable()
    if invocation.database:
        overrides = {**invocation.overrides, f"{IN_USE}.database": invocation.database}
        invocation = replace(invocation, overrides=overrides)
    loaded = invocation.load()

    from mssql_mcp.observability.logs import configure

    configure(loaded.settings.server.log_level, loaded.secrets())
    for warning in loaded.warnings:
        logging.getLogger("mssql_mcp").warning(warning)
    if not loaded.settings.connections:
        from mssql_mcp.connection.registry import HOW_TO_CONNECT

        output.talk(f"No connection is configured, so calls will fail. {HOW_TO_CONNECT}")
    if sys.stdin.isatty():
        output.talk(
            "This server speaks MCP on stdin and stdout, and clients start it themselves: `mssql-mcp client-config` "
            "prints how. Ctrl-C ends it."
        )

    from mssql_mcp.server.app import build_server
    from mssql_mcp.server.stdio import serve_stdio
    from mssql_mcp.workspace import Workspace

    server = build_server(Workspace.open(loaded, is_eager=True))
    gc.enable()
    gc.freeze()
    serve_stdio(server)
