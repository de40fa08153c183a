"""Rows that are written at once are written as those that become JSON scalars first."""

from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mssql_mcp.execution.direct import JsonWriter
from mssql_mcp.execution.values import Cells
from mssql_mcp.result import Column, rows_json


def decimals(digits: int, scale: int) -> st.SearchStrategy[Decimal]:
    # With all digits of the scale, as SQL Server sends them.
    return st.integers(-(10**digits) + 1, 10**digits - 1).map(lambda number: Decimal(number).scaleb(-scale))


def to_milliseconds(moment: dt.datetime) -> dt.datetime:
    return moment.replace(microsecond=moment.microsecond // 1_000 * 1_000)


# Each type as a driver tells it, and what it gives for it.
TYPES: dict[str, st.SearchStrategy[Any]] = {
    "bit": st.booleans(),
    "tinyint": st.integers(0, 255),
    "smallint": st.integers(-(2**15), 2**15 - 1),
    "int": st.integers(-(2**31), 2**31 - 1),
    "bigint": st.integers(-(2**63), 2**63 - 1) | st.integers(-9, 9),
    "decimal(12,2)": decimals(12, 2),
    "decimal(19,4)": decimals(19, 4),
    "numeric(8,6)": decimals(8, 6),
    "decimal(38,10)": decimals(38, 10),
    "float": st.floats(),
    "real": st.floats(width=32, allow_nan=False, allow_infinity=False),
    "date": st.dates(),
    "time(7)": st.times() | st.just("13:45:00.1234567"),
    "datetime": st.datetimes().map(to_milliseconds),
    "smalldatetime": st.datetimes().map(lambda moment: moment.replace(second=0, microsecond=0)),
    "datetime2(0)": st.datetimes().map(lambda moment: moment.replace(microsecond=0)),
    "datetime2(5)": st.datetimes(),
    "datetime2(7)": st.datetimes() | st.just("2024-05-01T13:45:00.1234567"),
    "datetimeoffset(7)": st.datetimes(timezones=st.just(dt.timezone(dt.timedelta(hours=-3)))) | st.just("2024-05-01"),
    "string(40)": st.text(max_size=40),
    "nvarchar(80)": st.text(max_size=80),
    "varchar(max)": st.text(max_size=80),
    "char(10)": st.text(min_size=10, max_size=10),
    "varbinary(20)": st.binary(max_size=20),
    "uniqueidentifier": st.uuids(),
    "sql_variant": st.text(max_size=9) | st.integers() | st.dates() | decimals(9, 9) | st.datetimes(),
    "xml": st.text(max_size=80),
    "unknown": st.just(object),
}


@st.composite
def results(draw: st.DrawFn) -> tuple[list[Column], list[tuple[Any, ...]]]:
    kinds = draw(st.lists(st.sampled_from(sorted(TYPES)), min_size=1, max_size=6))
    rows = draw(st.lists(st.tuples(*(st.none() | TYPES[kind] for kind in kinds)), min_size=1, max_size=5))
    return [Column("", kind) for kind in kinds], rows


@given(results())
def test_every_type_is_written_as_its_cells_are(result):
    """For all that a driver gives; the other way is left to what has to be clipped or UTF-8 cannot say."""
    columns, rows = result
    cells = Cells(50)
    expected = rows_json(cells.convert_rows(rows, columns))
    text = JsonWriter(columns, 50).write(rows)
    if text is None:
        assert cells.clipped or any("\ud800" <= character <= "\udfff" for character in expected)
    else:
        assert (text, cells.clipped) == (expected, 0)


@pytest.mark.parametrize("kind", TYPES)
def test_nothing_but_nulls_can_be_written(kind):
    """A column of a type may hold none of its values."""
    assert JsonWriter([Column("a", kind)], 50).write([(None,), (None,)]) == "[null],[null]"


def test_numbers_that_json_has_not_are_texts():
    """SQL Server has no NaN, servers like it do; the answer stays JSON."""
    write = JsonWriter([Column("a", "float"), Column("b", "bigint")], 50).write
    assert (
        write([(float("nan"), 2**53 + 1), (1.5, 1), (None, None)]) == '["nan","9007199254740993"],[1.5,1],[null,null]'
    )
    assert write([(1e308, 1), (1e308, 1)]) == "[1e+308,1],[1e+308,1]"


@pytest.mark.parametrize(
    ("kind", "value"),
    [("varchar(max)", "x" * 51), ("varchar(60)", "x" * 51), ("int", object()), ("datetime", "noon"), ("float", "1")],
)
def test_what_it_cannot_write_it_leaves(kind, value):
    """A cell that is to be clipped, and a value of another type than the driver told."""
    assert JsonWriter([Column("a", kind)], 50).write([(value,)]) is None


def test_dates_keep_four_digits_of_the_year():
    """ISO 8601 has no year of three digits."""
    row = (dt.date(1, 1, 1), dt.datetime(999, 12, 31, 23, 59))
    columns = [Column("a", "date"), Column("b", "datetime2(0)")]
    assert JsonWriter(columns, 50).write([row]) == '["0001-01-01","0999-12-31T23:59:00"]'


def test_an_identifier_is_in_upper_case():
    """As SQL Server writes it."""
    value = uuid.UUID("6f9619ff-8b86-d011-b42d-00c04fc964ff")
    text = '["6F9619FF-8B86-D011-B42D-00C04FC964FF"]'
    assert JsonWriter([Column("a", "uniqueidentifier")], 50).write([(value,)]) == text
