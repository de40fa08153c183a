"""`mssql-mcp inspect snapshot | diff`: keep what is known of a database in a file, and compare with it later."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from mssql_mcp.cli import output
from mssql_mcp.cli.commands.inspect.reading import afresh, say_missing
from mssql_mcp.cli.commands.inspect.sheet import Fact, format_option, write_items
from mssql_mcp.cli.exit_codes import ExitCode
from mssql_mcp.cli.options import Invocation, pass_invocation, shared_options

if TYPE_CHECKING:
    from mssql_mcp.catalog.diff import Change
    from mssql_mcp.catalog.model import Catalog

SERVER = "server"
EXISTING_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


def _change(change: Change) -> str | None:
    return " => ".join(text for text in (change.before, change.after) if text) or None


FACTS: tuple[Fact[Change], ...] = (
    Fact("what", lambda item: item.what),
    Fact("kind", lambda item: item.kind),
    Fact("name", lambda item: item.name),
    Fact("how", _change, "screen"),
    Fact("before", lambda item: item.before or None, "data"),
    Fact("after", lambda item: item.after or None, "data"),
)


@click.command
@click.option(
    "--out", "-o", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", required=True, help="File to write."
)
@shared_options
@pass_invocation
def snapshot(invocation: Invocation, out: Path) -> None:
    r"""Write all that is known of a database to a file: names, types, keys, texts and comments, no rows.

    The file is JSON in gzip, for its owner only; one that exists is replaced in one step. `inspect diff` compares with
    it later.

    \b
    Examples:
      mssql-mcp inspect snapshot --out before.catalog.json.gz --connection warehouse
      mssql-mcp inspect snapshot --out demo.catalog.json.gz --demo
    """
    from mssql_mcp.catalog.notes import MEASURES
    from mssql_mcp.catalog.snapshot import save_snapshot

    catalog = afresh(invocation)
    save_snapshot(catalog, out)
    output.talk(f"{out}: {catalog.database}, {len(catalog.tables)} tables and views, {len(catalog.routines)} routines.")
    say_missing(catalog, shown=MEASURES)


@click.command
@click.argument("snapshot", type=EXISTING_FILE)
@click.option(
    "--against", default=SERVER, show_default=True, metavar="FILE|server", help="What to compare the snapshot with."
)
@format_option
@shared_options
@pass_invocation
def diff(invocation: Invocation, snapshot: Path, against: str, output_format: str | None) -> None:
    r"""Say what changed since a snapshot, in schemas, objects, columns, keys, indexes, constraints, texts and comments.

    Triggers, types, partitioning, and whether keys and checks are enabled and trusted count too. Rows and sizes are not
    compared, nor what one side could not read. Exits 0 where nothing differs, 11 where something does. A renamed object
    counts as removed and added.

    \b
    Examples:
      mssql-mcp inspect diff before.catalog.json.gz --connection warehouse
      mssql-mcp inspect diff before.catalog.json.gz --against after.catalog.json.gz --format json
    """
    from mssql_mcp.catalog.diff import diff as compare
    from mssql_mcp.catalog.snapshot import load_snapshot

    old = load_snapshot(snapshot)
    new = afresh(invocation) if against == SERVER else load_snapshot(_existing(against))
    difference = compare(old, new)
    write_items(difference.changes, FACTS, output_format, empty="")
    _say_between(old, new, len(difference.changes))
    if difference:
        click.get_current_context().exit(int(ExitCode.DIFFERENT))


def _existing(path: str) -> Path:
    found: Path = EXISTING_FILE.convert(path, None, click.get_current_context())
    return found


def _say_between(old: Catalog, new: Catalog, count: int) -> None:
    from mssql_mcp.catalog.notes import MEASURES

    if old.database != new.database:
        output.talk(f"These are two databases: {old.database} and {new.database}.")
    since = f" since {old.read_at:%Y-%m-%d %H:%M} UTC" if old.read_at else ""
    output.talk(f"{count or 'No'} difference{'s' if count > 1 else ''}{since}.")
    for catalog, which in ((old, "Before"), (new, "After")):
        for part in catalog.missing:
            if part.part not in MEASURES:
                output.talk(f"Not compared: {part.part}. {which}: {part.reason}")
