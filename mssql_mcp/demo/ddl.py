"""The SQLite statements that make the sample database's tables, indexes and foreign keys from `schema`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mssql_mcp.demo import schema
from mssql_mcp.demo.sqltypes import parse_type
from mssql_mcp.demo.system_columns import system_views

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mssql_mcp.demo.model import DemoColumn, DemoTable


def quote(name: str) -> str:
    """Quote an identifier for SQLite."""
    return '"' + name.replace('"', '""') + '"'


def table_statements() -> Iterator[str]:
    """Give CREATE TABLE for every table and, as a table of its own, every system view."""
    for table in schema.TABLES:
        yield _create_table(table)
    for view, columns in system_views().items():
        yield f"CREATE TABLE {quote(view)} ({', '.join(_column(column, None) for column in columns)})"


def index_statements() -> Iterator[str]:
    """Give CREATE INDEX for every declared index and for every foreign key that no key or index begins with."""
    for table in schema.TABLES:
        covered = [table.primary_key.columns] if table.primary_key else []
        covered += [key.columns for key in table.unique_keys]
        for index in table.indexes:
            columns = ", ".join(
                quote(c.removeprefix("-")) + (" DESC" if c.startswith("-") else "") for c in index.columns
            )
            unique = "UNIQUE " if index.unique else ""
            where = f" WHERE {sqlite_filter(index.filter)}" if index.filter else ""
            name = quote(f"{table.schema}.{index.name}")
            yield f"CREATE {unique}INDEX {name} ON {quote(table.full_name)} ({columns}){where}"
            covered.append(tuple(c.removeprefix("-") for c in index.columns))
        for key in table.foreign_keys:
            if not any(columns[: len(key.columns)] == key.columns for columns in covered):
                name = quote(f"{table.schema}.{key.name}")
                yield f"CREATE INDEX {name} ON {quote(table.full_name)} ({_names(key.columns)})"


def sqlite_filter(definition: str) -> str:
    """Put the filter of an index into SQLite's words; those of `schema` differ by brackets alone."""
    return definition.replace("[", '"').replace("]", '"')


def _create_table(table: DemoTable) -> str:
    key = table.primary_key
    rowid = key.columns[0] if key and len(key.columns) == 1 else None
    if rowid and parse_type(table.column(rowid).type).storage != "INTEGER":
        rowid = None
    parts = [_column(column, rowid) for column in table.columns]
    if key and not rowid:
        parts.append(f"PRIMARY KEY ({_names(key.columns)})")
    parts += [f"UNIQUE ({_names(unique.columns)})" for unique in table.unique_keys]
    parts += [
        f"FOREIGN KEY ({_names(foreign.columns)}) REFERENCES "
        f"{quote(foreign.referenced_schema + '.' + foreign.referenced_table)} ({_names(foreign.referenced_columns)}) "
        f"ON DELETE {foreign.on_delete}"
        for foreign in table.foreign_keys
    ]
    # A table with a key of its own lies in the order of that key, as a clustered index does.
    clustered = " WITHOUT ROWID" if key and not rowid else ""
    return f"CREATE TABLE {quote(table.full_name)} ({', '.join(parts)}){clustered}"


def _column(column: DemoColumn, rowid: str | None) -> str:
    declared = parse_type(column.type)
    # A column without affinity keeps a variant's numbers as numbers and its characters as characters.
    storage = "BLOB" if declared.family == "variant" else declared.storage
    if column.name == rowid:
        return f"{quote(column.name)} INTEGER PRIMARY KEY NOT NULL"
    return f"{quote(column.name)} {storage}{'' if column.nullable else ' NOT NULL'}"


def _names(columns: Sequence[str]) -> str:
    return ", ".join(quote(column) for column in columns)
