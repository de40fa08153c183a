"""A database in a few facts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mssql_mcp.catalog.model import kind_of
from mssql_mcp.catalog.notes import note_facts

if TYPE_CHECKING:
    from mssql_mcp.catalog.model import Catalog


def summary_of(catalog: Catalog) -> dict[str, Any]:
    """Give server, database, default schema, collation, how many tables and views there are, and the schemas' names.

    Where something could not be read, or may be out of date, `missing` and `stale` say so.
    """
    kinds = [kind_of(table) for table in catalog.tables]
    return {
        "server": catalog.server,
        "database": catalog.database,
        "default_schema": catalog.default_schema,
        "collation": catalog.collation,
        "table_count": kinds.count("table"),
        "view_count": kinds.count("view"),
        "schemas": [schema.name for schema in catalog.schemas],
        **note_facts(catalog),
    }
