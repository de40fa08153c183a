"""The demo's own catalog: what sys and INFORMATION_SCHEMA say of the schema, in Microsoft's columns."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from corpora import collection

from mssql_mcp.demo import schema
from mssql_mcp.demo.sqltypes import parse_type
from mssql_mcp.demo.system_columns import system_views

if TYPE_CHECKING:
    from conftest import Asker


@pytest.fixture(scope="module")
def documented() -> dict[str, Any]:
    text = collection("catalog/sqlserver_catalog.json").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)["objects"]
    return found


def test_every_column_is_documented_by_microsoft(documented: dict[str, Any]) -> None:
    """Each system view has documented columns alone, with their types, in their order."""
    for view, columns in system_views().items():
        known = {column["name"]: column for column in documented[view]["columns"]}
        assert {column.name for column in columns} <= set(known), view
        order = [name for name in known if name in {column.name for column in columns}]
        assert [column.name for column in columns] == order, view
        for column in columns:
            assert column.type == (known[column.name].get("type") or "int"), (view, column.name)


def test_the_common_columns_are_there() -> None:
    """Those that queries of catalogs name most."""
    views = {view: {column.name for column in columns} for view, columns in system_views().items()}
    assert {"name", "object_id", "schema_id", "type", "create_date", "modify_date", "is_ms_shipped"} <= views[
        "sys.tables"
    ]
    assert {"column_id", "max_length", "precision", "scale", "is_nullable", "is_identity", "is_computed"} <= views[
        "sys.columns"
    ]
    assert {"TABLE_SCHEMA", "TABLE_NAME", "COLUMN_NAME", "DATA_TYPE", "IS_NULLABLE"} <= views[
        "INFORMATION_SCHEMA.COLUMNS"
    ]
    assert {"compatibility_level", "collation_name", "state_desc"} <= views["sys.databases"]


@pytest.mark.parametrize("view", sorted(system_views()))
def test_every_view_can_be_read_whole(ask: Asker, view: str) -> None:
    """Every cell decodes in its type; bits are never NULL."""
    answer = ask(f"SELECT * FROM {view}")
    assert answer.names == [column.name for column in system_views()[view]]
    for place, type_ in enumerate(answer.types):
        if type_ == "bit":
            assert all(row[place] in {True, False} for row in answer.rows)


def test_tables_and_their_columns(ask: Asker) -> None:
    """The two catalogs list every declared column alike."""
    declared = [
        (owner.schema, owner.name, column.name, place, "YES" if column.nullable else "NO")
        for owner in (*schema.TABLES, *schema.VIEWS)
        for place, column in enumerate(owner.columns, start=1)
    ]
    information = ask.rows(
        "SELECT TABLE_SCHEMA, TABLE_NAME, COLUMN_NAME, ORDINAL_POSITION, IS_NULLABLE FROM INFORMATION_SCHEMA.COLUMNS"
    )
    assert sorted(information) == sorted(declared)
    sql = """
        SELECT s.name, o.name, c.name, c.column_id, CASE c.is_nullable WHEN 1 THEN 'YES' ELSE 'NO' END
        FROM sys.columns AS c JOIN sys.objects AS o ON o.object_id = c.object_id JOIN sys.schemas AS s ON s.schema_id = o.schema_id"""
    assert sorted(ask.rows(sql)) == sorted(declared)


def test_types_can_be_put_together_again(ask: Asker) -> None:
    """The usual way from sys.columns and sys.types to a type's text gives the declared type."""
    sql = """
        SELECT SCHEMA_NAME(o.schema_id) + '.' + o.name, c.name,
            t.name + CASE
                WHEN t.name IN ('varchar', 'char', 'varbinary', 'binary') THEN '(' + IIF(c.max_length = -1, 'max', CAST(c.max_length AS varchar(10))) + ')'
                WHEN t.name IN ('nvarchar', 'nchar') THEN '(' + IIF(c.max_length = -1, 'max', CAST(c.max_length / 2 AS varchar(10))) + ')'
                WHEN t.name IN ('decimal', 'numeric') THEN CONCAT('(', c.precision, ',', c.scale, ')')
                WHEN t.name IN ('datetime2', 'datetimeoffset', 'time') THEN CONCAT('(', c.scale, ')')
                ELSE '' END
        FROM sys.columns AS c JOIN sys.types AS t ON t.user_type_id = c.user_type_id JOIN sys.objects AS o ON o.object_id = c.object_id"""
    found = {(owner, column): type_ for owner, column, type_ in ask.rows(sql)}
    for owner in (*schema.TABLES, *schema.VIEWS):
        for column in owner.columns:
            assert found[owner.full_name, column.name] == str(parse_type(column.type))


