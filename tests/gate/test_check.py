"""The gate as its callers see it."""

from __future__ import annotations

import subprocess
import sys

import pytest

from mssql_mcp.errors import SecurityError
from mssql_mcp.gate import Policy, Refusal, check
from mssql_mcp.gate.check import MAX_REMEMBERED_CHARACTERS


def test_an_approved_text_says_what_it_touches() -> None:
    """Objects are what is read, without CTEs and built-in functions; columns are as written."""
    approved = check(
        "WITH c AS (SELECT id FROM sales.orders) SELECT c.id, j.value FROM c JOIN db..t ON t.id = c.id "
        "CROSS APPLY OPENJSON(t.doc) j CROSS APPLY dbo.f(1) f"
    )
    assert approved.objects == (("sales", "orders"), ("db", "", "t"), ("dbo", "f"))
    assert set(approved.columns) == {("id",), ("c", "id"), ("j", "value"), ("t", "id"), ("t", "doc")}
    assert approved.masks == ()
    assert approved.has_tree


def test_parameters_are_bound_in_the_order_of_the_text() -> None:
    """Each mark has the declared name of its value; a name may be used twice, and be declared with its sign."""
    approved = check("SELECT @B, @a, @b", parameters=["@a", "b", "unused"])
    assert approved.sql == "SELECT ?, ?, ?"
    assert approved.parameter_order == ("b", "a", "b")


def test_marks_in_quotes_are_no_parameters() -> None:
    """A question mark in a string or a name is not a place for a value."""
    approved = check("SELECT '?' AS [a?], @x AS \"?\"", parameters=["x"])
    assert approved.sql == "SELECT '?' AS [a?], ? AS [?]"
    assert approved.parameter_order == ("x",)


def test_the_fingerprint_is_that_of_the_query() -> None:
    """Comments and quoting do not change it; another query or another policy does."""
    first = check('SELECT "a" /* x */ FROM t').fingerprint
    assert first == check("-- y\nSELECT [a]  FROM t").fingerprint
    assert first != check("SELECT b FROM t").fingerprint
    assert first != check("SELECT [a] FROM t", Policy(max_joins=5)).fingerprint


def test_lines_can_be_found_again() -> None:
    """Line breaks are kept, and those before the first token are counted, so that the server's line can be mapped."""
    approved = check("-- a\n/* b\n c */\nSELECT a,\n -- d\n b\nFROM t")
    assert approved.sql == "SELECT a,\n\nb\nFROM t"
    assert approved.line_offset == 3


def test_a_refusal_is_a_security_error() -> None:
    """Callers that only know the error tree see that the text is not allowed."""
    with pytest.raises(SecurityError) as refused:
        check("SELECT 1;\nDROP TABLE t")
    assert refused.value.as_dict() == {
        "code": "gate.second_statement",
        "message": "A second statement follows the semicolon.",
        "hint": "Send one query at a time.",
        "line": 1,
        "column": 9,
        "position": 8,
        "token": ";",
    }


def test_verdicts_are_remembered_per_policy_and_parameters() -> None:
    """The same question gets the very same answer; another policy or declaration is another question."""
    first = check("SELECT a FROM remembered WHERE b = @b", parameters=["b"])
    assert check("SELECT a FROM remembered WHERE b = @b", parameters=["b"]) is first
    with pytest.raises(Refusal):
        check("SELECT a FROM remembered WHERE b = @b")
    with pytest.raises(Refusal):
        check("SELECT a FROM remembered WHERE b = @b", Policy(deny_objects=("remembered",)), parameters=["b"])
    long = "SELECT '" + "x" * MAX_REMEMBERED_CHARACTERS + "'"
    assert check(long) is not check(long)


def test_our_own_statements_pass_like_any_other() -> None:
    """Fixed statements of the product get their key in the same way."""
    assert check("SELECT name FROM sys.databases ORDER BY name").sql == "SELECT name FROM sys.databases ORDER BY name"


def test_importing_the_gate_is_cheap() -> None:
    """sqlglot is imported when the first text is checked, not before."""
    program = "import sys, mssql_mcp.gate; print([name for name in sys.modules if name.split('.')[0] == 'sqlglot'])"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, encoding="utf-8", timeout=60, check=True
    )
    assert done.stdout.strip() == "[]"
