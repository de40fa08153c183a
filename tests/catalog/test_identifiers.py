"""Identifiers that T-SQL reads as they are."""

from __future__ import annotations

import pytest

from mssql_mcp.catalog.identifiers import bracketed, quoted, shown, shown_full, without_pictures


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Orders", "Orders"),
        ("order_lines2", "order_lines2"),
        ("Order", "[Order]"),
        ("user", "[user]"),
        ("Order Lines", "[Order Lines]"),
        ("2019", "[2019]"),
        ("a]b", "[a]]b]"),
        ("Straße", "[Straße]"),
        ("#temp", "[#temp]"),
        ("", "[]"),
        ("trailing\n", "[trailing\n]"),
    ],
)
def test_brackets_stand_where_needed(name: str, expected: str) -> None:
    """Reserved words, spaces, leading digits and signs get brackets; plain names stay bare."""
    assert quoted(name) == expected


def test_brackets_on_demand() -> None:
    """A closing bracket inside is doubled."""
    assert bracketed("a]b") == "[a]]b]"


def test_names_keep_to_their_line() -> None:
    """What a reader is shown has pictures for control characters, which can be put back."""
    assert shown("Orders") == "Orders"
    assert shown("Orders", in_brackets=True) == "[Orders]"
    assert shown_full("my.own", "a]\n\x7fb") == "[my.own].[a]]␊␡b]"
    assert without_pictures("a]␊␡b") == "a]\n\x7fb"
