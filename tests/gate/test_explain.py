"""What people are told about a text before anything is sent."""

from __future__ import annotations

from mssql_mcp.gate import Policy, explain


def test_an_approved_text_shows_what_is_executed_and_touched() -> None:
    """An explanation of an approved text has the canonical text, its parameters, objects and columns."""
    told = explain('SELECT "a", t.b -- note\nFROM dbo.t AS t WHERE b = @B', parameters=["b"])
    assert told.is_approved
    assert told.as_dict() == {
        "verdict": "approved",
        "canonical": "SELECT [a], t.b\nFROM dbo.t AS t WHERE b = ?",
        "parameter_order": ("b",),
        "objects": ["dbo.t"],
        "columns": ["a", "t.b", "b"],
        "has_tree": True,
    }


def test_a_refused_text_shows_rule_place_and_rewrite() -> None:
    """An explanation of a refused text has the code, where it is, what to do, and a form that is accepted."""
    told = explain("SELECT id,\n  file FROM t")
    assert (told.verdict, told.code) == ("not one query", "gate.reserved_word")
    assert (told.position, told.line, told.column, told.token) == (13, 2, 3, "file")
    assert told.rewrite == "SELECT id,\n  [file] FROM t"
    assert told.canonical == ""
    assert "file" in told.hint


def test_a_text_that_a_setting_refuses_shows_the_setting() -> None:
    """An explanation names the setting and the pattern that refused, and what would have been executed."""
    told = explain("SELECT * FROM hr.pay", Policy(deny_objects=("hr.*",)))
    assert (told.verdict, told.code) == ("not allowed here", "policy.denied_object")
    assert told.rule == "deny_objects: hr.*"
    assert told.canonical == "SELECT * FROM hr.pay"
    assert told.objects == (("hr", "pay"),)
