"""What goes wrong with a real driver and a real server has the right code, comes in time and tells no secret."""

from __future__ import annotations

import logging
import secrets
import traceback
from typing import TYPE_CHECKING, Any

import pytest
from pydantic import SecretStr

from mssql_mcp.connection.call import Call
from mssql_mcp.errors import DatabaseConnectionError
from mssql_mcp.settings import RetrySettings

if TYPE_CHECKING:
    from collections.abc import Iterator

Make = Any
CANARY = "c4nary;}pass"
ONCE = RetrySettings(max_retries=0)


def everything_said(error: BaseException, records: list[logging.LogRecord]) -> Iterator[str]:
    todo: list[BaseException | None] = [error]
    seen: list[BaseException] = []
    while todo:
        current = todo.pop()
        if current is None or current in seen:
            continue
        seen.append(current)
        todo += [current.__cause__, current.__context__]
        yield f"{current} {current!r} {vars(current)} {''.join(traceback.format_exception(current))}"
    yield from (f"{record.getMessage()} {record.exc_text}" for record in records)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"password": SecretStr(CANARY)}, "connection.login_failed"),
        ({"username": "nobody", "password": SecretStr(CANARY)}, "connection.login_failed"),
        ({"database": "no such database"}, "connection.database_unavailable"),
        ({"trust_server_certificate": False}, "connection.certificate"),
        ({"server": "127.0.0.1,1", "password": SecretStr(CANARY)}, "connection.refused"),
        ({"server": "no-such-host.invalid", "password": SecretStr(CANARY)}, "connection.dns"),
    ],
)
def test_each_failure_has_its_code(
    make_source: Make,
    changes: dict[str, Any],
    code: str,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """Wrong password, missing database, own certificate, closed port and unknown host are told apart."""
    source = make_source(**changes)
    with caplog.at_level(logging.DEBUG), pytest.raises(DatabaseConnectionError) as caught:
        source.connect(Call(30))
    if code == "connection.certificate" and caught.value.code != code:
        pytest.skip("this server's certificate is trusted here")
    assert caught.value.code == code
    assert caught.value.hint
    said = [*everything_said(caught.value, caplog.records), *capfd.readouterr()]
    assert [text for text in said if "c4nary" in text] == []


def test_a_login_that_is_not_answered_ends_in_time(make_source: Make, proxy: Any) -> None:
    """A server that takes the connection and says nothing costs the login timeout, not the driver's patience."""
    proxy.is_silent = True
    source = make_source(server=proxy.server, login_timeout_seconds=1, retry=ONCE)
    call = Call(60)
    with pytest.raises(DatabaseConnectionError) as caught:
        source.connect(call)
    assert caught.value.code == "connection.timeout"
    assert call.elapsed_ms < 10_000


def test_the_deadline_comes_before_the_login_timeout(make_source: Make, proxy: Any) -> None:
    """A call that has little time left does not wait for the whole login."""
    proxy.is_silent = True
    source = make_source(server=proxy.server, login_timeout_seconds=60, retry=ONCE)
    call = Call(0.5)
    with pytest.raises(DatabaseConnectionError) as caught:
        source.connect(call)
    assert caught.value.code == "connection.timeout"
    assert call.elapsed_ms < 10_000


def test_a_reset_during_the_login_is_told(make_source: Make, proxy: Any) -> None:
    """A server that hangs up on us is a connection failure, and the next call works."""
    source = make_source(server=proxy.server, retry=ONCE)
    proxy.hangs_up = True
    with pytest.raises(DatabaseConnectionError) as caught:
        source.connect(Call(30))
    assert caught.value.retryable
    proxy.hangs_up = False
    with source.connect(Call(30)) as connection:
        assert connection.exec_driver_sql("SELECT 1").scalar() == 1


@pytest.mark.parametrize(
    ("sql", "codes"),
    [
        ("SELECT * FROM shop.nothing", {"query.invalid_object"}),
        ("SELECT nothing FROM shop.customer", {"query.invalid_column"}),
        ("SELECT 1 +", {"query.syntax"}),
        ("SELECT CAST('a' AS int)", {"query.conversion"}),
        ("SELECT 1/0", {"query.divide_by_zero"}),
        ("SELECT CAST(99999999999 AS int)", {"query.overflow"}),
        ("SELECT nothing(1)", {"query.invalid_function"}),
    ],
)
def test_a_statements_failure_has_its_code(live_source: Any, sql: str, codes: set[str]) -> None:
    """A real server's errors mean the same through both drivers."""
    with live_source.connect(Call(30)) as connection:
        with pytest.raises(Exception) as caught:
            connection.exec_driver_sql(sql).fetchall()
        ours = live_source.failure(caught.value)
        assert ours.code in codes
        assert not live_source.is_disconnect(caught.value)


def test_a_right_that_is_missing_is_named(
    live_source: Any, make_source: Make, live_admin: Any, live_database: str
) -> None:
    """A login without SELECT gets `query.permission_denied`."""
    login = f"mssql_mcp_rights_{secrets.token_hex(4)}"
    password = "Aa1-0123456789-right"
    live_admin(f"CREATE LOGIN {login} WITH PASSWORD = N'{password}'")
    live_admin(f"CREATE USER {login} FOR LOGIN {login}", database=live_database)
    try:
        source = make_source(username=login, password=SecretStr(password))
        with source.connect(Call(30)) as connection:
            with pytest.raises(Exception) as caught:
                connection.exec_driver_sql("SELECT * FROM shop.secret").fetchall()
            assert source.failure(caught.value).code == "query.permission_denied"
        source.close()
    finally:
        live_admin(f"DROP USER {login}", database=live_database)
        live_admin(f"DROP LOGIN {login}")
