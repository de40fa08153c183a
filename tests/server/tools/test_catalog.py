"""The tools that find the way; tests/e2e/test_catalog.py asks live servers the same."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from mssql_mcp.connection.call import Call
from mssql_mcp.errors import DatabaseConnectionError
from mssql_mcp.settings import LimitSettings
from mssql_mcp.settings.model import CatalogSettings

if TYPE_CHECKING:
    from conversations import Conversation, Target

Converse = Any


def test_the_own_database_is_marked(demo_assistant: Conversation) -> None:
    """A model need not name it."""
    assert demo_assistant.call("list_databases").text == "Lanternworks (default)"


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("list_tables", {}),
        ("describe_table", {"table": "orders"}),
        ("search_objects", {"words": "order"}),
        ("list_routines", {}),
        ("get_definition", {"names": ["sales.order_totals"]}),
        ("find_join_path", {"tables": ["sales.orders", "sales.customers"]}),
    ],
)
def test_another_database_is_refused_by_name(
    demo_assistant: Conversation, tool: str, arguments: dict[str, Any]
) -> None:
    """Every tool checks it, with the ones that there are."""
    answer = demo_assistant.call(tool, **arguments, database="Lanternwork")
    assert answer.code == "input.unknown_database"
    assert "Lanternworks" in answer.text


def test_the_map_stays_within_the_budget(converse: Converse, demo: Target) -> None:
    """A large schema is shown as far as it fits, and the answer says how to see more."""
    made = converse(demo.workspace(limits=LimitSettings(max_characters=2_000)))
    whole = made.call("list_tables", detail="columns")
    assert len(whole.text) <= 2_000
    assert "schema" in whole.text


def test_parts_of_a_table_can_be_chosen(demo_assistant: Conversation) -> None:
    """Only what is asked for."""
    text = demo_assistant.call("describe_table", table="sales.orders", sections=["indexes"]).text
    assert "IX_orders_customer" in text
    assert "order_id int" not in text


def test_several_definitions_come_in_one_call(demo_assistant: Conversation) -> None:
    """Views, procedures, functions and triggers."""
    names = ["sales.order_totals", "hr.raise_salaries", "sales.gross_price", "sales.TR_orders_no_delete"]
    text = demo_assistant.call("get_definition", names=names).text
    for words in ("CREATE VIEW", "CREATE PROCEDURE", "CREATE FUNCTION", "CREATE TRIGGER"):
        assert words in text


def test_a_search_can_be_narrowed(demo_assistant: Conversation) -> None:
    """By kind and schema."""
    answer = demo_assistant.call("search_objects", words="salary", kinds=["table"], schema="hr")
    assert "hr.salary_history" in answer.text
    assert "raise_salaries" not in answer.text


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("list_tables", {"limit": 0}),
        ("list_tables", {"kind": "index"}),
        ("describe_table", {"table": "x" * 401}),
        ("get_definition", {"names": []}),
        ("find_join_path", {"tables": ["sales.orders"]}),
        ("search_objects", {"words": "x", "limit": 10_000}),
    ],
)
def test_impossible_arguments_are_refused(demo_assistant: Conversation, tool: str, arguments: dict[str, Any]) -> None:
    """By the schema, before anything is asked."""
    assert demo_assistant.call(tool, **arguments).code == "input.invalid_argument"


def test_an_unknown_schema_is_an_error_for_a_search_too(demo_assistant: Conversation) -> None:
    """With the nearest; brackets are taken off."""
    answer = demo_assistant.call("search_objects", words="order", schema="saels")
    assert answer.code == "input.unknown_schema"
    assert "sales" in answer.text
    assert "sales.orders" in demo_assistant.call("search_objects", words="order", schema="[Sales]").text


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("get_definition", {"names": ["elsewhere.sales.order_totals"]}),
        ("find_join_path", {"tables": ["elsewhere.sales.orders", "elsewhere.sales.customers"]}),
    ],
)
def test_the_database_in_a_name_counts(demo_assistant: Conversation, tool: str, arguments: dict[str, Any]) -> None:
    """It is not answered from the current one."""
    assert demo_assistant.call(tool, **arguments).code == "input.unknown_database"


def test_a_path_stays_in_one_database(demo_assistant: Conversation) -> None:
    """The current one may be named; another beside it is refused with what to do instead."""
    tables = ["lanternworks.sales.orders", "sales.customers"]
    assert "JOIN sales.customers" in demo_assistant.call("find_join_path", tables=tables).text
    answer = demo_assistant.call("find_join_path", tables=["elsewhere.sales.orders", "sales.customers"])
    assert answer.code == "input.databases"


def test_one_wrong_name_leaves_the_other_definitions(demo_assistant: Conversation) -> None:
    """Beside them stands which one failed."""
    text = demo_assistant.call("get_definition", names=["sales.order_totals", "sales.order_total"]).text
    assert "CREATE VIEW" in text
    assert "There is no object sales.order_total " in text
    assert "Nearest: sales.order_totals" in text
    assert demo_assistant.call("get_definition", names=["sales.order_total"]).code == "catalog.not_found"


STALE = "May be out of date"


@pytest.fixture
def left_alone(converse: Converse, demo: Target, monkeypatch: pytest.MonkeyPatch) -> Conversation:
    """An assistant on a catalog that was read before the server went down."""
    workspace = demo.workspace(catalog=CatalogSettings(check_seconds=0))
    workspace.catalog(Call(60))

    def down(*_: Any) -> str:
        raise DatabaseConnectionError("The server is down.")

    monkeypatch.setattr(workspace.cache().reader, "fingerprint", down)
    made: Conversation = converse(workspace)
    return made


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("list_tables", {}),
        ("list_tables", {"detail": "columns"}),
        ("describe_table", {"table": "orders"}),
        ("search_objects", {"words": "order"}),
        ("list_routines", {}),
        ("get_definition", {"names": ["sales.order_totals"]}),
        ("find_join_path", {"tables": ["sales.orders", "sales.customers"]}),
    ],
)
def test_every_answer_says_that_it_may_be_old(left_alone: Conversation, tool: str, arguments: dict[str, Any]) -> None:
    """While nobody can say whether it is still true."""
    assert STALE in left_alone.call(tool, **arguments).text


def test_every_resource_says_that_it_may_be_old(left_alone: Conversation) -> None:
    """Lists in words, JSON by a key."""
    for uri in ("mssql://tables", "mssql://views", "mssql://schema/hr"):
        assert STALE in left_alone.read(uri)
    for uri in ("mssql://info", "mssql://table/sales.orders"):
        assert json.loads(left_alone.read(uri))["stale"] is True


def test_the_map_follows_kind_and_page(demo_assistant: Conversation) -> None:
    """What narrows a list narrows the map too."""
    views = demo_assistant.call("list_tables", detail="columns", kind="view").text
    assert views.startswith("Lanternworks: 5 views.")
    assert "view customer_overview" in views
    assert "\norders " not in views
    page = demo_assistant.call("list_tables", detail="columns", limit=3, offset=3).text
    assert page.startswith("Lanternworks, tables and views 4 to 6 of 24: ")
    assert page.endswith("18 more: ask with offset=6.")


@pytest.mark.parametrize("characters", [1_000, 2_500])
@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("list_databases", {}),
        ("list_tables", {}),
        ("list_tables", {"detail": "columns"}),
        ("describe_table", {"table": "sales.orders", "detail": "full"}),
        ("search_objects", {"words": "order", "limit": 200}),
        ("list_routines", {}),
        ("get_definition", {"names": ["sales.order_totals", "hr.raise_salaries", "sales.gross_price"]}),
        ("find_join_path", {"tables": ["departments", "suppliers", "payments"], "max_paths": 10}),
    ],
)
def test_every_answer_keeps_the_budget(
    converse: Converse, demo: Target, tool: str, arguments: dict[str, Any], characters: int
) -> None:
    """However much there is to say."""
    made = converse(demo.workspace(limits=LimitSettings(max_characters=characters)))
    answer = made.call(tool, **arguments)
    assert len(answer.text) <= characters
    assert answer.code == ""


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("hr.raise_salaries", "hr.raise_salaries procedure (@"),
        ("gross_price", "sales.gross_price function (@"),
        ("sales.TR_orders_no_delete", "trigger on sales.orders"),
    ],
)
def test_every_kind_of_object_is_described(demo_assistant: Conversation, name: str, told: str) -> None:
    """Not tables and views alone; what nothing is called gets the error about tables."""
    assert told in demo_assistant.call("describe_table", table=name).text
    assert demo_assistant.call("describe_table", table="hr.raise_salary").code == "catalog.not_found"
