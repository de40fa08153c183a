"""Semicolons and GO around a query are no part of it."""

from __future__ import annotations

import pytest

from mssql_mcp.gate.fault import Fault
from mssql_mcp.gate.lexer import canonical, tokenize
from mssql_mcp.gate.separators import strip_separators


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("SELECT 1", "SELECT 1"),
        (";; SELECT 1 ; ;", "SELECT 1"),
        ("SELECT [a]\nGO", "SELECT [a]"),
        ("SELECT 1;\ngo\n\nGo\n", "SELECT 1"),
        ("SELECT 1;;\nGO;", "SELECT 1"),
        ("SELECT 1 GO", "SELECT 1 GO"),
        ("SELECT a,\nGO", "SELECT a,\nGO"),
        ("SELECT 1 AS\nGO", "SELECT 1 AS\nGO"),
        ("SELECT 1\n[GO]", "SELECT 1\n[GO]"),
        ("SELECT 1\nGO\nSELECT 2\nGO", "SELECT 1\nGO\nSELECT 2"),
    ],
)
def test_what_is_around_goes_and_what_is_inside_stays(text: str, kept: str) -> None:
    """Only the ends are cleaned, and a GO that is a name stays."""
    assert canonical(strip_separators(tokenize(text, {}))).strip() == kept


@pytest.mark.parametrize("text", ["", " -- nothing", ";;", ";\nGO"])
def test_nothing_is_no_query(text: str) -> None:
    """A text of separators alone is refused."""
    with pytest.raises(Fault) as refused:
        strip_separators(tokenize(text, {}))
    assert refused.value.code == "gate.empty"
