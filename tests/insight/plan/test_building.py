"""Attributes of a plan become numbers, names and flags, or an error."""

from __future__ import annotations

import pytest

from mssql_mcp.insight.plan.building import (
    OperatorParts,
    RuntimeParts,
    bare,
    column_name,
    is_true,
    number,
    object_name,
    whole,
)


@pytest.mark.parametrize(("text", "value"), [("1e-005", 1e-5), ("3.2e+006", 3.2e6), ("", 0.0)])
def test_numbers_are_read_as_sql_server_writes_them(text, value):
    """Exponents with many digits are numbers, absence is 0."""
    assert number({"a": text}, "a") == value


@pytest.mark.parametrize("text", ["nan", "inf", "-inf", "x"])
def test_what_is_no_finite_number_is_an_error(text):
    """No plan is judged by a cost that compares with nothing."""
    with pytest.raises(ValueError):
        number({"a": text}, "a")


def test_absent_whole_numbers_are_none():
    """Zero and absent are different things."""
    assert (whole({"a": "0"}, "a"), whole({}, "a")) == (0, None)


def test_flags_are_written_in_two_ways():
    """The schema's boolean is `1` or `true`."""
    assert [is_true({"a": text}, "a") for text in ("1", "true", "True", "0", "false", "")] == [
        True, True, True, False, False, False,
    ]  # fmt: skip


@pytest.mark.parametrize(("name", "value"), [("[a]", "a"), ("[a]]b]", "a]b"), ("a", "a"), ("[", "["), ("", "")])
def test_brackets_are_taken_off(name, value):
    """A name is what it says, not how it is quoted."""
    assert bare(name) == value


def test_columns_and_objects_are_named_without_brackets():
    """Expressions have a name alone."""
    assert column_name({"Schema": "[s]", "Table": "[t]", "Column": "c"}) == "s.t.c"
    assert column_name({"Column": "Expr1001"}) == "Expr1001"
    assert object_name({"Schema": "[s]", "Table": "[t]", "Index": "[i]"}).label == "s.t (i)"


def test_threads_without_counters_leave_them_unknown():
    """What no thread tells is None, not 0."""
    parts = RuntimeParts()
    parts.add({"ActualRows": "3", "ActualExecutions": "1"})
    parts.add({"ActualRows": "4", "ActualExecutions": "0"})
    made = parts.made()
    assert (made.rows, made.rows_read, made.executions, made.threads, made.elapsed_ms) == (7, None, 1, 1, None)


def test_an_operator_s_own_cost_is_never_negative():
    """Children that cost more than the whole (adaptive joins) leave nothing, not less."""
    part = OperatorParts({"EstimatedTotalSubtreeCost": "1"}, None, 0, is_repeated=False, children_cost=3.0)
    assert part.made().own_cost == 0
