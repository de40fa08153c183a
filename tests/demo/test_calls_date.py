"""Functions of dates and times."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from mssql_mcp.errors import QueryError

if TYPE_CHECKING:
    from conftest import Asker

# The moment of the page "DATEPART (Transact-SQL)".
OFFSET_ZERO = "CAST('2024-01-01 00:00 +00:00' AS datetimeoffset)"
MOMENT = "'2007-10-30 12:15:32.1234567 +05:10'"


@pytest.mark.parametrize(
    ("part", "number"),
    [
        ("year, yyyy, yy", 2007),
        ("quarter, qq, q", 4),
        ("month, mm, m", 10),
        ("dayofyear, dy, y", 303),
        ("day, dd, d", 30),
        ("week, wk, ww", 44),
        ("weekday, dw", 3),
        ("hour, hh", 12),
        ("minute, n", 15),
        ("second, ss, s", 32),
        ("millisecond, ms", 123),
        ("microsecond, mcs", 123456),
        ("nanosecond, ns", 123456700),
        ("tzoffset, tz", 310),
        ("iso_week, isowk, isoww", 44),
    ],
)
def test_every_part_under_every_name(ask: Asker, part: str, number: int) -> None:
    """Page "DATEPART (Transact-SQL)": its example, and the short forms."""
    for name in part.split(", "):
        assert ask.value(f"DATEPART({name}, {MOMENT})") == number


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        (f"DATENAME(month, {MOMENT})", "October"),
        (f"DATENAME(weekday, {MOMENT})", "Tuesday"),
        (f"DATENAME(year, {MOMENT})", "2007"),
        (f"DATENAME(tzoffset, {MOMENT})", "+05:10"),
        ("DATENAME(weekday, '12:10:30.123')", "Monday"),
        ("YEAR('2010-04-30T01:01:01.1234567-07:00')", 2010),
        ("MONTH('2007-04-30T01:01:01.1234567 -07:00')", 4),
        ("DAY('2015-04-30 01:01:01.1234567')", 30),
        ("YEAR(0)", 1900),
        ("DATEPART(week, '2023-01-01')", 1),
        ("DATEPART(week, '2023-12-31')", 53),
        ("DATEPART(iso_week, '2021-01-03')", 53),
        ("DATEPART(weekday, '2024-06-02')", 1),
        ("@@DATEFIRST", 7),
        ("ISDATE('2024-02-30')", 0),
        ("ISDATE('2024-02-29')", 1),
        ("ISDATE('hello')", 0),
    ],
)
def test_parts_of_dates(ask: Asker, expression: str, value: object) -> None:
    """Pages of each function; weeks begin on Sunday under DATEFIRST 7."""
    assert ask.value(expression) == value


@pytest.mark.parametrize(
    "part",
    [
        "year",
        "quarter",
        "month",
        "dayofyear",
        "day",
        "week",
        "hour",
        "minute",
        "second",
        "millisecond",
        "microsecond",
    ],
)
def test_a_boundary_is_crossed(ask: Asker, part: str) -> None:
    """Page "DATEDIFF (Transact-SQL)": a hundred nanoseconds cross one boundary of every part."""
    pair = "'2005-12-31 23:59:59.9999999', '2006-01-01 00:00:00.0000000'"
    assert ask.value(f"DATEDIFF({part}, {pair})") == 1
    assert ask.value(f"DATEDIFF_BIG({part}, {pair})") == 1


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("DATEDIFF(day, '2036-03-01', '2036-02-28')", -2),
        ("DATEDIFF(year, '2023-12-31', '2024-01-01')", 1),
        ("DATEDIFF(month, '2024-01-31', '2024-02-01')", 1),
        ("DATEDIFF(week, '2024-06-01', '2024-06-02')", 1),
        ("DATEDIFF(week, '2024-06-02', '2024-06-08')", 0),
        ("DATEDIFF(quarter, '2024-03-31', '2024-12-31')", 3),
        ("DATEDIFF(day, '2024-01-01', NULL)", None),
        ("DATEDIFF(hour, CAST('10:30' AS time), CAST('12:15' AS time))", 2),
        ("DATEDIFF_BIG(nanosecond, '2024-01-01', '2024-01-02')", 86_400_000_000_000),
        (f"DATEDIFF(hour, {OFFSET_ZERO}, SWITCHOFFSET({OFFSET_ZERO}, '-05:00'))", 0),
        (f"DATEDIFF(hour, {OFFSET_ZERO}, '2024-01-01 05:00')", 5),
    ],
)
def test_differences_count_boundaries(ask: Asker, expression: str, value: object) -> None:
    """Page "DATEDIFF (Transact-SQL)"."""
    assert ask.value(expression) == value


@pytest.mark.parametrize(
    ("expression", "type_", "value"),
    [
        ("DATEADD(month, 1, '20060830')", "datetime", dt.datetime(2006, 9, 30)),
        ("DATEADD(month, 1, '2006-08-31')", "datetime", dt.datetime(2006, 9, 30)),
        ("DATEADD(month, -1, CAST('2024-03-31' AS date))", "date", dt.date(2024, 2, 29)),
        ("DATEADD(year, 1, CAST('2024-02-29' AS date))", "date", dt.date(2025, 2, 28)),
        ("DATEADD(quarter, 1, CAST('2024-01-15' AS date))", "date", dt.date(2024, 4, 15)),
        ("DATEADD(week, 2, CAST('2024-01-15' AS date))", "date", dt.date(2024, 1, 29)),
        ("DATEADD(day, 1.9, CAST('2024-01-15' AS date))", "date", dt.date(2024, 1, 16)),
        ("DATEADD(hour, 25, CAST('2024-01-15' AS datetime2(0)))", "datetime2(0)", dt.datetime(2024, 1, 16, 1)),
        ("DATEADD(minute, -1, CAST('00:00' AS time(0)))", "time(0)", dt.time(23, 59)),
        ("DATEADD(millisecond, 2, CAST('2024-01-01' AS datetime))", "datetime", dt.datetime(2024, 1, 1, 0, 0, 0, 3000)),
        (
            "DATEADD(microsecond, 5, CAST('2024-01-01' AS datetime2))",
            "datetime2(7)",
            dt.datetime(2024, 1, 1, 0, 0, 0, 5),
        ),
        ("EOMONTH('2024-02-10')", "date", dt.date(2024, 2, 29)),
        ("EOMONTH('2024-02-10', -1)", "date", dt.date(2024, 1, 31)),
        ("EOMONTH(CAST('2024-11-30' AS datetime2), 3)", "date", dt.date(2025, 2, 28)),
        ("DATEFROMPARTS(2010, 12, 31)", "date", dt.date(2010, 12, 31)),
        ("DATEFROMPARTS(2010, NULL, 31)", "date", None),
        ("DATETIMEFROMPARTS(2010, 12, 31, 23, 59, 59, 0)", "datetime", dt.datetime(2010, 12, 31, 23, 59, 59)),
        (
            "DATETIME2FROMPARTS(2011, 8, 15, 14, 23, 44, 5, 1)",
            "datetime2(1)",
            dt.datetime(2011, 8, 15, 14, 23, 44, 500000),
        ),
        ("SMALLDATETIMEFROMPARTS(2010, 12, 31, 23, 59)", "smalldatetime", dt.datetime(2010, 12, 31, 23, 59)),
        ("TIMEFROMPARTS(14, 23, 44, 50, 2)", "time(2)", dt.time(14, 23, 44, 500000)),
        ("DATETRUNC(month, CAST('2024-05-17 10:11:12' AS datetime2(0)))", "datetime2(0)", dt.datetime(2024, 5, 1)),
        ("DATETRUNC(year, CAST('2024-05-17 10:11:12.345' AS datetime))", "datetime", dt.datetime(2024, 1, 1)),
        ("DATETRUNC(day, CAST('2024-05-17 10:11:12' AS smalldatetime))", "smalldatetime", dt.datetime(2024, 5, 17)),
        ("DATETRUNC(month, CAST('2024-05-17' AS date))", "date", dt.date(2024, 5, 1)),
        ("DATETRUNC(quarter, CAST('2024-05-17' AS date))", "date", dt.date(2024, 4, 1)),
        ("DATETRUNC(week, CAST('2021-11-11' AS date))", "date", dt.date(2021, 11, 7)),
        ("DATETRUNC(iso_week, CAST('2021-11-11' AS date))", "date", dt.date(2021, 11, 8)),
        ("DATETRUNC(hour, CAST('2024-05-17 10:11:12' AS datetime))", "datetime", dt.datetime(2024, 5, 17, 10)),
        ("DATE_BUCKET(week, 1, CAST('2024-01-10' AS date))", "date", dt.date(2024, 1, 8)),
        ("DATE_BUCKET(month, 3, CAST('2024-05-17' AS date))", "date", dt.date(2024, 4, 1)),
        ("DATE_BUCKET(hour, 6, CAST('2024-05-17 10:11' AS datetime2(0)))", "datetime2(0)", dt.datetime(2024, 5, 17, 6)),
    ],
)
def test_dates_are_made_and_moved(ask: Asker, expression: str, type_: str, value: object) -> None:
    """Pages "DATEADD", "EOMONTH", "DATEFROMPARTS", "DATETRUNC", "DATE_BUCKET (Transact-SQL)" and their like."""
    assert ask.type(expression) == type_
    assert ask.value(expression) == value


def test_offsets_are_switched(ask: Asker) -> None:
    """Pages "SWITCHOFFSET", "TODATETIMEOFFSET" and "AT TIME ZONE (Transact-SQL)"."""
    assert (
        str(ask.value("SWITCHOFFSET('1998-09-20 7:45:50.71345 -5:00', '-08:00')")) == "1998-09-20 04:45:50.713450-08:00"
    )
    assert (
        str(ask.value("TODATETIMEOFFSET(CAST('2024-01-01 12:00' AS datetime2(0)), '+03:00')"))
        == "2024-01-01 12:00:00+03:00"
    )
    assert (
        str(ask.value("TODATETIMEOFFSET(CAST('2024-01-01 12:00' AS datetime2(0)), -90)")) == "2024-01-01 12:00:00-01:30"
    )
    utc = "CAST('2024-07-01 12:00' AS datetime2(0)) AT TIME ZONE 'UTC'"
    assert str(ask.value(utc)) == "2024-07-01 12:00:00+00:00"
    winter, summer = ("CAST('2024-01-01 12:00' AS datetime2(0))", "CAST('2024-07-01 12:00' AS datetime2(0))")
    pytest.importorskip("zoneinfo").ZoneInfo("Europe/Warsaw")
    assert str(ask.value(f"{winter} AT TIME ZONE 'Central European Standard Time'")) == "2024-01-01 12:00:00+01:00"
    assert str(ask.value(f"{summer} AT TIME ZONE 'Central European Standard Time'")) == "2024-07-01 12:00:00+02:00"
    assert str(ask.value(f"{utc} AT TIME ZONE 'Central European Standard Time'")) == "2024-07-01 14:00:00+02:00"


def test_now_is_one_moment_for_the_whole_statement(ask: Asker) -> None:
    """GETDATE() and its like give the statement's moment, in UTC, in their own types."""
    answer = ask(
        "SELECT GETDATE(), GETUTCDATE(), SYSDATETIME(), SYSUTCDATETIME(), CURRENT_TIMESTAMP, SYSDATETIMEOFFSET()"
    )
    exact = dt.datetime(2025, 7, 1, 12, 34, 56, 789000)
    old = dt.datetime(2025, 7, 1, 12, 34, 56, 790000)
    assert answer.rows == [(old, old, exact, exact, old, exact.replace(tzinfo=dt.UTC))]
    assert answer.types == ["datetime", "datetime", "datetime2(7)", "datetime2(7)", "datetime", "datetimeoffset(7)"]
    assert ask.value("CAST(GETDATE() AS date)") == dt.date(2025, 7, 1)


