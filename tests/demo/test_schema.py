"""The declaration: what the sample must have, and that it holds together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mssql_mcp.demo import schema
from mssql_mcp.demo.bridge import translate
from mssql_mcp.demo.sqltypes import SYSNAME, parse_type

if TYPE_CHECKING:
    from mssql_mcp.demo.model import DemoView

COLUMNS = [column for table in schema.TABLES for column in table.columns]


def test_there_is_enough_to_show() -> None:
    """Tables over three schemas, with every kind of thing that a catalog shows."""
    assert len(schema.TABLES) >= 14
    assert {table.schema for table in schema.TABLES} == set(schema.SCHEMAS)
    assert any(key.referenced_schema != table.schema for table in schema.TABLES for key in table.foreign_keys)
    selves = [table.name for table in schema.TABLES for key in table.foreign_keys if key.referenced_table == table.name]
    assert set(selves) >= {"employees", "departments", "categories", "customers"}
    assert any(len(key.columns) > 1 for table in schema.TABLES for key in table.foreign_keys)
    assert any(table.primary_key is None for table in schema.TABLES)
    assert any(index.filter for table in schema.TABLES for index in table.indexes)
    assert any(index.included for table in schema.TABLES for index in table.indexes)
    assert len(schema.VIEWS) >= 5
    assert {routine.kind for routine in schema.ROUTINES} == {"procedure", "scalar function", "inline table function"}


def test_every_common_type_is_there() -> None:
    """A reader of types meets each of them."""
    names = {parse_type(column.type).name for column in COLUMNS}
    wanted = (
        "int bigint smallint tinyint bit decimal money float real char varchar nvarchar varbinary uniqueidentifier xml"
    )
    assert names >= {*wanted.split(), "date", "time", "datetime", "datetime2", "datetimeoffset"}


def test_names_are_unique_and_references_lead_somewhere() -> None:
    """No two objects of a schema share a name, and keys name columns that exist."""
    tables = {(table.schema, table.name): table for table in schema.TABLES}
    assert len(tables) == len(schema.TABLES)
    for table in schema.TABLES:
        own = [column.name for column in table.columns]
        assert len(set(own)) == len(own)
        for key in table.foreign_keys:
            target = tables[key.referenced_schema, key.referenced_table]
            assert target.primary_key is not None
            assert key.referenced_columns == target.primary_key.columns
            assert [parse_type(table.column(c).type) for c in key.columns] == [
                parse_type(target.column(c).type) for c in key.referenced_columns
            ]
        for index in table.indexes:
            assert {name.removeprefix("-") for name in (*index.columns, *index.included)} <= set(own)


@pytest.mark.parametrize("view", schema.VIEWS, ids=lambda view: view.full_name)
def test_a_view_yields_what_it_declares(view: DemoView) -> None:
    """The declared columns of a view are those that its T-SQL has."""
    found = translate(view.definition.split(" AS\n", 1)[1]).columns
    assert [(column.name, column.type) for column in found] == [(column.name, column.type) for column in view.columns]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("INT", "int"),
        ("integer", "int"),
        ("numeric", "decimal(18,0)"),
        ("Decimal( 10 , 2 )", "decimal(10,2)"),
        ("nvarchar(MAX)", "nvarchar(max)"),
        ("varchar", "varchar(1)"),
        ("float(24)", "real"),
        ("float(53)", "float"),
        ("datetime2", "datetime2(7)"),
        ("time(3)", "time(3)"),
        ("rowversion", "timestamp"),
        ("character varying(5)", "varchar(5)"),
    ],
)
def test_types_are_read_however_they_are_written(text: str, shown: str) -> None:
    """Synonyms and defaults; page "Data type synonyms (Transact-SQL)"."""
    assert str(parse_type(text)) == shown


def test_sysname_is_nvarchar_128() -> None:
    """It stays apart in the catalog and is shown as what it is in a result."""
    assert (SYSNAME.length, SYSNAME.is_unicode) == (128, True)
    assert translate("SELECT name FROM sys.tables").columns[0].type == "nvarchar(128)"
