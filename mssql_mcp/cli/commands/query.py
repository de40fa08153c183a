"""`mssql-mcp query`: one SELECT, its rows on stdout or in a file."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import IO, TYPE_CHECKING

import click

from mssql_mcp.cli import output
from mssql_mcp.cli.ask import ask
from mssql_mcp.cli.options import Invocation, pass_invocation, shared_options
from mssql_mcp.cli.parameters import read_parameters
from mssql_mcp.cli.texts import file_option, given_text, text_argument
from mssql_mcp.errors import Refusal

if TYPE_CHECKING:
    from mssql_mcp.cli.grid import Layout
    from mssql_mcp.result import ResultSet, TruncationReason
    from mssql_mcp.workspace import Query

STREAMED = ("csv", "jsonl", "parquet")
LAYOUTS: dict[str, Layout] = {"table": "fitting", "records": "records"}
FORMATS = (*LAYOUTS, "json", "markdown", *STREAMED)
# What the name of a file says about what is to be in it.
BY_SUFFIX = {
    ".json": "json", ".jsonl": "jsonl", ".md": "markdown", ".ndjson": "jsonl", ".parquet": "parquet", ".txt": "table",
}  # fmt: skip

# An assistant goes on with a cursor; a person asks again.
_HOW_TO_SEE_MORE: dict[TruncationReason, str] = {
    "rows": "More rows exist than the {limit} shown. --max-rows N shows more, --format csv or jsonl all of them.",
    "characters": "The answer is full at {limit} characters. Select fewer or shorter columns, or take --format csv or "
    "jsonl, which give all; limits.max_characters is the setting.",
    "time": "The time was over before more rows came. --timeout SECONDS gives it more.",
}


@click.command
@text_argument
@file_option
@click.option(
    "--param",
    "-p",
    "parameters",
    multiple=True,
    metavar="NAME[:TYPE]=VALUE",
    help="Bind a value to @NAME, as a SQL Server type where one is stated; repeatable.",
)
@click.option(
    "--format",
    "output_format",
    type=click.Choice(FORMATS),
    help="Without it table on a terminal, what the ending of --out says, else csv; records are a line for each value.",
)
@click.option(
    "--out", "-o", type=click.Path(dir_okay=False, path_type=Path), metavar="PATH", help="File instead of stdout."
)
@click.option(
    "--max-rows",
    type=click.IntRange(min=1),
    metavar="N",
    help="The most rows to print; limits.max_rows otherwise, and with csv, jsonl and parquet all.",
)
@click.option(
    "--timeout",
    type=click.FloatRange(min=0, min_open=True),
    metavar="SECONDS",
    help="Deadline of the whole call; limits.timeout_seconds otherwise.",
)
@click.option("--plan", is_flag=True, help="Print the estimated plan's digest instead of running the query.")
@click.option("--explain-refusal", is_flag=True, help="Show the place in the text that the gate refuses.")
@shared_options
@pass_invocation
def command(
    invocation: Invocation,
    words: tuple[str, ...],
    file: IO[bytes] | None,
    parameters: tuple[str, ...],
    output_format: str | None,
    out: Path | None,
    max_rows: int | None,
    timeout: float | None,
    plan: bool,
    explain_refusal: bool,
) -> None:
    r"""Run one SELECT and print its rows.

    The text comes from the argument, from --file, or from stdin. Anything that could change the database is refused
    before it is sent, with the reason. A table whose columns would be too narrow on the terminal is shown as records.

    table, records, json and markdown are bounded like an assistant's answers, table and records without the names of
    columns; csv, jsonl and parquet stream every row in constant memory. What is left out is told on stderr. Every
    format ends at limits.timeout_seconds (30 s unless set): give a large export a longer --timeout. Ctrl-C ends the
    query on the server and exits 130, SIGTERM 143.

    \b
    Examples:
      mssql-mcp query --demo "SELECT TOP 5 * FROM sales.customers"
      mssql-mcp query "SELECT * FROM orders WHERE id = @id" --param id=5 --format json
      mssql-mcp query "SELECT * FROM orders WHERE day > @day" --param day:date=2024-05-01
      mssql-mcp query --file report.sql --format csv --timeout 600 > report.csv
    """
    from mssql_mcp.workspace import Query

    text = given_text(words, file)
    chosen = output_format or _usual_format(out)
    query = Query(
        text,
        read_parameters(parameters),
        invocation.connection,
        invocation.database,
        max_rows,
        output_format=chosen,
    )
    try:
        if plan:
            _explain_plan(invocation, query, out, timeout)
        elif chosen in STREAMED:
            _export(invocation, query, chosen, out, timeout)
        else:
            result = ask(
                invocation,
                lambda workspace, call: workspace.query(query, call),
                timeout_seconds=timeout,
                of_part=lambda rows: rows,
            )
            _print(result, chosen, out)
    except Refusal as refusal:
        if explain_refusal:
            _explain(refusal, text)
        raise


def _usual_format(out: Path | None) -> str:
    """Give the format of a query that names none: what a person can read, or what the file's name says."""
    if out is None:
        return "table" if sys.stdout.isatty() else "csv"
    return BY_SUFFIX.get(out.suffix.lower(), "csv")


def _export(invocation: Invocation, query: Query, output_format: str, out: Path | None, timeout: float | None) -> None:
    """Stream every row; the file appears under its name only when it is whole."""
    from mssql_mcp.cli.export import export

    done = export(invocation, query, output_format, out, timeout)
    output.talk(f"{_counted(done.rows)} in {done.seconds:.1f} s")
    if done.has_more:
        output.talk(f"More rows exist than the {done.rows} of --max-rows; leave it out for all of them.")
    for note in done.notes:
        output.talk(note)


def _print(result: ResultSet, output_format: str, out: Path | None) -> None:
    from mssql_mcp.cli.export import table_to, text_to
    from mssql_mcp.rendering import render

    if result.truncation:
        hint = _HOW_TO_SEE_MORE[result.truncation.reason].format(limit=result.truncation.limit)
        result = replace(result, truncation=replace(result.truncation, hint=hint))
    if output_format in LAYOUTS:
        table_to(out, result.columns, result.rows, LAYOUTS[output_format])
    else:
        text_to(out, render(result, output_format))
    output.talk(f"{_counted(result.row_count)} in {result.elapsed_ms:.0f} ms")
    if result.truncation:
        output.talk(f"Truncated by {result.truncation.reason}: {result.truncation.hint}")
    if result.clipped_cells:
        output.talk(
            f"Clipped cells: {result.clipped_cells}, each ends with its full length; --format csv or jsonl gives all."
        )
    for note in result.notes:
        output.talk(note)


def _counted(rows: int) -> str:
    return "1 row" if rows == 1 else f"{rows} rows"


def _explain_plan(invocation: Invocation, query: Query, out: Path | None, timeout: float | None) -> None:
    from mssql_mcp.cli.export import text_to
    from mssql_mcp.insight.plan import digest, digest_text, parse_plan

    found = ask(invocation, lambda workspace, call: workspace.explain(query, call), timeout_seconds=timeout)
    text_to(out, digest_text(digest(parse_plan(found.xml))))
    for note in found.notes:
        output.talk(note)


def _explain(refusal: Refusal, text: str) -> None:
    """Show the line of the text with a mark under the token that was refused."""
    from mssql_mcp.cli.verdict import marked_line

    for line in marked_line(text, refusal.line or 1, refusal.column or 1, refusal.token):
        output.talk(line)
