"""Look-ups of a table value."""

from __future__ import annotations

from mssql_mcp.catalog.table import Column, Table


def test_columns_are_found_in_any_case() -> None:
    """A column is found by name in any case; an unknown one is None."""
    table = Table("dbo", "T", columns=(Column("Id", "int"),))
    assert table.column("ID") is table.columns[0]
    assert table.column("x") is None
