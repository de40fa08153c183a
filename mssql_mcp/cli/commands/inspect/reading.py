"""How the commands come to their catalog: with a spinner, with time enough, and with a word on what is missing."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import click

from mssql_mcp.cli import output
from mssql_mcp.cli.ask import ask
from mssql_mcp.cli.progress import waiting
from mssql_mcp.errors import ObjectNotFoundError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from mssql_mcp.catalog.describe_objects import OtherObject
    from mssql_mcp.catalog.flight import Progress
    from mssql_mcp.catalog.index import CatalogIndex
    from mssql_mcp.catalog.model import Catalog, Table
    from mssql_mcp.cli.options import Invocation
    from mssql_mcp.connection.call import Call
    from mssql_mcp.workspace import Workspace

    Tell = Callable[[Progress], None]

T = TypeVar("T")

READING = "Reading the catalog"

# Reading a whole database of ten thousand tables takes longer than any query should; Ctrl-C ends it at any time.
WHOLE_SECONDS = 600.0

WILDCARDS = frozenset("*?%")

schema_option = click.option("--schema", "-s", metavar="NAME", help="One schema only.")
pattern_argument = click.argument("pattern", required=False)
table_argument = click.argument("table", required=False)


def overview(invocation: Invocation) -> Catalog:
    """Read names, kinds, row counts and comments."""
    return _read(
        invocation,
        lambda workspace, call: workspace.overview(
            call, connection=invocation.connection, database=invocation.database
        ),
    )


def whole(invocation: Invocation, database: str | None = None) -> CatalogIndex:
    """Read a whole database; what is worked out from it is worked out when it is asked for.

    Args:
        invocation: Whose connection.
        database: Which; None for the one that the invocation names.
    """
    place = database or invocation.database

    def work(workspace: Workspace, call: Call, tell: Tell) -> CatalogIndex:
        workspace.source(invocation.connection, place)
        return workspace.cache(invocation.connection).index(call, place, tell=tell)

    return _read_whole(invocation, work)


def afresh(invocation: Invocation) -> Catalog:
    """Read a whole database from the server itself, whatever is remembered of it."""

    def work(workspace: Workspace, call: Call, tell: Tell) -> Catalog:
        workspace.source(invocation.connection, invocation.database)
        return workspace.cache(invocation.connection).reader.catalog(call, invocation.database, report=tell)

    return _read_whole(invocation, work)


def one_table(invocation: Invocation, name: str, schema: str | None = None) -> tuple[Table, Catalog]:
    """Read one table or view, and a catalog that knows what could not be read of it.

    Args:
        invocation: Whose connection.
        name: As it was typed.
        schema: Its schema where the name does not say it.

    Raises:
        ObjectNotFoundError: No table or view has that name, or several have.
    """
    full = in_schema(name, schema)
    return _read(
        invocation,
        lambda workspace, call: workspace.described(
            full, call, connection=invocation.connection, database=invocation.database
        ),
    )


def one_object(invocation: Invocation, name: str, schema: str | None) -> tuple[Table | OtherObject, Catalog]:
    """Read one table or view as `one_table` does, or whatever else has the name.

    Raises:
        ObjectNotFoundError: Nothing has that name, or several have.
    """
    full = in_schema(name, schema)

    def work(workspace: Workspace, call: Call) -> tuple[Table | OtherObject, Catalog]:
        place = invocation.database
        try:
            return workspace.described(full, call, connection=invocation.connection, database=place)
        except ObjectNotFoundError as error:
            from mssql_mcp.catalog.describe_objects import find_other

            cache = workspace.cache(invocation.connection)
            return find_other(cache, call, full, place, error, patience_seconds=WHOLE_SECONDS)

    return _read(invocation, work)


def tables_of(invocation: Invocation, table: str | None, schema: str | None) -> tuple[list[Table], Catalog]:
    """Read the one table that is named, or all tables and views that match.

    Args:
        invocation: Whose connection.
        table: A name, or a glob or LIKE pattern; None for all.
        schema: One schema; None for all.

    Returns:
        The tables in the order of their names, and the catalog that they are from.

    Raises:
        ObjectNotFoundError: No table or view has that name, or several have.
        ValidationError: There is no such schema.
    """
    if table is not None and not WILDCARDS & set(table):
        found, around = one_table(invocation, table, schema)
        return [found], around
    from mssql_mcp.catalog.listing import TABLES, list_objects
    from mssql_mcp.catalog.model import Table

    catalog = whole(invocation).catalog
    listing = list_objects(catalog, kinds=TABLES, schema=schema, pattern=table, limit=len(catalog.tables) + 1)
    return [item for item in listing.items if isinstance(item, Table)], catalog


def in_schema(name: str, schema: str | None) -> str:
    """Give a name with its schema, where one is given apart and the name says none."""
    from mssql_mcp.catalog.identifiers import quoted
    from mssql_mcp.catalog.names import parse_name

    wanted = parse_name(name)
    if schema is None or wanted.schema is not None:
        return name
    return f"{quoted(parse_name(schema).name)}.{quoted(wanted.name)}"


def say_missing(catalog: Catalog, *, shown: Collection[str] = ()) -> None:
    """Say on stderr what could not be read, and whether the catalog may be out of date.

    Args:
        catalog: What was read.
        shown: Those of `mssql_mcp.catalog.notes.MEASURES` that the command shows.
    """
    from mssql_mcp.catalog.notes import notes

    for note in notes(catalog, shown=shown):
        output.talk(note)


def _read(invocation: Invocation, work: Callable[[Workspace, Call], T]) -> T:
    with waiting(READING):
        return ask(invocation, work)


def _read_whole(invocation: Invocation, work: Callable[[Workspace, Call, Tell], T]) -> T:
    """Read a whole database, with time enough, showing which part is being read."""
    with waiting(READING) as say:

        def tell(progress: Progress) -> None:
            say(f"{progress.step} ({progress.done + 1} of {progress.total})")

        return ask(invocation, lambda workspace, call: work(workspace, call, tell), timeout_seconds=WHOLE_SECONDS)
