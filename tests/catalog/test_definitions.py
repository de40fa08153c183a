"""Texts of views, routines and triggers, several at once and bounded."""

from __future__ import annotations

import pytest

from mssql_mcp.catalog.definitions import definitions_text, failure_notes, find, find_all
from mssql_mcp.catalog.model import Catalog, Routine, Table, Trigger
from mssql_mcp.errors import ObjectNotFoundError, ValidationError

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


OTHER = Catalog("other", tables=(Table("dbo", "V", kind="view", definition="CREATE VIEW V AS SELECT 2 AS b"),))


def text_of(names: list[str], budget: int) -> str:
    return definitions_text(find_all(names, lambda _: CATALOG).items, budget=budget)


def test_several_texts_come_each_under_its_name() -> None:
    """Views and triggers of tables are found alike, in the order in which they were asked for."""
    text = text_of(["[dbo].[tr]", "V"], 10_000)
    assert text == "-- trigger dbo.tr\nCREATE TRIGGER tr\n-- view dbo.v\nCREATE VIEW v AS SELECT 1 AS a"


def test_a_text_that_does_not_fit_is_cut_and_says_so() -> None:
    """A long text leaves room for the others, and its length is told."""
    text = text_of(["long_one", "v"], 1_000)
    assert len(text) <= 1_000
    assert "cut: 5029 characters in all" in text
    assert text.endswith("CREATE VIEW v AS SELECT 1 AS a")


def test_what_has_no_text_says_why() -> None:
    """A table has none, a routine may hide it."""
    text = text_of(["t", "secret"], 1_000)
    assert "no text of its own" in text
    assert "VIEW DEFINITION" in text


@pytest.mark.parametrize("name", ["DBO.TR", "[dbo].[tr]", "tr", "db.Dbo.tr"])
def test_a_trigger_is_found_in_any_case(name: str) -> None:
    """Schema and name alike."""
    assert find(CATALOG, name).name == "tr"


def test_triggers_of_one_name_are_told_apart() -> None:
    """Without a schema the login's own wins; else the candidates are named, quoted where that is needed."""
    tables = [Table(each, "t", triggers=(Trigger("tr", each, "t", ("INSERT",)),)) for each in ("a b", "c", "dbo")]
    assert find(Catalog("db", tables=tuple(tables)), "TR").schema == "dbo"
    with pytest.raises(ObjectNotFoundError) as caught:
        find(Catalog("db", tables=tuple(tables[:2])), "tr")
    assert caught.value.code == "catalog.ambiguous"
    assert caught.value.nearest == ("[a b].tr", "c.tr")


def test_an_unknown_name_is_answered_with_near_ones() -> None:
    """A misspelt name leads on, a trigger's too."""
    with pytest.raises(ObjectNotFoundError) as caught:
        find(CATALOG, "long_on")
    assert "dbo.long_one" in caught.value.nearest
    with pytest.raises(ObjectNotFoundError) as caught:
        find(Catalog("db", tables=(Table("dbo", "x", triggers=(Trigger("TR_x", "dbo", "x", ()),)),)), "TR_y")
    assert caught.value.nearest == ("dbo.TR_x",)


def test_each_name_is_looked_for_in_its_own_database() -> None:
    """A name of three parts is not answered from the current one."""
    asked: list[str | None] = []

    def catalog_of(database: str | None) -> Catalog:
        asked.append(database)
        return OTHER if database == "other" else CATALOG

    found = find_all(["v", "other.dbo.v", "OTHER.dbo.V"], catalog_of)
    assert [getattr(item, "definition", "")[-1] for item in found.items] == ["a", "b", "b"]
    assert asked == [None, "other"]
    assert found.catalogs == (CATALOG, OTHER)


def test_one_wrong_name_does_not_cost_the_others() -> None:
    """What was not found is said beside the rest; only where nothing was found it is an error, of all names."""

    def catalog_of(database: str | None) -> Catalog:
        if database == "closed":
            raise ValidationError("There is no database closed.", code="input.unknown_database")
        return CATALOG

    found = find_all(["v", "long_on", "closed.dbo.v", "closed.dbo.w", "a.b.c.d"], catalog_of)
    assert len(found.items) == 1
    lines = failure_notes(found.failures)
    assert lines[0].startswith("-- There is no object long_on in the database db")
    assert lines[0].endswith(" Nearest: dbo.long_one.")
    assert lines[1] == "-- There is no database closed."
    assert len(lines) == 3
    with pytest.raises(ObjectNotFoundError) as caught:
        find_all(["long_on", "secre"], catalog_of)
    assert "long_on" in caught.value.message
    assert "secre" in caught.value.message
    assert set(caught.value.nearest) >= {"dbo.long_one", "dbo.secret"}


def test_names_are_quoted_where_needed() -> None:
    """So that they can be pasted."""
    view = Table("my schema", "a.b", kind="view", definition="CREATE VIEW x")
    assert definitions_text([view], budget=900).startswith("-- view [my schema].[a.b]\n")
