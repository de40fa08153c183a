"""Shapes of the compat answers, from values alone; each bug of pyodbc-mcp-server that they avoid has its test."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from mssql_mcp.catalog.demo import declared_catalog
from mssql_mcp.catalog.model import Catalog, Database, MissingPart, Parameter, Routine, Table, Trigger
from mssql_mcp.catalog.names import ObjectName, parse_name
from mssql_mcp.errors import QueryError
from mssql_mcp.result import Cell, Column, ResultSet, Truncation
from mssql_mcp.server.tools.compat_shapes import (
    MAX_DEFAULT,
    MAX_LISTED,
    compact,
    data_answer,
    database_entry,
    dotted,
    fitting,
    listing,
    missing,
    names_of,
    place,
    routine_entry,
    trigger_entry,
    triggers_of,
    unique_names,
)

DEMO = declared_catalog({})
ROOMY = 1_000_000


def rows(*names: str, values: tuple[tuple[Cell, ...], ...] = (), **facts: Any) -> ResultSet:
    return ResultSet(tuple(Column(name, "int") for name in names), values, **facts)


def shaped(result: ResultSet, *, max_rows: int = 100, ceiling: int = 10_000, room: int = ROOMY) -> dict[str, Any]:
    return data_answer(result, {}, max_rows=max_rows, ceiling=ceiling, room=room)


def test_a_list_that_fits_has_its_count_and_no_note() -> None:
    """All items are there, and nothing says otherwise."""
    assert listing({"database": "d"}, "table", ["dbo.a", "dbo.b"], room=ROOMY, rest="Rest.") == {
        "database": "d",
        "table_count": 2,
        "tables": ["dbo.a", "dbo.b"],
    }
    assert list(listing({}, "index", [], room=ROOMY, rest="")) == ["index_count", "indexes"]


@pytest.mark.parametrize("count", [MAX_LISTED, MAX_LISTED + 1, 3 * MAX_LISTED])
def test_lists_end_at_five_hundred_and_say_so(count: int) -> None:
    """The count is the full one; the note stands exactly where items are left out and says how to get them."""
    answer = listing({}, "view", [f"dbo.v{number}" for number in range(count)], room=ROOMY, rest="Narrow it.")
    assert answer["view_count"] == count
    assert len(answer["views"]) == MAX_LISTED
    if count == MAX_LISTED:
        assert "note" not in answer
    else:
        assert answer["note"] == f"Showing first 500 of {count} views. Narrow it."


def test_lists_keep_to_the_characters_of_an_answer() -> None:
    """Long items end a list before its five hundredth, and the note says how many there are."""
    answer = listing({"server": "s"}, "function", [{"name": "f" * 100}] * 50, room=1_000, rest="Narrow it.")
    assert 1 < len(answer["functions"]) < 10
    assert answer["note"] == f"Showing first {len(answer['functions'])} of 50 functions. Narrow it."
    assert len(compact({key: value for key, value in answer.items() if key != "note"})) <= 1_100


def test_one_item_is_always_shown() -> None:
    """An item larger than the answer may be stands all the same."""
    assert fitting(["x" * 99, "y"], 10) == ["x" * 99]
    assert fitting([], 10) == []


def test_answers_are_json_without_spaces() -> None:
    """Text of any script stays readable, and no character is spent on layout."""
    assert compact({"name": "Ærø", "n": [1, None]}) == '{"name":"Ærø","n":[1,null]}'


@pytest.mark.parametrize(
    ("schema", "name", "written"),
    [
        ("dbo", "Orders", "dbo.Orders"),
        ("dbo", "Order Details", "dbo.Order Details"),
        ("dbo", "order", "dbo.order"),
        ("a.b", "c]d", "[a.b].[c]]d]"),
        ("dbo", 'say "x"', 'dbo.[say "x"]'),
        ("dbo", " x", "dbo.[ x]"),
    ],
)
def test_names_are_taken_back(schema: str, name: str, written: str) -> None:
    """Names are written plainly, in brackets only where they could be misread; what is listed can be described."""
    assert dotted(schema, name) == written
    assert parse_name(written) == ObjectName(name, schema)


def test_objects_are_named_as_before() -> None:
    """Tables and views are `schema.name`."""
    assert names_of([Table("sales", "orders"), Table("hr", "staff list", kind="view")]) == [
        "sales.orders",
        "hr.staff list",
    ]


def test_bug_1_database_and_server_are_the_connection_s() -> None:
    """Both come from what was read, not from the environment; the filter is repeated where there is one."""
    catalog = Catalog("Sales", server="SQL01 16.0.4165.4 Standard")
    assert place(catalog, None) == {"database": "Sales", "server": "SQL01 16.0.4165.4 Standard"}
    assert place(catalog, "dbo")["schema_filter"] == "dbo"


def test_what_could_not_be_read_is_said() -> None:
    """A part that an answer is made of and a catalog that may be old are named, other parts are not."""
    denied = MissingPart("triggers", "The login may not see them.", "VIEW DEFINITION")
    hidden = MissingPart("objects and definitions out of sight", "This login lacks VIEW DEFINITION.")
    other = MissingPart("sizes", "No.")
    catalog = Catalog("d", missing=(denied, hidden, other))
    assert missing(catalog, "triggers") == {
        "missing": [
            "Not read: triggers. The login may not see them. Needs VIEW DEFINITION.",
            "Not read: objects and definitions out of sight. This login lacks VIEW DEFINITION.",
        ]
    }
    assert missing(Catalog("d", missing=(other,)), "triggers") == {}
    stale = Catalog("d", is_stale=True, read_at=datetime(2024, 5, 1, tzinfo=UTC))
    assert missing(stale, "triggers")["missing"] == ["May be out of date: the state of 2024-05-01 00:00 UTC."]


def test_bug_11_parameters_have_length_direction_and_default() -> None:
    """A procedure's parameters are written as T-SQL declares them; the default comes from the text."""
    entries = {entry["full_name"]: entry for entry in map(routine_entry, DEMO.routines)}
    assert entries["hr.raise_salaries"] == {
        "schema": "hr",
        "name": "raise_salaries",
        "full_name": "hr.raise_salaries",
        "parameters": "@department_id int, @percent decimal(5,2), @changed int OUTPUT",
    }
    assert entries["sales.get_customer_orders"]["parameters"] == "@customer_id int, @since date = NULL"
    assert entries["sales.gross_price"]["type"] == "SQL_SCALAR_FUNCTION"
    assert entries["sales.gross_price"]["returns"] == "decimal(12,2)"
    assert entries["sales.orders_between"]["type"] == "SQL_INLINE_TABLE_VALUED_FUNCTION"


