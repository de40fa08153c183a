"""The session is compared with what was asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mssql_mcp.doctor.limits import look
from mssql_mcp.settings import PoolSettings, SessionSettings

if TYPE_CHECKING:
    from collections.abc import Callable

Told = Any
PING = [{"answer": 1}]
SESSION: dict[str, Any] = {
    "lock_timeout": 5000,
    "deadlock_priority": -5,
    "transaction_isolation_level": 2,
    "program_name": "mssql-mcp",
}


def test_a_session_as_configured_is_fine(told: Callable[..., Told]) -> None:
    """What was set is what the server sees."""
    found = look(told({"ping": PING, "session": [SESSION]}, pool=PoolSettings(size=3)))
    assert found.status == "ok"
    assert found.facts["transaction_isolation_level"] == "read committed"
    assert found.facts["pool_size"] == 3
    assert found.facts["round_trip_ms"] >= 0


def test_a_session_that_differs_is_told(told: Callable[..., Told]) -> None:
    """A server that did not take the set-up is noticed."""
    wanted = SessionSettings(isolation="snapshot", lock_timeout_ms=100)
    found = look(told({"ping": PING, "session": [SESSION]}, session=wanted))
    assert found.status == "warning"
    assert "the isolation level is read committed and not snapshot" in found.summary
    assert "the lock timeout is 5000 ms and not 100" in found.summary


def test_a_session_that_cannot_be_seen_is_told(told: Callable[..., Told]) -> None:
    """A server that hides the session leaves a doubt, and the check says so."""
    found = look(told({"ping": PING}))
    assert found.status == "warning"
    assert "does not show" in found.summary
