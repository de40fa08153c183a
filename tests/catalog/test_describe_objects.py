"""What is told of routines, synonyms, sequences, types and triggers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from scripted_reader import Scripted

from mssql_mcp.catalog.cache import CatalogCache
from mssql_mcp.catalog.describe_objects import describe_object, find_other, object_notes, object_text
from mssql_mcp.catalog.model import (
    Catalog,
    Column,
    MissingPart,
    Parameter,
    Routine,
    Sequence,
    Synonym,
    Table,
    Trigger,
    UserType,
)
from mssql_mcp.connection.call import Call
from mssql_mcp.errors import ObjectNotFoundError

if TYPE_CHECKING:
    from mssql_mcp.catalog.describe_objects import OtherObject

OBJECTS: list[tuple[OtherObject, str, dict[str, Any]]] = [
    (
        Sequence("dbo", "Numbers", "int", "1", "5", "1", "100", "11", is_cycling=True, comment="For tickets."),
        "dbo.Numbers sequence int start 1, increment 5, minimum 1, maximum 100, now 11 cycles\nFor tickets.",
        {"kind": "sequence", "type": "int", "current": "11", "cycles": True, "comment": "For tickets."},
    ),
    (Sequence("dbo", "Bare", ""), "dbo.Bare sequence", {"kind": "sequence"}),
    (
        UserType("dbo", "IdList", "table", columns=(Column("Id", "int", is_nullable=False),)),
        "dbo.IdList type: table\nId int",
        {"kind": "type", "flavour": "table", "columns": [{"name": "Id", "type": "int"}]},
    ),
    (
        UserType("dbo", "Phone", "alias", "varchar(20)", is_nullable=False),
        "dbo.Phone type: alias of varchar(20) not null",
        {"kind": "type", "base": "varchar(20)", "not_null": True},
    ),
    (
        Synonym("my schema", "s", "[other].[dbo].[t]"),
        "[my schema].s synonym for [other].[dbo].[t]",
        {"name": "[my schema].s", "target": "[other].[dbo].[t]"},
    ),
    (
        Routine(
            "dbo",
            "f",
            "function",
            "inline table",
            (Parameter("@id", "int", comment="Which one."),),
            "table",
            (Column("Id", "int"),),
            definition="CREATE FUNCTION",
        ),
        """dbo.f function (@id int) returns table; inline table
@id: Which one.
Id int null
Its text has 15 characters.""",
        {
            "kind": "function",
            "parameters": [{"name": "@id", "type": "int", "comment": "Which one."}],
            "columns": [{"name": "Id", "type": "int", "nullable": True}],
            "definition_characters": 15,
        },
    ),
    (
        Trigger("tr", "dbo", "t", ("INSERT", "UPDATE"), is_instead_of=True, is_enabled=False),
        "dbo.tr trigger on dbo.t instead of insert, update, disabled",
        {"kind": "trigger", "table": "dbo.t", "instead_of": True, "disabled": True},
    ),
    (Trigger("ddl", "", "", ("CREATE_TABLE",)), "ddl trigger on the database after create_table", {"name": "ddl"}),
]


@pytest.mark.parametrize(("item", "text", "facts"), OBJECTS)
def test_each_kind_is_told(item: OtherObject, text: str, facts: dict[str, Any]) -> None:
    """In words that DDL uses, and as JSON without the usual values."""
    assert object_text(item) == text
    told = describe_object(item)
    assert {name: told[name] for name in facts} == facts
    assert None not in told.values()


def test_where_the_text_is_shown_each_front_door_says() -> None:
    """In its own words."""
    routine = Routine("dbo", "p", "procedure", definition="CREATE")
    assert object_text(routine, more="inspect definition").endswith("6 characters: inspect definition shows it.")


def test_only_a_sequence_lacks_its_numbers() -> None:
    """What is missing elsewhere is no news beside another object."""
    catalog = Catalog("Shop", missing=(MissingPart("numbers of sequences", "Not told."),))
    assert object_notes(Sequence("dbo", "n", ""), catalog) == ["Not read: numbers of sequences. Not told."]
    assert object_notes(Synonym("dbo", "s", "t"), catalog) == []


def test_a_budget_is_kept() -> None:
    """What does not fit is cut and says so."""
    kind = UserType("dbo", "Wide", "table", columns=tuple(Column(f"Column{n}", "int") for n in range(500)))
    assert len(object_text(kind, budget=1_000)) <= 1_000


class Whole(Scripted):
    """A reader whose whole catalog knows a sequence and a trigger, and its overview the sequence's name."""

    def catalog(self, call: Call, database: str | None = None, *, report: Any = None) -> Catalog:
        assert self.gate.wait(30)
        self._ask("catalog")
        tables = (Table("dbo", "A", triggers=(Trigger("tr", "dbo", "A", ("INSERT",)),)),)
        return Catalog(database or "Shop", tables=tables, sequences=(Sequence("dbo", "n", "int"),), fingerprint="1")

    def overview(self, call: Call, database: str | None = None) -> Catalog:
        self._ask("overview")
        sequences = (Sequence("dbo", "n", ""),)
        return Catalog("Shop", tables=(Table("dbo", "A"),), sequences=sequences, depth="overview")

    def fingerprint(self, call: Call, database: str | None = None) -> str:
        return "1"


MISSING = ObjectNotFoundError("There is no table.")


def test_what_is_listed_is_read_whole() -> None:
    """Its name is found at once, its facts when the database was read."""
    reader = Whole()
    cache = CatalogCache(reader, is_eager=False)
    item, around = find_other(cache, Call(30), "DBO.N", None, MISSING, patience_seconds=0)
    assert (item, around.depth) == (Sequence("dbo", "n", "int"), "full")
    assert reader.asked == ["overview", "catalog"]
    assert find_other(cache, Call(30), "tr", None, MISSING)[0].name == "tr"
    assert reader.asked == ["overview", "catalog"]


def test_what_is_not_listed_is_waited_for_a_little() -> None:
    """Types and triggers are not among the names; a misspelt one does not wait for a large database."""
    reader = Whole()
    reader.gate.clear()
    cache = CatalogCache(reader, is_eager=False)
    with pytest.raises(ObjectNotFoundError) as caught:
        find_other(cache, Call(30), "misspelt", None, MISSING, patience_seconds=0)
    assert caught.value is MISSING
    reader.gate.set()
    assert find_other(cache, Call(30), "tr", None, MISSING, patience_seconds=30)[0].name == "tr"


def test_an_ambiguous_name_stays_one() -> None:
    """As does the error about a table."""
    several = ObjectNotFoundError("It could be two.", code="catalog.ambiguous")
    cache = CatalogCache(Whole(), is_eager=False)
    for name, error in (("n", several), ("A", ObjectNotFoundError("hidden"))):
        with pytest.raises(ObjectNotFoundError) as caught:
            find_other(cache, Call(30), name, None, error)
        assert caught.value is error
