"""A call may ask for more or less, within the ceiling."""

import pytest

from mssql_mcp.errors import ValidationError
from mssql_mcp.execution.limits import Limits
from mssql_mcp.settings import LimitSettings


def test_the_settings_hold_unless_the_call_asks():
    """Without a wish the settings decide."""
    settings = LimitSettings(max_rows=7, timeout_seconds=3)
    assert Limits.of(settings) == Limits(7, 20_000, 1_000, 3)


def test_a_call_may_ask_for_more_rows_up_to_the_ceiling():
    """The ceiling is inclusive."""
    settings = LimitSettings(max_rows=7, row_ceiling=50)
    assert Limits.of(settings, max_rows=50).max_rows == 50


@pytest.mark.parametrize("rows", [0, -1, 51])
def test_rows_outside_the_ceiling_are_refused(rows):
    """The error names the range."""
    with pytest.raises(ValidationError, match="from 1 to 50") as caught:
        Limits.of(LimitSettings(max_rows=7, row_ceiling=50), max_rows=rows)
    assert caught.value.code == "input.max_rows"


@pytest.mark.parametrize("seconds", [0, -1, 3601])
def test_a_timeout_outside_the_range_is_refused(seconds):
    """No call runs without an end."""
    with pytest.raises(ValidationError) as caught:
        Limits.of(LimitSettings(), timeout_seconds=seconds)
    assert caught.value.code == "input.timeout"
    assert "30 s" in caught.value.hint
