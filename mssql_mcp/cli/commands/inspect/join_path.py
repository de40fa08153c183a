"""`mssql-mcp inspect join-path`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from mssql_mcp.cli import output
from mssql_mcp.cli.commands.inspect.reading import say_missing, whole
from mssql_mcp.cli.commands.inspect.sheet import text_format_option
from mssql_mcp.cli.options import Invocation, pass_invocation, shared_options
from mssql_mcp.errors import ObjectNotFoundError

if TYPE_CHECKING:
    from mssql_mcp.catalog.joins import JoinPath, Step


@click.command
@click.argument("tables", nargs=-1, required=True, metavar="TABLE TABLE...")
@click.option(
    "--max-paths", type=click.IntRange(1, 10), default=3, show_default=True, help="The most ways to show, best first."
)
@text_format_option
@shared_options
@pass_invocation
def command(invocation: Invocation, tables: tuple[str, ...], max_paths: int, output_format: str) -> None:
    r"""Find how tables join, over foreign keys and guessed links, with FROM and JOIN clauses ready to paste.

    The first table stands in the FROM clause. A link that no foreign key declares is marked as a guess. Exits 8 where
    nothing joins the tables.

    \b
    Examples:
      mssql-mcp inspect join-path customers products --demo
      mssql-mcp inspect join-path hr.employees sales.orders sales.countries --max-paths 1 --demo
    """
    from mssql_mcp.catalog.joins import paths_text
    from mssql_mcp.catalog.places import check_within, database_of

    index = whole(invocation, database_of(tables, None))
    check_within(index.catalog, tables)
    paths = index.join_paths(tables, max_paths=max_paths)
    if not paths:
        raise ObjectNotFoundError(
            f"No foreign key and no guessed link joins {', '.join(tables)}.",
            hint="mssql-mcp inspect map shows every link; search finds columns of like names.",
        )
    if output_format == "json":
        output.write_json([_path(path) for path in paths])
    else:
        output.write(paths_text(paths))
    say_missing(index.catalog)


def _path(path: JoinPath) -> dict[str, Any]:
    return {
        "tables": [".".join(place) for place in path.tables],
        "cost": path.cost,
        "has_guess": path.has_guess,
        "sql": path.sql(),
        "steps": [_step(step) for step in path.steps],
    }


def _step(step: Step) -> dict[str, Any]:
    return {
        "left": ".".join(step.left),
        "left_columns": list(step.left_columns),
        "right": ".".join(step.right),
        "right_columns": list(step.right_columns),
        "by": step.reason,
        "is_guess": step.is_guess,
        "is_to_many": step.is_to_many,
        "is_optional": step.is_optional,
        **({"doubt": step.doubt} if step.doubt else {}),
    }