@pytest.mark.parametrize(
    ("expression", "number"),
    [
        ("DATEADD(year, 2147483647, '20060731')", 517),
        ("DATEADD(hour, 1, CAST('2024-01-01' AS date))", 9810),
        ("DATEADD(day, 1, CAST('10:00' AS time))", 9810),
        ("DATEPART(hour, CAST('2024-01-01' AS date))", 9810),
        ("DATEPART(xyz, GETDATE())", 155),
        ("DATEADD('day', 1, GETDATE())", 155),
        ("DATEDIFF(millisecond, '2000-01-01', '2024-01-01')", 535),
        ("DATEDIFF(tzoffset, '2000-01-01', '2024-01-01')", 9806),
        ("DATEFROMPARTS(2024, 2, 30)", 289),
        ("TIMEFROMPARTS(25, 0, 0, 0, 0)", 289),
        ("DATEADD(day, 1)", 174),
        ("YEAR(CAST('10:00' AS time))", 9810),
        ("SWITCHOFFSET(SYSDATETIMEOFFSET(), 'nowhere')", 9812),
        ("CAST('2024-01-01' AS datetime2) AT TIME ZONE 'Nowhere Time'", 9820),
        ("EOMONTH('9999-12-31', 1)", 517),
    ],
)
def test_wrong_calls_have_the_server_s_numbers(ask: Asker, expression: str, number: int) -> None:
    """What SQL Server refuses."""
    with pytest.raises(QueryError) as caught:
        ask(f"SELECT {expression}")
    assert caught.value.number == number


def test_columns_of_every_type_have_parts(ask: Asker) -> None:
    """Parts that SQLite works out by itself agree with those that Python does."""
    sql = (
        "SELECT YEAR(placed_at), DATEPART(hour, placed_at), YEAR(ordered_at), DATEPART(minute, ordered_at), placed_at,"
        " ordered_at, DATEPART(dayofyear, ordered_at) FROM sales.orders WHERE order_id < 10200"
    )
    for year, hour, other_year, minute, placed, ordered, day in ask.rows(sql):
        assert (year, hour, other_year, minute) == (placed.year, placed.hour, ordered.year, ordered.minute)
        assert day == ordered.timetuple().tm_yday
