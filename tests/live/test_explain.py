"""Estimated plans over the real wire: shown by SQL Server, found out where a server only says that it shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from mssql_mcp.connection.call import Call
from mssql_mcp.errors import UnsupportedError
from mssql_mcp.gate import check
from mssql_mcp.insight.explain import explain
from mssql_mcp.insight.plan import cost_of, digest, digest_text, is_single_select, parse_plan

if TYPE_CHECKING:
    from mssql_mcp.connection.sqlserver import SqlServerSource

QUERY = (
    "SELECT c.name, o.placed FROM shop.customer AS c JOIN shop.orders AS o ON o.customer_id = c.id WHERE c.name = @name"
)


@pytest.fixture
def shows_plans(live_source: SqlServerSource, ask: Any) -> bool:
    """Whether the server is Microsoft's; Babelfish takes the setting and runs the query."""
    return (
        bool(ask(live_source, "SELECT CAST(SERVERPROPERTY('Edition') AS nvarchar(128))")[0][0])
        and not ask(live_source, "SELECT CAST(SERVERPROPERTY('BabelfishVersion') AS nvarchar(128))")[0][0]
    )


def test_a_plan_is_shown_or_found_missing(live_source: SqlServerSource, shows_plans: bool) -> None:
    """SQL Server gives a plan that can be read and judged; any other server is named as one without."""
    call = Call(30)
    approved = check(QUERY, parameters=("name",))
    try:
        if not shows_plans:
            with pytest.raises(UnsupportedError) as caught:
                explain(live_source, approved, call, values={"name": "Ærø"})
            assert caught.value.code == "unsupported.showplan"
            return
        plan = parse_plan(explain(live_source, approved, call, values={"name": "Ærø"}).xml)
    finally:
        call.run_deferred()
    assert is_single_select(plan)
    assert cost_of(plan) > 0
    assert digest_text(digest(plan)).startswith("Estimated plan: SELECT")


def test_later_queries_give_rows(live_source: SqlServerSource, ask: Any) -> None:
    """No session that shows plans comes back from the pool."""
    for _ in range(3):
        call = Call(30)
        try:
            explain(live_source, check("SELECT id FROM shop.customer"), call)
        except UnsupportedError:
            pass
        finally:
            call.run_deferred()
        assert ask(live_source, "SELECT COUNT(*) FROM shop.customer") == [(3,)]
