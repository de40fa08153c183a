"""`mssql-mcp inspect relations`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import click

from mssql_mcp.cli.commands.inspect.reading import one_table, say_missing, schema_option
from mssql_mcp.cli.commands.inspect.sheet import Fact, format_option, write_items
from mssql_mcp.cli.options import Invocation, pass_invocation, shared_options

if TYPE_CHECKING:
    from mssql_mcp.catalog.model import ForeignKey, Table


@dataclass(frozen=True, slots=True)
class Relation:
    """A foreign key, seen from one of its ends."""

    direction: Literal["references", "referenced by"]
    key: ForeignKey


def relations_of(table: Table) -> list[Relation]:
    """Give the foreign keys that a table holds, then those that point at it; one to itself is among both."""
    return [
        *(Relation("references", key) for key in table.foreign_keys),
        *(Relation("referenced by", key) for key in table.referenced_by),
    ]


def rules(key: ForeignKey) -> tuple[str, ...]:
    """Say in words what is unusual about a foreign key: its actions, and whether the server holds it."""
    words = []
    if key.on_delete != "NO ACTION":
        words.append(f"on delete {key.on_delete.lower()}")
    if key.on_update != "NO ACTION":
        words.append(f"on update {key.on_update.lower()}")
    if not key.is_enabled:
        words.append("disabled")
    elif not key.is_trusted:
        words.append("not trusted")
    return tuple(words)


def _own_columns(relation: Relation) -> tuple[str, ...]:
    key = relation.key
    return key.columns if relation.direction == "references" else key.referenced_columns


def _other_end(relation: Relation) -> str:
    key = relation.key
    if relation.direction == "references":
        return f"{key.referenced_schema}.{key.referenced_table} ({', '.join(key.referenced_columns)})"
    return f"{key.schema}.{key.table} ({', '.join(key.columns)})"


FACTS: tuple[Fact[Relation], ...] = (
    Fact("foreign_key", lambda item: item.key.name, "screen"),
    Fact("columns", _own_columns, "screen"),
    Fact("other table", _other_end, "screen"),
    Fact("rules", lambda item: rules(item.key), "screen"),
    Fact("direction", lambda item: item.direction, "data"),
    Fact("foreign_key", lambda item: item.key.name, "data"),
    Fact("table", lambda item: f"{item.key.schema}.{item.key.table}", "data"),
    Fact("columns", lambda item: item.key.columns, "data"),
    Fact("referenced_table", lambda item: f"{item.key.referenced_schema}.{item.key.referenced_table}", "data"),
    Fact("referenced_columns", lambda item: item.key.referenced_columns, "data"),
    Fact("on_delete", lambda item: item.key.on_delete, "data"),
    Fact("on_update", lambda item: item.key.on_update, "data"),
    Fact("enabled", lambda item: item.key.is_enabled, "data"),
    Fact("trusted", lambda item: item.key.is_trusted, "data"),
)


@click.command
@click.argument("table")
@schema_option
@format_option
@shared_options
@pass_invocation
def command(invocation: Invocation, table: str, schema: str | None, output_format: str | None) -> None:
    r"""Show the foreign keys of a table in both directions.

    With what happens on delete and update, and whether the server checks new rows (enabled) and has checked all
    existing ones (trusted). On a terminal only what differs from no action, enabled and trusted is shown.

    \b
    Examples:
      mssql-mcp inspect relations sales.orders --demo
      mssql-mcp inspect relations orders --format json
    """
    found, around = one_table(invocation, table, schema)
    write_items(relations_of(found), FACTS, output_format, group=lambda item: item.direction)
    say_missing(around)
