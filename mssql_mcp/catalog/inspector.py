"""Read tables through SQLAlchemy's Inspector, which knows many servers: for what our own statements cannot have of one.

`get_multi_*` read a whole schema in one call each. The Inspector tells columns, primary keys, foreign keys, indexes and
comments; it says nothing of masks, sparse or temporal columns, enabled keys, sizes and the like.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

import sqlalchemy
from sqlalchemy.exc import SQLAlchemyError

from mssql_mcp.catalog import statements as parts
from mssql_mcp.catalog.model import (
    Column,
    Computed,
    ForeignKey,
    Identity,
    Index,
    IndexKey,
    PrimaryKey,
    Table,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sqlalchemy.engine import Connection, Dialect
    from sqlalchemy.engine.reflection import Inspector

    from mssql_mcp.catalog.session import Session
    from mssql_mcp.catalog.table import Action, TableKind

HIDDEN_SCHEMAS = frozenset({"sys", "information_schema", "guest"})
FACETS = (parts.COLUMNS.name, parts.INDEXES.name, parts.FOREIGN_KEYS.name)


def fill_from_inspector(session: Session, tables: tuple[Table, ...], lost: set[str]) -> tuple[Table, ...]:
    """Fill in columns, keys and indexes that our own statements could not read.

    Args:
        session: The connection; what the Inspector gave is noted in its `missing`.
        tables: As far as they were read.
        lost: Names of the parts that were not.

    Returns:
        The tables; as they were where nothing was lost or the Inspector failed too.
    """
    everything = parts.OBJECTS.name in lost
    facets = FACETS if everything else tuple(name for name in FACETS if name in lost)
    if not facets:
        return tables
    schemas = None if everything else tuple(dict.fromkeys(table.schema for table in tables))
    try:
        inspected = read_tables(session.connection, schemas)
    except (SQLAlchemyError, NotImplementedError) as error:
        # Not all servers are within the Inspector's reach: then the parts stay named in `missing`. What ended the call
        # is raised here.
        session.translated(error)
        return tables
    found = {(table.schema, table.name): table for table in inspected}
    session.missing = [
        replace(part, reason=f"{part.reason} Read through SQLAlchemy's Inspector instead, with less detail.")
        if part.part in facets
        else part
        for part in session.missing
    ]
    if everything:
        return inspected
    return tuple(_merged(table, found.get((table.schema, table.name)), facets) for table in tables)


def read_tables(connection: Connection, schemas: tuple[str, ...] | None = None) -> tuple[Table, ...]:
    """Read the tables and views of schemas, sorted by schema and name.

    Args:
        connection: Any that SQLAlchemy has a dialect for.
        schemas: Which; None for all but the system's.
    """
    inspector = sqlalchemy.inspect(connection)
    if schemas is None:
        named = inspector.get_schema_names()
        schemas = tuple(name for name in named if name.casefold() not in HIDDEN_SCHEMAS and not name.startswith("db_"))
    found = [table for schema in schemas for table in _schema(inspector, connection.dialect, schema)]
    incoming: dict[tuple[str, str], list[ForeignKey]] = {}
    for table in found:
        for key in table.foreign_keys:
            incoming.setdefault((key.referenced_schema, key.referenced_table), []).append(key)
    whole = (replace(table, referenced_by=tuple(incoming.get((table.schema, table.name), ()))) for table in found)
    return tuple(sorted(whole, key=lambda table: (table.schema.casefold(), table.name.casefold())))


def _schema(inspector: Inspector, dialect: Dialect, schema: str) -> list[Table]:
    kinds: dict[str, TableKind] = dict.fromkeys(inspector.get_table_names(schema=schema), "table")
    kinds |= dict.fromkeys(inspector.get_view_names(schema=schema), "view")
    any_kind: Mapping[str, Any] = {"schema": schema, "kind": sqlalchemy.engine.reflection.ObjectKind.ANY}
    columns = _bare(inspector.get_multi_columns(**any_kind))
    keys = _bare(inspector.get_multi_pk_constraint(schema=schema))
    foreign = _bare(inspector.get_multi_foreign_keys(schema=schema))
    indexes = _bare(inspector.get_multi_indexes(schema=schema))
    comments = _bare(_optional(inspector.get_multi_table_comment, schema))
    return [
        Table(
            schema=schema,
            name=name,
            kind=kinds.get(name, "table"),
            columns=tuple(_column(column, dialect) for column in listed),
            primary_key=_primary_key(keys.get(name)),
            foreign_keys=tuple(_foreign_key(key, schema, name) for key in foreign.get(name, ())),
            indexes=tuple(_index(index) for index in indexes.get(name, ())),
            comment=(comments.get(name) or {}).get("text"),
        )
        for name, listed in columns.items()
    ]


def _optional(method: Callable[..., Any], schema: str) -> Any:
    """Ask for what a server may not have; comments that our own statement lacks too are named in `missing` by it."""
    try:
        return method(schema=schema)
    except (SQLAlchemyError, NotImplementedError):
        return {}


def _bare(by_key: Any) -> dict[str, Any]:
    """Turn the Inspector's (schema, name) keys into names."""
    return {name: value for (_, name), value in dict(by_key).items()}


