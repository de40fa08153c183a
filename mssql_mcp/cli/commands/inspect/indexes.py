"""`mssql-mcp inspect indexes`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from mssql_mcp.cli.commands.inspect.reading import say_missing, schema_option, table_argument, tables_of
from mssql_mcp.cli.commands.inspect.sheet import Fact, format_option, write_items
from mssql_mcp.cli.options import Invocation, pass_invocation, shared_options

if TYPE_CHECKING:
    from mssql_mcp.catalog.model import Index, Table


@dataclass(frozen=True, slots=True)
class Held:
    """An index and the table that it is on."""

    table: Table
    index: Index


def _keys(held: Held) -> tuple[str, ...]:
    return tuple(f"{key.column} desc" if key.is_descending else key.column for key in held.index.keys)


def _traits(held: Held) -> tuple[str, ...]:
    """Say in words what kind of index it is."""
    index = held.index
    words = []
    if index.is_primary_key:
        words.append("primary key")
    elif index.is_unique_constraint:
        words.append("unique constraint")
    elif index.is_unique:
        words.append("unique")
    if index.type != "nonclustered":
        words.append(index.type)
    if index.included:
        words.append(f"include ({', '.join(index.included)})")
    if index.filter:
        words.append(f"where {index.filter}")
    if index.compression and index.compression != "columnstore":
        words.append(f"{index.compression} compression")
    if index.is_disabled:
        words.append("disabled")
    return tuple(words)


FACTS: tuple[Fact[Held], ...] = (
    Fact("index", lambda item: item.index.name, "screen"),
    Fact("columns", _keys, "screen"),
    Fact("what", _traits, "screen"),
    Fact("schema", lambda item: item.table.schema, "data"),
    Fact("table", lambda item: item.table.name, "data"),
    Fact("index", lambda item: item.index.name, "data"),
    Fact("type", lambda item: item.index.type, "data"),
    Fact("columns", _keys, "data"),
    Fact("included", lambda item: item.index.included, "data"),
    Fact("unique", lambda item: item.index.is_unique, "data"),
    Fact("primary_key", lambda item: item.index.is_primary_key, "data"),
    Fact("unique_constraint", lambda item: item.index.is_unique_constraint, "data"),
    Fact("filter", lambda item: item.index.filter, "data"),
    Fact("disabled", lambda item: item.index.is_disabled, "data"),
    Fact("compression", lambda item: item.index.compression or None, "data"),
    Fact("size_kb", lambda item: item.index.size_kb),
    Fact("comment", lambda item: item.index.comment, "data"),
)


@click.command
@table_argument
@schema_option
@format_option
@shared_options
@pass_invocation
def command(invocation: Invocation, table: str | None, schema: str | None, output_format: str | None) -> None:
    r"""List the indexes of one table or of many.

    TABLE is one table's or view's name, or a glob (ord*) or LIKE pattern (ord%); without it all are listed. size_kb is
    in KiB.

    \b
    Examples:
      mssql-mcp inspect indexes sales.orders --demo
      mssql-mcp inspect indexes "order*" --schema sales --format csv
    """
    found, around = tables_of(invocation, table, schema)
    held = [Held(one, index) for one in found for index in one.indexes]
    write_items(held, FACTS, output_format, group=lambda item: f"{item.table.schema}.{item.table.name}")
    say_missing(around, shown=("sizes",))
