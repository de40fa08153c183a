"""Every SQL Server type becomes a JSON scalar by one table."""

import datetime as dt
import json
import struct
import uuid
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mssql_mcp.execution.values import Cells, columns_of
from mssql_mcp.result import Column

UTC_PLUS_2 = dt.timezone(dt.timedelta(hours=2))


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        (None, None),
        (True, True),
        (0, 0),
        (2**53, 2**53),
        (2**53 + 1, "9007199254740993"),
        (-(2**63), "-9223372036854775808"),
        (1.5, 1.5),
        (float("inf"), "inf"),
        (Decimal("10.50"), "10.50"),
        (Decimal("1E+3"), "1000"),
        (Decimal("0.0000001"), "0.0000001"),
        (dt.date(2024, 5, 1), "2024-05-01"),
        (dt.datetime(2024, 5, 1, 13, 45), "2024-05-01T13:45:00"),
        (dt.datetime(2024, 5, 1, 13, 45, 0, 120_000), "2024-05-01T13:45:00.12"),
        (dt.datetime(2024, 5, 1, 13, 45, 0, 7_000, tzinfo=UTC_PLUS_2), "2024-05-01T13:45:00.007+02:00"),
        (dt.time(13, 45, 0, 500_000), "13:45:00.5"),
        (uuid.UUID("6f9619ff-8b86-d011-b42d-00c04fc964ff"), "6F9619FF-8B86-D011-B42D-00C04FC964FF"),
        (b"Hello", "0x48656C6C6F"),
        (bytearray(b""), "0x"),
        ("", ""),
        ("naïve 漢字 🦆", "naïve 漢字 🦆"),
        (object, "<class 'object'>"),
    ],
)
def test_one_table_for_every_type(value, cell):
    """The table in the module's docstring holds."""
    assert Cells(1_000).convert(value) == cell


def test_a_long_text_is_clipped_and_says_its_length():
    """The reader sees that and how much is missing."""
    cells = Cells(16)
    assert cells.convert("x" * 100) == "x" * 16 + "… [100 characters]"
    assert cells.clipped == 1


def test_a_long_binary_is_clipped_and_says_its_bytes():
    """Binary is cut at whole bytes."""
    cells = Cells(16)
    assert cells.convert(b"\xab" * 100) == "0x" + "AB" * 7 + "… [100 bytes]"
    assert cells.clipped == 1


def test_a_text_that_only_looks_clipped_is_not_counted():
    """The count is of what this clipped."""
    cells = Cells(100)
    cells.convert("x… [100 characters]")
    assert cells.clipped == 0


@given(
    st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.binary(), st.decimals(), st.dates(),
        st.datetimes(), st.times(), st.uuids(), st.timedeltas(), st.lists(st.integers()),
    )
)  # fmt: skip
def test_no_value_of_any_type_fails(value):
    """Whatever a driver gives, the answer is valid JSON."""
    json.dumps(Cells(50).convert(value), allow_nan=False)


def test_columns_of_a_driver_that_tells_odbc_types():
    """mssql-python's type codes name SQL Server's own types."""
    fields = [
        ("a", str, None, 50, 50, 0, True),
        ("b", str, None, 0, 0, 0, True),
        ("c", dt.datetime, None, 23, 23, 3, True),
        ("d", dt.datetime, None, 27, 27, 7, True),
        ("", Decimal, None, 19, 19, 4, True),
    ]
    assert columns_of(fields, [-9, -9, 93, 93, 3]) == (
        Column("a", "nvarchar(50)"),
        Column("b", "nvarchar(max)"),
        Column("c", "datetime"),
        Column("d", "datetime2(7)"),
        Column("", "decimal(19,4)"),
    )


