"""`mssql-mcp query`: one SELECT, its rows on stdout."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

import click

from mssql_mcp.cli import output
from mssql_mcp.cli.ask import ask
from mssql_mcp.cli.options import Invocation, pass_invocation, shared_options
from mssql_mcp.errors import Refusal, ValidationError

if TYPE_CHECKING:
    from mssql_mcp.result import ResultSet


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
@click.option("--file", "-f", "file", type=click.File(encoding="utf-8"), help="Read the text from a file; - is stdin.")
@click.option(
    "--param", "-p", "parameters", multiple=True, metavar="NAME=VALUE", help="Bind a value to @NAME; repeatable."
)
@click.option(
    "--format", "output_format", type=click.Choice(output.FORMATS), help="table on a terminal, csv elsewhere."
)
@click.option("--max-rows", type=click.IntRange(min=1), metavar="N", help="Rows to print.")
@click.option(
    "--timeout", type=click.FloatRange(min=0, min_open=True), metavar="SECONDS", help="Deadline of the whole call."
)
@click.option("--explain-refusal", is_flag=True, help="Say at length why the gate refuses the text.")
@shared_options
@pass_invocation
def command(
    invocation: Invocation,
    sql: str | None,
    file: Any,
    parameters: tuple[str, ...],
    output_format: str | None,
    max_rows: int | None,
    timeout: float | None,
    explain_refusal: bool,
) -> None:
    r"""Run one SELECT and print its rows.

    The text comes from the argument, from --file, or from stdin. Anything that could change the database is refused
    before it is sent, with the reason. Ctrl-C ends the query on the server and exits 130.

    \b
    Examples:
      mssql-mcp query --demo "SELECT TOP 5 * FROM sales.customers"
      mssql-mcp query "SELECT * FROM orders WHERE id = @id" --param id=5 --format json
      mssql-mcp query --file report.sql --format csv > report.csv
    """
    from mssql_mcp.workspace import Query

    text = _text(sql, file)
    query = Query(text, dict(map(_parameter, parameters)), invocation.connection, invocation.database, max_rows)
    try:
        result = ask(invocation, lambda workspace, call: workspace.query(query, call), timeout_seconds=timeout)
    except Refusal as refusal:
        if explain_refusal:
            _explain(refusal, text)
        raise
    _print(result, output_format or ("table" if sys.stdout.isatty() else "csv"))


def _text(sql: str | None, file: Any) -> str:
    if sql and file:
        raise ValidationError("Give the text as an argument or with --file, not both.", code="input.two_texts")
    if sql and sql != "-":
        return sql
    if file is not None:
        return str(file.read())
    if sql == "-" or not sys.stdin.isatty():
        return sys.stdin.read()
    raise ValidationError(
        "There is no SQL text.", code="input.no_text", hint='Example: mssql-mcp query --demo "SELECT 1 AS one"'
    )


def _print(result: ResultSet, output_format: str) -> None:
    from mssql_mcp.rendering import render

    if output_format == "json":
        output.write(render(result, "json"))
    else:
        output.write_table([column.name for column in result.columns], result.rows, output_format)
    rows = "1 row" if result.row_count == 1 else f"{result.row_count} rows"
    output.talk(f"{rows} in {result.elapsed_ms:.0f} ms")
    if result.truncation:
        output.talk(f"Truncated by {result.truncation.reason}: {result.truncation.hint}")
    for note in result.notes:
        output.talk(note)


def _explain(refusal: Refusal, text: str) -> None:
    """Show the line of the text with a mark under the token that was refused."""
    lines = text.splitlines() or [""]
    number = refusal.line or 1
    if 1 <= number <= len(lines):
        line = lines[number - 1].replace("\t", " ")
        column = refusal.column or 1
        output.talk(line)
        output.talk(" " * (column - 1) + "^" * max(1, min(len(refusal.token), len(line) - column + 1)))
