"""`mssql-mcp inspect profile`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from mssql_mcp.cli import output
from mssql_mcp.cli.ask import ask
from mssql_mcp.cli.commands.inspect.reading import in_schema, schema_option
from mssql_mcp.cli.commands.inspect.sheet import Fact, format_option, write_items
from mssql_mcp.cli.options import Invocation, pass_invocation, shared_options
from mssql_mcp.cli.progress import waiting

if TYPE_CHECKING:
    from mssql_mcp.catalog.profile import ColumnProfile, TableProfile
    from mssql_mcp.connection.call import Call
    from mssql_mcp.result import Cell
    from mssql_mcp.workspace import Workspace

# Of a value on a screen; data has it whole.
SHOWN_CHARACTERS = 24


@dataclass(frozen=True, slots=True)
class Looked:
    """What was found in a column, and in how many rows it was looked for."""

    column: ColumnProfile
    rows: int


def _share(part: int | None, whole: int) -> str | None:
    if part is None:
        return None
    if not part or not whole:
        return "0%"
    share = 100 * part / whole
    return "<0.1%" if share < 0.1 else f"{share:.3g}%"


def _short(value: Cell) -> str:
    text = " ".join(str(value).split()) or "''"
    return text if len(text) <= SHOWN_CHARACTERS else f"{text[: SHOWN_CHARACTERS - 1]}…"


def _different(item: Looked) -> str | int | None:
    """Say `all` where no value is there twice."""
    column = item.column
    is_unique = column.distinct is not None and column.distinct == item.rows - (column.nulls or 0) and item.rows > 1
    return "all" if is_unique else column.distinct


def _range(item: Looked) -> str | None:
    """Give the least and the greatest value, or length where values have no order worth telling."""
    column = item.column
    if column.minimum is not None:
        return f"{_short(column.minimum)} .. {_short(column.maximum)}"
    if column.max_length is not None:
        return f"length {column.min_length} .. {column.max_length}"
    return None


def _common(item: Looked) -> tuple[str, ...]:
    return tuple(f"{_short(value)} {_share(count, item.rows)}" for value, count in item.column.top)


def _top(item: Looked) -> tuple[str, ...]:
    return tuple(f"{value} ({count})" for value, count in item.column.top)


FACTS: tuple[Fact[Looked], ...] = (
    Fact("column", lambda item: item.column.name),
    Fact("type", lambda item: item.column.type, "data"),
    Fact("sampled", lambda item: item.rows, "data"),
    Fact("null", lambda item: _share(item.column.nulls, item.rows), "screen"),
    Fact("different", _different, "screen"),
    Fact("range", _range, "screen"),
    Fact("common", _common, "screen"),
    Fact("nulls", lambda item: item.column.nulls, "data"),
    Fact("distinct", lambda item: item.column.distinct, "data"),
    Fact("minimum", lambda item: item.column.minimum, "data"),
    Fact("maximum", lambda item: item.column.maximum, "data"),
    Fact("average", lambda item: item.column.average, "data"),
    Fact("min_length", lambda item: item.column.min_length, "data"),
    Fact("max_length", lambda item: item.column.max_length, "data"),
    Fact("empty", lambda item: item.column.empty, "data"),
    Fact("top", _top, "data"),
    Fact("failed", lambda item: item.column.failed, "data"),
)


@click.command
@click.argument("table")
@schema_option
@click.option("--column", "columns", multiple=True, metavar="NAME", help="Only this column; repeatable.")
@click.option(
    "--sample",
    type=click.IntRange(100, 1_000_000),
    metavar="ROWS",
    help="The most rows to look at; 10000 without it.",
)
@click.option("--timeout", type=click.FloatRange(min=0, min_open=True), metavar="SECONDS", help="Deadline of the call.")
@format_option
@shared_options
@pass_invocation
def command(
    invocation: Invocation,
    table: str,
    schema: str | None,
    columns: tuple[str, ...],
    sample: int | None,
    timeout: float | None,
    output_format: str | None,
) -> None:
    r"""Look at the values of a table: how many are NULL, how many differ, the least, the greatest, the commonest.

    A small table is read whole, a large one by a sample of its pages. The queries pass the gate and its policy like any
    other; columns that a mask covers are left out and named.

    \b
    Examples:
      mssql-mcp inspect profile sales.customers --demo
      mssql-mcp inspect profile orders --column status_id --column freight --sample 100000 --format json
    """

    def work(workspace: Workspace, call: Call) -> tuple[TableProfile, tuple[str, ...]]:
        found = workspace.profile(
            in_schema(table, schema),
            call,
            columns=columns,
            sample_rows=sample,
            connection=invocation.connection,
            database=invocation.database,
        )
        return found.profile, found.masked

    with waiting("Looking at the values"):
        profile, masked = ask(invocation, work, timeout_seconds=timeout)
    write_items([Looked(column, profile.sampled) for column in profile.columns], FACTS, output_format)
    output.talk(_looked_at(profile))
    for column in profile.columns:
        if column.failed:
            output.talk(f"{column.name}: not to be had: {', '.join(column.failed)}. {column.reason}")
    if masked:
        output.talk(f"Masked, and left out: {', '.join(masked)}.")


def _looked_at(profile: TableProfile) -> str:
    how = {
        "all": f"all {profile.sampled} rows",
        "pages": f"a sample of {profile.sampled} rows, by pages",
        "first": f"the first {profile.sampled} rows",
    }[profile.method]
    of = f" of {profile.rows}" if profile.rows is not None and profile.method != "all" else ""
    return f"{profile.schema}.{profile.table}: looked at {how}{of}."
