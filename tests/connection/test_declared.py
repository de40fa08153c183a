"""A value of a stated type is what was written, or it is refused."""

from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal
from typing import Any

import pytest

from mssql_mcp.connection.declared import declared, parse_type

ZONE = dt.timezone(dt.timedelta(hours=-5, minutes=-30))
GUID = "0E984725-C51C-4BF4-9960-E1C80E27ABA0"


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("INT", "int"),
        (" decimal ( 10 , 2 ) ", "decimal(10,2)"),
        ("numeric(5)", "decimal(5,0)"),
        ("decimal", "decimal(18,0)"),
        ("datetime2", "datetime2(7)"),
        ("time(0)", "time(0)"),
        ("varchar", "varchar(max)"),
        ("NVARCHAR(MAX)", "nvarchar(max)"),
        ("varbinary(8000)", "varbinary(8000)"),
        ("uniqueidentifier", "uniqueidentifier"),
    ],
)
def test_names_of_types_are_read(written: str, name: str) -> None:
    """As they are written in T-SQL."""
    assert str(parse_type(written)) == name


@pytest.mark.parametrize(
    "written",
    [
        *("", "money", "int(4)", "decimal(39)", "decimal(5,6)", "decimal(0)", "decimal(max)", "varchar(8001)"),
        *(
            "nvarchar(4001)",
            "varchar(0)",
            "varchar(5,2)",
            "datetime2(8)",
            "time(max)",
            "date(3)",
            "int; DROP",
            "float(",
        ),
    ],
)
def test_what_is_no_type_is_refused(written: str) -> None:
    """Nothing is guessed."""
    with pytest.raises(ValueError, match="is no type"):
        parse_type(written)


@pytest.mark.parametrize(
    ("type_name", "written", "value"),
    [
        ("int", "-5", -5),
        ("tinyint", 255, 255),
        ("bigint", "9223372036854775807", 2**63 - 1),
        ("decimal(22,2)", "12345678901234567890.12", Decimal("12345678901234567890.12")),
        ("decimal(10,2)", 5, Decimal("5.00")),
        ("decimal(10,2)", 1.5, Decimal("1.50")),
        ("decimal(10,2)", "1.500", Decimal("1.50")),
        ("decimal(2,2)", "-0.05", Decimal("-0.05")),
        ("decimal(3,0)", "1e2", Decimal("100")),
        ("decimal(1,0)", "0", Decimal("0")),
        ("float", "1e3", 1000.0),
        ("bit", "true", True),
        ("bit", 0, False),
        ("date", "2024-02-29", dt.date(2024, 2, 29)),
        ("time", "23:59", dt.time(23, 59)),
        ("datetime2(3)", "2024-05-01T10:11:12.5", dt.datetime(2024, 5, 1, 10, 11, 12, 500_000)),
        ("datetime2", "2024-05-01", dt.datetime(2024, 5, 1)),
        ("datetimeoffset", "2024-05-01 10:00:00-05:30", dt.datetime(2024, 5, 1, 10, tzinfo=ZONE)),
        ("datetimeoffset", "2024-05-01T10:00Z", dt.datetime(2024, 5, 1, 10, tzinfo=dt.UTC)),
        ("uniqueidentifier", GUID.lower(), uuid.UUID(GUID)),
        ("varchar(2)", "ab", "ab"),
        ("nvarchar(2)", "\U0001f600", "\U0001f600"),
        ("varbinary(2)", "0x00ff", b"\x00\xff"),
        ("varbinary", "0x", b""),
        ("date", None, None),
    ],
)
def test_values_are_read_as_their_type(type_name: str, written: Any, value: Any) -> None:
    """To the last digit."""
    read = declared(written, type_name)
    assert (type(read.value), read.value) == (type(value), value)
    assert str(read.value) == str(value)


def test_all_seven_digits_of_a_second_are_sent() -> None:
    """Python keeps six; the text that is sent has them all."""
    assert declared("10:11:12.1234567", "time").text == "10:11:12.1234567"
    assert declared("2024-05-01T10:11:12.1234567", "datetime2").text == "2024-05-01 10:11:12.1234567"
    text = declared("2024-05-01T10:11:12.1234567-05:30", "datetimeoffset").text
    assert text == "2024-05-01 10:11:12.1234567 -05:30"


@pytest.mark.parametrize(
    ("type_name", "written"),
    [
        *(("int", value) for value in ("2147483648", "1.0", 1.0, True, "", "five", "0x10")),
        *(("tinyint", value) for value in (-1, 256)),
        *(("decimal(5,2)", value) for value in ("1000", "1.234", "NaN", "Infinity", True, "1,5", "1e400")),
        *(("float", value) for value in ("inf", "nan", True, "x", "1e999")),
        *(("bit", value) for value in ("yes", 2, "2")),
        *(("date", value) for value in ("2024-02-30", "01.05.2024", "2024-05-01T00:00", 20240501, "20240501")),
        *(("time(3)", value) for value in ("24:00", "10", "10:11:12.1234", "10:11:60")),
        *(("datetime2(0)", value) for value in ("2024-05-01T10:11:12.5", "2024-05-01 10", "x", 5)),
        *(("datetimeoffset", value) for value in ("2024-05-01T10:00:00", "2024-05-01T10:00:00+15:00")),
        *(("uniqueidentifier", value) for value in ("x", 5, GUID[:-1])),
        *(("varchar(2)", value) for value in ("abc", 5)),
        *(("nvarchar(1)", value) for value in ("\U0001f600",)),
        *(("varbinary(1)", value) for value in ("0x0001", "0x0", "00", "0xZZ", 5)),
        ("money", "1"),
    ],
)
def test_what_a_type_does_not_hold_is_refused(type_name: str, written: Any) -> None:
    """Nothing is rounded or cut."""
    with pytest.raises(ValueError, match="is no"):
        declared(written, type_name)
