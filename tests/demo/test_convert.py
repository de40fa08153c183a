"""CAST, CONVERT and their TRY_ forms, between all types and with all styles."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from mssql_mcp.errors import QueryError, UnsupportedError

if TYPE_CHECKING:
    from conftest import Asker

MOMENT = "CAST('2006-04-25T15:50:59.997' AS datetime)"


@pytest.mark.parametrize(
    ("style", "text"),
    [
        (0, "Apr 25 2006  3:50PM"),
        (1, "04/25/06"),
        (2, "06.04.25"),
        (3, "25/04/06"),
        (4, "25.04.06"),
        (5, "25-04-06"),
        (6, "25 Apr 06"),
        (7, "Apr 25, 06"),
        (8, "15:50:59"),
        (9, "Apr 25 2006  3:50:59:997PM"),
        (10, "04-25-06"),
        (11, "06/04/25"),
        (12, "060425"),
        (13, "25 Apr 2006 15:50:59:997"),
        (14, "15:50:59:997"),
        (20, "2006-04-25 15:50:59"),
        (21, "2006-04-25 15:50:59.997"),
        (22, "04/25/06  3:50:59 PM"),
        (23, "2006-04-25"),
        (24, "15:50:59"),
        (25, "2006-04-25 15:50:59.997"),
        (100, "Apr 25 2006  3:50PM"),
        (101, "04/25/2006"),
        (102, "2006.04.25"),
        (103, "25/04/2006"),
        (104, "25.04.2006"),
        (105, "25-04-2006"),
        (106, "25 Apr 2006"),
        (107, "Apr 25, 2006"),
        (108, "15:50:59"),
        (109, "Apr 25 2006  3:50:59:997PM"),
        (110, "04-25-2006"),
        (111, "2006/04/25"),
        (112, "20060425"),
        (113, "25 Apr 2006 15:50:59:997"),
        (114, "15:50:59:997"),
        (120, "2006-04-25 15:50:59"),
        (121, "2006-04-25 15:50:59.997"),
        (126, "2006-04-25T15:50:59.997"),
        (127, "2006-04-25T15:50:59.997"),
    ],
)
def test_every_style_of_a_datetime(ask: Asker, style: int, text: str) -> None:
    """Page "CAST and CONVERT (Transact-SQL)", section "Date and time styles"."""
    assert ask.value(f"CONVERT(varchar(40), {MOMENT}, {style})") == text


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        ("CAST(CAST('2024-03-05' AS date) AS varchar(20))", "2024-03-05"),
        ("CAST(CAST('2024-03-05' AS datetime) AS varchar(20))", "Mar  5 2024 12:00AM"),
        ("CAST(CAST('2024-03-05' AS datetime2(3)) AS varchar(30))", "2024-03-05 00:00:00.000"),
        ("CAST(CAST('2024-03-05' AS datetime2(0)) AS varchar(30))", "2024-03-05 00:00:00"),
        ("CAST(CAST('07:08' AS time(0)) AS varchar(30))", "07:08:00"),
        ("CAST(CAST('2024-03-05 07:08 +02:00' AS datetimeoffset(0)) AS varchar(40))", "2024-03-05 07:08:00 +02:00"),
        (
            "CONVERT(varchar(40), CAST('2024-03-05 07:08 +02:00' AS datetimeoffset(0)), 126)",
            "2024-03-05T07:08:00+02:00",
        ),
        ("CONVERT(varchar(40), CAST('2024-03-05 07:08 +02:00' AS datetimeoffset(0)), 127)", "2024-03-05T05:08:00Z"),
        ("CONVERT(varchar(10), CAST('2024-03-05' AS date), 103)", "05/03/2024"),
        ("CONVERT(varchar(40), CAST('2024-03-05 07:08:09.1' AS datetime2(7)), 121)", "2024-03-05 07:08:09.1000000"),
        ("CONVERT(varchar(5), CAST('19:08:09' AS time), 108)", "19:08"),
        ("CONVERT(varchar(20), CAST('19:08:09' AS time(0)), 100)", " 7:08PM"),
        ("CONVERT(varchar(6), CAST('2024-03-05' AS date), 112)", "202403"),
    ],
)
def test_newer_types_have_their_own_default(ask: Asker, expression: str, text: str) -> None:
    """datetime and smalldatetime default to style 0, the newer types to 121."""
    assert ask.value(expression) == text


@pytest.mark.parametrize(
    ("text", "style", "value"),
    [
        ("2024-02-29", 0, "2024-02-29"),
        ("20240229", 0, "2024-02-29"),
        ("2024/02/29", 0, "2024-02-29"),
        ("02/29/2024", 0, "2024-02-29"),
        ("2-9-24", 0, "2024-02-09"),
        ("29.02.2024", 104, "2024-02-29"),
        ("29/02/2024", 103, "2024-02-29"),
        ("24.02.29", 2, "2024-02-29"),
        ("240229", 0, "2024-02-29"),
        ("Feb 29 2024", 0, "2024-02-29"),
        ("29 February 2024", 0, "2024-02-29"),
        ("February 29, 2024", 0, "2024-02-29"),
        ("02/01/49", 0, "2049-02-01"),
        ("02/01/50", 0, "1950-02-01"),
        ("2024-02-29T12:30:00", 0, "2024-02-29"),
        ("2024-02-29 12:30:00.123", 0, "2024-02-29"),
        ("", 0, "1900-01-01"),
        ("12:30", 0, "1900-01-01"),
    ],
)
def test_dates_are_read_in_many_forms(ask: Asker, text: str, style: int, value: str) -> None:
    """Page "date (Transact-SQL)", language us_english."""
    assert str(ask.value(f"CONVERT(date, '{text}', {style})")) == value


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("CAST('12:30' AS time(0))", dt.time(12, 30)),
        ("CAST('2:30 PM' AS time(0))", dt.time(14, 30)),
        ("CAST('12 AM' AS time(0))", dt.time(0, 0)),
        ("CAST('2007-05-08 12:35:29. 1234567 +12:15' AS time(7))", "12:35:29.1234567"),
        ("CAST('2007-05-08 12:35:29.123' AS smalldatetime)", dt.datetime(2007, 5, 8, 12, 35)),
        ("CAST('2007-05-08 12:35:30' AS smalldatetime)", dt.datetime(2007, 5, 8, 12, 36)),
        ("CAST('2007-05-08 12:59:59.998' AS smalldatetime)", dt.datetime(2007, 5, 8, 13, 0)),
        ("CAST('2024-01-01 00:00:00.126' AS datetime)", dt.datetime(2024, 1, 1, 0, 0, 0, 127000)),
        ("CAST('2024-01-01 23:59:59.999' AS datetime)", dt.datetime(2024, 1, 2)),
        ("CAST('2024-01-01 12:34:56.78951' AS datetime2(3))", dt.datetime(2024, 1, 1, 12, 34, 56, 790000)),
        ("CAST(CAST('2024-01-01 12:34:56.7' AS datetime2) AS date)", dt.date(2024, 1, 1)),
        ("CAST(CAST('2024-01-01 12:34:56' AS datetime) AS time(0))", dt.time(12, 34, 56)),
        ("CAST(CAST('2024-01-01' AS date) AS datetime)", dt.datetime(2024, 1, 1)),
        ("CAST(CAST('10:00' AS time) AS datetime)", dt.datetime(1900, 1, 1, 10)),
        ("CAST(0 AS datetime)", dt.datetime(1900, 1, 1)),
        ("CAST(45000.25 AS datetime)", dt.datetime(2023, 3, 17, 6)),
        ("CAST(CAST('2023-03-17 06:00' AS datetime) AS float)", 45000.25),
        ("CAST(CAST('2023-03-17 13:00' AS datetime) AS int)", 45001),
        ("CAST(CAST('2024-01-01 12:00 +02:00' AS datetimeoffset) AS datetime2(0))", dt.datetime(2024, 1, 1, 12)),
        ("CAST(CAST('2024-01-01 12:00 +02:00' AS datetimeoffset) AS date)", dt.date(2024, 1, 1)),
        ("CAST(CAST('2024-01-01 00:00:00.003' AS datetime) AS datetime2(7))", "2024-01-01T00:00:00.0033333"),
    ],
)
def test_moments_change_their_type(ask: Asker, expression: str, value: object) -> None:
    """Rounding and what is lost; pages of each type."""
    assert ask.value(expression) == value


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        # The page's table "Truncating and rounding results".
        ("CAST(10.6496 AS int)", "10"),
        ("CAST(-10.6496 AS int)", "-10"),
        ("CAST(10.6496 AS numeric)", "11"),
        ("CAST(-10.6496 AS numeric)", "-11"),
        ("CAST(10.3496847 AS money)", "10.3497"),
        ("CAST($10.5 AS int)", "11"),
        ("CAST($-10.5 AS int)", "-11"),
        ("CAST(10.5e0 AS int)", "10"),
        ("CAST(1.005e0 AS decimal(10,2))", "1.00"),
        ("CAST('12.345' AS decimal(10,2))", "12.35"),
        ("CAST(' 12 ' AS int)", "12"),
        ("CAST('' AS int)", "0"),
        ("CAST('+5' AS int)", "5"),
        ("CAST('true' AS bit)", "True"),
        ("CAST('0' AS bit)", "False"),
        ("CAST(5 AS bit)", "True"),
        ("CAST('1e3' AS float)", "1000.0"),
        ("CAST('$1,234.56' AS money)", "1234.5600"),
        ("CAST(3.4 AS real)", "3.4000000953674316"),
        ("CAST(CAST(1 AS bit) AS varchar(5))", "1"),
        ("CAST(0x00000010 AS int)", "16"),
        ("CAST(0xFFFFFFFF AS int)", "-1"),
        ("CAST(16 AS varbinary(4))", r"b'\x00\x00\x00\x10'"),
        ("CAST('abc' AS varbinary(2))", "b'ab'"),
        ("CAST(N'a' AS varbinary(4))", r"b'a\x00'"),
        ("CAST(0x41 AS nvarchar(5))", "A"),
        ("CAST(CAST(0x41 AS nvarchar) AS varbinary)", r"b'A\x00'"),
        ("CONVERT(varchar(20), 0x4E616D65, 0)", "Name"),
        ("CONVERT(varchar(20), 0x4E616D65, 1)", "0x4E616D65"),
        ("CONVERT(varchar(20), 0x4E616D65, 2)", "4E616D65"),
        ("CONVERT(varbinary(8), '0x4E616D65', 1)", "b'Name'"),
        ("CONVERT(varbinary(8), '4E616D65', 2)", "b'Name'"),
        ("CONVERT(binary(6), 'Name', 0)", r"b'Name\x00\x00'"),
        ("CAST(1234.5678 AS varchar(20))", "1234.5678"),
        ("CAST(1234567.8e0 AS varchar(20))", "1.23457e+006"),
        ("CAST(0.1e0 AS varchar(20))", "0.1"),
        ("CONVERT(varchar(30), 1.5e0, 1)", "1.5000000e+000"),
        ("CONVERT(varchar(30), 1.5e0, 2)", "1.500000000000000e+000"),
        ("CONVERT(varchar(30), 1.5e0, 3)", "1.5000000000000000e+000"),
        ("CAST($4235.9819 AS varchar(20))", "4235.98"),
        ("CONVERT(varchar(20), $3510.9191, 1)", "3,510.92"),
        ("CONVERT(varchar(20), $4235.9819, 2)", "4235.9819"),
        ("CONVERT(varchar(20), $4235.9819, 126)", "4235.9819"),
        ("CAST('abcdef' AS varchar(3))", "abc"),
        ("CAST('ab' AS char(4)) + '|'", "ab  |"),
        ("CAST('x' AS varchar)", "x"),
        ("CAST(12345 AS varchar(3))", "*"),
        ("CAST(N'日本' AS varchar(10))", "??"),
        ("CAST(N'€ü' AS varchar(10))", "€ü"),
        # Supplementary characters take two of the units that nvarchar counts.
        ("CAST(N'ab𐀀' AS nvarchar(3))", "ab"),
        ("CAST('6f9619ff-8b86-d011-b42d-00c04fc964ff' AS uniqueidentifier)", "6f9619ff-8b86-d011-b42d-00c04fc964ff"),
        ("CAST(CAST('6F9619FF-8B86-D011-B42D-00C04FC964FF' AS uniqueidentifier) AS varchar(36))", None),
        ("CAST('<a>1</a>' AS xml)", "<a>1</a>"),
        ("CONVERT(int, '5', NULL)", "None"),
        ("TRY_CAST('x' AS int)", "None"),
        ("TRY_CAST('5' AS int)", "5"),
        ("TRY_CAST('2024-02-30' AS date)", "None"),
        ("TRY_CONVERT(date, '29.02.2024', 104)", "2024-02-29"),
        ("TRY_CAST('99999999999' AS int)", "None"),
        ("TRY_CAST(300 AS tinyint)", "None"),
        ("TRY_CAST(NULL AS int)", "None"),
    ],
)
def test_values_change_their_type(ask: Asker, expression: str, value: str | None) -> None:
    """Page "CAST and CONVERT (Transact-SQL)" and the pages of the types."""
    expected = "6F9619FF-8B86-D011-B42D-00C04FC964FF" if value is None else value
    assert str(ask.value(expression)) == expected


@pytest.mark.parametrize(
    ("expression", "number", "words"),
    [
        ("CAST('abc' AS int)", 245, "converting the varchar value 'abc' to data type int"),
        ("CAST(N'abc' AS int)", 245, "converting the nvarchar value 'abc' to data type int"),
        ("CAST('1.5' AS int)", 245, "converting the varchar value '1.5' to data type int"),
        ("CAST('maybe' AS bit)", 245, "to data type bit"),
        ("CAST('abc' AS bigint)", 8114, "Error converting data type varchar to bigint"),
        ("CAST('99999999999' AS int)", 248, "overflowed an int column"),
        ("CAST('300' AS tinyint)", 244, "overflowed an INT1 column"),
        ("CAST(300 AS tinyint)", 220, "data type tinyint, value = 300"),
        ("CAST(3000000000.0 AS int)", 8115, "converting numeric to data type int"),
        ("CAST('abc' AS decimal(5,2))", 8114, "Error converting data type varchar to numeric"),
        ("CAST('' AS decimal(5,2))", 8114, "varchar to numeric"),
        ("CAST('12345.6' AS decimal(5,2))", 8115, "converting varchar to data type numeric"),
        ("CAST(12345 AS decimal(5,2))", 8115, "converting int to data type numeric"),
        ("CAST(12345.6 AS decimal(5,2))", 8115, "converting numeric to data type numeric"),
        ("CAST('abc' AS float)", 8114, "varchar to float"),
        ("CAST('abc' AS money)", 235, "incorrect syntax"),
        ("CAST('2024-13-01' AS date)", 241, "converting date and/or time from character string"),
        ("CAST('2023-02-29' AS datetime)", 241, "date and/or time"),
        ("CAST('25:00' AS time)", 241, "date and/or time"),
        ("CAST('hello' AS datetime2)", 241, "date and/or time"),
        ("CAST('1500-01-01' AS datetime)", 242, "out-of-range"),
        ("CAST('2100-01-01' AS smalldatetime)", 242, "out-of-range"),
        ("CAST('xyz' AS uniqueidentifier)", 8169, "uniqueidentifier"),
        ("CAST(NEWID() AS varchar(10))", 8170, "Insufficient result space"),
        ("CAST(12345 AS nvarchar(3))", 8115, "data type nvarchar"),
        ("CAST(123.45 AS varchar(3))", 8115, "converting numeric to data type varchar"),
        ("CAST(5 AS date)", 529, "Explicit conversion from data type int to date is not allowed"),
        ("CAST(CAST('2024-01-01' AS date) AS int)", 529, "date to int is not allowed"),
        ("CAST(CAST('2024-01-01' AS date) AS time)", 529, "date to time is not allowed"),
        ("CAST(CAST('10:00' AS time) AS date)", 529, "time to date is not allowed"),
        ("CAST(5 AS uniqueidentifier)", 529, "int to uniqueidentifier"),
        ("CONVERT(varchar(20), GETDATE(), 99)", 281, "99 is not a valid style"),
        ("CONVERT(varbinary(4), 'zz', 2)", 8114, "varchar to varbinary"),
        ("CAST(1 AS varchar(9000))", 131, "exceeds the maximum allowed"),
        ("CAST(1 AS decimal(39,0))", 2750, "greater than the maximum precision"),
        ("CAST(1 AS datetime2(8))", 1002, "scale 8 is invalid"),
        ("CAST('<a>' AS xml)", 9400, "not well-formed"),
    ],
)
def test_failures_have_the_server_s_numbers(ask: Asker, expression: str, number: int, words: str) -> None:
    """Numbers and words of sys.messages."""
    with pytest.raises(QueryError, match=words) as caught:
        ask(f"SELECT {expression}")
    assert caught.value.number == number


@pytest.mark.parametrize("expression", ["CONVERT(varchar(20), GETDATE(), 130)", "CAST('POINT(1 2)' AS geometry)"])
def test_what_is_not_there_is_refused(ask: Asker, expression: str) -> None:
    """The Hijri calendar and spatial types."""
    with pytest.raises(UnsupportedError):
        ask(f"SELECT {expression}")


def test_a_conversion_fails_at_the_row_that_it_cannot_convert(ask: Asker) -> None:
    """The message names the value."""
    with pytest.raises(QueryError, match=r"the nvarchar value '1250\.00'"):
        ask("SELECT CAST(amount AS int) FROM sales.tmp_import")


def test_conversion_happens_by_itself(ask: Asker) -> None:
    """The higher precedence wins where types meet; page "Data type precedence (Transact-SQL)"."""
    assert ask.one("SELECT COUNT(*) FROM sales.orders WHERE order_id = '10001'") == 1
    assert ask.one("SELECT COUNT(*) FROM hr.employees WHERE hired_on >= '2020-01-01'") > 0
    assert ask.one("SELECT COUNT(*) FROM hr.employees WHERE is_remote = 'true'") > 0
    with pytest.raises(QueryError, match="Conversion failed"):
        ask("SELECT COUNT(*) FROM sales.customers WHERE kind = 1")
    with pytest.raises(QueryError, match="Operand type clash") as caught:
        ask("SELECT COUNT(*) FROM hr.employees WHERE hired_on = 20200101")
    assert caught.value.number == 206
    with pytest.raises(QueryError, match="Implicit conversion") as caught:
        ask("SELECT 1 WHERE 'abc' = 0x01 OR ISNULL(0x01, 'x') = 0x02")
    assert caught.value.number == 257
