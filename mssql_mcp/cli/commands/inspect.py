"""`mssql-mcp inspect`: look at what a server holds, and at what the gate makes of a text."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from mssql_mcp.cli import output
from mssql_mcp.cli.ask import ask
from mssql_mcp.cli.options import Invocation, pass_invocation, shared_options

if TYPE_CHECKING:
    from mssql_mcp.catalog.model import Catalog, Kind

format_option = click.option(
    "--format", "output_format", type=click.Choice(output.FORMATS), help="table on a terminal, csv elsewhere."
)
pattern_argument = click.argument("pattern", required=False)
schema_option = click.option("--schema", "-s", metavar="NAME", help="One schema only.")


@click.group
@shared_options
def command() -> None:
    r"""Look at databases, schemas, tables and the gate. Reads the catalog only, never a table's rows.

    \b
    Examples:
      mssql-mcp inspect tables --demo
      mssql-mcp inspect table sales.orders --demo
      mssql-mcp inspect gate "SELECT 1 DELETE FROM t"
    """


def _shown(output_format: str | None) -> str:
    return output_format or ("table" if sys.stdout.isatty() else "csv")


@command.command
@format_option
@shared_options
@pass_invocation
def databases(invocation: Invocation, output_format: str | None) -> None:
    r"""List the databases that the login may see.

    \b
    Example:
      mssql-mcp inspect databases --connection warehouse
    """
    found = ask(invocation, lambda workspace, call: workspace.databases(call, invocation.connection))
    output.write_table(
        ("database", "state", "read_only", "compatibility", "collation", "size_kb"),
        [
            (item.name, item.state, item.is_read_only, item.compatibility_level, item.collation or None, item.size_kb)
            for item in found
        ],
        _shown(output_format),
    )


@command.command
@format_option
@shared_options
@pass_invocation
def schemas(invocation: Invocation, output_format: str | None) -> None:
    r"""List the schemas, with the number of tables, views and routines in each.

    \b
    Example:
      mssql-mcp inspect schemas --demo
    """
    catalog = _overview(invocation)

    def count(schema: str, kinds: tuple[Kind, ...]) -> int:
        from mssql_mcp.catalog.model import kind_of

        items: list[Any] = [*catalog.tables, *catalog.routines]
        return sum(1 for item in items if item.schema == schema and kind_of(item) in kinds)

    output.write_table(
        ("schema", "tables", "views", "routines", "comment"),
        [
            (
                schema.name,
                count(schema.name, ("table",)),
                count(schema.name, ("view",)),
                count(schema.name, ("procedure", "function")),
                schema.comment,
            )
            for schema in catalog.schemas
        ],
        _shown(output_format),
    )
    _say_missing(catalog)


@command.command
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
    _list(invocation, ("table",), pattern, schema, output_format)


@command.command
@pattern_argument
@schema_option
@format_option
@shared_options
@pass_invocation
def views(invocation: Invocation, pattern: str | None, schema: str | None, output_format: str | None) -> None:
    r"""List views.

    \b
    Example:
      mssql-mcp inspect views --schema sales
    """
    _list(invocation, ("view",), pattern, schema, output_format)


@command.command
@click.argument("name")
@click.option("--full", is_flag=True, help="Also indexes, constraints, triggers, sizes and definitions.")
@click.option("--format", "output_format", type=click.Choice(("text", "json")), default="text", show_default=True)
@shared_options
@pass_invocation
def table(invocation: Invocation, name: str, full: bool, output_format: str) -> None:
    r"""Describe one table or view.

    \b
    Examples:
      mssql-mcp inspect table sales.orders --demo
      mssql-mcp inspect table "[Order Details]" --full --format json
    """
    from mssql_mcp.catalog.describe import describe
    from mssql_mcp.catalog.describe_text import describe_text

    found, around = ask(
        invocation,
        lambda workspace, call: workspace.described(
            name, call, connection=invocation.connection, database=invocation.database
        ),
    )
    if output_format == "json":
        output.write_json(describe(found, detail="full" if full else "summary"))
    else:
        output.write(describe_text(found, detail="full" if full else "summary"))
    _say_missing(around)


@command.command
@click.argument("sql")
@click.option(
    "--param", "-p", "parameters", multiple=True, metavar="NAME", help="A name that will be bound; repeatable."
)
@click.option("--format", "output_format", type=click.Choice(("text", "json")), default="text", show_default=True)
@shared_options
@pass_invocation
def gate(invocation: Invocation, sql: str, parameters: tuple[str, ...], output_format: str) -> None:
    r"""Say what the gate makes of a text: the verdict, the rule, the place, and what would be accepted.

    Nothing is sent to any server. Exits 5 where the text is refused.

    \b
    Examples:
      mssql-mcp inspect gate "SELECT 1 DELETE FROM t"
      mssql-mcp inspect gate "SELECT * FROM t WHERE id = @id" --param id
    """
    from mssql_mcp.cli.exit_codes import ExitCode
    from mssql_mcp.cli.verdict import verdict_lines

    explanation = _explain(invocation, sql, parameters)
    if output_format == "json":
        output.write_json(explanation.as_dict())
    else:
        output.write("\n".join(verdict_lines(explanation, sql)))
    if not explanation.is_approved:
        click.get_current_context().exit(int(ExitCode.REFUSED))


def _explain(invocation: Invocation, sql: str, parameters: tuple[str, ...]) -> Any:
    """Ask the gate, under the policy of the connection where one is configured."""
    from mssql_mcp.gate import Policy, explain

    workspace = invocation.workspace()
    policy = Policy()
    if workspace.registry.names:
        policy = workspace.policy(workspace.source(invocation.connection, invocation.database), invocation.database)
    return explain(sql, policy, parameters=parameters)


def _overview(invocation: Invocation) -> Catalog:
    return ask(
        invocation,
        lambda workspace, call: workspace.overview(
            call, connection=invocation.connection, database=invocation.database
        ),
    )


def _list(
    invocation: Invocation, kinds: tuple[Kind, ...], pattern: str | None, schema: str | None, output_format: str | None
) -> None:
    from mssql_mcp.catalog.listing import list_objects

    catalog = _overview(invocation)
    listing = list_objects(catalog, kinds=kinds, schema=schema, pattern=pattern, limit=len(catalog.tables) + 1)
    items: list[Any] = list(listing.items)
    if kinds == ("view",):
        columns: tuple[str, ...] = ("schema", "view", "comment")
        rows: list[tuple[Any, ...]] = [(item.schema, item.name, item.comment) for item in items]
    else:
        columns = ("schema", "table", "rows", "comment")
        rows = [(item.schema, item.name, item.row_count, item.comment) for item in items]
    output.write_table(columns, rows, _shown(output_format))
    _say_missing(catalog)


def _say_missing(catalog: Catalog) -> None:
    from mssql_mcp.catalog.listing import missing_notes

    for note in missing_notes(catalog):
        output.talk(note)
