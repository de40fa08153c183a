"""Reading through SQLAlchemy's Inspector, here over SQLite."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy

from mssql_mcp.catalog.inspector import read_tables
from mssql_mcp.catalog.model import Column, Computed
from mssql_mcp.catalog.sqlserver import SqlServerReader
from mssql_mcp.connection.call import Call

if TYPE_CHECKING:
    from collections.abc import Iterator

DDL = (
    "CREATE TABLE customers (id INTEGER NOT NULL, name VARCHAR(40) DEFAULT 'x', CONSTRAINT pk PRIMARY KEY (id))",
    """CREATE TABLE orders (
        id INTEGER PRIMARY KEY, a INT NOT NULL, b INT, customer INT, twice INT GENERATED ALWAYS AS (a * 2) STORED,
        CONSTRAINT fk FOREIGN KEY (customer) REFERENCES customers (id) ON DELETE CASCADE
    )""",
    "CREATE UNIQUE INDEX ix ON orders (a, b)",
    "CREATE VIEW totals AS SELECT a FROM orders",
)


@pytest.fixture
def connection() -> Iterator[sqlalchemy.Connection]:
    engine = sqlalchemy.create_engine("sqlite://")
    with engine.connect() as connection:
        for statement in DDL:
            connection.exec_driver_sql(statement)
        yield connection
    engine.dispose()


def test_core_facts_are_read(connection: sqlalchemy.Connection) -> None:
    """Columns, keys, both ends of foreign keys and indexes come out as our values."""
    customers, orders, totals = read_tables(connection, ("main",))
    assert customers.columns == (
        Column("id", "integer", is_nullable=False),
        Column("name", "varchar(40)", default="'x'"),
    )
    assert customers.primary_key is not None
    assert (customers.primary_key.name, customers.primary_key.columns) == ("pk", ("id",))
    (key,) = orders.foreign_keys
    assert (key.columns, key.referenced_table, key.on_delete) == (("customer",), "customers", "CASCADE")
    assert customers.referenced_by == (key,)
    assert orders.columns[4].computed == Computed("a * 2", is_persisted=True)
    assert [([item.column for item in index.keys], index.is_unique) for index in orders.indexes] == [(["a", "b"], True)]
    assert (totals.kind, [column.name for column in totals.columns]) == ("view", ["a"])


def test_all_schemas_are_read(connection: sqlalchemy.Connection) -> None:
    """Without a choice every schema that is not the system's is read."""
    assert [table.name for table in read_tables(connection)] == ["customers", "orders", "totals"]


def test_it_steps_in_for_a_lost_part(small_server: Any, connection: sqlalchemy.Connection) -> None:
    """Where our statement for columns fails, the Inspector's columns are taken and the answer says so."""
    small_server._sqlite.execute("ATTACH ':memory:' AS dbo")
    small_server._sqlite.execute("CREATE TABLE dbo.Customer (Id INTEGER PRIMARY KEY, Name VARCHAR(10))")
    small_server._sqlite.execute("ATTACH ':memory:' AS sales")
    small_server.drop("sys.computed_columns")
    catalog = SqlServerReader(small_server).catalog(Call(30))
    customer = catalog.table("dbo", "Customer")
    assert customer is not None
    assert [column.name for column in customer.columns] == ["Id", "Name"]
    assert customer.row_count == 40
    (missing,) = catalog.missing
    assert missing.part == "columns"
    assert "Inspector" in missing.reason


def test_it_steps_in_for_everything(small_server: Any) -> None:
    """Where not even the objects can be listed, the tables that the Inspector knows are given."""
    small_server._sqlite.execute("CREATE TABLE main.Customer (Id INTEGER PRIMARY KEY)")
    small_server.drop("sys.objects")
    catalog = SqlServerReader(small_server).catalog(Call(30))
    assert ("main", "Customer") in {(table.schema, table.name) for table in catalog.tables}


def test_where_it_fails_too_the_part_stays_missing(small_server: Any) -> None:
    """When neither way works, the part is missing and the rest of the catalog is there."""
    small_server.drop("sys.foreign_keys")
    catalog = SqlServerReader(small_server).catalog(Call(30))
    assert [part.part for part in catalog.missing] == ["foreign keys"]
    assert len(catalog.tables) == 4
