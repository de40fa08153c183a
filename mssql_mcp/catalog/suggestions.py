"""What may have been meant where a server says that it does not know an object of a query."""

from __future__ import annotations

from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from mssql_mcp.catalog.names import ObjectName, nearest_names
from mssql_mcp.errors import QueryError, ToolError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from mssql_mcp.catalog.model import Catalog

# Schemas that hold the server's own objects, which no catalog lists.
SYSTEM_SCHEMAS = frozenset({"sys", "information_schema"})


@contextmanager
def suggesting(objects: Iterable[Sequence[str]], catalog: Callable[[], Catalog]) -> Iterator[None]:
    """Add the nearest names to the error of a server that does not know an object.

    Args:
        objects: As in `suggest`.
        catalog: Gives the catalog of the database; asked only where it is needed.
    """
    try:
        yield
    except QueryError as error:
        if error.code == "query.invalid_object" and not error.nearest:
            with suppress(ToolError):  # the server's own error matters more than whatever fails here
                error.nearest = tuple(suggest(catalog(), objects))
        raise


def suggest(catalog: Catalog, objects: Iterable[Sequence[str]]) -> list[str]:
    """Name the objects nearest to the first one that the catalog does not know, best first; none where it knows all.

    Args:
        catalog: Of the database in which the query ran; names and kinds are enough.
        objects: What the query reads: parts of names, the last one the object's own.
    """
    groups = (catalog.tables, catalog.routines, catalog.synonyms)
    known = {(item.schema.casefold(), item.name.casefold()) for group in groups for item in group}
    names = {name for _, name in known}
    for parts in objects:
        name, schema = parts[-1].casefold(), parts[-2].casefold() if len(parts) > 1 else ""
        is_elsewhere = len(parts) > 2 and parts[-3].casefold() not in ("", catalog.database.casefold())
        if is_elsewhere or schema in SYSTEM_SCHEMAS:
            continue
        if (schema, name) not in known if schema else name not in names:
            return nearest_names(catalog, ObjectName(parts[-1], parts[-2] if schema else None))
    return []
