"""The bytes that ODBC gives for types that pyodbc does not know are read right."""

from __future__ import annotations

import struct

import pytest

from mssql_mcp.connection.converters import (
    PYODBC_CONVERTERS,
    clr,
    datetimeoffset,
    integer,
    tiny_integer,
    with_null_variants,
)
from mssql_mcp.result import Column


@pytest.mark.parametrize(
    ("parts", "text"),
    [
        ((2024, 2, 29, 23, 59, 58, 123456700, 2, 30), "2024-02-29T23:59:58.1234567+02:30"),
        ((2024, 2, 29, 23, 59, 58, 120000000, -2, -30), "2024-02-29T23:59:58.12-02:30"),
        ((1, 1, 1, 0, 0, 0, 0, 0, 0), "0001-01-01T00:00:00+00:00"),
        ((9999, 12, 31, 23, 59, 59, 999999900, 14, 0), "9999-12-31T23:59:59.9999999+14:00"),
        ((2024, 1, 1, 0, 0, 0, 0, 0, -30), "2024-01-01T00:00:00-00:30"),
    ],
)
def test_a_datetimeoffset_keeps_every_digit(parts: tuple[int, ...], text: str) -> None:
    """Seven digits of a second and an offset of either sign survive, years 1 to 9999."""
    assert datetimeoffset(struct.pack("<6hI2h", *parts)) == text


@pytest.mark.parametrize(
    ("raw", "value"), [(b"\xff\xff\xff\xff", -1), (b"\x01\x00", 1), (b"\x00" * 7 + b"\x80", -(2**63))]
)
def test_integers_of_a_variant_have_any_width(raw: bytes, value: int) -> None:
    """smallint, int and bigint inside a sql_variant are signed and little-endian."""
    assert integer(raw) == value


def test_a_tinyint_has_no_sign() -> None:
    """SQL Server's tinyint goes from 0 to 255."""
    assert tiny_integer(b"\xfa") == 250


def test_a_clr_value_stays_bytes() -> None:
    """hierarchyid and spatial values are given in their own serialization."""
    assert clr(b"\x01\x02") == b"\x01\x02"


def test_each_type_that_pyodbc_cannot_read_is_covered() -> None:
    """The codes of msodbcsql.h and sqlext.h: datetimeoffset, CLR, and the integers of a sql_variant."""
    assert set(PYODBC_CONVERTERS) == {-155, -151, -16, -15, -25, -28}


def test_null_in_a_variant_is_null():
    """pyodbc gives an empty text for it; real text, empty bytes and other columns stay."""
    columns = (Column("v", "varbinary(8000)"), Column("t", "string(10)"))
    rows = [("", ""), ("x", "y"), (b"", None), (5, "")]
    assert with_null_variants(rows, columns) == [[None, ""], ["x", "y"], [b"", None], [5, ""]]
    untouched = [("x", "")]
    assert with_null_variants(untouched, columns) is untouched
