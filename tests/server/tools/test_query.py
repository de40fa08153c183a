"""The tools that run SQL; tests/e2e/test_query.py asks live servers the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from mssql_mcp.settings import LimitSettings

if TYPE_CHECKING:
    from conversations import Conversation, Target

Converse = Any


@pytest.mark.parametrize("arguments", [{}, {"sql": "SELECT 1 AS one", "cursor": "AAAAAAAAAAAAAAAAAAAA.1"}])
def test_a_text_or_a_cursor(demo_assistant: Conversation, arguments: dict[str, str]) -> None:
    """One of them, not both."""
    answer = demo_assistant.call("run_query", **arguments)
    assert answer.code == "input.sql_or_cursor"
    assert "Hint: " in answer.text


def test_a_cursor_is_no_secret_of_another_text(demo_assistant: Conversation) -> None:
    """What was not given as `next` leads nowhere."""
    assert demo_assistant.call("run_query", cursor="AAAAAAAAAAAAAAAAAAAAAAAA.1").code == "cursor.unknown"


def test_a_call_may_have_less_time(demo_assistant: Conversation) -> None:
    """The deadline of the call itself."""
    sql = (
        "SELECT COUNT_BIG(*) AS n FROM sales.order_lines AS a, sales.order_lines AS b WHERE a.quantity + b.quantity < 0"
    )
    answer = demo_assistant.query(sql, timeout_seconds=0.3)
    assert answer.code == "query.timeout"
    assert "0.3 s" in answer.text


@pytest.mark.parametrize("seconds", [0, -1, 3_601])
def test_an_impossible_time_is_refused(demo_assistant: Conversation, seconds: float) -> None:
    """Before anything is asked."""
    assert demo_assistant.query("SELECT 1 AS one", timeout_seconds=seconds).code == "input.invalid_argument"


def test_limits_of_the_settings_hold(converse: Converse, demo: Target) -> None:
    """Where the call says nothing."""
    made = converse(demo.workspace(limits=LimitSettings(max_rows=3, max_cell_characters=16)))
    answer = made.query("SELECT REPLICATE(N'x', 40) AS x, order_id FROM sales.orders").json
    assert (answer["row_count"], answer["truncated_by"], answer["clipped_cells"]) == (3, "rows", 3)


def test_the_demo_has_no_plans(demo_assistant: Conversation) -> None:
    """It says so in one sentence."""
    answer = demo_assistant.call("explain_query", sql="SELECT 1 AS one")
    assert answer.code.startswith("unsupported")


def test_what_is_explained_passes_the_gate(demo_assistant: Conversation) -> None:
    """A write is not even compiled."""
    answer = demo_assistant.call("explain_query", sql="DELETE FROM sales.orders")
    assert answer.code.startswith("gate.")


def test_a_profile_tells_of_the_values(demo_assistant: Conversation) -> None:
    """NULLs, ranges and common values of the columns that are asked for."""
    text = demo_assistant.call("profile_table", table="sales.customers", columns=["kind", "phone"]).text
    assert "business" in text
    assert "phone" in text
    assert "credit_limit" not in text
