"""Python values from stored ones and back."""

from __future__ import annotations

import datetime as dt
import decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mssql_mcp.demo.values import decode, encode
from mssql_mcp.errors import ValidationError
from mssql_mcp.result import Column

VALUES = st.one_of(
    st.booleans(),
    st.integers(-(2**63), 2**63 - 1),
    st.floats(allow_nan=False, allow_infinity=False),
    st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**18), max_value=10**18, places=4),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=50),
    st.binary(max_size=50),
    st.dates(),
    st.times(),
    st.datetimes(),
    st.datetimes(
        min_value=dt.datetime(1, 1, 2),
        max_value=dt.datetime(9999, 12, 30),
        timezones=st.just(dt.timezone(dt.timedelta(hours=-3))),
    ),
    st.uuids(),
)


@given(VALUES)
def test_what_is_encoded_is_decoded(value: object) -> None:
    """A value goes into storage and comes back the same."""
    stored, type_ = encode(value)
    (found,) = decode((stored,), (Column("x", str(type_)),))
    assert found == value
    assert type(found) is type(value)


def test_null_and_large_numbers() -> None:
    """None is NULL; whole numbers beyond 64 bits become decimals."""
    assert encode(None)[0] is None
    stored, type_ = encode(2**70)
    assert str(type_) == "decimal(22,0)"
    assert decode((stored,), (Column("x", str(type_)),)) == (decimal.Decimal(2**70),)


@pytest.mark.parametrize(
    "value", [float("nan"), float("inf"), decimal.Decimal("NaN"), decimal.Decimal(10) ** 39, [1], object()]
)
def test_what_sql_server_has_not_is_refused(value: object) -> None:
    """Neither NaN nor a list can be bound."""
    with pytest.raises(ValidationError) as caught:
        encode(value)
    assert caught.value.code == "input.parameter"
