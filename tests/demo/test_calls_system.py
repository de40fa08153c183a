"""Functions that ask about the server and the catalog."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mssql_mcp.demo.objects import ids

if TYPE_CHECKING:
    from conftest import Asker


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("DB_NAME()", "Lanternworks"),
        ("DB_NAME(1)", "master"),
        ("DB_ID('LANTERNWORKS')", 5),
        ("DB_ID('nowhere')", None),
        ("SCHEMA_NAME()", "sales"),
        ("SCHEMA_ID('hr')", 5),
        ("SCHEMA_NAME(4)", "sys"),
        ("SUSER_SNAME()", "demo_reader"),
        ("SYSTEM_USER", "demo_reader"),
        ("USER_NAME(1)", "dbo"),
        ("SUSER_SNAME(0x01)", "sa"),
        ("@@SERVERNAME", "DEMO"),
        ("@@LANGUAGE", "us_english"),
        ("@@MAX_PRECISION", 38),
        ("SERVERPROPERTY('ProductMajorVersion')", "16"),
        ("SERVERPROPERTY('EngineEdition')", 3),
        ("SERVERPROPERTY('Collation')", "Latin1_General_100_CI_AS_SC"),
        ("SERVERPROPERTY('nothing')", None),
        ("DATABASEPROPERTYEX('Lanternworks', 'Updateability')", "READ_ONLY"),
        ("OBJECT_NAME(OBJECT_ID('sales.orders'))", "orders"),
        ("OBJECT_NAME(OBJECT_ID('[sales].[orders]', 'U'))", "orders"),
        ("OBJECT_NAME(OBJECT_ID('Lanternworks.hr.employees'))", "employees"),
        ("OBJECT_ID('sales.orders', 'V')", None),
        ("OBJECT_ID('sales.nothing')", None),
        ("OBJECT_SCHEMA_NAME(OBJECT_ID('hr.employees'))", "hr"),
        ("COL_NAME(OBJECT_ID('sales.orders'), 2)", "customer_id"),
        ("COL_LENGTH('sales.customers', 'name')", 240),
        ("COL_LENGTH('sales.customers', 'nothing')", None),
        ("COLUMNPROPERTY(OBJECT_ID('sales.orders'), 'order_id', 'IsIdentity')", 1),
        ("COLUMNPROPERTY(OBJECT_ID('sales.orders'), 'note', 'AllowsNull')", 1),
        ("OBJECTPROPERTY(OBJECT_ID('sales.order_totals'), 'IsView')", 1),
        ("OBJECTPROPERTY(OBJECT_ID('sales.tmp_import'), 'TableHasPrimaryKey')", 0),
        ("TYPE_NAME(231)", "nvarchar"),
        ("TYPE_ID('int')", 56),
        ("INDEX_COL('sales.order_lines', 1, 2)", "line_no"),
        ("IS_MEMBER('db_datareader')", 1),
        ("IS_MEMBER('db_owner')", 0),
        ("IS_SRVROLEMEMBER('sysadmin')", 0),
        ("HAS_PERMS_BY_NAME('sales.orders', 'OBJECT', 'SELECT')", 1),
        ("HAS_PERMS_BY_NAME('sales.orders', 'OBJECT', 'DELETE')", 0),
        ("HAS_DBACCESS('Lanternworks')", 1),
        ("LEFT(OBJECT_DEFINITION(OBJECT_ID('sales.order_totals')), 11)", "CREATE VIEW"),
    ],
)
def test_the_server_and_its_catalog(ask: Asker, expression: str, value: object) -> None:
    """Pages "Metadata functions" and "System functions (Transact-SQL)"."""
    assert ask.value(expression) == value


def test_the_version_says_what_this_is(ask: Asker) -> None:
    """Nobody is told that a real SQL Server answers."""
    version = ask.value("@@VERSION")
    assert "mssql-mcp sample database" in version
    assert "SQLite" in version


def test_ids_are_those_of_the_catalog(ask: Asker) -> None:
    """OBJECT_ID and sys.objects agree."""
    for full_name, number in ids().items():
        schema, name = full_name.split(".")
        sql = "SELECT o.object_id FROM sys.objects o JOIN sys.schemas s ON s.schema_id = o.schema_id"
        assert ask.one(f"{sql} WHERE s.name = ? AND o.name = ?", a=schema, b=name) == number
        assert ask.one("SELECT OBJECT_ID(?)", a=full_name) == number
