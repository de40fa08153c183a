"""Routines, types and schemas out of rows; what the whole reader shows is tested with it."""

from __future__ import annotations

from typing import Any

from mssql_mcp.catalog.sqlserver import SqlServerReader
from mssql_mcp.connection.call import Call


def test_schemas_of_roles_are_hidden_unless_used(small_server: Any) -> None:
    """guest and db_owner are not listed; they are as soon as something is in them."""
    names = [schema.name for schema in SqlServerReader(small_server).catalog(Call(30)).schemas]
    assert names == ["dbo", "sales"]
    small_server._sqlite.execute("UPDATE sys.objects SET schema_id = 2 WHERE name = 'CustomerHistory'")
    names = [schema.name for schema in SqlServerReader(small_server).catalog(Call(30)).schemas]
    assert names == ["dbo", "guest", "sales"]


def test_a_clr_type_has_no_base(small_server: Any) -> None:
    """A CLR type is told as such."""
    small_server.add("sys.types", {"name": "Point", "user_type_id": 302, "system_type_id": 240, "schema_id": 1,
                                   "is_user_defined": 1, "is_assembly_type": 1, "is_table_type": 0})  # fmt: skip
    point = next(item for item in SqlServerReader(small_server).catalog(Call(30)).types if item.name == "Point")
    assert (point.kind, point.base) == ("clr", "")


def test_a_table_function_returns_a_table(small_server: Any) -> None:
    """A table function returns `table` and has the columns of its result."""
    small_server.add("sys.objects", {"object_id": 122, "name": "Rows", "type": "IF", "schema_id": 1,
                                     "is_ms_shipped": 0, "parent_object_id": 0})  # fmt: skip
    small_server.add("sys.columns", {"object_id": 122, "column_id": 1, "name": "Id", "user_type_id": 56,
                                     "system_type_id": 56, "max_length": 4})  # fmt: skip
    found = next(item for item in SqlServerReader(small_server).catalog(Call(30)).routines if item.name == "Rows")
    assert (found.flavour, found.returns, [column.name for column in found.columns]) == (
        "inline table", "table", ["Id"],
    )  # fmt: skip
