"""Parameters are named without their @ and can be bound."""

import datetime as dt
from decimal import Decimal

import pytest

from mssql_mcp.errors import ValidationError
from mssql_mcp.execution.question import Query


def test_names_lose_their_at_sign():
    """`@id` and `id` are the same name."""
    assert Query("SELECT @id", {"@id": 5, "name": None}).values() == {"id": 5, "name": None}


@pytest.mark.parametrize("value", [[1, 2], {"a": 1}, b"x", object()])
def test_what_cannot_be_bound_is_refused_by_name(value):
    """A list is not pasted into the text."""
    with pytest.raises(ValidationError, match="'ids'") as caught:
        Query("SELECT 1", {"ids": value}).values()
    assert caught.value.code == "input.parameter"


@pytest.mark.parametrize(
    "value",
    [10**38, -(10**38), float("inf"), float("nan"), "a\ud800b", Decimal("1E+38"), Decimal("1E-39"), Decimal("NaN")],
)
def test_a_value_that_no_driver_binds_is_refused(value):
    """What is no value of SQL Server is told before anything is sent."""
    with pytest.raises(ValidationError, match="'x'") as caught:
        Query("SELECT @x", {"x": value}).values()
    assert caught.value.code == "input.parameter"
    assert Query("SELECT @x", {"x": 10**38 - 1}).values()


def test_two_values_for_one_name_are_refused():
    """Case and @ do not tell parameters apart, so no value is dropped silently."""
    for names in (("a", "A"), ("@a", "a")):
        with pytest.raises(ValidationError, match="given twice"):
            Query("SELECT @a", dict.fromkeys(names, 1)).values()


def test_a_type_can_be_stated():
    """`value` and `type`, and nothing else beside them."""
    (value,) = Query("SELECT @d", {"d": {"value": "2024-05-01", "type": "DATE"}}).values().values()
    assert (value.value, str(value.type)) == (dt.date(2024, 5, 1), "date")


@pytest.mark.parametrize(
    "given",
    [
        {"value": "2024-05-32", "type": "date"},
        {"value": 1, "type": "money"},
        {"value": 1, "type": 2},
        {"value": [1], "type": "int"},
        {"value": "a\ud800b", "type": "nvarchar"},
        {"value": 1},
        {"value": 1, "type": "int", "size": 3},
    ],
    ids=str,
)
def test_a_value_that_its_type_does_not_hold_is_refused(given):
    """By name, and saying what would do."""
    with pytest.raises(ValidationError, match="'d'") as caught:
        Query("SELECT @d", {"d": given}).values()
    assert caught.value.code == "input.parameter"


@pytest.mark.parametrize("type_name", ["money", "decimal(50,1)"])
def test_a_type_that_is_none_is_named_in_a_sentence(type_name):
    """With the parameter whose type it is."""
    query = Query("SELECT @d", {"d": {"value": "1", "type": type_name}})
    with pytest.raises(ValidationError, match=r"The parameter 'd' has the type '[^']+', which is no type of "):
        query.values()
