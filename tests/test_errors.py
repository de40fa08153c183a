"""Errors carry what a caller needs, and nothing shadows Python."""

import builtins
import inspect

from mssql_mcp import errors


def test_no_error_shadows_a_builtin():
    """`except ConnectionError` in a caller's code still means Python's."""
    own = {name for name, value in inspect.getmembers(errors, inspect.isclass) if value.__module__ == errors.__name__}
    assert not own & set(dir(builtins))


def test_every_error_is_a_tool_error_with_its_own_default_code():
    """One base for callers, one code for each kind."""
    kinds = [value for _, value in inspect.getmembers(errors, inspect.isclass) if issubclass(value, errors.ToolError)]
    codes = [kind.default_code for kind in kinds]
    assert len(kinds) >= 10
    assert len(set(codes)) == len(codes)


def test_as_dict_leaves_out_what_is_not_known():
    """Facts that do not apply cost no tokens."""
    error = errors.QueryError("boom", number=208, hint="look", details={"table": "t"})
    assert error.as_dict() == {"code": "query.failed", "message": "boom", "hint": "look", "number": 208, "table": "t"}


def test_a_refusal_says_where_and_what_instead():
    """Position, token and rewrite travel with a refusal."""
    refusal = errors.Refusal("no", code="gate.into", position=9, token="INTO", rewrite="SELECT 1", line=1, column=10)
    facts = refusal.as_dict()
    assert (facts["position"], facts["token"], facts["rewrite"]) == (9, "INTO", "SELECT 1")
    assert (facts["line"], facts["column"]) == (1, 10)


def test_a_long_token_is_cut():
    """A refusal never repeats a whole text."""
    assert len(errors.Refusal("no", token="x" * 500).token) == 80
