"""`mssql-mcp inspect constraints`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

import click

from mssql_mcp.cli.commands.inspect.reading import say_missing, schema_option, table_argument, tables_of
from mssql_mcp.cli.commands.inspect.relations import rules
from mssql_mcp.cli.commands.inspect.sheet import Fact, format_option, write_items
from mssql_mcp.cli.options import Invocation, pass_invocation, shared_options

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mssql_mcp.catalog.model import Table

ConstraintKind = Literal["primary key", "unique", "foreign key", "check", "default"]
NOT_VISIBLE = "(not visible)"


@dataclass(frozen=True, slots=True)
class Constraint:
    """A constraint of any kind.

    Attributes:
        schema: Of its table.
        table: Its table.
        name: Its own.
        kind: What it holds.
        columns: Of a key or a default; of a check where it was declared on one column.
        definition: The expression of a check or default; where a foreign key points.
        rules: What is unusual about it.
        is_enabled: Whether the server checks new rows.
        is_trusted: Whether it has checked all existing rows.
    """

    schema: str
    table: str
    name: str
    kind: ConstraintKind
    columns: tuple[str, ...] = ()
    definition: str | None = None
    rules: tuple[str, ...] = ()
    is_enabled: bool = True
    is_trusted: bool = True


def constraints_of(table: Table) -> Iterator[Constraint]:
    """Give a table's constraints: keys first, then foreign keys, checks and defaults."""
    place = (table.schema, table.name)
    if key := table.primary_key:
        yield Constraint(*place, key.name, "primary key", key.columns)
    for unique in table.uniques:
        yield Constraint(*place, unique.name, "unique", unique.columns)
    for link in table.foreign_keys:
        yield Constraint(
            *place,
            link.name,
            "foreign key",
            link.columns,
            f"{link.referenced_schema}.{link.referenced_table} ({', '.join(link.referenced_columns)})",
            rules(link),
            link.is_enabled,
            link.is_trusted,
        )
    for check in table.checks:
        columns = (check.column,) if check.column else ()
        state = ("disabled",) if not check.is_enabled else () if check.is_trusted else ("not trusted",)
        definition = check.definition or NOT_VISIBLE
        yield Constraint(*place, check.name, "check", columns, definition, state, check.is_enabled, check.is_trusted)
    for default in table.defaults:
        yield Constraint(*place, default.name, "default", (default.column,), default.definition or NOT_VISIBLE)


def _told(item: Constraint) -> str:
    """Write a constraint's columns, definition and rules as DDL would, shorter."""
    columns = f"({', '.join(item.columns)})"
    match item.kind:
        case "foreign key":
            text = f"{columns} -> {item.definition}"
        case "check":
            text = item.definition or ""
        case "default":
            text = f"{columns} {item.definition}"
        case _:
            text = columns
    return ", ".join((text, *item.rules))


FACTS: tuple[Fact[Constraint], ...] = (
    Fact("constraint", lambda item: item.name, "screen"),
    Fact("schema", lambda item: item.schema, "data"),
    Fact("table", lambda item: item.table, "data"),
    Fact("constraint", lambda item: item.name, "data"),
    Fact("kind", lambda item: item.kind),
    Fact("definition", _told, "screen"),
    Fact("columns", lambda item: item.columns, "data"),
    Fact("definition", lambda item: item.definition, "data"),
    Fact("rules", lambda item: item.rules, "data"),
    Fact("enabled", lambda item: item.is_enabled, "data"),
    Fact("trusted", lambda item: item.is_trusted, "data"),
)


@click.command
@table_argument
@schema_option
@click.option(
    "--kind", "kinds", multiple=True, type=click.Choice(get_args(ConstraintKind)), help="Only this kind; repeatable."
)
@format_option
@shared_options
@pass_invocation
def command(
    invocation: Invocation, table: str | None, schema: str | None, kinds: tuple[str, ...], output_format: str | None
) -> None:
    r"""List primary keys, unique keys, foreign keys, checks and defaults of one table or of many.

    TABLE is one table's name, or a glob (ord*) or LIKE pattern (ord%); without it all are listed.

    \b
    Examples:
      mssql-mcp inspect constraints sales.customers --demo
      mssql-mcp inspect constraints --kind check --schema hr
    """
    found, around = tables_of(invocation, table, schema)
    items = [item for one in found for item in constraints_of(one) if not kinds or item.kind in kinds]
    write_items(items, FACTS, output_format, group=lambda item: f"{item.schema}.{item.table}")
    say_missing(around)
