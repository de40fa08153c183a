"""Only the gate makes an Approved."""

from __future__ import annotations

import ast
import copy
import dataclasses
import pickle
from typing import TYPE_CHECKING, Any

import pytest

from mssql_mcp.gate import Approved, check

if TYPE_CHECKING:
    from pathlib import Path

FIELDS: dict[str, Any] = {
    "sql": "DELETE FROM t",
    "parameter_order": (),
    "objects": (),
    "columns": (),
    "masks": (),
    "names": (),
    "is_masked": False,
    "fingerprint": "",
    "has_tree": True,
    "line_offset": 0,
}


@pytest.mark.parametrize("seal", [{}, {"seal": None}, {"seal": object()}])
def test_nobody_else_can_make_one(seal: dict[str, Any]) -> None:
    """Without the gate's own seal the constructor refuses."""
    with pytest.raises(TypeError):
        Approved(**FIELDS, **seal)


def test_one_cannot_be_changed_or_brought_from_elsewhere() -> None:
    """An Approved is frozen, cannot be replaced, pickled or read back; a copy is the same object."""
    approved = check("SELECT 1 AS a")
    with pytest.raises(dataclasses.FrozenInstanceError):
        approved.sql = "DELETE FROM t"  # type: ignore[misc]
    with pytest.raises((TypeError, ValueError)):
        dataclasses.replace(approved, sql="DELETE FROM t")
    with pytest.raises(TypeError):
        pickle.dumps(approved)
    assert copy.copy(approved) is approved
    assert copy.deepcopy(approved) is approved


def test_the_seal_stays_in_the_gate(repository: Path) -> None:
    """No module but the gate's check imports the seal."""
    users = set()
    for module in (repository / "mssql_mcp").rglob("*.py"):
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and any(name.name == "SEAL" for name in node.names):
                users.add(module.relative_to(repository).as_posix())
            if isinstance(node, ast.Attribute) and node.attr == "SEAL":
                users.add(module.relative_to(repository).as_posix())
    assert users == {"mssql_mcp/gate/check.py"}
