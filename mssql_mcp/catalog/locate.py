"""Find the one table or view that a name means on a server, without having read its catalog."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mssql_mcp.catalog import statements as parts
from mssql_mcp.catalog.assemble_tables import TABLE_TYPES
from mssql_mcp.catalog.identifiers import shown_full
from mssql_mcp.catalog.names import ObjectName, ambiguous, nearest, not_found, parse_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mssql_mcp.catalog.session import Session

SYNONYM = "SN"
TABLES = tuple(TABLE_TYPES)
RESOLVABLE = (*TABLES, SYNONYM)


def locate(
    session: Session, name: ObjectName, database: str, default_schema: str, *, wanted: Sequence[str] = RESOLVABLE
) -> Any:
    """Find an object by name, ignoring case whatever the database's collation, through a synonym where it is one.

    Without a schema the login's default schema wins, then `dbo`, then the only one there is.

    Args:
        session: The connection to ask.
        name: As it was written.
        database: Name of the session's database.
        default_schema: Where the login's bare names live.
        wanted: Type codes of `sys.objects` that may be meant.

    Returns:
        A row with object_id, schema_name, object_name and object_type.

    Raises:
        ObjectNotFoundError: `catalog.not_found` with the nearest names, or `catalog.ambiguous` with the candidates.
    """
    rows = _fitting(session.rows(parts.RESOLVE, object_name=name.name) or [], name, wanted)
    if not rows:
        listed = [row for row in session.rows(parts.OBJECTS) or [] if row.object_type in wanted]
        rows = _fitting(listed, name, wanted)
        if not rows and (meant := name.as_shown()) != name:
            return locate(session, meant, database, default_schema, wanted=wanted)
        if not rows:
            near = nearest(name, [(row.schema_name, row.object_name) for row in listed])
            raise not_found(name, near, database, ("table", "view"))
    found = _chosen(rows, name, default_schema)
    if found.object_type != SYNONYM:
        return found
    targets = {row.object_id: row.base_object_name for row in session.rows(parts.SYNONYMS) or []}
    target = parse_name(targets.get(found.object_id, found.object_name))
    if target.database is not None and target.database.casefold() != database.casefold():
        raise not_found(target, [str(target)], database, ("table", "view"))
    meant = ObjectName(target.name, target.schema)  # a bare name is looked up as any bare name is
    return locate(session, meant, database, default_schema, wanted=TABLES)  # a synonym never stands for another one


def _fitting(rows: Sequence[Any], name: ObjectName, wanted: Sequence[str]) -> list[Any]:
    folded, schema = name.name.casefold(), (name.schema or "").casefold()
    return [
        row
        for row in rows
        if row.object_type in wanted
        and row.object_name.casefold() == folded
        and (not schema or row.schema_name.casefold() == schema)
    ]


def _chosen(rows: Sequence[Any], name: ObjectName, default_schema: str) -> Any:
    exact = [row for row in rows if row.object_name == name.name]
    to_the_letter = [row for row in exact if name.schema in (None, row.schema_name)]
    for group in (to_the_letter, exact, rows):
        if len(group) == 1 and (name.schema is not None or len(rows) == 1):
            return group[0]
        if name.schema is None:
            for schema in (default_schema, "dbo"):
                here = [row for row in group if row.schema_name == schema]
                if len(here) == 1:
                    return here[0]
    raise ambiguous(str(name), [shown_full(row.schema_name, row.object_name) for row in rows])
