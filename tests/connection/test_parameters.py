"""Named values come in the order of their marks, and each has the same type through both drivers."""

from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal
from typing import Any

import pytest

from mssql_mcp.connection.declared import Declared, ParameterType, declared
from mssql_mcp.connection.parameters import bind, bound, in_order, plain_values, type_of
from mssql_mcp.errors import ValidationError


def test_values_come_in_the_order_of_the_marks() -> None:
    """A name may stand several times; @ and case do not matter."""
    assert in_order(("@a", "b", "A"), {"A": 1, "@B": None}) == (1, None, 1)
    assert in_order((), {}) == ()


def test_a_missing_value_is_named() -> None:
    """A parameter without a value is an error before anything is sent."""
    with pytest.raises(ValidationError) as caught:
        in_order(("a", "b", "a"), {"b": 1})
    assert caught.value.code == "input.missing_parameter"
    assert "@a and" in str(caught.value)


def test_a_value_that_nothing_uses_is_named() -> None:
    """A misspelt name does not go by silently."""
    with pytest.raises(ValidationError, match="@typo") as caught:
        in_order(("a",), {"a": 1, "typo": 3})
    assert caught.value.code == "input.unused_parameter"


def test_more_parameters_than_the_server_takes_are_counted() -> None:
    """The driver would say something of a COUNT field."""
    assert len(in_order(["a"] * 2_100, {"a": 1})) == 2_100
    with pytest.raises(ValidationError, match=r"2,101 .* 2,100") as caught:
        in_order(["a"] * 2_101, {"a": 1})
    assert caught.value.code == "input.too_many_parameters"
    assert "learn.microsoft.com" in caught.value.hint


def test_an_integer_beyond_bigint_becomes_a_decimal() -> None:
    """Drivers bind integers of 64 bits only."""
    (smallest, largest, beyond) = in_order(("a", "b", "c"), {"a": -(2**63), "b": 2**63 - 1, "c": 2**63})
    assert (type(smallest), type(largest)) == (int, int)
    assert (type(beyond), beyond) == (Decimal, 2**63)


@pytest.mark.parametrize(
    ("value", "name"),
    [
        (None, "nvarchar(4000)"),
        (True, "bit"),
        (5, "int"),
        (-(2**31), "int"),
        (2**31, "bigint"),
        (2**63, "decimal(38,0)"),
        (1.5, "float"),
        ("x", "nvarchar(4000)"),
        ("x" * 4000, "nvarchar(4000)"),
        ("x" * 4001, "nvarchar(max)"),
        ("\U0001f600" * 2001, "nvarchar(max)"),
        (b"x", "varbinary(8000)"),
        (b"x" * 8001, "varbinary(max)"),
        (Decimal("12.340"), "decimal(5,3)"),
        (Decimal("0.05"), "decimal(2,2)"),
        (Decimal("0"), "decimal(1,0)"),
        (Decimal("1E+5"), "decimal(6,0)"),
        (Decimal("1E+50"), "decimal(38,0)"),
        (dt.datetime(2024, 5, 1, 12), "datetime2(7)"),
        (dt.datetime(2024, 5, 1, 12, tzinfo=dt.UTC), "datetimeoffset(7)"),
        (dt.date(2024, 5, 1), "date"),
        (dt.time(12), "time(7)"),
        (uuid.UUID(int=1), "uniqueidentifier"),
    ],
)
def test_each_value_has_the_type_that_it_is_bound_as(value: Any, name: str) -> None:
    """What the drivers bind is what is declared."""
    assert str(type_of(value)) == name


@pytest.mark.parametrize("value", [[1], {"a": 1}, Decimal("NaN"), object()])
def test_a_value_that_cannot_be_bound_is_refused(value: Any) -> None:
    """No type is guessed."""
    with pytest.raises(ValidationError) as caught:
        type_of(value)
    assert caught.value.code == "input.parameter"


class Cursor:
    """Keeps what it is told; `mssql_python` says which driver it stands for."""

    def __init__(self) -> None:
        self.sizes: Any = None
        self._inputsizes: Any = None

    def setinputsizes(self, sizes: Any) -> None:
        self.sizes = sizes


class OtherCursor(Cursor):
    __module__ = "mssql_python.cursor"


VALUES: tuple[Any, ...] = (
    5,
    2**40,
    True,
    1.5,
    "x",
    None,
    Decimal("1.50"),
    dt.date(2024, 5, 1),
    declared("10:11:12.1234567", "time"),
    declared("2024-05-01T10:11:12.5", "datetime2(3)"),
    declared("2024-05-01T10:11:12+02:00", "datetimeoffset"),
    declared("0e984725-c51c-4bf4-9960-e1c80e27aba0", "uniqueidentifier"),
    declared(None, "varbinary(5)"),
)
SENT = (
    *(5, 2**40, True, 1.5, "x", None, Decimal("1.50"), "2024-05-01", "10:11:12.1234567", "2024-05-01 10:11:12.5"),
    *("2024-05-01 10:11:12 +02:00", "0E984725-C51C-4BF4-9960-E1C80E27ABA0", None),
)


def test_both_drivers_are_told_the_same_types() -> None:
    """SQL type, size and scale are equal; mssql-python is told how the value comes, too."""
    cursor, other = Cursor(), OtherCursor()
    values = tuple(map(bound, VALUES))
    assert bind(cursor, values) == SENT
    assert bind(other, values) == SENT
    told = [size and (size[0], size[2], size[3]) for size in other._inputsizes]
    assert told[5] == (0, 1, 0)  # the server is asked about a NULL of no type
    told[5] = None
    assert told == cursor.sizes
    assert cursor.sizes[0] == (4, 10, 0)


def test_values_of_our_own_queries_are_left_to_the_driver() -> None:
    """The catalog's queries state their types in their text."""
    cursor = Cursor()
    assert bind(cursor, ("a", 1)) == ("a", 1)
    assert cursor.sizes is None


def test_the_demo_gets_plain_values() -> None:
    """It has no driver to tell types to."""
    assert plain_values((1, Declared(ParameterType("date"), dt.date(2024, 5, 1)))) == (1, dt.date(2024, 5, 1))
