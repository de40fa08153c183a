"""`mssql-mcp inspect triggers`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from mssql_mcp.cli.commands.inspect.reading import say_missing, schema_option, table_argument, tables_of
from mssql_mcp.cli.commands.inspect.sheet import Fact, format_option, write_items
from mssql_mcp.cli.options import Invocation, pass_invocation, shared_options

if TYPE_CHECKING:
    from mssql_mcp.catalog.model import Trigger

OF_DATABASE = "the database itself"


def _fires(trigger: Trigger) -> str:
    return "instead of" if trigger.is_instead_of else "after"


def _events(trigger: Trigger) -> tuple[str, ...]:
    return tuple(event.lower() for event in trigger.events)


def _owner(trigger: Trigger) -> str:
    return f"{trigger.schema}.{trigger.table}" if trigger.table else OF_DATABASE


FACTS: tuple[Fact[Trigger], ...] = (
    Fact("trigger", lambda item: item.name, "screen"),
    Fact("schema", lambda item: item.schema or None, "data"),
    Fact("table", lambda item: item.table or None, "data"),
    Fact("trigger", lambda item: item.name, "data"),
    Fact("fires", _fires),
    Fact("events", _events),
    Fact("enabled", lambda item: item.is_enabled),
)


@click.command
@table_argument
@schema_option
@format_option
@shared_options
@pass_invocation
def command(invocation: Invocation, table: str | None, schema: str | None, output_format: str | None) -> None:
    r"""List the triggers of one table or of many, and those of the database itself.

    TABLE is one table's or view's name, or a glob (ord*) or LIKE pattern (ord%); without it and without --schema the
    triggers of the database are listed too. `inspect definition` prints a trigger's text.

    \b
    Examples:
      mssql-mcp inspect triggers --demo
      mssql-mcp inspect triggers sales.orders --format json
    """
    found, around = tables_of(invocation, table, schema)
    items = [trigger for one in found for trigger in one.triggers]
    if table is None and schema is None:
        items += around.triggers
    write_items(items, FACTS, output_format, group=_owner)
    say_missing(around)