def test_bug_11_names_are_not_entity_encoded() -> None:
    """Signs that XML would write as entities stay as they are."""
    routine = Routine("r&d", "a<b", "procedure", parameters=(Parameter("@p&q", "int"),))
    assert routine_entry(routine) == {
        "schema": "r&d",
        "name": "a<b",
        "full_name": "r&d.a<b",
        "parameters": "@p&q int",
    }


def test_bug_11_clr_modules_are_told_apart() -> None:
    """A CLR procedure says what it is; a default that only the catalog knows is still a default."""
    routine = Routine(
        "dbo",
        "run",
        "procedure",
        "clr",
        (Parameter("@n", "int", has_default=True), Parameter("@t", "dbo.ids", is_read_only=True)),
    )
    entry = routine_entry(routine)
    assert entry["type"] == "CLR_STORED_PROCEDURE"
    assert entry["parameters"] == "@n int = DEFAULT, @t dbo.ids READONLY"


def test_a_routine_without_parameters_has_null() -> None:
    """The key stays, as before; a long default is cut."""
    assert routine_entry(Routine("dbo", "p", "procedure"))["parameters"] is None
    long = Routine(
        "dbo", "p", "procedure", parameters=(Parameter("@a", "varchar(max)"),),
        definition=f"CREATE PROC p @a varchar(max) = '{'x' * 500}' AS SELECT 1",
    )  # fmt: skip
    assert len(routine_entry(long)["parameters"]) == len("@a varchar(max) = ") + MAX_DEFAULT


def test_bug_11_triggers_of_the_database_are_listed() -> None:
    """They come after those of tables, without schema and table, unless one schema is asked for."""
    guard = Trigger("guard", "", "", ("DROP_TABLE",))
    orders = Table("sales", "orders", triggers=(Trigger("z", "sales", "orders", ("UPDATE", "INSERT")),))
    people = Table("hr", "people", triggers=(Trigger("b", "hr", "people", ("DELETE",), True, False),))
    catalog = Catalog("d", tables=(orders, people), triggers=(guard,))
    assert [trigger.name for trigger in triggers_of(catalog, None)] == ["b", "z", "guard"]
    assert [trigger.name for trigger in triggers_of(catalog, "sales")] == ["z"]
    assert [trigger_entry(trigger) for trigger in triggers_of(catalog, None)] == [
        {
            "schema": "hr",
            "name": "b",
            "full_name": "hr.b",
            "table": "hr.people",
            "type": "INSTEAD OF",
            "events": "DELETE",
            "is_disabled": True,
        },
        {
            "schema": "sales",
            "name": "z",
            "full_name": "sales.z",
            "table": "sales.orders",
            "type": "AFTER",
            "events": "INSERT, UPDATE",
            "is_disabled": False,
        },
        {
            "schema": None,
            "name": "guard",
            "full_name": "guard",
            "table": None,
            "type": "AFTER",
            "events": "DROP_TABLE",
            "is_disabled": False,
        },
    ]


