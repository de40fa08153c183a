"""Nothing that is sent through the real query path as the server's administrator changes anything.

The forbidden texts are those of a corpus that lies beside the project where there is one, and those of the gate's own
tests. What the gate lets through of them (harmless ones) runs for real.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from corpora import FOLDER

from mssql_mcp.connection.call import Call
from mssql_mcp.connection.registry import Registry
from mssql_mcp.errors import SecurityError, ToolError
from mssql_mcp.settings import LimitSettings, Settings
from mssql_mcp.workspace import Query, Workspace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mssql_mcp.connection.sqlserver import SqlServerSource
    from mssql_mcp.settings import ConnectionSettings

ROOT = Path(__file__).resolve().parents[2]

# What must be the same before and after: every object with its time of change, every row count, who may do what, what
# the server is set to, and what a session is set to. Names that begin with mssql_mcp_ are of tests that run at the same
# time, and in no forbidden text.
LOOKS = {
    "objects": "SELECT o.name, o.type, o.modify_date FROM sys.objects AS o WHERE o.is_ms_shipped = 0 ORDER BY o.name",
    "customers": "SELECT COUNT(*), SUM(CAST(id AS bigint)), MAX(name) FROM shop.customer",
    "orders": "SELECT COUNT(*), SUM(CAST(id AS bigint)), MAX(note) FROM shop.orders",
    "secrets": "SELECT COUNT(*), MAX(token) FROM shop.secret",
    "numbers": "SELECT COUNT(*), SUM(CAST(n AS bigint)) FROM shop.numbers",
    "databases": "SELECT name FROM sys.databases WHERE name NOT LIKE 'mssql[_]mcp[_]%' ORDER BY name",
    "principals": "SELECT name, type FROM sys.database_principals ORDER BY name",
    "logins": "SELECT name FROM sys.server_principals WHERE name NOT LIKE 'mssql[_]mcp[_]%' ORDER BY name",
    "configuration": "SELECT name, value_in_use FROM sys.configurations ORDER BY name",
    "session": "SELECT @@TRANCOUNT, @@LOCK_TIMEOUT, @@DATEFIRST, @@LANGUAGE, DB_NAME(), SUSER_NAME()",
}


@pytest.fixture
def workspace(
    live_settings: Callable[..., ConnectionSettings], live_database: str, live_driver: str
) -> Iterator[Workspace]:
    """The product as it is configured by default, on the fresh database, as the server's administrator."""
    settings = Settings(
        connections={"live": live_settings(database=live_database, driver=live_driver)},
        limits=LimitSettings(timeout_seconds=20, max_rows=5),
    )
    made = Workspace(settings, Registry(settings))
    yield made
    made.close()


def answer(workspace: Workspace, sql: str) -> Any:
    call = Call(20)
    try:
        return workspace.query(Query(sql), call)
    finally:
        call.run_deferred()


def looked(ask: Callable[..., Any], source: SqlServerSource) -> dict[str, Any]:
    """Look at the server from a connection of another pool; what it does not know is not compared."""
    found = {}
    for name, sql in LOOKS.items():
        try:
            found[name] = ask(source, sql)
        except Exception:  # noqa: BLE001 - a server without this view is compared by the others
            continue
    return found


def forbidden() -> list[str]:
    """Every forbidden text that lies at hand."""
    own = [path.read_text(encoding="utf-8") for path in sorted((ROOT / "tests/gate/cases/refused").rglob("*.sql"))]
    corpus = FOLDER / "corpus" / "forbidden.jsonl"
    if corpus.exists():
        own += [json.loads(line)["sql"] for line in corpus.read_text(encoding="utf-8").splitlines()]
    return own


def test_no_forbidden_text_changes_anything(
    workspace: Workspace, live_source: SqlServerSource, ask: Callable[..., Any]
) -> None:
    """Objects, rows, principals, settings and the session are the same before and after all of them."""
    texts = forbidden()
    if not texts:
        pytest.skip("no corpus of forbidden texts lies at hand")
    assert [sql for sql in texts if "mssql_mcp_" in sql.casefold()] == []
    before = looked(ask, live_source)
    session = answer(workspace, LOOKS["session"]).rows
    assert {"objects", "customers", "orders", "session"} <= set(before)
    ran = 0
    for sql in texts:
        try:
            answer(workspace, sql)
        except SecurityError:
            continue
        except ToolError:
            pass
        ran += 1
    assert ran < len(texts) / 20, "the gate lets through far more of the forbidden texts than the harmless ones"
    assert looked(ask, live_source) == before
    assert answer(workspace, LOOKS["session"]).rows == session


def test_the_look_sees_a_change(
    live_source: SqlServerSource, live_admin: Callable[..., None], live_database: str, ask: Callable[..., Any]
) -> None:
    """The comparison above can fail: a row, a table and a principal that come are seen."""
    before = looked(ask, live_source)
    live_admin(
        "INSERT INTO shop.secret (id, token) VALUES (99, N'y')",
        "CREATE TABLE shop.intruder (a int)",
        database=live_database,
    )
    try:
        after = looked(ask, live_source)
    finally:
        live_admin("DELETE FROM shop.secret WHERE id = 99", "DROP TABLE shop.intruder", database=live_database)
    assert after["secrets"] != before["secrets"]
    assert after["objects"] != before["objects"]
