"""The sample database as T-SQL; tests/live loads it on a real server."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from mssql_mcp.demo import schema, script

if TYPE_CHECKING:
    from mssql_mcp.demo.model import DemoTable


def table_named(full_name: str) -> DemoTable:
    return next(table for table in schema.TABLES if table.full_name == full_name)


def test_everything_that_is_declared_is_made() -> None:
    """Each schema, table, key, index, view, synonym, routine and trigger has its batch."""
    kinds = Counter(batch.kind for batch in script.create_batches())
    assert kinds["schema"] == len(schema.SCHEMAS)
    assert kinds["table"] == len(schema.TABLES)
    assert kinds["foreign key"] == sum(len(table.foreign_keys) for table in schema.TABLES)
    assert kinds["index"] == sum(len(table.indexes) for table in schema.TABLES)
    assert kinds["view"] == len(schema.VIEWS)
    assert kinds["synonym"] == len(schema.SYNONYMS)
    assert kinds["routine"] == len(schema.ROUTINES)
    assert kinds["trigger"] == sum(len(table.triggers) for table in schema.TABLES)


def test_the_batches_are_in_an_order_that_works() -> None:
    """Tables before rows, rows before the keys that point at them, tables before what reads them."""
    kinds = list(dict.fromkeys(batch.kind for batch in script.batches()))
    assert kinds == [
        "schema",
        "table",
        "rows",
        "foreign key",
        "index",
        "view",
        "synonym",
        "routine",
        "trigger",
        "description",
    ]


def test_every_comment_becomes_a_description() -> None:
    """Comments of tables and columns are extended properties, and can be left out."""
    comments = {batch.name for batch in script.create_batches() if batch.kind == "description"}
    assert {schema.DATABASE_NAME, "sales", "sales.orders", "sales.orders.note"} <= comments
    with_comments, without = list(script.create_statements()), list(script.create_statements(descriptions=False))
    assert len(with_comments) - len(without) == len(comments)
    assert "EXEC" in with_comments[-1]
    assert not any(statement.startswith("EXEC") for statement in without)


def test_a_table_is_made_whole() -> None:
    """Identity, defaults, computed columns, keys and checks stand in CREATE TABLE."""
    made = script.create_table(table_named("sales.order_lines"))
    assert "[discount] decimal(4,3) NOT NULL DEFAULT ((0))" in made
    assert re.search(r"\[line_total\] AS \(CONVERT\(.*\) PERSISTED", made)
    assert "CONSTRAINT [PK_order_lines] PRIMARY KEY ([order_id], [line_no])" in made
    assert "CONSTRAINT [CK_order_lines_quantity] CHECK ([quantity]>(0))" in made
    assert "[order_id] int IDENTITY(10001,1) NOT NULL" in script.create_table(table_named("sales.orders"))


def test_an_index_keeps_its_order_columns_and_filter() -> None:
    """Descending keys, INCLUDE, WHERE and UNIQUE are written."""
    made = {batch.name: batch.sql for batch in script.create_batches() if batch.kind == "index"}
    assert made["sales.orders.IX_orders_customer"].endswith(
        "ON [sales].[orders] ([customer_id], [ordered_at] DESC) INCLUDE ([status_id], [freight])"
    )
    assert made["sales.customers.UX_customers_email"] == (
        "CREATE UNIQUE INDEX [UX_customers_email] ON [sales].[customers] ([email]) WHERE ([email] IS NOT NULL)"
    )


def test_a_foreign_key_says_what_a_delete_does() -> None:
    """ON DELETE is written where it is not the default."""
    made = {batch.name: batch.sql for batch in script.create_batches() if batch.kind == "foreign key"}
    assert made["sales.FK_order_lines_order"].endswith("REFERENCES [sales].[orders] ([order_id]) ON DELETE CASCADE")
    assert made["sales.FK_orders_customer"].endswith("REFERENCES [sales].[customers] ([customer_id])")


@pytest.mark.parametrize("table", schema.TABLES, ids=lambda table: table.full_name)
def test_rows_fit_the_columns(table: DemoTable) -> None:
    """Each row has a value for each stored column, and NULL stands only where it may."""
    columns = script.stored_columns(table)
    rows = list(script.rows(table))
    assert rows
    assert all(len(row) == len(columns) for row in rows)
    required = [index for index, column in enumerate(columns) if not column.nullable]
    assert not any(row[index] is None for row in rows for index in required)


def test_inserts_hold_every_row_once() -> None:
    """Rows come in statements of a bounded size, and none is lost between them."""
    table = table_named("hr.salary_history")
    statements = list(script.insert_statements(table, rows_per_insert=100))
    counts = [statement.count("\n(") for statement in statements]
    assert max(counts) == 100
    assert sum(counts) == len(list(script.rows(table)))


def test_numbers_of_an_identity_column_are_kept() -> None:
    """IDENTITY_INSERT is on for the statement and off again after it; other tables need none."""
    (statement,) = script.insert_statements(table_named("hr.departments"))
    first, *_, last = statement.split("\n")
    assert (first, last) == (
        "SET IDENTITY_INSERT [hr].[departments] ON;",
        "SET IDENTITY_INSERT [hr].[departments] OFF;",
    )
    assert "IDENTITY_INSERT" not in next(script.insert_statements(table_named("sales.countries")))


def test_computed_columns_are_not_inserted() -> None:
    """The server computes them."""
    insert = next(script.insert_statements(table_named("sales.order_lines")))
    assert "[line_total]" not in insert
    assert "[quantity]" in insert


def test_the_whole_script_is_for_sqlcmd() -> None:
    """It says how to run it, sets what filtered indexes need, and ends every batch with GO on a line of its own."""
    pieces = script.script()
    header, opening, first = next(pieces), next(pieces), next(pieces)
    assert "sqlcmd" in header
    assert all(line.startswith("--") for line in header.splitlines())
    assert "SET QUOTED_IDENTIFIER ON" in opening
    assert first == "CREATE SCHEMA [hr]\nGO\n"
    assert all(piece.endswith("\nGO\n") for piece in pieces)