def _column(column: Any, dialect: Dialect) -> Column:
    identity = column.get("identity")
    computed = column.get("computed")
    plain = column["type"]
    if getattr(plain, "collation", None):
        plain = plain.copy()
        plain.collation = None
    return Column(
        name=column["name"],
        type=plain.compile(dialect=dialect).lower(),
        is_nullable=bool(column.get("nullable", True)),
        default=column.get("default"),
        identity=Identity(identity.get("start"), identity.get("increment")) if identity else None,
        computed=Computed(computed["sqltext"], bool(computed.get("persisted"))) if computed else None,
        comment=column.get("comment"),
    )


def _primary_key(key: Any) -> PrimaryKey | None:
    if not key or not key.get("constrained_columns"):
        return None
    return PrimaryKey(key.get("name") or "", tuple(key["constrained_columns"]))


def _foreign_key(key: Any, schema: str, table: str) -> ForeignKey:
    options = key.get("options") or {}
    return ForeignKey(
        name=key.get("name") or "",
        schema=schema,
        table=table,
        columns=tuple(key["constrained_columns"]),
        referenced_schema=key.get("referred_schema") or schema,
        referenced_table=key["referred_table"],
        referenced_columns=tuple(key["referred_columns"]),
        on_delete=cast("Action", options.get("ondelete", "NO ACTION")),
        on_update=cast("Action", options.get("onupdate", "NO ACTION")),
    )


def _index(index: Any) -> Index:
    options = index.get("dialect_options") or {}
    included = tuple(options.get("mssql_include") or ())
    sorting = index.get("column_sorting") or {}
    filtered = options.get("mssql_where")
    return Index(
        name=index.get("name") or "",
        type="clustered" if options.get("mssql_clustered") else "nonclustered",
        keys=tuple(
            IndexKey(name, "desc" in sorting.get(name, ()))
            for name in index["column_names"]
            if name is not None and name not in included
        ),
        included=included,
        is_unique=bool(index.get("unique")),
        filter=str(filtered) if filtered is not None else None,
    )


def _merged(table: Table, inspected: Table | None, facets: tuple[str, ...]) -> Table:
    if inspected is None:
        return table
    changes: dict[str, Any] = {}
    if parts.COLUMNS.name in facets:
        changes["columns"] = inspected.columns
    if parts.INDEXES.name in facets:
        changes |= {"indexes": inspected.indexes, "primary_key": inspected.primary_key}
    if parts.FOREIGN_KEYS.name in facets:
        changes |= {"foreign_keys": inspected.foreign_keys, "referenced_by": inspected.referenced_by}
    return replace(table, **changes)
