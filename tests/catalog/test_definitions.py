"""Texts of views, routines and triggers, several at once and bounded."""

from __future__ import annotations

import pytest

from mssql_mcp.catalog.definitions import definitions_text
from mssql_mcp.catalog.model import Catalog, Routine, Table, Trigger
from mssql_mcp.errors import ObjectNotFoundError

CATALOG = Catalog(
    "db",
    tables=(
        Table("dbo", "t", triggers=(Trigger("tr", "dbo", "t", ("INSERT",), definition="CREATE TRIGGER tr"),)),
        Table("dbo", "v", kind="view", definition="CREATE VIEW v AS SELECT 1 AS a"),
    ),
    routines=(
        Routine("dbo", "long_one", "procedure", definition="CREATE PROCEDURE long_one AS " + "x" * 5_000),
        Routine("dbo", "secret", "procedure"),
    ),
)


def test_several_texts_come_each_under_its_name() -> None:
    """Views and triggers of tables are found alike, in the order in which they were asked for."""
    text = definitions_text(CATALOG, ["[dbo].[tr]", "V"], budget=10_000)
    assert text == "-- trigger dbo.tr\nCREATE TRIGGER tr\n-- view dbo.v\nCREATE VIEW v AS SELECT 1 AS a"


def test_a_text_that_does_not_fit_is_cut_and_says_so() -> None:
    """A long text leaves room for the others, and its length is told."""
    text = definitions_text(CATALOG, ["long_one", "v"], budget=1_000)
    assert len(text) <= 1_000
    assert "cut: 5029 characters in all" in text
    assert text.endswith("CREATE VIEW v AS SELECT 1 AS a")


def test_what_has_no_text_says_why() -> None:
    """A table has none, a routine may hide it."""
    text = definitions_text(CATALOG, ["t", "secret"], budget=1_000)
    assert "no text of its own" in text
    assert "VIEW DEFINITION" in text


def test_an_unknown_name_is_answered_with_near_ones() -> None:
    """A misspelt name leads on."""
    with pytest.raises(ObjectNotFoundError) as caught:
        definitions_text(CATALOG, ["long_on"], budget=1_000)
    assert "dbo.long_one" in caught.value.nearest
