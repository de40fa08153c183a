"""Types as DDL writes them."""

from __future__ import annotations

import pytest

from mssql_mcp.catalog.type_names import written_type


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        (("int", 4, 10, 0), "int"),
        (("nvarchar", 100, 0, 0), "nvarchar(50)"),
        (("nvarchar", -1, 0, 0), "nvarchar(max)"),
        (("nchar", 4, 0, 0), "nchar(2)"),
        (("varchar", 50, 0, 0), "varchar(50)"),
        (("varbinary", -1, 0, 0), "varbinary(max)"),
        (("decimal", 9, 12, 2), "decimal(12,2)"),
        (("numeric", 17, 38, 0), "numeric(38,0)"),
        (("datetime2", 7, 23, 3), "datetime2(3)"),
        (("time", 5, 16, 7), "time(7)"),
        (("datetimeoffset", 10, 34, 7), "datetimeoffset(7)"),
        (("datetime", 8, 23, 3), "datetime"),
        (("float", 8, 53, 0), "float"),
        (("money", 8, 19, 4), "money"),
        (("xml", -1, 0, 0), "xml"),
        (("vector", 20, 0, 0, 3), "vector(3)"),
        (("nvarchar", None, None, None), "nvarchar"),
    ],
)
def test_a_type_is_written_as_ddl_writes_it(numbers: tuple[object, ...], expected: str) -> None:
    """Length counts characters, (max) is said, precision and scale stand where the type has them."""
    assert written_type(*numbers) == expected  # type: ignore[arg-type]
