"""The one way of each call, whichever door it came through."""

from __future__ import annotations

import pytest

from mssql_mcp.connection.call import Call
from mssql_mcp.connection.registry import Registry
from mssql_mcp.errors import (
    ConfigurationError,
    ObjectNotFoundError,
    QueryTimeoutError,
    Refusal,
    SecurityError,
    UnsupportedError,
    ValidationError,
)
from mssql_mcp.settings import ConnectionSettings, GateSettings, LimitSettings, Settings
from mssql_mcp.workspace import Query, Workspace


@pytest.fixture
def opened():
    """Open workspaces on the demo with chosen settings; all are closed at the end."""
    made = []

    def make(connection=None, **settings):
        whole = Settings(connections={"demo": connection or ConnectionSettings(demo=True)}, **settings)
        made.append(Workspace(whole, Registry(whole)))
        return made[-1]

    yield make
    for workspace in made:
        workspace.close()


def ask(workspace, sql, **more):
    call = Call(60)
    try:
        return workspace.query(Query(sql, **more), call)
    finally:
        call.run_deferred()


def test_a_query_goes_through_gate_and_limits(opened):
    """Rows come typed and bounded."""
    result = ask(
        opened(limits=LimitSettings(max_rows=3)), "SELECT customer_id FROM sales.customers ORDER BY customer_id"
    )
    assert result.rows == ((1,), (2,), (3,))
    assert result.truncation.reason == "rows"


def test_a_refused_text_reaches_no_connection(opened):
    """The gate comes before the source is asked for anything."""
    workspace = opened()
    with pytest.raises(Refusal):
        ask(workspace, "SELECT 1 DELETE FROM sales.orders")
    assert workspace.registry.source()._engine is None


def test_a_connection_s_own_limits_and_policy_win(opened):
    """What is said for one connection holds there."""
    connection = ConnectionSettings(
        demo=True, limits=LimitSettings(max_rows=1), gate=GateSettings(deny_objects=("hr.*",))
    )
    workspace = opened(connection, limits=LimitSettings(max_rows=50))
    assert ask(workspace, "SELECT customer_id FROM sales.customers").row_count == 1
    with pytest.raises(SecurityError) as caught:
        ask(workspace, "SELECT * FROM hr.employees")
    assert caught.value.code.startswith("policy.")


def test_without_any_connection_the_next_step_is_said(opened):
    """A new user is led on."""
    workspace = Workspace(Settings(), Registry(Settings()))
    with pytest.raises(ConfigurationError, match="No connection"):
        ask(workspace, "SELECT 1 AS a")


def test_another_database_must_be_allowed(opened):
    """The demo has one."""
    with pytest.raises(ValidationError) as caught:
        ask(opened(), "SELECT 1 AS a", database="master")
    assert caught.value.code == "input.unknown_database"


def test_a_cut_answer_goes_on_where_it_ended(opened):
    """No row is lost or seen twice, and only its owner may go on."""
    workspace = opened(limits=LimitSettings(max_rows=400))
    first = ask(workspace, "SELECT customer_id FROM sales.customers ORDER BY customer_id", owner="me")
    seen = [row[0] for row in first.rows]
    cursor = first.next
    with pytest.raises(ValidationError) as caught:
        workspace.resume(cursor, Call(60), owner="you")
    assert caught.value.code == "cursor.other_owner"
    while cursor:
        part = workspace.resume(cursor, Call(60), owner="me")
        seen += [row[0] for row in part.rows]
        cursor = part.next
    assert seen == list(range(1, 1201))


def test_a_stream_has_every_row(opened):
    """Exports are bounded by nothing but the deadline."""
    call = Call(120)
    with opened(limits=LimitSettings(max_rows=1)).stream(Query("SELECT order_id FROM sales.order_lines"), call) as rows:
        assert sum(len(chunk) for chunk in rows.chunks) == 50_000
    call.run_deferred()


def test_a_deadline_that_passed_is_said(opened):
    """Nothing is started for a call that is over."""
    now = [0.0]
    call = Call(1, clock=lambda: now[0])
    now[0] = 2.0
    with pytest.raises(QueryTimeoutError):
        opened().query(Query("SELECT 1 AS a"), call)


def test_plans_are_said_to_be_missing_on_the_demo(opened):
    """A cost limit that cannot be held refuses, it does not let through."""
    with pytest.raises(UnsupportedError):
        ask(opened(limits=LimitSettings(max_cost=1.0)), "SELECT COUNT(*) AS n FROM sales.orders")


def test_a_cost_that_is_not_known_can_be_a_warning(opened):
    """The answer comes, by both ways, and says what is not known."""
    workspace = opened(limits=LimitSettings(max_cost=1.0, over_cost="warn"))
    sql = "SELECT COUNT(*) AS n FROM sales.orders"
    assert "cost is not known" in ask(workspace, sql).notes[0]
    call = Call(60)
    with workspace.stream(Query(sql), call) as rows:
        assert len(list(rows.chunks)) == 1
        assert "cost is not known" in rows.notes[0]
    call.run_deferred()


def test_names_lead_to_tables_and_near_names(opened):
    """Brackets, schema and database are understood; a misspelt name is answered with the right one."""
    workspace = opened()
    assert workspace.table("[sales].[orders]", Call(60)).name == "orders"
    assert workspace.table("Lanternworks.sales.ORDERS", Call(60)).name == "orders"
    with pytest.raises(ObjectNotFoundError) as caught:
        workspace.table("ordrs", Call(60))
    assert "sales.orders" in caught.value.nearest


def test_repeated_questions_are_answered_from_memory_where_that_is_asked_for(opened):
    """Off by default; the answer says so. Tables and views are kept once the catalog knows what they are."""
    workspace = opened(limits=LimitSettings(cache_seconds=60))
    ask(workspace, "SELECT COUNT(*) AS n FROM sales.orders")
    assert ask(workspace, "SELECT COUNT(*) AS n FROM sales.orders").notes == ()
    workspace.catalog(Call(60))
    ask(workspace, "SELECT COUNT(*) AS n FROM sales.orders")
    assert "From the cache" in ask(workspace, "SELECT COUNT(*) AS n FROM sales.orders").notes[0]
    plain = opened()
    ask(plain, "SELECT COUNT(*) AS n FROM sales.orders")
    assert ask(plain, "SELECT COUNT(*) AS n FROM sales.orders").notes == ()


def test_the_facts_about_a_connection(opened):
    """Where one is, and how much is there."""
    facts = opened().info(Call(60))
    assert (facts["database"], facts["table_count"], facts["connections"]) == ("Lanternworks", 19, ["demo"])
