"""`mssql-mcp inspect databases`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from mssql_mcp.cli.ask import ask
from mssql_mcp.cli.commands.inspect.sheet import Fact, format_option, write_items
from mssql_mcp.cli.options import Invocation, pass_invocation, shared_options

if TYPE_CHECKING:
    from mssql_mcp.catalog.model import Database


def _notes(database: Database) -> tuple[str, ...]:
    """Say in words what is unusual."""
    facts = {
        "system": database.is_system,
        "read-only": database.is_read_only,
        "no access": database.is_accessible is False,
    }
    return tuple(word for word, is_so in facts.items() if is_so)


FACTS: tuple[Fact[Database], ...] = (
    Fact("database", lambda item: item.name),
    Fact("state", lambda item: item.state),
    Fact("notes", _notes, "screen"),
    Fact("read_only", lambda item: item.is_read_only, "data"),
    Fact("system", lambda item: item.is_system, "data"),
    Fact("accessible", lambda item: item.is_accessible, "data"),
    Fact("level", lambda item: item.compatibility_level, "screen"),
    Fact("compatibility", lambda item: item.compatibility_level, "data"),
    Fact("collation", lambda item: item.collation or None),
    Fact("recovery", lambda item: item.recovery_model or None, "data"),
    Fact("created", lambda item: item.created, "data"),
    Fact("size_kb", lambda item: item.size_kb),
)


@click.command
@format_option
@shared_options
@pass_invocation
def command(invocation: Invocation, output_format: str | None) -> None:
    r"""List the databases that the login may see.

    Those that the connection's `databases` setting leaves out are not shown. level is the compatibility level, size_kb
    the size of data and log files in KiB.

    \b
    Examples:
      mssql-mcp inspect databases --connection warehouse
      mssql-mcp inspect databases --format json
    """
    found = ask(invocation, lambda workspace, call: workspace.databases(call, invocation.connection))
    write_items(found, FACTS, output_format)
