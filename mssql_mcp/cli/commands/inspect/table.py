"""`mssql-mcp inspect table`."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

import click

from mssql_mcp.catalog.choices import Section
from mssql_mcp.cli import output
from mssql_mcp.cli.commands.inspect.reading import one_object, say_missing, schema_option
from mssql_mcp.cli.commands.inspect.sheet import text_format_option
from mssql_mcp.cli.options import Invocation, pass_invocation, shared_options

if TYPE_CHECKING:
    from mssql_mcp.catalog.choices import Detail


@click.command
@click.argument("name")
@schema_option
@click.option("--full", is_flag=True, help="Also indexes, constraints, triggers, sizes and definitions.")
@click.option(
    "--section", "sections", multiple=True, type=click.Choice(get_args(Section)), help="Only this part; repeatable."
)
@text_format_option
@shared_options
@pass_invocation
def command(
    invocation: Invocation,
    name: str,
    schema: str | None,
    full: bool,
    sections: tuple[str, ...],
    output_format: str,
) -> None:
    r"""Describe one table or view: columns, keys, and foreign keys in both directions.

    NAME may be written in any case, with or without brackets, schema or database. A routine, synonym, sequence, type or
    trigger is described in short.

    \b
    Examples:
      mssql-mcp inspect table sales.orders --demo
      mssql-mcp inspect table "[Order Details]" --full --format json
      mssql-mcp inspect table orders --section columns --section indexes
    """
    from mssql_mcp.catalog.describe import describe
    from mssql_mcp.catalog.describe_objects import describe_object, object_notes, object_text
    from mssql_mcp.catalog.describe_text import describe_text
    from mssql_mcp.catalog.model import Table
    from mssql_mcp.catalog.notes import MEASURES

    detail: Detail = "full" if full else "summary"
    found, around = one_object(invocation, name, schema)
    is_json = output_format == "json"
    if not isinstance(found, Table):
        output.write_json(describe_object(found)) if is_json else output.write(
            object_text(found, more="inspect definition")
        )
        for note in object_notes(found, around):
            output.talk(note)
        return
    if is_json:
        output.write_json(describe(found, detail=detail, sections=sections))
    else:
        output.write(describe_text(found, detail=detail, sections=sections, more="--full or --section shows them"))
    say_missing(around, shown=MEASURES)
