"""A call may name the databases that the connection allows, and no other."""

from __future__ import annotations

import pytest

from mssql_mcp.connection.databases import allowed_database, is_allowed
from mssql_mcp.errors import ValidationError
from mssql_mcp.settings import ConnectionSettings

OPEN = ConnectionSettings(database="main")
NARROW = ConnectionSettings(database="main", databases=("Sales*", "hr"))


@pytest.mark.parametrize("name", ["Sales2024", "sales", "HR", "main", "Main"])
def test_globs_allow_without_case(name: str) -> None:
    """A glob allows what it matches, whatever the case; the connection's own database is always allowed."""
    assert is_allowed(NARROW, name)
    assert allowed_database(NARROW, name) == name


def test_no_globs_allow_everything() -> None:
    """Without a list, the login's rights decide."""
    assert allowed_database(OPEN, "anything at all") == "anything at all"


def test_no_name_is_the_connections_own() -> None:
    """A call that names no database works in the configured one."""
    assert allowed_database(NARROW, None) == "main"


@pytest.mark.parametrize("name", ["master", "xSales", "hr2", "", "  ", "a\nb", "x" * 129])
def test_everything_else_is_refused(name: str) -> None:
    """A database outside the list, or a text that is no name, is refused before anything is sent."""
    with pytest.raises(ValidationError) as caught:
        allowed_database(NARROW, name)
    assert caught.value.code == "input.unknown_database"
    assert caught.value.hint


def test_a_refusal_names_the_nearest() -> None:
    """A slip of the pen is answered with what was probably meant."""
    with pytest.raises(ValidationError) as caught:
        allowed_database(NARROW, "mian")
    assert caught.value.nearest == ("main",)
