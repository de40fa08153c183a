"""`mssql-mcp inspect diagram`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal, get_args

import click

from mssql_mcp.cli import output
from mssql_mcp.cli.commands.inspect.reading import pattern_argument, say_missing, schema_option, whole
from mssql_mcp.cli.export import text_to
from mssql_mcp.cli.options import Invocation, pass_invocation, shared_options

if TYPE_CHECKING:
    from mssql_mcp.catalog.diagram import Columns, Drawing
    from mssql_mcp.catalog.index import CatalogIndex

Picture = Literal["mermaid", "dot", "html"]
# What the name of a file says about what is to be in it.
BY_SUFFIX: dict[str, Picture] = {".html": "html", ".htm": "html", ".dot": "dot", ".gv": "dot"}
# Nobody could open a text under one of these.
IMAGES = frozenset({".gif", ".jpeg", ".jpg", ".pdf", ".png", ".svg", ".webp"})


@click.command
@pattern_argument
@schema_option
@click.option(
    "--table",
    "-t",
    "tables",
    multiple=True,
    metavar="NAME",
    help="Only this table and those that it is linked to; repeatable.",
)
@click.option(
    "--steps", type=click.IntRange(min=0), default=1, show_default=True, help="How many links away from --table."
)
@click.option(
    "--columns",
    type=click.Choice(("all", "keys", "none")),
    default="keys",
    show_default=True,
    help="Columns in mermaid and dot; html shows all of a table that is clicked.",
)
@click.option("--views", is_flag=True, help="Draw views too.")
@click.option("--no-guesses", is_flag=True, help="Leave out links that no foreign key declares.")
@click.option("--max-tables", type=click.IntRange(min=1), default=500, show_default=True, help="The most linked ones.")
@click.option(
    "--format",
    "picture",
    type=click.Choice(get_args(Picture)),
    help="What to write; without it the file's ending says it, else mermaid.",
)
@click.option(
    "--out", "-o", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="File instead of stdout."
)
@shared_options
@pass_invocation
def command(
    invocation: Invocation,
    pattern: str | None,
    schema: str | None,
    tables: tuple[str, ...],
    steps: int,
    columns: Columns,
    views: bool,
    no_guesses: bool,
    max_tables: int,
    picture: Picture | None,
    out: Path | None,
) -> None:
    r"""Draw tables and their links: as Mermaid or Graphviz text, or as one HTML page that needs no network.

    The page pans, zooms, searches, and shows a table's surroundings on a click. Links that no foreign key declares are
    dotted. PATTERN is a part of a name, a glob (ord*) or a LIKE pattern (ord%).

    \b
    Examples:
      mssql-mcp inspect diagram --demo --out lanternworks.html
      mssql-mcp inspect diagram --table sales.orders --steps 2 --format mermaid --demo
      mssql-mcp inspect diagram --schema sales --columns all --format dot > sales.dot
    """
    from mssql_mcp.catalog.diagram import Selection, select_drawing

    if out and picture is None and out.suffix.lower() in IMAGES:
        raise click.UsageError(f"Write .html, .mmd (Mermaid) or .dot (Graphviz draws {out.suffix} of it).")
    index = whole(invocation)
    selection = Selection(
        schema=schema,
        pattern=pattern,
        around=tables,
        steps=steps,
        has_guesses=not no_guesses,
        has_views=views,
        max_tables=max_tables,
    )
    drawing = select_drawing(index.catalog, index.hints, selection)
    kind = picture or (BY_SUFFIX.get(out.suffix.lower(), "mermaid") if out else "mermaid")
    text_to(out, _drawn(kind, drawing, index, columns))
    where = f"{out}: " if out else ""
    output.talk(f"{where}{_counted(len(drawing.tables), 'table')}, {_counted(len(drawing.links), 'link')}.")
    if drawing.left_out:
        output.talk(f"Not drawn: {_counted(drawing.left_out, 'table')} with fewer links; --max-tables draws more.")
    say_missing(index.catalog)


def _drawn(kind: Picture, drawing: Drawing, index: CatalogIndex, columns: Columns) -> str:
    if kind == "html":
        from mssql_mcp.catalog.page import html_page

        return html_page(drawing, index.hints)
    from mssql_mcp.catalog.diagram import dot, mermaid

    return (dot if kind == "dot" else mermaid)(drawing, columns=columns)


def _counted(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"
