"""Named values come in the order of their marks."""

from __future__ import annotations

from decimal import Decimal

import pytest

from mssql_mcp.connection.parameters import bound
from mssql_mcp.errors import ValidationError


def test_values_come_in_the_order_of_the_marks() -> None:
    """A name may stand several times; @ and case do not matter, and what is not used is left out."""
    assert bound(("@a", "b", "A"), {"A": 1, "@B": None, "unused": 3}) == (1, None, 1)
    assert bound((), {"unused": 3}) == ()


def test_a_missing_value_is_named() -> None:
    """A parameter without a value is an error before anything is sent."""
    with pytest.raises(ValidationError) as caught:
        bound(("a", "b", "a"), {"b": 1})
    assert caught.value.code == "input.missing_parameter"
    assert "@a and" in str(caught.value)


def test_an_integer_beyond_bigint_becomes_a_decimal() -> None:
    """Drivers bind integers of 64 bits only."""
    (smallest, largest, beyond) = bound(("a", "b", "c"), {"a": -(2**63), "b": 2**63 - 1, "c": 2**63})
    assert (type(smallest), type(largest)) == (int, int)
    assert (type(beyond), beyond) == (Decimal, 2**63)
