"""The sample database's catalog, compared with what declares it and with what is in it."""

from __future__ import annotations

import pytest

from mssql_mcp.catalog.demo import DemoReader, declared_catalog
from mssql_mcp.catalog.model import Catalog, Identity, IndexKey
from mssql_mcp.catalog.names import ObjectName
from mssql_mcp.connection.call import Call
from mssql_mcp.demo import schema
from mssql_mcp.demo.database import open_demo
from mssql_mcp.errors import ObjectNotFoundError


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return DemoReader().catalog(Call(60))


def test_every_declared_object_is_there(catalog: Catalog) -> None:
    """Tables, views, routines and synonyms are those that are declared, no more and no less."""
    tables = {f"{item.schema}.{item.name}" for item in catalog.tables}
    assert tables == {item.full_name for item in (*schema.TABLES, *schema.VIEWS)}
    assert {f"{item.schema}.{item.name}" for item in catalog.routines} == {item.full_name for item in schema.ROUTINES}
    assert {f"{item.schema}.{item.name}" for item in catalog.synonyms} == {item.full_name for item in schema.SYNONYMS}
    assert [item.name for item in catalog.schemas] == sorted(schema.SCHEMAS)


def test_every_column_is_as_declared(catalog: Catalog) -> None:
    """Each column has its declared name, type, nullability, default and comment, in order."""
    for declared in (*schema.TABLES, *schema.VIEWS):
        found = catalog.table(declared.schema, declared.name)
        assert found is not None
        assert [
            (column.name, column.type, column.is_nullable, column.default, column.comment or "")
            for column in found.columns
        ] == [
            (column.name, column.type, column.nullable, column.default, column.comment) for column in declared.columns
        ]


def test_foreign_keys_stand_at_both_ends(catalog: Catalog) -> None:
    """Each declared foreign key is on its table and, once, on the table that it points at."""
    declared = {key.name for table in schema.TABLES for key in table.foreign_keys}
    assert {key.name for table in catalog.tables for key in table.foreign_keys} == declared
    assert sorted(key.name for table in catalog.tables for key in table.referenced_by) == sorted(declared)
    for table in catalog.tables:
        for key in table.referenced_by:
            assert (key.referenced_schema, key.referenced_table) == (table.schema, table.name)


def test_row_counts_are_true(catalog: Catalog) -> None:
    """The rows that the catalog tells are the rows that are there."""
    connection = open_demo()
    for table in catalog.tables:
        if table.kind == "table":
            rows = connection.execute(f'SELECT COUNT(*) FROM "{table.schema}.{table.name}"').fetchone()[0]
            assert table.row_count == rows
    connection.close()
    assert max(table.row_count or 0 for table in catalog.tables) >= 50_000


def test_keys_and_indexes_keep_order_and_direction() -> None:
    """Identity, key, descending index columns and included columns come through."""
    catalog = declared_catalog({})
    customers = catalog.table("sales", "customers")
    assert customers is not None
    assert customers.columns[0].identity == Identity(1, 1)
    assert customers.primary_key is not None
    assert customers.primary_key.columns == ("customer_id",)
    assert {index.name: index.included for index in customers.indexes}["IX_customers_country"] == ("name", "city")
    keys = [key for table in catalog.tables for index in table.indexes for key in index.keys]
    assert any(key.is_descending for key in keys)
    assert all(isinstance(key, IndexKey) and not key.column.startswith("-") for key in keys)


def test_one_table_is_found_by_name() -> None:
    """A table is found through the default schema, in any case; an unknown one gets the nearest."""
    reader = DemoReader({})
    assert reader.table(Call(5), ObjectName("ORDERS"))[0].schema == "sales"
    with pytest.raises(ObjectNotFoundError) as caught:
        reader.table(Call(5), ObjectName("custmers"))
    assert "sales.customers" in caught.value.nearest


def test_it_is_put_together_once() -> None:
    """Asking again gives the same value, its fingerprint never changes, and there is one database."""
    reader = DemoReader({})
    assert reader.catalog(Call(5)) is reader.overview(Call(5))
    assert reader.fingerprint(Call(5)) == reader.catalog(Call(5)).fingerprint
    assert [database.name for database in reader.databases(Call(5))] == [schema.DATABASE_NAME]
