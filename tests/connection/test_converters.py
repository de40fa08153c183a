"""The bytes that ODBC gives for types that pyodbc does not know are read right."""

from __future__ import annotations

import datetime as dt
import struct
import uuid
from decimal import Decimal

import pytest

from mssql_mcp.connection.converters import (
    PYODBC_CONVERTERS,
    clr,
    converters_for,
    datetimeoffset,
    integer,
    moment,
    time,
    tiny_integer,
    wide_text,
    with_variants,
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
    """The codes of msodbcsql.h and sqlext.h: datetimeoffset, time, CLR, and the integers of a sql_variant."""
    assert set(PYODBC_CONVERTERS) == {-155, -154, -151, -16, -15, -25, -28}


@pytest.mark.parametrize(
    ("parts", "text"),
    [
        ((10, 11, 12, 123456700), "10:11:12.1234567"),
        ((0, 0, 0, 0), "00:00:00"),
        ((23, 59, 59, 500000000), "23:59:59.5"),
        ((24, 0, 0, 0), "24:00:00"),
    ],
)
def test_a_time_keeps_every_digit(parts: tuple[int, ...], text: str) -> None:
    """Also the end of a day, to which some servers round up, and which Python has no time for."""
    assert time(struct.pack("<3H2xI", *parts)) == text


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        (struct.pack("<6hI", 2024, 5, 1, 10, 11, 12, 123456700), "2024-05-01T10:11:12.1234567"),
        (struct.pack("<6hI", 2024, 5, 1, 10, 11, 12, 123456000), dt.datetime(2024, 5, 1, 10, 11, 12, 123456)),
        (struct.pack("<iI", 45411, 11001637), dt.datetime(2024, 5, 1, 10, 11, 12, 123000)),
        (struct.pack("<iI", -53690, 25919999), dt.datetime(1753, 1, 1, 23, 59, 59, 997000)),
        (struct.pack("<HH", 45411, 611), dt.datetime(2024, 5, 1, 10, 11)),
    ],
)
def test_a_moment_keeps_every_digit(raw: bytes, value: object) -> None:
    """datetime2 as a structure, datetime and smalldatetime as the server writes them."""
    assert moment(raw) == value


def described(kind: type, size: int, scale: int = 0) -> tuple[object, ...]:
    return ("v", kind, None, size, size, scale, True)


def test_slow_readers_are_used_where_they_are_needed() -> None:
    """The seventh digit of a second, and the texts of a sql_variant."""
    assert set(converters_for([described(dt.datetime, 23, 3), described(bytes, 50)])) == set(PYODBC_CONVERTERS)
    assert set(converters_for([described(dt.datetime, 23, 3), described(dt.time, 16)])) == set(PYODBC_CONVERTERS)
    assert converters_for([described(dt.datetime, 27, 7)]) == {93: moment}
    assert converters_for([described(bytearray, 8_000)])[-8] is wide_text


def test_a_result_that_pyodbc_can_read_has_no_readers() -> None:
    """Each cell would be asked whether one is meant for it."""
    kinds = (str, int, float, bool, Decimal, dt.date, dt.datetime, uuid.UUID)
    assert converters_for([described(kind, 10) for kind in kinds]) == {}
    assert converters_for([]) == {}


COLUMNS = (Column("v", "sql_variant"), Column("t", "string(10)"))


def test_null_in_a_variant_is_null() -> None:
    """pyodbc gives an empty text for it; an nvarchar that is empty, other texts, bytes and other columns stay."""
    rows = [("", ""), ("x", "y"), (b"", None), (5, ""), (wide_text(b""), "")]
    mended = with_variants(rows, COLUMNS, is_pyodbc=True)
    assert mended == [[None, ""], ["x", "y"], [b"", None], [5, ""], ["", ""]]
    untouched = [("x", "")]
    assert with_variants(untouched, COLUMNS[1:], is_pyodbc=True) is untouched


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        (struct.pack("<4HI", 10, 11, 12, 0, 123456700), "10:11:12.1234567"),
        (struct.pack("<4HI", 24, 0, 0, 0, 0), "24:00:00"),
        (struct.pack("<6hI2h", 2024, 5, 1, 10, 11, 12, 0, -5, -30), "2024-05-01T10:11:12-05:30"),
    ],
)
def test_a_moment_in_a_variant_is_read_from_its_bytes(cell: bytes, shown: str) -> None:
    """pyodbc gives a time and a datetimeoffset in a sql_variant as bytes; mssql-python's bytes are bytes."""
    assert with_variants([(cell, None)], COLUMNS, is_pyodbc=True) == [[shown, None]]
    assert with_variants([(cell, None)], COLUMNS, is_pyodbc=False) == [[cell, None]]


@pytest.mark.parametrize(
    "cell",
    [
        bytes(12),
        bytes(20),
        b"Hello world!",
        b"\xff" * 20,
        struct.pack("<4HI", 25, 0, 0, 0, 0),
        struct.pack("<4HI", 10, 0, 0, 1, 0),
        struct.pack("<4HI", 10, 0, 0, 0, 150),
        struct.pack("<6hI2h", 2024, 13, 1, 0, 0, 0, 0, 0, 0),
        struct.pack("<6hI2h", 2024, 1, 1, 0, 0, 0, 0, 1, -30),
    ],
)
def test_other_bytes_in_a_variant_stay_bytes(cell: bytes) -> None:
    """Only what is a moment in every part is taken for one, and nothing but zeros never is."""
    assert with_variants([(cell, None)], COLUMNS, is_pyodbc=True) == [[cell, None]]


def test_a_datetimeoffset_in_a_variant_is_written_as_everywhere() -> None:
    """mssql-python gives SQL Server's own form of it."""
    rows = [("2024-05-01 10:11:12.1234570 +02:00", ""), ("2024-05-01 10:11:12.0000000 -05:30", ""), ("2024", "")]
    mended = with_variants(rows, COLUMNS, is_pyodbc=False)
    assert [row[0] for row in mended] == ["2024-05-01T10:11:12.123457+02:00", "2024-05-01T10:11:12-05:30", "2024"]
