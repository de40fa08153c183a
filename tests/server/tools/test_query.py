"""The tools that run SQL; tests/e2e/test_query.py asks live servers the same."""

from __future__ import annotations

import re
import threading
from typing import TYPE_CHECKING, Any

import pytest

from mssql_mcp.connection.call import Call
from mssql_mcp.connection.registry import Registry
from mssql_mcp.execution.workers import Job
from mssql_mcp.server.state import LOCAL_OWNER
from mssql_mcp.settings import LimitSettings, Settings
from mssql_mcp.workspace import Workspace

if TYPE_CHECKING:
    from conversations import Conversation, Target

Converse = Any
CURSOR = re.compile(r"[A-Za-z0-9_-]{24}\.[0-9]+")


@pytest.mark.parametrize("arguments", [{}, {"sql": "SELECT 1 AS one", "cursor": "AAAAAAAAAAAAAAAAAAAA.1"}])
def test_a_text_or_a_cursor(demo_assistant: Conversation, arguments: dict[str, str]) -> None:
    """One of them, not both."""
    answer = demo_assistant.call("run_query", **arguments)
    assert answer.code == "input.sql_or_cursor"
    assert "Hint: " in answer.text


def test_a_cursor_is_no_secret_of_another_text(demo_assistant: Conversation) -> None:
    """What was not given as `next` leads nowhere."""
    assert demo_assistant.call("run_query", cursor="AAAAAAAAAAAAAAAAAAAAAAAA.1").code == "cursor.unknown"


@pytest.mark.parametrize("argument", [{"parameters": {"a": 1}}, {"database": "Lanternworks"}])
def test_a_cursor_goes_on_with_the_query_as_it_was(demo_assistant: Conversation, argument: dict[str, Any]) -> None:
    """What belongs to a text is refused beside a cursor, not passed over."""
    cut = demo_assistant.query("SELECT order_id FROM sales.orders", max_rows=5).json
    answer = demo_assistant.call("run_query", cursor=cut["next"], **argument)
    assert answer.code == "input.sql_or_cursor"
    assert "Leave them out" in answer.text


def test_a_cursor_belongs_to_its_connection(converse: Converse, demo: Target) -> None:
    """Another one is refused; its own may be named."""
    settings = Settings(connections={"main": demo.connection, "other": demo.connection})
    made = converse(Workspace(settings, Registry(settings)))
    cut = made.query("SELECT order_id FROM sales.orders", connection="other", max_rows=5).json
    refused = made.call("run_query", cursor=cut["next"], connection="main")
    assert refused.code == "cursor.other_connection"
    assert "Leave `connection` out" in refused.text
    for argument in ({}, {"connection": "other"}):
        assert made.call("run_query", cursor=cut["next"], max_rows=2, **argument).json["row_count"] == 2


def test_what_is_kept_waits_for_no_database(converse: Converse, demo: Target) -> None:
    """Every thread of the connection is busy, and results and plans are read all the same."""
    workspace = demo.workspace(limits=LimitSettings(max_concurrent=1))
    made = converse(workspace)
    cursor = made.query("SELECT TOP (7) order_id FROM sales.orders", max_rows=5).json["next"]
    plan = workspace.memory.plans.add("<plan/>", owner=LOCAL_OWNER)
    release, busy = threading.Event(), threading.Event()
    workspace.lane().submit(Job(Call(60), lambda: (busy.set(), release.wait())))
    try:
        assert busy.wait(60)
        assert made.call("run_query", cursor=cursor).json["row_count"] == 2
        assert made.read(f"mssql://results/{cursor}").count("\n") == 8
        assert made.read(f"mssql://plans/{plan}") == "<plan/>"
    finally:
        release.set()


@pytest.mark.parametrize("output_format", ["json", "csv", "markdown"])
def test_an_answer_keeps_its_size(converse: Converse, demo: Target, output_format: str) -> None:
    """Counted in the format in which it is sent, also where it goes on."""
    made = converse(demo.workspace(limits=LimitSettings(max_characters=2_000, keep_rows=1_000)))
    sql = "SELECT TOP (200) REPLICATE(N'|', 50) AS x FROM sales.orders"
    first = made.query(sql, format=output_format)
    cursor = CURSOR.search(first.text)
    assert cursor is not None
    for answer in (first, made.call("run_query", cursor=cursor[0], format=output_format)):
        assert 1_500 < len(answer.text) <= 2_000


@pytest.mark.parametrize("output_format", ["json", "csv", "markdown"])
def test_a_wide_answer_keeps_its_size(converse: Converse, demo: Target, output_format: str) -> None:
    """The names of two hundred columns count, also where the answer goes on."""
    made = converse(demo.workspace(limits=LimitSettings(keep_rows=1_000)))
    listed = ", ".join(
        f"order_id AS a_rather_long_name_of_a_column_that_says_what_is_in_it_{number}" for number in range(200)
    )
    answer = made.query(f"SELECT {listed} FROM sales.orders", format=output_format)
    for _ in range(3):
        assert 15_000 < len(answer.text) <= 20_000
        assert "The types are left out" in answer.text
        cursor = CURSOR.search(answer.text)
        assert cursor is not None
        answer = made.call("run_query", cursor=cursor[0], format=output_format)


def test_a_result_that_is_too_wide_names_its_columns(demo_assistant: Conversation) -> None:
    """So that the assistant can select some of them."""
    listed = ", ".join(f"1 AS {'a' * 100}{number}" for number in range(300))
    answer = demo_assistant.query(f"SELECT {listed}")
    assert answer.code == "query.too_wide"
    assert f"{'a' * 100}0, " in answer.text
    assert len(answer.text) < 2_000


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


def test_a_profile_keeps_its_size(converse: Converse, demo: Target) -> None:
    """What does not fit is counted, and can be asked for."""
    made = converse(demo.workspace(limits=LimitSettings(max_characters=1_000)))
    text = made.call("profile_table", table="sales.orders").text
    assert 500 < len(text) <= 1_000
    assert "lines do not fit into" in text
    assert "name the columns that you need" in text


def test_a_profile_tells_of_the_values(demo_assistant: Conversation) -> None:
    """NULLs, ranges and common values of the columns that are asked for."""
    text = demo_assistant.call("profile_table", table="sales.customers", columns=["kind", "phone"]).text
    assert "business" in text
    assert "phone" in text
    assert "credit_limit" not in text
