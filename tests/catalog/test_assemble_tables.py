"""Tables out of rows; what the whole reader shows is tested with it."""

from __future__ import annotations

from collections import namedtuple

from mssql_mcp.catalog.assemble_tables import foreign_keys, triggers

Pair = namedtuple(
    "Pair",
    "constraint_id constraint_name parent_object_id referenced_object_id schema_name table_name "
    "referenced_schema referenced_table on_delete on_update is_disabled is_not_trusted column_name referenced_column",
)
Event = namedtuple("Event", "trigger_id trigger_name is_instead_of_trigger is_disabled event_name")


def pair(column: str | None, referenced: str | None) -> Pair:
    return Pair(1, "FK", 10, 20, "dbo", "A", "dbo", "B", "SET_NULL", "NO_ACTION", 1, 0, column, referenced)


def test_a_key_of_several_columns_is_one_key() -> None:
    """Columns pair up in order, and the key stands at both ends."""
    outgoing, incoming = foreign_keys([pair("a1", "b1"), pair("a2", "b2")], {})
    (key,) = outgoing[10]
    assert (key.columns, key.referenced_columns, key.on_delete, key.is_enabled) == (
        ("a1", "a2"), ("b1", "b2"), "SET NULL", False,
    )  # fmt: skip
    assert incoming[20] == [key]


def test_a_key_to_a_hidden_table_is_left_out() -> None:
    """Where the login may not see one end, the server gives no name, and no half key is shown."""
    assert foreign_keys([pair("a1", None)], {}) == ({}, {})


def test_events_of_a_trigger_are_joined() -> None:
    """One row an event becomes one trigger; events that the server does not name are left out."""
    rows = [Event(1, "T", 1, 0, "INSERT"), Event(1, "T", 1, 0, "DELETE"), Event(2, "U", 0, 1, None)]
    first, second = triggers(rows, "dbo", "A", {}, {})
    assert (first.events, first.is_instead_of, first.definition) == (("INSERT", "DELETE"), True, None)
    assert (second.events, second.is_enabled) == ((), False)