def test_columns_of_a_driver_that_tells_python_types():
    """pyodbc's description is read as far as it goes; text columns stay `string`."""
    fields = [
        ("i", int, None, 10, 10, 0, True),
        ("b", int, None, 19, 19, 0, True),
        ("f", bool, None, 1, 1, 0, True),
        ("s", str, None, 20, 20, 0, True),
        ("m", str, None, 0, 0, 0, True),
        ("t", dt.datetime, None, 16, 16, 0, True),
        (None, bytearray, None, 8, 8, 0, True),
        ("i", int, None, 3, 3, 0, True),
        ("o", bytearray, None, 34, 34, 7, True),
        ("o", bytearray, None, 26, 26, 0, True),
        ("v", bytearray, None, 8_000, 8_000, 0, True),
        ("l", bytearray, None, 0, 0, 0, True),
        ("l", bytearray, None, 2**31 - 1, 2**31 - 1, 0, True),
        ("l", str, None, 2**31 - 1, 2**31 - 1, 0, True),
        ("l", str, None, 2**30 - 1, 2**30 - 1, 0, True),
        ("u", uuid.UUID, None, 36, 36, 0, True),
    ]
    assert [(c.name, c.type) for c in columns_of(fields)] == [
        ("i", "int"),
        ("b", "bigint"),
        ("f", "bit"),
        ("s", "string(20)"),
        ("m", "string(max)"),
        ("t", "smalldatetime"),
        ("", "varbinary(8)"),
        ("i", "tinyint"),
        ("o", "datetimeoffset(7)"),
        ("o", "datetimeoffset(0)"),
        ("v", "sql_variant"),
        ("l", "varbinary(max)"),
        ("l", "image"),
        ("l", "text"),
        ("l", "ntext"),
        ("u", "uniqueidentifier"),
    ]


@given(st.floats(width=32, allow_nan=False, allow_infinity=False))
def test_a_real_is_the_shortest_number_that_is_the_same_real(value):
    """1.1 and not 1.100000023841858; no two reals are written alike."""
    ((shown,),) = Cells(50).convert_rows([(value,)], [Column("r", "real")])
    assert struct.unpack("<f", struct.pack("<f", shown))[0] == value
    digits, of_float = (len(Decimal(repr(number)).normalize().as_tuple().digits) for number in (shown, value))
    assert digits <= min(9, of_float)


@pytest.mark.parametrize(("value", "shown"), [(1.1, 1.1), (16777216.0, 16777216.0), (0.1, 0.1), (3.4028235e38, None)])
def test_a_real_has_no_digits_that_it_does_not_hold(value, shown):
    """Also at the end of its range; a float is left as it is."""
    real = struct.unpack("<f", struct.pack("<f", value))[0]
    rows = Cells(50).convert_rows([(real, real), (None, None)], [Column("r", "real"), Column("f", "float")])
    assert rows == [(shown or rows[0][0], real), (None, None)]


@given(
    st.lists(
        st.tuples(
            st.none() | st.integers(min_value=-(2**31), max_value=2**31 - 1),
            st.none() | st.integers(),
            st.none() | st.text(max_size=40),
            st.none() | st.decimals(allow_nan=False, allow_infinity=False),
            st.none() | st.datetimes() | st.binary(max_size=40) | st.dates(),
        ),
        max_size=5,
    )
)
def test_whole_columns_become_what_their_cells_become(rows):
    """The quick way column by column and the way cell by cell agree, clipping included."""
    columns = [Column("", kind) for kind in ("int", "bigint", "string(40)", "decimal(38,4)", "sql_variant")]
    quick, slow = Cells(20), Cells(20)
    assert quick.convert_rows(rows, columns) == [tuple(map(slow.convert, row)) for row in rows]
    assert quick.clipped == slow.clipped


def test_moments_are_never_clipped():
    """Half a date would be another date."""
    moments = [dt.datetime(2024, 5, 1, 13, 45, 0, 123456), dt.date(2024, 5, 1), dt.time(13, 45, 0, 5)]
    cells = Cells(8)
    assert [cells.convert(moment) for moment in moments] == [
        "2024-05-01T13:45:00.123456",
        "2024-05-01",
        "13:45:00.000005",
    ]
    assert cells.clipped == 0
