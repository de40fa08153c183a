"""`mssql-mcp inspect map`."""

from __future__ import annotations

import click

from mssql_mcp.cli import output
from mssql_mcp.cli.commands.inspect.reading import pattern_argument, schema_option, whole
from mssql_mcp.cli.options import Invocation, pass_invocation, shared_options

# As an assistant's answer; below the least not even the head and the end of a map have room.
DEFAULT_BUDGET, LEAST_BUDGET = 20_000, 500


@click.command
@pattern_argument
@schema_option
@click.option(
    "--budget",
    type=click.IntRange(min=LEAST_BUDGET),
    default=DEFAULT_BUDGET,
    show_default=True,
    metavar="CHARACTERS",
    help="The most characters; detail is left out before tables are.",
)
@shared_options
@pass_invocation
def command(invocation: Invocation, pattern: str | None, schema: str | None, budget: int) -> None:
    r"""Print a compact map of a whole schema or database, as assistants get it.

    A line a table: rows, columns with types and nullability, keys, links and comments; guessed links, archive copies
    and code tables are marked. PATTERN is a part of a name, a glob (ord*) or a LIKE pattern (ord%).

    \b
    Examples:
      mssql-mcp inspect map --demo
      mssql-mcp inspect map --schema sales --budget 4000 --demo
    """
    # The map itself says what could not be read.
    output.write(whole(invocation).map(schema=schema, pattern=pattern, budget=budget))
