"""The doctor examines a real server, for an administrator and for a login that can only read."""

from __future__ import annotations

import contextlib
import secrets
from typing import TYPE_CHECKING, Any

import pytest
from pydantic import SecretStr

from mssql_mcp.connection.call import Call
from mssql_mcp.doctor import CHECKS, Extras, least_privilege_script, run_checks
from mssql_mcp.doctor.prelogin import greet

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Make = Any
PASSWORD = "Aa1-0123456789-doctor"


def outcomes(source: Any) -> dict[str, Any]:
    return {outcome.name: outcome for outcome in run_checks(source, Call(60))}


def statements(script: str) -> Iterator[tuple[str, str]]:
    """Give each statement of a script with the database that it runs in."""
    database = "master"
    for line in script.splitlines():
        text = line.split(" -- ")[0].strip()
        if text.startswith("USE "):
            database = text.removeprefix("USE [").removesuffix("];")
        elif text and not text.startswith("--"):
            yield text, database


def test_an_administrator_is_told_loudly(make_source: Make) -> None:
    """Every check gives an answer, nothing fails, and a login that could do anything is not called fine."""
    found = outcomes(make_source())
    assert list(found) == [check.name for check in CHECKS]
    assert [name for name, outcome in found.items() if outcome.status in ("failed", "skipped")] == []
    assert found["rights"].status == "warning"
    assert "NOT LIMITED" in found["rights"].summary
    assert found["encryption"].facts["is_encrypted"] is not False
    assert found["limits"].facts["lock_timeout"] == 5000


def test_the_script_makes_a_login_that_can_only_read(
    make_source: Make, live_admin: Callable[..., None], live_database: str
) -> None:
    """What the script writes runs, the login reads, and the check finds nothing that it could change."""
    login = f"mssql_mcp_reader_{secrets.token_hex(4)}"
    script = least_privilege_script(login, live_database, schemas=("shop",), extras=Extras(definitions=False))
    try:
        for statement, database in statements(script.replace("<a long random password>", PASSWORD)):
            live_admin(statement, database=database)
        source = make_source(username=login, password=SecretStr(PASSWORD))
        found = outcomes(source)
        assert found["login"].facts["login"] == login
        assert found["rights"].facts["server_roles"] == []
        assert "could change things" not in found["rights"].summary
        assert "read and change nothing" in found["rights"].summary
        with source.connect(Call(30)) as connection:
            assert connection.exec_driver_sql("SELECT COUNT(*) FROM shop.customer").scalar() == 3
            with pytest.raises(Exception) as caught:
                connection.exec_driver_sql("DELETE FROM shop.customer")
            assert source.failure(caught.value).code == "query.permission_denied"
        source.close()
    finally:
        with contextlib.suppress(Exception):
            live_admin(f"REVOKE SELECT ON SCHEMA::shop FROM {login}", f"DROP USER {login}", database=live_database)
        with contextlib.suppress(Exception):
            live_admin(f"DROP LOGIN {login}")


@pytest.mark.parametrize(
    ("changes", "broken", "code"),
    [
        ({"password": SecretStr("wrong")}, "login", "connection.login_failed"),
        ({"database": "no such database"}, "login", "connection.database_unavailable"),
        ({"server": "127.0.0.1,1"}, "network", "connection.refused"),
        ({"trust_server_certificate": False}, "encryption", "connection.certificate"),
    ],
)
def test_the_walk_stops_where_it_breaks(make_source: Make, changes: dict[str, Any], broken: str, code: str) -> None:
    """Each break is found by its own check, with the next step, and the rest is skipped."""
    found = outcomes(make_source(**changes))
    if code == "connection.certificate" and found[broken].status != "failed":
        pytest.skip("this server's certificate is trusted here")
    assert (found[broken].status, found[broken].code) == ("failed", code)
    assert found[broken].hint
    assert found["limits"].status == "skipped"


def test_a_server_greets_before_the_login(live_url: Any) -> None:
    """Version and encryption are told without a login, and the certificate is looked at."""
    greeting = greet(live_url.host, live_url.port or 1433, 30, certificate_name=live_url.host, strict=False)
    assert int(greeting.version.split(".")[0]) >= 11
    assert greeting.encryption in ("on", "login only", "required")
    assert greeting.tls or greeting.problem
