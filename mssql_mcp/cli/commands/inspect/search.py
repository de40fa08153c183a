"""`mssql-mcp inspect search`."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

import click

from mssql_mcp.catalog.choices import Kind
from mssql_mcp.cli import output
from mssql_mcp.cli.commands.inspect.reading import say_missing, schema_option, whole
from mssql_mcp.cli.commands.inspect.sheet import Fact, format_option, write_items
from mssql_mcp.cli.options import Invocation, pass_invocation, shared_options

if TYPE_CHECKING:
    from mssql_mcp.catalog.search import Hit, SearchResult


def _name(hit: Hit) -> str:
    from mssql_mcp.catalog.identifiers import quoted

    return f"{quoted(hit.schema)}.{quoted(hit.name)}" if hit.schema else quoted(hit.name)


def _found(hit: Hit) -> str | None:
    """Say where the words are: in which columns, or in which text."""
    words = []
    if hit.columns:
        rest = hit.column_count - len(hit.columns)
        words.append(f"{', '.join(hit.columns)}{f' and {rest} more' if rest else ''}")
    if hit.snippet:
        words.append(f"{'comment' if 'comment' in hit.matched else 'definition'}: {hit.snippet}")
    return "; ".join(words) or None


FACTS: tuple[Fact[Hit], ...] = (
    Fact("object", _name, "screen"),
    Fact("schema", lambda item: item.schema or None, "data"),
    Fact("name", lambda item: item.name, "data"),
    Fact("kind", lambda item: item.kind),
    Fact("rows", lambda item: item.rows),
    Fact("in", lambda item: item.matched, "data"),
    Fact("found", _found, "screen"),
    Fact("columns", lambda item: item.columns, "data"),
    Fact("snippet", lambda item: item.snippet or None, "data"),
)


@click.command
@click.argument("words", nargs=-1, required=True)
@click.option("--kind", "kinds", multiple=True, type=click.Choice(get_args(Kind)), help="Only this kind; repeatable.")
@schema_option
@click.option("--limit", type=click.IntRange(min=1), default=20, show_default=True, help="The most objects to show.")
@format_option
@shared_options
@pass_invocation
def command(
    invocation: Invocation,
    words: tuple[str, ...],
    kinds: tuple[Kind, ...],
    schema: str | None,
    limit: int,
    output_format: str | None,
) -> None:
    r"""Find objects by words in names, columns, comments and definitions, the likeliest first.

    WORDS are words or parts of words, in any case; an object that matches all of them comes before one that matches
    some.

    \b
    Examples:
      mssql-mcp inspect search customer email --demo
      mssql-mcp inspect search vat --kind function --kind view --limit 5
    """
    from mssql_mcp.catalog.listing import known_schema

    if not any(word.strip() for word in words):
        raise click.UsageError("There is no word to search for.")
    index = whole(invocation)
    result = index.search(" ".join(words), kinds=kinds, schema=known_schema(index.catalog, schema), limit=limit)
    write_items(result.hits, FACTS, output_format)
    _say_rest(result)
    say_missing(index.catalog, shown=("row counts",))


def _say_rest(result: SearchResult) -> None:
    if result.unmatched:
        output.talk(f"Nothing matches {' '.join(result.unmatched)}.")
    if len(result.hits) < result.total:
        more = "" if result.is_total_exact else "at least "
        output.talk(f"The best {len(result.hits)} of {more}{result.total} objects; --limit shows more.")
