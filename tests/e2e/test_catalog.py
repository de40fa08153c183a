"""Finding one's way through MCP: databases, tables, descriptions and resources, on the demo and on a live server."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from mcp.shared.exceptions import MCPError

from mssql_mcp.demo import schema

if TYPE_CHECKING:
    from conversations import Conversation, Target

TABLES = {table.full_name for table in schema.TABLES}
VIEWS = {view.full_name for view in schema.VIEWS}
# The live sample has one table more: the mark that it is whole.
EXTRA = {"dbo.mssql_mcp_sample_is_whole"}


def listed(text: str) -> set[str]:
    """Read schema.name out of the text of `list_tables`: a schema in brackets, then a line an object."""
    names = set()
    heading = ""
    for line in text.splitlines()[1:]:
        if line.startswith("["):
            heading = line.strip("[]")
        elif not line.startswith("Not read:"):
            names.add(f"{heading}.{line.split()[0]}")
    return names


def test_the_database_is_listed(assistant: Conversation, target: Target) -> None:
    """The connection's own database is there and marked."""
    lines = assistant.call("list_databases").text.splitlines()
    own = schema.DATABASE_NAME if target.is_demo else target.connection.database
    assert f"{own} (default)" in lines


def test_every_table_and_view_is_listed(assistant: Conversation) -> None:
    """Names by schema, tables and views alike."""
    assert listed(assistant.call("list_tables").text) - EXTRA == TABLES | VIEWS


def test_a_list_can_be_narrowed(assistant: Conversation) -> None:
    """By kind, schema and pattern."""
    assert listed(assistant.call("list_tables", kind="view").text) == VIEWS
    assert listed(assistant.call("list_tables", schema="hr", kind="table").text) == {
        name for name in TABLES if name.startswith("hr.")
    }
    assert listed(assistant.call("list_tables", pattern="order*", kind="table").text) == {
        "sales.order_lines",
        "sales.order_statuses",
        "sales.orders",
        "sales.orders_2019",
    }


def test_a_long_list_comes_in_pages(assistant: Conversation) -> None:
    """A page says that there is more, and the pages together are the whole."""
    first = assistant.call("list_tables", limit=10)
    second = assistant.call("list_tables", limit=200, offset=10)
    assert "offset=10" in first.text
    both = "\n".join(line for line in first.text.splitlines() if "offset=" not in line)
    assert listed(both) | listed(second.text) >= TABLES | VIEWS


def test_the_map_shows_everything_at_once(assistant: Conversation) -> None:
    """One call gives columns, keys and links of a schema."""
    text = assistant.call("list_tables", detail="columns", schema="hr").text
    for column in ("department_id", "given_name", "valid_from"):
        assert column in text


def test_a_table_is_described(assistant: Conversation) -> None:
    """Columns with types, the key, and foreign keys in both directions."""
    text = assistant.call("describe_table", table="sales.orders").text
    assert text.startswith("sales.orders · table")
    for column in next(table for table in schema.TABLES if table.full_name == "sales.orders").columns:
        assert f"\n  {column.name} {column.type}" in text
    assert "order_id int identity(10001,1) PK" in text
    assert "customer_addresses(customer_id, address_no)" in text
    assert "sales.order_lines(order_id)" in text


def test_a_description_can_be_full(assistant: Conversation) -> None:
    """detail=full adds indexes and constraints."""
    text = assistant.call("describe_table", table="sales.orders", detail="full").text
    assert "IX_orders_ordered_at".lower() in text.lower()
    assert "CK_orders_freight".lower() in text.lower()


def test_a_view_is_described(assistant: Conversation) -> None:
    """A view has columns and its text."""
    text = assistant.call("describe_table", table="[hr].[employee_directory]", detail="full").text
    assert "manager_name" in text
    assert "LEFT JOIN hr.employees" in text


def test_an_unknown_table_gets_the_nearest_names(assistant: Conversation) -> None:
    """A misspelt name is an error that names what was meant."""
    answer = assistant.call("describe_table", table="sales.ordrs")
    assert answer.code == "catalog.not_found"
    assert answer.error["nearest"][0] == "sales.orders"
    assert "sales.orders" in answer.text


def test_a_misspelt_argument_is_named(assistant: Conversation) -> None:
    """An argument that a tool does not have is refused by name, with the one that was meant."""
    answer = assistant.call("describe_table", tabel="sales.orders")
    assert answer.code == "input.unknown_argument"
    assert answer.error["nearest"][0] == "table"


def test_joins_are_found(assistant: Conversation) -> None:
    """The way between two tables follows their foreign keys."""
    text = assistant.call("find_join_path", tables=["sales.payments", "sales.customers"]).text
    assert "orders" in text
    assert "customer_id" in text


def test_objects_are_found_by_words(assistant: Conversation) -> None:
    """A column's name leads to its table."""
    assert "production.quality_tests" in assistant.call("search_objects", words="lumens").text


def test_definitions_are_shown(assistant: Conversation) -> None:
    """A view's text is the one that made it."""
    text = assistant.call("get_definition", names=["production.low_stock"]).text
    assert "s.reorder_point - s.quantity AS missing" in text


def test_routines_are_listed_and_never_run(assistant: Conversation, target: Target) -> None:
    """Procedures and functions with their parameters."""
    text = assistant.call("list_routines").text
    for routine in schema.ROUTINES:
        if f"routine {routine.full_name}" not in target.lacks:
            assert routine.name in text


def test_resources_hold_names(assistant: Conversation) -> None:
    """Tables, views, and what a schema holds, one name a line."""
    assert set(assistant.read("mssql://tables").split()) - EXTRA == TABLES
    assert set(assistant.read("mssql://views").split()) == VIEWS
    hr = {name for name in TABLES | VIEWS if name.startswith("hr.")}
    assert set(assistant.read("mssql://schema/hr").split()) == hr


def test_the_info_resource_says_where_one_is(assistant: Conversation, target: Target) -> None:
    """Server, database and how much is there."""
    info = json.loads(assistant.read("mssql://info"))
    assert info["connection"] == "main"
    assert info["database"] == (schema.DATABASE_NAME if target.is_demo else target.connection.database)
    assert info["table_count"] - (not target.is_demo) == len(TABLES)
    assert info["view_count"] == len(VIEWS)


def test_a_table_can_be_read_as_a_resource(assistant: Conversation) -> None:
    """Its description as JSON, and its first rows."""
    described = json.loads(assistant.read("mssql://table/hr.departments"))
    assert [column["name"] for column in described["columns"]] == [
        "department_id",
        "name",
        "parent_department_id",
        "cost_center",
        "yearly_budget",
        "opened_on",
    ]
    assert described["primary_key"] == ["department_id"]
    preview = json.loads(assistant.read("mssql://table/hr.departments/preview"))
    assert preview["row_count"] == 10
    assert [1, "Management", None, "MG0100", "1250000.0000", "2005-02-01"] in preview["rows"]


@pytest.mark.parametrize("uri", ["mssql://table/sales.ordrs", "mssql://table/sales.ordrs/preview"])
def test_an_unknown_resource_is_told(assistant: Conversation, uri: str) -> None:
    """The protocol's own error for what is not there, in our words."""
    with pytest.raises(MCPError) as caught:
        assistant.read(uri)
    assert "catalog.not_found" in str(caught.value)
    assert "sales.orders" in str(caught.value)
