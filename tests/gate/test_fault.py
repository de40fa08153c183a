"""A fault points at a place and carries what would heal it."""

from __future__ import annotations

from mssql_mcp.gate.fault import Edit, bracketing, fault_at
from mssql_mcp.gate.lexer import tokenize


def test_a_fault_points_at_its_token() -> None:
    """The place is that of the token in the original text."""
    token = tokenize("SELECT /* x */ plan", {})[1]
    fault = fault_at(token, "gate.reserved_word", "no", hint="do", edits=bracketing(token))
    assert (fault.code, fault.message, fault.hint, fault.start, fault.end) == ("gate.reserved_word", "no", "do", 15, 19)
    assert fault.edits == (Edit(15, 19, "[plan]"),)
    assert fault.rule == ""
