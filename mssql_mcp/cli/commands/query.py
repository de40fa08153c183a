"""`mssql-mcp query`: one SELECT, its rows on stdout or in a file."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import click

from mssql_mcp.cli import output
from mssql_mcp.cli.ask import ask
from mssql_mcp.cli.options import Invocation, pass_invocation, shared_options
from mssql_mcp.cli.texts import file_option, given_text
from mssql_mcp.errors import Refusal, ValidationError

if TYPE_CHECKING:
    from mssql_mcp.result import ResultSet
    from mssql_mcp.workspace import Query

STREAMED = ("csv", "jsonl", "parquet")
FORMATS = ("table", "json", "markdown", *STREAMED)


def _parameter(text: str) -> tuple[str, Any]:
    name, equals, value = text.partition("=")
    if not equals or not name.strip("@ "):
        raise ValidationError(
            f"A parameter is written name=value, not {text!r}.",
            code="input.parameter",
            hint="Examples: --param id=5, --param name=Ada, --param when=2024-05-01.",
        )
    try:
        decoded = json.loads(value)
    except json.JSONDecodeError:
        decoded = value
    return name.strip().removeprefix("@"), value if isinstance(decoded, dict | list) else decoded


@click.command
@click.argument("sql", required=False)
@file_option
@click.option(
    "--param", "-p", "parameters", multiple=True, metavar="NAME=VALUE", help="Bind a value to @NAME; repeatable."
)
@click.option("--format", "output_format", type=click.Choice(FORMATS), help="table on a terminal, csv elsewhere.")
@click.option(
    "--out", "-o", type=click.Path(dir_okay=False, path_type=Path), metavar="PATH", help="File instead of stdout."
)
@click.option(
    "--max-rows", type=click.IntRange(min=1), metavar="N", help="Rows to print; csv, jsonl and parquet print all."
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
    sql: str | None,
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
    before it is sent, with the reason. table, json and markdown are bounded like an assistant's answers; csv, jsonl and
    parquet stream every row in constant memory. Every format ends at limits.timeout_seconds (30 s unless set): give a
    large export a longer --timeout. Ctrl-C ends the query on the server and exits 130, SIGTERM 143.

    \b
    Examples:
      mssql-mcp query --demo "SELECT TOP 5 * FROM sales.customers"
      mssql-mcp query "SELECT * FROM orders WHERE id = @id" --param id=5 --format json
      mssql-mcp query --file report.sql --format csv --timeout 600 > report.csv
    """
    from mssql_mcp.workspace import Query

    text = given_text(sql, file)
    query = Query(text, dict(map(_parameter, parameters)), invocation.connection, invocation.database, max_rows)
    chosen = output_format or ("table" if sys.stdout.isatty() and out is None else "csv")
    try:
        if plan:
            _explain_plan(invocation, query, timeout)
        elif chosen in STREAMED:
            _export(invocation, query, chosen, out, timeout)
        else:
            result = ask(invocation, lambda workspace, call: workspace.query(query, call), timeout_seconds=timeout)
            _print(result, chosen, out)
    except Refusal as refusal:
        if explain_refusal:
            _explain(refusal, text)
        raise


def _export(invocation: Invocation, query: Query, output_format: str, out: Path | None, timeout: float | None) -> None:
    """Stream every row; the file appears under its name only when it is whole."""
    from mssql_mcp.cli.export import export

    count, seconds = export(invocation, query, output_format, out, timeout)
    output.talk(f"{'1 row' if count == 1 else f'{count} rows'} in {seconds:.1f} s")


def _print(result: ResultSet, output_format: str, out: Path | None) -> None:
    from mssql_mcp.cli.export import to_file
    from mssql_mcp.rendering import render

    if output_format == "table" and out is None:
        output.write_table([column.name for column in result.columns], result.rows)
    else:
        to_file(out, render(result, "json" if output_format == "table" else output_format))
    rows = "1 row" if result.row_count == 1 else f"{result.row_count} rows"
    output.talk(f"{rows} in {result.elapsed_ms:.0f} ms")
    if result.truncation:
        output.talk(f"Truncated by {result.truncation.reason}: {result.truncation.hint}")
    for note in result.notes:
        output.talk(note)


def _explain_plan(invocation: Invocation, query: Query, timeout: float | None) -> None:
    from mssql_mcp.insight.plan import digest, digest_text, parse_plan

    found = ask(invocation, lambda workspace, call: workspace.explain(query, call), timeout_seconds=timeout)
    output.write(digest_text(digest(parse_plan(found.xml))))
    for note in found.notes:
        output.talk(note)


def _explain(refusal: Refusal, text: str) -> None:
    """Show the line of the text with a mark under the token that was refused."""
    from mssql_mcp.cli.verdict import marked_line

    for line in marked_line(text, refusal.line or 1, refusal.column or 1, refusal.token):
        output.talk(line)