def test_databases_say_whether_they_can_be_chosen() -> None:
    """State and access stand beside the name; access only where the server tells it."""
    assert database_entry(Database("Sales", is_accessible=False), "SALES") == {
        "name": "Sales",
        "state": "ONLINE",
        "is_accessible": False,
        "is_current": True,
    }
    assert "is_accessible" not in database_entry(Database("Old", "OFFLINE"), "Sales")


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ([], []),
        (["a", "b"], ["a", "b"]),
        (["id", "id", ""], ["id", "id_2", "column_3"]),
        (["a", "a", "a_2", "a"], ["a", "a_3", "a_2", "a_4"]),
        (["", "column_1", ""], ["column_1_2", "column_1", "column_3"]),
        (["A", "a"], ["A", "a"]),
    ],
)
def test_bug_6_columns_of_one_name_stay_apart(given: list[str], expected: list[str]) -> None:
    """Every column has a name of its own, and one that was unique keeps it."""
    assert unique_names(given) == expected


def test_bug_6_no_cell_is_lost() -> None:
    """Each cell of a row stands in its object, in order."""
    answer = shaped(rows("id", "id", "", values=((1, 2, 3),)))
    assert answer["columns"] == ["id", "id_2", "column_3"]
    assert answer["data"] == [{"id": 1, "id_2": 2, "column_3": 3}]


def test_bug_5_a_whole_result_of_just_so_many_rows_has_no_note() -> None:
    """The note depends on whether there are more rows, not on how many are shown."""
    values: tuple[tuple[Cell, ...], ...] = ((1,), (2,))
    whole = shaped(rows("n", values=values), max_rows=2)
    assert (whole["row_count"], whole["max_rows"]) == (2, 2)
    assert "note" not in whole
    cut = shaped(rows("n", values=values, truncation=Truncation("rows", 2, "")), max_rows=2)
    assert cut["note"] == (
        "Results limited to 2 rows, more exist. Increase max_rows (up to 10000), aggregate or add a WHERE clause."
    )
    most = shaped(rows("n", values=values, truncation=Truncation("rows", 2, "")), max_rows=2, ceiling=2)
    assert most["note"] == "Results limited to 2 rows, more exist. Aggregate or add a WHERE clause."


def test_rows_keep_to_the_characters_of_an_answer() -> None:
    """Objects repeat the names of columns, so fewer rows fit than into the same characters of cells."""
    values: tuple[tuple[Cell, ...], ...] = tuple((number,) for number in range(900))
    answer = shaped(rows("a_long_name_of_a_column", values=values), max_rows=1_000, room=2_000)
    assert answer["row_count"] == len(answer["data"]) < 100
    assert answer["note"].startswith(f"Showing first {answer['row_count']} rows, more exist: the answer is full")
    assert len(json.dumps(answer["data"], separators=(",", ":"))) <= 2_000


@pytest.mark.parametrize("cell", [1, "x" * 900])
def test_a_wide_row_keeps_to_the_characters_of_an_answer(cell: Cell) -> None:
    """Its texts are cut; where names and numbers alone are too long, the names are told to choose from."""
    names = [f"c{number}" for number in range(100)]
    result = ResultSet(tuple(Column(name, "nvarchar(max)") for name in names), ((cell,) * 100,) * 3)
    answer = shaped(result, room=10_000)
    assert len(compact(answer)) <= 10_000
    assert answer["row_count"] >= 1
    with pytest.raises(QueryError) as caught:
        shaped(result, room=3_000)
    assert caught.value.code == "query.too_wide"
    assert "c0, c1, " in caught.value.hint


def test_a_result_that_the_time_ended_says_so() -> None:
    """The characters had no part in it."""
    answer = shaped(rows("n", values=((1,),), truncation=Truncation("time", 5, "The time was over.")))
    assert answer["note"] == "Showing first 1 rows. The time was over."


def test_a_result_that_was_cut_by_characters_says_so() -> None:
    """What the runner left out is not forgotten because the rest fits."""
    answer = shaped(rows("n", values=((1,),), truncation=Truncation("characters", 10, "")))
    assert "more exist: the answer is full" in answer["note"]


def test_clipped_cells_and_notes_are_told() -> None:
    """They stand beside the rows, only where there are any."""
    answer = shaped(rows("n", values=((1,),), clipped_cells=2, notes=("From the cache.",)))
    assert (answer["clipped_cells"], answer["notes"]) == (2, ["From the cache."])
    assert not {"clipped_cells", "notes", "note"} & set(shaped(rows("n", values=((1,),))))


def test_types_stand_beside_the_columns() -> None:
    """A decimal is text in JSON, so its type is told."""
    result = ResultSet((Column("price", "decimal(10,2)"),), (("10.50",),))
    assert shaped(result)["column_types"] == ["decimal(10,2)"]
