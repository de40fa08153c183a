"""The sample database as T-SQL, for whoever wants it on a real SQL Server.

Every batch says what it makes, so that a loader may go on where a server lacks a feature (an index with a filter, a
description). Foreign keys and indexes come after all rows: loading needs no order then, and each is built once.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any, Literal

from mssql_mcp.demo import schema
from mssql_mcp.demo.database import open_demo
from mssql_mcp.demo.ddl import quote as quote_sqlite
from mssql_mcp.demo.literals import writer
from mssql_mcp.demo.sqltypes import parse_type
from mssql_mcp.demo.values import decode
from mssql_mcp.result import Column

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mssql_mcp.demo.model import DemoColumn, DemoForeignKey, DemoIndex, DemoRoutine, DemoTable

BatchKind = Literal[
    "schema", "table", "rows", "foreign key", "index", "routine", "view", "synonym", "trigger", "description"
]
# Half of what SQL Server takes in one VALUES (page "Table Value Constructor"): compiling more at once is slower.
ROWS_PER_INSERT = 500

# What sqlcmd leaves off and an index with a filter needs (page "CREATE INDEX", required SET options).
OPENING = "SET NOCOUNT ON;\nSET ANSI_NULLS ON;\nSET QUOTED_IDENTIFIER ON;"
HEADER = f"""\
-- {schema.DATABASE_COMMENT}
-- Run it in a new, empty database:
--   sqlcmd -S server -Q "CREATE DATABASE {schema.DATABASE_NAME} COLLATE {schema.COLLATION}"
--   sqlcmd -S server -d {schema.DATABASE_NAME} -f 65001 -i lanternworks.sql
"""


@dataclass(frozen=True, slots=True)
class Batch:
    """One batch of the script.

    Attributes:
        kind: What it makes.
        name: Of what it makes, such as `sales.orders`.
        sql: T-SQL, without GO.
    """

    kind: BatchKind
    name: str
    sql: str


def script() -> Iterator[str]:
    """Give the whole script, rows included, as text in pieces for sqlcmd."""
    yield HEADER
    yield f"{OPENING}\nGO\n"
    for batch in batches():
        yield f"{batch.sql}\nGO\n"


def batches() -> Iterator[Batch]:
    """Give every batch of the script in an order that works, rows included."""
    rest = create_batches()
    for batch in rest:
        if batch.kind not in ("schema", "table"):
            yield from _all_rows()
            yield batch
            break
        yield batch
    yield from rest


def create_batches() -> Iterator[Batch]:
    """Give every batch but the rows: schemas, tables, foreign keys, indexes, modules, descriptions."""
    for name in schema.SCHEMAS:
        yield Batch("schema", name, f"CREATE SCHEMA {quote(name)}")
    for table in schema.TABLES:
        yield Batch("table", table.full_name, create_table(table))
    for table in schema.TABLES:
        for key in table.foreign_keys:
            yield Batch("foreign key", f"{table.schema}.{key.name}", _add_foreign_key(table, key))
    for table in schema.TABLES:
        for index in table.indexes:
            yield Batch("index", f"{table.full_name}.{index.name}", _create_index(table, index))
    for view in schema.VIEWS:
        yield Batch("view", view.full_name, view.definition)
    for synonym in schema.SYNONYMS:
        base = full_name(synonym.base_schema, synonym.base_name)
        sql = f"CREATE SYNONYM {full_name(synonym.schema, synonym.name)} FOR {base}"
        yield Batch("synonym", synonym.full_name, sql)
    for routine in schema.ROUTINES:
        yield Batch("routine", routine.full_name, routine.definition)
    for table in schema.TABLES:
        for trigger in table.triggers:
            yield Batch("trigger", f"{table.schema}.{trigger.name}", trigger.definition)
    yield from _descriptions()


def create_statements(*, descriptions: bool = True) -> Iterator[str]:
    """Give the statements that make the empty database, each to be run as a batch of its own.

    Args:
        descriptions: Also the comments, as extended properties.
    """
    for batch in create_batches():
        if descriptions or batch.kind != "description":
            yield batch.sql


def create_table(table: DemoTable) -> str:
    """Give CREATE TABLE with every constraint but the foreign keys."""
    parts = [_column(column) for column in table.columns]
    if table.primary_key:
        parts.append(f"CONSTRAINT {quote(table.primary_key.name)} PRIMARY KEY ({_list(table.primary_key.columns)})")
    parts += [f"CONSTRAINT {quote(key.name)} UNIQUE ({_list(key.columns)})" for key in table.unique_keys]
    parts += [f"CONSTRAINT {quote(check.name)} CHECK {check.definition}" for check in table.checks]
    return f"CREATE TABLE {full_name(table.schema, table.name)} (\n    " + ",\n    ".join(parts) + "\n)"


def stored_columns(table: DemoTable) -> tuple[DemoColumn, ...]:
    """Give the columns into which rows are inserted: all that are not computed."""
    return tuple(column for column in table.columns if column.computed is None)


def rows(table: DemoTable) -> Iterator[tuple[Any, ...]]:
    """Give a table's rows as Python values, a value for each of `stored_columns`."""
    columns = stored_columns(table)
    typed = tuple(Column(column.name, column.type) for column in columns)
    for row in _stored_rows(table, columns):
        yield decode(row, typed)


