"""`mssql-mcp inspect definition`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from mssql_mcp.cli import output
from mssql_mcp.cli.commands.inspect.reading import say_missing, whole
from mssql_mcp.cli.commands.inspect.sheet import text_format_option
from mssql_mcp.cli.options import Invocation, pass_invocation, shared_options
from mssql_mcp.errors import ObjectNotFoundError

if TYPE_CHECKING:
    from mssql_mcp.catalog.model import NamedObject, Trigger


@click.command
@click.argument("names", nargs=-1, required=True, metavar="NAME...")
@text_format_option
@shared_options
@pass_invocation
def command(invocation: Invocation, names: tuple[str, ...], output_format: str) -> None:
    r"""Print the T-SQL text of views, procedures, functions and triggers.

    Each stands under a comment that names it; NAME may say a schema, and a database before it. Where one of the names
    is not known, or none of the objects has a text that may be seen, the exit code is 8.

    \b
    Examples:
      mssql-mcp inspect definition sales.order_totals --demo
      mssql-mcp inspect definition hr.raise_salaries sales.gross_price --demo > routines.sql
    """
    from mssql_mcp.catalog.definitions import find_all, together, written_name
    from mssql_mcp.catalog.model import kind_of

    found = find_all(names, lambda place: whole(invocation, place).catalog)
    told = [(item, text) for item in found.items if (text := getattr(item, "definition", None))]
    silent = [f"{written_name(item)} {_why(item)}" for item in found.items if not getattr(item, "definition", None)]
    if not told:
        raise ObjectNotFoundError(
            " ".join(silent), hint="mssql-mcp inspect table describes tables; search finds what has a text."
        )
    if output_format == "json":
        output.write_json(
            [
                {"schema": item.schema, "name": item.name, "kind": kind_of(item), "definition": text}
                for item, text in told
            ]
        )
    else:
        output.write("\n\n".join(f"-- {kind_of(item)} {written_name(item)}\n{text.strip()}" for item, text in told))
    for sentence in silent:
        output.talk(sentence)
    for catalog in found.catalogs:
        say_missing(catalog)
    if found.failures:
        raise together(found.failures)


def _why(item: NamedObject | Trigger) -> str:
    """Say why an object shows no text."""
    from mssql_mcp.catalog.model import kind_of

    kind = kind_of(item)
    if kind in ("view", "procedure", "function", "trigger"):
        return f"is a {kind} whose text is encrypted, or this login lacks VIEW DEFINITION."
    return f"is a {kind}, which has no text of its own."
