"""`mssql-mcp inspect tables | views | procedures | functions`: lists of objects of one kind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from mssql_mcp.cli.commands.inspect.reading import overview, pattern_argument, say_missing, schema_option, whole
from mssql_mcp.cli.commands.inspect.sheet import Fact, format_option, write_items
from mssql_mcp.cli.options import Invocation, pass_invocation, shared_options

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mssql_mcp.catalog.model import Catalog, Kind, Routine, Table


def _parameters(routine: Routine) -> tuple[str, ...]:
    return tuple(
        f"{item.name} {item.type}{' out' if item.is_output else ''}{' = default' if item.has_default else ''}"
        for item in routine.parameters
    )


TABLE_FACTS: tuple[Fact[Table], ...] = (
    Fact("schema", lambda item: item.schema),
    Fact("table", lambda item: item.name),
    Fact("rows", lambda item: item.row_count),
    Fact("kind", lambda item: item.kind, "data"),
    Fact("created", lambda item: item.created, "data"),
    Fact("modified", lambda item: item.modified, "data"),
    Fact("comment", lambda item: item.comment),
)
VIEW_FACTS: tuple[Fact[Table], ...] = (
    Fact("schema", lambda item: item.schema),
    Fact("view", lambda item: item.name),
    Fact("created", lambda item: item.created, "data"),
    Fact("modified", lambda item: item.modified, "data"),
    Fact("comment", lambda item: item.comment),
)
PROCEDURE_FACTS: tuple[Fact[Routine], ...] = (
    Fact("schema", lambda item: item.schema),
    Fact("procedure", lambda item: item.name),
    Fact("flavour", lambda item: item.flavour, "data"),
    Fact("parameters", _parameters),
    Fact("created", lambda item: item.created, "data"),
    Fact("modified", lambda item: item.modified, "data"),
    Fact("comment", lambda item: item.comment),
)
FUNCTION_FACTS: tuple[Fact[Routine], ...] = (
    Fact("schema", lambda item: item.schema),
    Fact("function", lambda item: item.name),
    Fact("flavour", lambda item: item.flavour, "data"),
    Fact("parameters", _parameters),
    Fact("returns", lambda item: item.returns or None),
    Fact("created", lambda item: item.created, "data"),
    Fact("modified", lambda item: item.modified, "data"),
    Fact("comment", lambda item: item.comment),
)


@click.command
@pattern_argument
@schema_option
@format_option
@shared_options
@pass_invocation
def tables(invocation: Invocation, pattern: str | None, schema: str | None, output_format: str | None) -> None:
    r"""List tables with their row counts (from the server's statistics, never counted).

    PATTERN is a part of a name, a glob (ord*) or a LIKE pattern (ord%).

    \b
    Examples:
      mssql-mcp inspect tables --demo
      mssql-mcp inspect tables "*order*" --schema sales --format json
    """
    _list(overview(invocation), "table", TABLE_FACTS, pattern, schema, output_format)


@click.command
@pattern_argument
@schema_option
@format_option
@shared_options
@pass_invocation
def views(invocation: Invocation, pattern: str | None, schema: str | None, output_format: str | None) -> None:
    r"""List views.

    PATTERN is a part of a name, a glob (ord*) or a LIKE pattern (ord%). `inspect definition` prints a view's text.

    \b
    Examples:
      mssql-mcp inspect views --demo
      mssql-mcp inspect views total --schema sales
    """
    _list(overview(invocation), "view", VIEW_FACTS, pattern, schema, output_format)


@click.command
@pattern_argument
@schema_option
@format_option
@shared_options
@pass_invocation
def procedures(invocation: Invocation, pattern: str | None, schema: str | None, output_format: str | None) -> None:
    r"""List stored procedures with their parameters.

    PATTERN is a part of a name, a glob (get*) or a LIKE pattern (get%). None can be run from here; `inspect definition`
    prints their text.

    \b
    Examples:
      mssql-mcp inspect procedures --demo
      mssql-mcp inspect procedures "get*" --schema sales --format json
    """
    _list(whole(invocation).catalog, "procedure", PROCEDURE_FACTS, pattern, schema, output_format)


@click.command
@pattern_argument
@schema_option
@format_option
@shared_options
@pass_invocation
def functions(invocation: Invocation, pattern: str | None, schema: str | None, output_format: str | None) -> None:
    r"""List functions with their parameters and what they return.

    PATTERN is a part of a name, a glob (net*) or a LIKE pattern (net%). `inspect definition` prints their text.

    \b
    Examples:
      mssql-mcp inspect functions --demo
      mssql-mcp inspect functions price --format markdown
    """
    _list(whole(invocation).catalog, "function", FUNCTION_FACTS, pattern, schema, output_format)


def _list(
    catalog: Catalog,
    kind: Kind,
    facts: Sequence[Fact[Any]],
    pattern: str | None,
    schema: str | None,
    output_format: str | None,
) -> None:
    from mssql_mcp.catalog.listing import list_objects

    most = len(catalog.tables) + len(catalog.routines) + 1
    listing = list_objects(catalog, kinds=(kind,), schema=schema, pattern=pattern, limit=most)
    write_items(listing.items, facts, output_format)
    say_missing(catalog, shown=("row counts",) if kind == "table" else ())