def insert_statements(table: DemoTable, rows_per_insert: int = ROWS_PER_INSERT) -> Iterator[str]:
    """Give a table's rows as INSERT statements; the numbers of an IDENTITY column are kept.

    Args:
        table: Of `schema.TABLES`.
        rows_per_insert: At most 1,000 (page "Table Value Constructor").
    """
    columns = stored_columns(table)
    writers = [writer(parse_type(column.type)) for column in columns]
    target = full_name(table.schema, table.name)
    names = ", ".join(quote(column.name) for column in columns)
    stored = _stored_rows(table, columns)
    while chunk := list(islice(stored, rows_per_insert)):
        values = ",\n".join(
            "(" + ", ".join(write(value) for write, value in zip(writers, row, strict=True)) + ")" for row in chunk
        )
        insert = f"INSERT INTO {target} ({names}) VALUES\n{values};"
        if any(column.identity for column in columns):
            insert = f"SET IDENTITY_INSERT {target} ON;\n{insert}\nSET IDENTITY_INSERT {target} OFF;"
        yield insert


def quote(name: str) -> str:
    """Quote an identifier for SQL Server."""
    return "[" + name.replace("]", "]]") + "]"


def full_name(schema_name: str, name: str) -> str:
    """Give `[schema].[name]`."""
    return f"{quote(schema_name)}.{quote(name)}"


def _all_rows() -> Iterator[Batch]:
    for table in schema.TABLES:
        for sql in insert_statements(table):
            yield Batch("rows", table.full_name, sql)


def _stored_rows(table: DemoTable, columns: Iterable[DemoColumn]) -> Iterator[tuple[Any, ...]]:
    """Read a table's rows as they are stored, in the order of its key."""
    names = ", ".join(quote_sqlite(column.name) for column in columns)
    order = ", ".join(quote_sqlite(name) for name in table.primary_key.columns) if table.primary_key else "rowid"
    sql = f"SELECT {names} FROM {quote_sqlite(table.full_name)} ORDER BY {order}"
    with contextlib.closing(open_demo()) as connection:
        yield from connection.execute(sql)


def _column(column: DemoColumn) -> str:
    if column.computed is not None:
        return f"{quote(column.name)} AS {column.computed}{' PERSISTED' if column.persisted else ''}"
    text = f"{quote(column.name)} {column.type}"
    if column.identity:
        text += f" IDENTITY({column.identity[0]},{column.identity[1]})"
    text += " NULL" if column.nullable else " NOT NULL"
    return f"{text} DEFAULT {column.default}" if column.default else text


def _add_foreign_key(table: DemoTable, key: DemoForeignKey) -> str:
    return (
        f"ALTER TABLE {full_name(table.schema, table.name)} ADD CONSTRAINT {quote(key.name)} "
        f"FOREIGN KEY ({_list(key.columns)}) "
        f"REFERENCES {full_name(key.referenced_schema, key.referenced_table)} ({_list(key.referenced_columns)})"
        + (f" ON DELETE {key.on_delete}" if key.on_delete != "NO ACTION" else "")
    )


def _create_index(table: DemoTable, index: DemoIndex) -> str:
    columns = ", ".join(
        quote(name.removeprefix("-")) + (" DESC" if name.startswith("-") else "") for name in index.columns
    )
    sql = (
        f"CREATE {'UNIQUE ' if index.unique else ''}INDEX {quote(index.name)} ON {full_name(table.schema, table.name)} "
    )
    sql += f"({columns})"
    if index.included:
        sql += f" INCLUDE ({_list(index.included)})"
    return f"{sql} WHERE {index.filter}" if index.filter else sql


def _list(names: Iterable[str]) -> str:
    return ", ".join(quote(name) for name in names)


def _descriptions() -> Iterator[Batch]:
    """Give every comment as the extended property that tools show (page "sp_addextendedproperty")."""
    yield _description(schema.DATABASE_COMMENT)
    for name, comment in schema.SCHEMA_COMMENTS.items():
        yield _description(comment, ("SCHEMA", name))
    for table in schema.TABLES:
        yield from _of_object("TABLE", table.schema, table.name, table.comment, table.columns)
    for view in schema.VIEWS:
        yield from _of_object("VIEW", view.schema, view.name, view.comment, view.columns)
    for routine in schema.ROUTINES:
        yield from _of_object(_routine_level(routine), routine.schema, routine.name, routine.comment, ())


def _of_object(level: str, schema_name: str, name: str, comment: str, columns: Iterable[DemoColumn]) -> Iterator[Batch]:
    path = (("SCHEMA", schema_name), (level, name))
    if comment:
        yield _description(comment, *path)
    for column in columns:
        if column.comment:
            yield _description(column.comment, *path, ("COLUMN", column.name))


def _routine_level(routine: DemoRoutine) -> str:
    return "PROCEDURE" if routine.kind == "procedure" else "FUNCTION"


def _description(comment: str, *path: tuple[str, str]) -> Batch:
    levels = "".join(
        f", @level{number}type = N'{kind}', @level{number}name = N'{_escaped(name)}'"
        for number, (kind, name) in enumerate(path)
    )
    sql = f"EXEC sys.sp_addextendedproperty @name = N'MS_Description', @value = N'{_escaped(comment)}'{levels}"
    return Batch("description", ".".join(name for _, name in path) or schema.DATABASE_NAME, sql)


def _escaped(text: str) -> str:
    return text.replace("'", "''")