def test_row_counts_are_true(ask: Asker) -> None:
    """sys.partitions and sys.dm_db_partition_stats count what is there, filtered indexes too."""
    counts = ask.rows(
        "SELECT SCHEMA_NAME(t.schema_id), t.name, p.rows FROM sys.tables t JOIN sys.partitions p ON p.object_id = t.object_id AND p.index_id < 2"
    )
    assert len(counts) == len(schema.TABLES)
    for owner, name, rows in counts:
        assert ask.one(f"SELECT COUNT(*) FROM {owner}.{name}") == rows
    sizes = ask.rows(
        "SELECT OBJECT_NAME(object_id), SUM(row_count) FROM sys.dm_db_partition_stats WHERE index_id < 2 GROUP BY object_id"
    )
    assert dict(sizes)["order_lines"] == 50_000
    filtered = ask.one(
        "SELECT p.rows FROM sys.indexes i JOIN sys.partitions p ON p.object_id = i.object_id AND p.index_id = i.index_id WHERE i.name = 'IX_orders_open'"
    )
    assert filtered == ask.one("SELECT COUNT(*) FROM sales.orders WHERE shipped_on IS NULL")


def test_foreign_keys_are_told_alike(ask: Asker) -> None:
    """sys and INFORMATION_SCHEMA tell every declared foreign key with its columns."""
    declared = sorted(
        (key.name, table.full_name, own, f"{key.referenced_schema}.{key.referenced_table}", other)
        for table in schema.TABLES
        for key in table.foreign_keys
        for own, other in zip(key.columns, key.referenced_columns, strict=True)
    )
    sql = """
        SELECT f.name, OBJECT_SCHEMA_NAME(f.parent_object_id) + '.' + OBJECT_NAME(f.parent_object_id), COL_NAME(k.parent_object_id, k.parent_column_id),
            OBJECT_SCHEMA_NAME(f.referenced_object_id) + '.' + OBJECT_NAME(f.referenced_object_id), COL_NAME(k.referenced_object_id, k.referenced_column_id)
        FROM sys.foreign_keys AS f JOIN sys.foreign_key_columns AS k ON k.constraint_object_id = f.object_id"""
    assert sorted(ask.rows(sql)) == declared
    sql = """
        SELECT r.CONSTRAINT_NAME, a.TABLE_SCHEMA + '.' + a.TABLE_NAME, a.COLUMN_NAME, b.TABLE_SCHEMA + '.' + b.TABLE_NAME, b.COLUMN_NAME
        FROM INFORMATION_SCHEMA.REFERENTIAL_CONSTRAINTS AS r
        JOIN INFORMATION_SCHEMA.KEY_COLUMN_USAGE AS a ON a.CONSTRAINT_NAME = r.CONSTRAINT_NAME AND a.CONSTRAINT_SCHEMA = r.CONSTRAINT_SCHEMA
        JOIN INFORMATION_SCHEMA.KEY_COLUMN_USAGE AS b ON b.CONSTRAINT_NAME = r.UNIQUE_CONSTRAINT_NAME AND b.CONSTRAINT_SCHEMA = r.UNIQUE_CONSTRAINT_SCHEMA
            AND b.ORDINAL_POSITION = a.ORDINAL_POSITION"""
    assert sorted(ask.rows(sql)) == declared


