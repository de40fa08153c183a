"""Over the real wire, with each driver: sessions are set up, pooled, replaced and bounded."""

from __future__ import annotations

import secrets
import threading
from typing import TYPE_CHECKING, Any

import pytest
from pydantic import SecretStr

from mssql_mcp.connection.call import Call
from mssql_mcp.errors import DatabaseConnectionError, QueryCancelledError
from mssql_mcp.settings import PoolSettings, RetrySettings, SessionSettings

if TYPE_CHECKING:
    from collections.abc import Callable

    from mssql_mcp.connection.sqlserver import SqlServerSource

Ask = Any
Make = Any
SESSION = "SELECT @@SPID"


def test_a_source_reads(live_source: SqlServerSource, ask: Ask, live_database: str) -> None:
    """Text of every script, decimals and NULL come back as they were written."""
    assert ask(live_source, "SELECT DB_NAME()") == [(live_database,)]
    rows = ask(live_source, "SELECT name, credit FROM shop.customer ORDER BY id")
    assert [(name, str(credit)) for name, credit in rows] == [("Ærø", "10.50"), ("名前", "None"), ("O'Hara", "-1.00")]


def test_the_wire_is_encrypted(live_source: SqlServerSource, ask: Ask) -> None:
    """The server itself says that this connection is encrypted."""
    assert ask(live_source, "SELECT encrypt_option FROM sys.dm_exec_connections WHERE session_id = @@SPID") == [
        ("TRUE",)
    ]


def test_the_session_is_set_up(make_source: Make, ask: Ask) -> None:
    """Lock timeout, deadlock priority and isolation level are the configured ones, as the server sees them."""
    session = SessionSettings(lock_timeout_ms=1234, deadlock_priority="normal", isolation="read uncommitted")
    source = make_source(session=session)
    sql = "SELECT lock_timeout, transaction_isolation_level FROM sys.dm_exec_sessions WHERE session_id = @@SPID"
    assert ask(source, "SELECT @@LOCK_TIMEOUT") == [(1234,)]
    assert ask(source, sql) == [(1234, 1)]


def test_a_dba_sees_who_asks(make_source: Make, ask: Ask, live_driver: str) -> None:
    """Application and asker are in the session's context, the first in its program name where the driver lets it be."""
    source = make_source(application_name="report-42")
    source.asker = "user ann; client helper 7"
    ((context, program),) = ask(source, "SELECT CONTEXT_INFO(), APP_NAME()")
    assert bytes(context).rstrip(b"\0") == b"report-42; user ann; client helper 7"
    assert program == ("report-42" if live_driver == "pyodbc" else "MSSQL-Python")


def test_a_connection_is_used_again(make_source: Make, ask: Ask) -> None:
    """Two calls in a row share one physical connection."""
    source = make_source()
    assert ask(source, SESSION) == ask(source, SESSION)


def test_no_transaction_leaks(make_source: Make) -> None:
    """What a call left open is rolled back before the next one gets the connection."""
    source = make_source()
    with source.connect(Call(30)) as connection:
        connection.exec_driver_sql("INSERT INTO shop.secret (id, token) VALUES (99, N'leak')")
        assert connection.exec_driver_sql("SELECT COUNT(*) FROM shop.secret").scalar() == 2
        session = connection.exec_driver_sql(SESSION).scalar()
    with source.connect(Call(30)) as connection:
        assert connection.exec_driver_sql(SESSION).scalar() == session
        assert connection.exec_driver_sql("SELECT COUNT(*) FROM shop.secret").scalar() == 1


def test_an_idle_connection_holds_no_transaction(make_source: Make, ask: Ask) -> None:
    """What lies in the pool shows no open transaction to the DBA."""
    source, other = make_source(), make_source()
    ((session,),) = ask(source, SESSION)
    assert ask(source, SESSION) == [(session,)]
    sql = f"SELECT status, open_transaction_count FROM sys.dm_exec_sessions WHERE session_id = {session}"
    ((status, transactions),) = ask(other, sql)
    assert transactions in (0, None)
    assert "transaction" not in status


def test_each_database_has_its_own_connections(make_source: Make, live_database: str) -> None:
    """A call names its database; no USE is sent."""
    source = make_source(database="master")
    for name in ("master", live_database, "master"):
        with source.connect(Call(30), name) as connection:
            assert connection.exec_driver_sql("SELECT DB_NAME()").scalar() == name


def test_the_pool_is_bounded(make_source: Make) -> None:
    """With every connection in use, a further call waits no longer than it may and then says so."""
    source = make_source(pool=PoolSettings(size=1, max_overflow=1))
    with source.connect(Call(30)), source.connect(Call(30)):
        with pytest.raises(DatabaseConnectionError) as caught:
            source.connect(Call(0.3))
        assert caught.value.code == "connection.busy"
        assert caught.value.retryable
    with source.connect(Call(30)) as connection:
        assert connection.exec_driver_sql("SELECT 1").scalar() == 1


