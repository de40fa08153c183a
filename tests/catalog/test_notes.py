"""What is said beside an answer."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from mssql_mcp.catalog.model import Catalog, MissingPart
from mssql_mcp.catalog.notes import note_facts, notes, notes_of, notes_on_names, within_with_notes

CATALOG = Catalog(
    "db",
    missing=(
        MissingPart("row counts", "Not kept."),
        MissingPart("definitions", "Denied.", "VIEW DEFINITION"),
        MissingPart("objects and definitions out of sight", "Hidden.", "VIEW DEFINITION"),
    ),
    read_at=datetime(2024, 5, 1, 12, tzinfo=UTC),
    is_stale=True,
)
STALE = "May be out of date: the state of 2024-05-01 12:00 UTC."


def test_measures_are_missed_only_where_they_are_shown() -> None:
    """An answer without row counts has nothing to say of them."""
    assert [note.split(".")[0] for note in notes(CATALOG)] == [
        "Not read: definitions",
        "Not read: objects and definitions out of sight",
        "May be out of date: the state of 2024-05-01 12:00 UTC",
    ]
    assert notes(CATALOG, shown=("row counts",))[0] == "Not read: row counts. Not kept."


def test_a_list_of_names_lacks_only_names() -> None:
    """Objects out of sight, and the age."""
    assert notes_on_names(CATALOG) == [
        "Not read: objects and definitions out of sight. Hidden. Needs VIEW DEFINITION.",
        STALE,
    ]


def test_several_databases_are_named() -> None:
    """One alone is not."""
    fresh = replace(CATALOG, database="fresh", is_stale=False, missing=())
    assert notes_of([replace(CATALOG, missing=()), fresh]) == [f"db: {STALE}"]
    assert notes_of([replace(CATALOG, missing=())]) == [STALE]


def test_json_has_keys_for_it() -> None:
    """And none where there is nothing to say."""
    facts = note_facts(CATALOG)
    assert facts["missing"][0] == {"part": "row counts", "reason": "Not kept."}
    assert facts["missing"][1]["needs"] == "VIEW DEFINITION"
    assert (facts["stale"], facts["read_at"]) == (True, "2024-05-01T12:00:00Z")
    assert note_facts(Catalog("db")) == {}


def test_notes_take_their_characters_from_the_text() -> None:
    """But never more than half of them."""
    assert within_with_notes(lambda room: "x" * room, ["note"], 100) == "x" * 95 + "\nnote"
    assert within_with_notes(lambda room: "x" * room, ["n" * 90], 100) == "x" * 50 + "\n" + "n" * 48 + "…"
