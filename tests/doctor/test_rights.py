"""What a login could change is found, weighed and told loudly enough."""

# ruff: noqa: E501

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from mssql_mcp.doctor.rights import look, read_rights
from mssql_mcp.errors import DatabaseConnectionError

if TYPE_CHECKING:
    from collections.abc import Callable

Told = Any


def permissions(*names: str) -> list[dict[str, Any]]:
    return [{"permission_name": name} for name in names]


def roles(**members: int | None) -> list[dict[str, Any]]:
    return [{"name": name, "is_member": member} for name, member in members.items()]


READER: dict[str, Any] = {
    "server_roles": roles(sysadmin=0, securityadmin=0, bulkadmin=None),
    "database_roles": [{"name": "db_datareader"}],
    "server_permissions": permissions("CONNECT SQL", "VIEW ANY DATABASE"),
    "database_permissions": permissions("CONNECT", "SELECT", "VIEW DEFINITION"),
    "owned_schemas": [],
    "grants": [],
}


def test_a_reader_is_fine(told: Callable[..., Told]) -> None:
    """A login in db_datareader can change nothing, and that is all that is said."""
    found = look(told(READER))
    assert (found.status, found.summary, found.hint) == ("ok", "This login can read and change nothing.", "")
    assert found.facts["reading"] == ["db_datareader", "CONNECT SQL", "VIEW ANY DATABASE", "CONNECT", "SELECT", "VIEW DEFINITION"]  # fmt: skip


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"server_roles": roles(sysadmin=1, bulkadmin=1)}, ("NOT LIMITED", "sysadmin (anything at all")),
        ({"database_roles": [{"name": "db_owner"}]}, ("NOT LIMITED", "db_owner (change or drop")),
        ({"database_permissions": permissions("SELECT", "CONTROL")}, ("NOT LIMITED", "CONTROL")),
        ({"server_permissions": permissions("CONTROL SERVER")}, ("NOT LIMITED", "CONTROL SERVER")),
        ({"database_roles": [{"name": "db_datawriter"}]}, ("could change things", "db_datawriter (insert, update")),
        ({"database_roles": [{"name": "app_role"}]}, ("could change things", "app_role")),
        ({"database_permissions": permissions("SELECT", "EXECUTE")}, ("could change things", "EXECUTE (run procedures")),
        ({"owned_schemas": [{"name": "sales"}]}, ("could change things", "owner of schema sales")),
        (
            {"grants": [{"grantee": "public", "permission_name": "INSERT", "class_desc": "OBJECT_OR_COLUMN", "securables": 3, "example": "dbo.log"}]},
            ("could change things", "INSERT on dbo.log and 2 more (granted to public)"),
        ),
    ],
)  # fmt: skip
def test_whatever_could_change_something_is_told(
    told: Callable[..., Told], change: dict[str, Any], words: tuple[str, ...]
) -> None:
    """Roles, permissions, grants on single objects and ownership each lead to a warning with a way out."""
    found = look(told(READER | change))
    assert found.status == "warning"
    assert [word for word in words if word not in found.summary] == []
    assert "mssql-mcp check --script" in found.hint


def test_the_most_powerful_comes_first(told: Callable[..., Told]) -> None:
    """What matters most is not lost among many."""
    many = permissions("ALTER ANY ROLE", "CREATE TABLE", "CREATE VIEW", "CREATE TYPE", "INSERT", "UPDATE", "CONTROL")
    found = look(told(READER | {"database_permissions": many}))
    assert found.summary.index("CONTROL") < found.summary.index("INSERT")
    assert "and 2 more" in found.summary


def test_a_grant_to_read_is_none_to_change(told: Callable[..., Told]) -> None:
    """SELECT on a table is what the login is for."""
    grant = {"grantee": "me", "permission_name": "SELECT", "class_desc": "SCHEMA", "securables": 1, "example": "sales"}
    assert look(told(READER | {"grants": [grant]})).status == "ok"


def test_a_server_without_the_function_is_asked_one_by_one(told: Callable[..., Told]) -> None:
    """Where the list of permissions cannot be had, the usual ones are asked for, and that is said."""
    answers = {name: rows for name, rows in READER.items() if not name.endswith("_permissions")}
    asked = [
        {"class": "SERVER", "permission_name": "CONTROL SERVER"},
        {"class": "DATABASE", "permission_name": "SELECT"},
    ]
    rights = read_rights(told(answers | {"asked_permissions": asked}))
    assert rights.server_permissions == ("CONTROL SERVER",)
    assert rights.reading == ("db_datareader", "SELECT")
    assert rights.unknown == ("all permissions (only the usual ones were asked for)",)


def test_a_server_that_tells_nothing_is_not_trusted(told: Callable[..., Told]) -> None:
    """Not knowing is no proof: the check warns and names what it could not see."""
    found = look(told({}))
    assert found.status == "warning"
    assert "does not tell server roles, database roles, permissions, owned schemas, grants" in found.summary


def test_a_lost_connection_ends_the_check(told: Callable[..., Told]) -> None:
    """A broken connection is not mistaken for a missing right."""
    lost = DatabaseConnectionError("gone", code="connection.lost")
    with pytest.raises(DatabaseConnectionError):
        look(told(READER | {"grants": lost}))