def test_indexes_have_their_columns(ask: Asker) -> None:
    """Key columns in order, descending ones, included ones and filters."""
    sql = """
        SELECT i.name, c.name, k.key_ordinal, k.is_descending_key, k.is_included_column
        FROM sys.indexes AS i JOIN sys.index_columns AS k ON k.object_id = i.object_id AND k.index_id = i.index_id
        JOIN sys.columns AS c ON c.object_id = k.object_id AND c.column_id = k.column_id
        WHERE i.name = 'IX_orders_customer' ORDER BY k.index_column_id"""
    assert ask.rows(sql) == [
        ("IX_orders_customer", "customer_id", 1, False, False),
        ("IX_orders_customer", "ordered_at", 2, True, False),
        ("IX_orders_customer", "status_id", 0, False, True),
        ("IX_orders_customer", "freight", 0, False, True),
    ]
    heaps = ask.rows("SELECT OBJECT_NAME(object_id) FROM sys.indexes WHERE type = 0 ORDER BY 1")
    assert heaps == [("orders_2019",), ("tmp_import",)]
    assert (
        ask.one("SELECT filter_definition FROM sys.indexes WHERE name = 'IX_orders_open'") == "([shipped_on] IS NULL)"
    )


def test_comments_and_definitions(ask: Asker) -> None:
    """Extended properties carry the comments; modules their text."""
    sql = "SELECT value FROM sys.extended_properties WHERE major_id = OBJECT_ID('sales.order_lines') AND minor_id = 0 AND name = 'MS_Description'"
    assert ask.one(sql) == "What was ordered: the fact table."
    comments = sum(bool(column.comment) for owner in (*schema.TABLES, *schema.VIEWS) for column in owner.columns)
    assert ask.one("SELECT COUNT(*) FROM sys.extended_properties WHERE class = 1 AND minor_id > 0") == comments
    modules = ask.rows(
        "SELECT OBJECT_SCHEMA_NAME(object_id) + '.' + OBJECT_NAME(object_id), definition FROM sys.sql_modules"
    )
    expected = {routine.full_name: routine.definition for routine in schema.ROUTINES}
    expected |= {view.full_name: view.definition for view in schema.VIEWS}
    expected |= {
        f"{table.schema}.{trigger.name}": trigger.definition for table in schema.TABLES for trigger in table.triggers
    }
    assert dict(modules) == expected


def test_other_constraints(ask: Asker) -> None:
    """Checks, defaults, identities, computed columns, triggers, synonyms."""
    assert (
        ask.one("SELECT definition FROM sys.check_constraints WHERE name = 'CK_products_price'") == "([unit_price]>(0))"
    )
    assert ask.one("SELECT definition FROM sys.default_constraints WHERE name = 'DF_employees_is_remote'") == "((0))"
    identity = (
        "SELECT seed_value, increment_value FROM sys.identity_columns WHERE object_id = OBJECT_ID('sales.orders')"
    )
    assert ask.rows(identity) == [(10001, 1)]
    assert ask.one("SELECT COUNT(*) FROM sys.computed_columns WHERE is_persisted = 1") == 1
    assert ask.one("SELECT COUNT(*) FROM sys.triggers WHERE is_instead_of_trigger = 1") == 1
    assert ask.rows("SELECT name, base_object_name FROM sys.synonyms ORDER BY name") == [
        ("products", "[production].[products]"),
        ("staff", "[hr].[employees]"),
    ]
    kinds = ask.rows(
        "SELECT CONSTRAINT_TYPE, COUNT(*) FROM INFORMATION_SCHEMA.TABLE_CONSTRAINTS GROUP BY CONSTRAINT_TYPE ORDER BY 1"
    )
    assert [kind for kind, _ in kinds] == ["CHECK", "FOREIGN KEY", "PRIMARY KEY", "UNIQUE"]


def test_unknown_system_views_name_the_known(ask: Asker) -> None:
    """A view that only a server has is 208, with a list of those that are here."""
    from mssql_mcp.errors import ObjectNotFoundError

    with pytest.raises(ObjectNotFoundError) as caught:
        ask("SELECT * FROM sys.dm_exec_requests")
    assert "sys.tables" in caught.value.hint
