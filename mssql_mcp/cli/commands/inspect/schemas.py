"""`mssql-mcp inspect schemas`."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from mssql_mcp.cli.commands.inspect.reading import overview, say_missing
from mssql_mcp.cli.commands.inspect.sheet import Fact, format_option, write_items
from mssql_mcp.cli.options import Invocation, pass_invocation, shared_options

if TYPE_CHECKING:
    from mssql_mcp.catalog.model import Catalog, Kind, NamedObject, Schema


@dataclass(frozen=True, slots=True)
class Counted:
    """A schema and how much of each kind is in it."""

    schema: Schema
    counts: Counter[Kind]


FACTS: tuple[Fact[Counted], ...] = (
    Fact("schema", lambda item: item.schema.name),
    Fact("tables", lambda item: item.counts["table"]),
    Fact("views", lambda item: item.counts["view"]),
    Fact("routines", lambda item: item.counts["procedure"] + item.counts["function"]),
    Fact("comment", lambda item: item.schema.comment),
)


@click.command
@format_option
@shared_options
@pass_invocation
def command(invocation: Invocation, output_format: str | None) -> None:
    r"""List the schemas, with the number of tables, views and routines in each.

    \b
    Examples:
      mssql-mcp inspect schemas --demo
      mssql-mcp inspect schemas --database Sales --format markdown
    """
    catalog = overview(invocation)
    write_items(_counted(catalog), FACTS, output_format)
    say_missing(catalog)


def _counted(catalog: Catalog) -> list[Counted]:
    from mssql_mcp.catalog.model import kind_of

    counts: dict[str, Counter[Kind]] = {schema.name: Counter() for schema in catalog.schemas}
    items: list[NamedObject] = [*catalog.tables, *catalog.routines]
    for item in items:
        if item.schema in counts:
            counts[item.schema][kind_of(item)] += 1
    return [Counted(schema, counts[schema.name]) for schema in catalog.schemas]
