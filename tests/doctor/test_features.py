"""Optional rights are told by what they switch on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mssql_mcp.doctor.features import FEATURES, look

if TYPE_CHECKING:
    from collections.abc import Callable

Told = Any


def permissions(*names: str) -> list[dict[str, Any]]:
    return [{"permission_name": name} for name in names]


def test_missing_rights_come_with_their_grants(told: Callable[..., Told]) -> None:
    """What is off says what would switch it on; that is no failure."""
    found = look(told({"server_permissions": [], "database_permissions": permissions("VIEW DEFINITION")}))
    assert found.status == "ok"
    assert "query plans and cost limits" in found.summary
    assert "GRANT SHOWPLAN TO [user]" in found.hint
    assert found.facts["has"] == ["definitions, constraints and comments of every object"]


def test_either_name_of_a_split_permission_is_enough(told: Callable[..., Told]) -> None:
    """SQL Server 2022 split VIEW SERVER STATE; its part for performance is what is needed."""
    held = permissions("VIEW DEFINITION", "SHOWPLAN", "VIEW DATABASE PERFORMANCE STATE")
    found = look(
        told({"server_permissions": permissions("VIEW SERVER PERFORMANCE STATE"), "database_permissions": held})
    )
    assert found.summary == "Every optional right is there."
    assert len(found.facts["has"]) == len(FEATURES)


def test_a_server_without_the_function_is_asked_one_by_one(told: Callable[..., Told]) -> None:
    """Where the list cannot be had, the usual permissions are asked for."""
    found = look(told({"asked_permissions": [{"class": "DATABASE", "permission_name": "SHOWPLAN"}]}))
    assert found.facts["has"] == ["query plans and cost limits"]


def test_a_server_that_tells_nothing_is_skipped(told: Callable[..., Told]) -> None:
    """Without any answer nothing is claimed."""
    assert look(told({})).status == "skipped"
