"""What only reads is told from what changes things."""

from __future__ import annotations

import pytest

from mssql_mcp.doctor.permissions import POWERS, UNLIMITED, is_reading, power_of


@pytest.mark.parametrize(
    "name",
    ["SELECT", "CONNECT", "CONNECT SQL", "VIEW DEFINITION", "VIEW SERVER STATE", "SHOWPLAN", "view database state"],
)
def test_reading_permissions(name: str) -> None:
    """Seeing data, definitions, plans and state changes nothing."""
    assert is_reading(name)


@pytest.mark.parametrize(
    "name",
    [
        "INSERT",
        "EXECUTE",
        "CONTROL",
        "ALTER",
        "ALTER ANY LOGIN",
        "CREATE TABLE",
        "IMPERSONATE",
        "SHUTDOWN",
        "BACKUP DATABASE",
    ],
)
def test_everything_else_may_change_something(name: str) -> None:
    """What is not known to read is taken to change something."""
    assert not is_reading(name)


def test_powers_are_said_plainly() -> None:
    """The powerful ones say what they could do, whatever their case; others speak for themselves."""
    assert power_of("sysadmin") == "anything at all on this server"
    assert power_of("insert") == "insert rows"
    assert power_of("CREATE VIEW") == ""
    assert set(POWERS) >= UNLIMITED
