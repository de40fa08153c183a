"""Masked values show what their mask allows, and no more."""

from __future__ import annotations

import datetime as dt
import decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mssql_mcp.gate.mask import MASKS, apply_mask, strictest

KEY = b"key of a test"


@pytest.mark.parametrize("mask", MASKS)
def test_nothing_stays_nothing(mask: str) -> None:
    """NULL is NULL under every mask."""
    assert apply_mask(mask, None, KEY) is None  # type: ignore[arg-type]


def test_hidden_values_are_null() -> None:
    """A hidden value leaves no trace."""
    assert apply_mask("hidden", "secret", KEY) is None


def test_hashed_values_stay_equal_under_one_key() -> None:
    """Equal values give equal digits, under another key other ones."""
    first = apply_mask("hashed", "DE89 3704", KEY)
    assert first == apply_mask("hashed", "DE89 3704", KEY)
    assert first != apply_mask("hashed", "DE89 3705", KEY)
    assert first != apply_mask("hashed", "DE89 3704", b"other")
    assert first is not None
    assert len(first) == 16


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("DE89370400440532013000", "****3000"),
        ("12345678", "****"),
        ("123456789", "****6789"),
        (1234567890, "****7890"),
        (decimal.Decimal("123456.789"), "****.789"),
        (dt.date(2024, 2, 29), "****2-29"),
        (b"\x01\x02\x03\x04\x05", "****0405"),
        ("", "****"),
    ],
)
def test_partial_values_show_their_end(value: object, shown: str) -> None:
    """The last four characters are shown of what is longer than eight, and nothing of what is shorter."""
    assert apply_mask("partial", value, KEY) == shown


@given(st.text(min_size=1, max_size=40))
def test_a_partial_value_never_shows_half_of_a_secret(value: str) -> None:
    """Less than half of a value is ever shown."""
    shown = apply_mask("partial", value, KEY)
    assert shown is not None
    assert len(shown.removeprefix("****")) * 2 < max(len(value), 1)


def test_the_strictest_mask_wins() -> None:
    """Hidden beats hashed beats partial beats nothing."""
    assert strictest("partial", "hidden") == "hidden"
    assert strictest("hashed", "partial") == "hashed"
    assert strictest(None, "partial") == "partial"
    assert strictest("partial", None) == "partial"
    assert strictest(None, None) is None