def test_a_returned_connection_serves_who_waits(make_source: Make) -> None:
    """A call that waits for a connection gets it as soon as it is given back."""
    source = make_source(pool=PoolSettings(size=1, max_overflow=0))
    first = source.connect(Call(30))
    waiting = threading.Event()
    seen: list[int] = []

    def wait() -> None:
        waiting.set()
        with source.connect(Call(30)) as connection:
            seen.append(connection.exec_driver_sql(SESSION).scalar())

    thread = threading.Thread(target=wait)
    thread.start()
    assert waiting.wait(30)
    session = first.exec_driver_sql(SESSION).scalar()
    first.close()
    thread.join(30)
    assert seen == [session]


def test_a_cancel_ends_the_wait_for_a_connection(make_source: Make) -> None:
    """Waiting for the pool ends with the call."""
    source = make_source(pool=PoolSettings(size=1, max_overflow=0))
    call = Call(30)
    with source.connect(Call(30)):
        threading.Timer(0.05, call.cancel).start()
        with pytest.raises(QueryCancelledError):
            source.connect(call)


def test_types_that_pyodbc_cannot_read_are_read(live_source: SqlServerSource, ask: Ask) -> None:
    """datetimeoffset keeps its offset, and a sql_variant is what it holds."""
    ((moment,),) = ask(live_source, "SELECT CAST('2024-02-29 10:11:12.5 -02:30' AS datetimeoffset(1))")
    text = moment if isinstance(moment, str) else moment.isoformat().replace("500000", "5")
    assert text == "2024-02-29T10:11:12.5-02:30"
    for value, expected in (("1", 1), ("CAST(-5 AS smallint)", -5), ("CAST(250 AS tinyint)", 250), ("N'x'", "x")):
        assert ask(live_source, f"SELECT CAST({value} AS sql_variant)") == [(expected,)]
    assert ask(live_source, "SELECT CAST(5000000000 AS bigint), CAST(CAST(5000000000 AS bigint) AS sql_variant)") == [
        (5_000_000_000, 5_000_000_000)
    ]


def test_braces_in_a_text_are_sent_as_they_are(live_source: SqlServerSource, ask: Ask) -> None:
    """ODBC's escapes in braces stay text inside a literal, and are an error outside."""
    assert ask(live_source, "SELECT '{d ''2024-01-01''}'") == [("{d '2024-01-01'}",)]
    with live_source.connect(Call(30)) as connection, pytest.raises(Exception) as caught:
        connection.exec_driver_sql("SELECT {fn NOW()}").fetchall()
    assert live_source.failure(caught.value).code.startswith("query.")


@pytest.mark.parametrize("password", ["a}b;c{d='\"%&+ x", "{braced}", "}", " lead and trail ", "ünï;cødé名"])
def test_every_password_reaches_the_server(
    make_source: Make, ask: Ask, live_admin: Callable[..., None], password: str
) -> None:
    """Special characters in a password survive the connection string."""
    login = f"mssql_mcp_{secrets.token_hex(4)}"
    quoted = password.replace("'", "''")
    strong = f"Aa1-{quoted}-0123456789"
    live_admin(f"CREATE LOGIN {login} WITH PASSWORD = N'{strong}'")
    try:
        source = make_source(username=login, password=SecretStr(strong.replace("''", "'")), database="master")
        assert ask(source, "SELECT SUSER_SNAME()") == [(login,)]
        source.close()
    finally:
        live_admin(f"DROP LOGIN {login}")


def test_a_connection_that_broke_while_idle_is_known(make_source: Make, proxy: Any) -> None:
    """The first statement after the break fails as a disconnect, and the next connection is a new one."""
    source = make_source(server=proxy.server)
    with source.connect(Call(30)) as connection:
        before = connection.exec_driver_sql(SESSION).scalar()
    proxy.cut()
    connection = source.connect(Call(30))
    with pytest.raises(Exception) as caught:
        connection.exec_driver_sql("SELECT 1").fetchall()
    assert source.is_disconnect(caught.value)
    assert source.failure(caught.value).code == "connection.lost"
    connection.invalidate()
    connection.close()
    with source.connect(Call(30)) as connection:
        assert connection.exec_driver_sql(SESSION).scalar() != before


def test_every_idle_connection_of_a_broken_pool_is_replaced(make_source: Make, proxy: Any) -> None:
    """One disconnect tells about all idle connections: the next calls get new ones at once."""
    source = make_source(server=proxy.server)
    held = [source.connect(Call(30)) for _ in range(3)]
    for connection in held:
        connection.close()
    proxy.cut()
    with source.connect(Call(30)) as connection, pytest.raises(Exception):  # noqa: B017
        connection.exec_driver_sql("SELECT 1").fetchall()
    for _ in range(3):
        with source.connect(Call(30)) as connection:
            assert connection.exec_driver_sql("SELECT 1").scalar() == 1


def test_a_server_that_comes_back_is_found_by_the_retries(make_source: Make, proxy: Any, live_url: Any) -> None:
    """A server that is silent at first is tried again inside the deadline."""
    source = make_source(
        server=proxy.server,
        login_timeout_seconds=1,
        retry=RetrySettings(max_retries=5, delay_seconds=0.01),
    )
    proxy.is_silent = True
    threading.Timer(1.2, lambda: setattr(proxy, "is_silent", False)).start()
    with source.connect(Call(60)) as connection:
        assert connection.exec_driver_sql("SELECT 1").scalar() == 1
    assert proxy.accepted > 1
