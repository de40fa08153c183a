"""The login check says who we are, where, and what kind of server answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from mssql_mcp.doctor.login import look
from mssql_mcp.errors import DatabaseConnectionError

if TYPE_CHECKING:
    from collections.abc import Callable

Told = Any
SERVER: dict[str, Any] = {
    "version": "12.0.2000.8",
    "edition": "SQL Azure",
    "engine_edition": 5,
    "login": "me",
    "database_user": "reader",
    "database_name": "Sales",
    "updateability": "READ_ONLY",
}


def test_who_and_where_is_told(told: Callable[..., Told]) -> None:
    """Engine, version, login, user and database are named, and a read-only database too."""
    found = look(told({"server": [SERVER], "wire": [{"transport": "TCP", "auth_scheme": "SQL"}]}))
    assert found.summary == (
        "Logged in to Azure SQL Database 12.0.2000.8 as me, as user reader of database Sales. "
        "The database is read-only here."
    )
    assert found.facts["auth_scheme"] == "SQL"


def test_a_server_without_connectionproperty_is_fine(told: Callable[..., Told]) -> None:
    """What the server lacks is left out; an unknown engine is a SQL Server."""
    found = look(told({"server": [SERVER | {"engine_edition": 99, "updateability": "READ_WRITE"}]}))
    assert found.status == "ok"
    assert found.summary.startswith("Logged in to SQL Server 12")
    assert "read-only" not in found.summary


def test_a_failed_login_is_the_checks_failure(told: Callable[..., Told]) -> None:
    """The login's own error goes through unchanged."""
    with pytest.raises(DatabaseConnectionError, match="no"):
        look(told({}, login=DatabaseConnectionError("no", code="connection.login_failed")))
