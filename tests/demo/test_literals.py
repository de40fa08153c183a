"""T-SQL literals of stored values."""

from __future__ import annotations

from typing import Any

import pytest

from mssql_mcp.demo.literals import writer
from mssql_mcp.demo.runtime.decimals import store
from mssql_mcp.demo.sqltypes import parse_type


@pytest.mark.parametrize(
    ("type_name", "stored", "literal"),
    [
        ("int", -5, "-5"),
        ("bit", 1, "1"),
        ("decimal(10,2)", -5, "-0.05"),
        ("decimal(38,4)", store(10**30, 38), "100000000000000000000000000.0000"),
        ("money", 12_345, "1.2345"),
        ("float", 0.1, "0.1E0"),
        ("float", 1e300, "1e+300"),
        ("real", -6.625, "-6.625E0"),
        ("char(6)", "O'Hara", "'O''Hara'"),
        ("nvarchar(max)", "Łódź 💡", "N'Łódź 💡'"),
        ("xml", "<a b='1'/>", "N'<a b=''1''/>'"),
        ("varbinary(4)", b"\x00\xff", "0x00FF"),
        ("varbinary(4)", b"", "0x"),
        ("uniqueidentifier", "0E984725-C51C-4BF4-9960-E1C80E27ABA0", "'0E984725-C51C-4BF4-9960-E1C80E27ABA0'"),
        ("date", "2024-02-29", "'2024-02-29'"),
        ("time(0)", "23:59:59", "'23:59:59'"),
        ("datetime", "2024-02-29 23:59:59.997", "'2024-02-29T23:59:59.997'"),
        ("datetime2(7)", "2024-02-29 23:59:59.9999999", "'2024-02-29T23:59:59.9999999'"),
        ("datetimeoffset(0)", "2024-02-29 23:30:00+02:00", "'2024-03-01T01:30:00+02:00'"),
        ("datetimeoffset(0)", "2024-03-01 01:30:00-02:30", "'2024-02-29T23:00:00-02:30'"),
        ("int", None, "NULL"),
    ],
)
def test_each_type_has_its_literal(type_name: str, stored: Any, literal: str) -> None:
    """No session setting changes what a literal means, and quotes cannot end it."""
    assert writer(parse_type(type_name))(stored) == literal
