"""What a client can read by address; tests/e2e/test_catalog.py reads the tables of live servers, too."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from mcp.shared.exceptions import MCPError

from mssql_mcp.server.resources import PREVIEW_ROWS

if TYPE_CHECKING:
    from conversations import Conversation

FIXED = {"mssql://info", "mssql://tables", "mssql://views"}
TEMPLATES = {
    "mssql://schema/{schema_name}",
    "mssql://table/{table_name}",
    "mssql://table/{table_name}/preview",
    "mssql://results/{result_id}",
    "mssql://plans/{plan_id}",
}


def failure(assistant: Conversation, uri: str) -> MCPError:
    with pytest.raises(MCPError) as caught:
        assistant.read(uri)
    return caught.value


def test_every_resource_is_listed(demo_assistant: Conversation) -> None:
    """With a title, a description and what kind of text it is."""
    fixed = demo_assistant.ask(lambda client: client.list_resources()).resources
    templates = demo_assistant.ask(lambda client: client.list_resource_templates()).resource_templates
    assert {str(item.uri) for item in fixed} == FIXED
    assert {item.uri_template for item in templates} == TEMPLATES
    for item in [*fixed, *templates]:
        assert item.title
        assert item.description
        assert item.mime_type


@pytest.mark.parametrize("uri", ["mssql://info", "mssql://table/sales.orders", "mssql://table/orders/preview"])
def test_json_is_json(demo_assistant: Conversation, uri: str) -> None:
    """Compact, with Unicode as it is."""
    text = demo_assistant.read(uri)
    assert json.loads(text)
    assert "\n" not in text


def test_a_preview_is_a_look(demo_assistant: Conversation) -> None:
    """The first ten rows of any table or view, through the gate like every query."""
    preview = json.loads(demo_assistant.read("mssql://table/hr.employee_directory/preview"))
    assert preview["row_count"] == PREVIEW_ROWS
    assert preview["truncated"] is False


@pytest.mark.parametrize("name", ["sales.orders", "orders", "[sales].[orders]", "SALES.Orders"])
def test_a_table_can_be_named_in_any_way(demo_assistant: Conversation, name: str) -> None:
    """With or without schema and brackets, in any case."""
    described = json.loads(demo_assistant.read(f"mssql://table/{name}"))
    assert described["name"] == "sales.orders"


@pytest.mark.parametrize(
    ("uri", "code"),
    [
        ("mssql://table/sales.ordrs", "catalog.not_found"),
        ("mssql://table/sales.ordrs/preview", "catalog.not_found"),
        ("mssql://results/AAAAAAAAAAAAAAAAAAAAAAAA.0", "cursor.unknown"),
        ("mssql://plans/AAAA", "plan"),
    ],
)
def test_what_is_not_there_is_told(demo_assistant: Conversation, uri: str, code: str) -> None:
    """As the protocol tells it, with our code."""
    error = failure(demo_assistant, uri)
    assert error.error.code == -32602
    assert code in error.error.message


def test_an_unknown_address_is_told(demo_assistant: Conversation) -> None:
    """By the protocol's own words."""
    assert failure(demo_assistant, "mssql://nothing").error.code == -32602


def test_a_whole_result_can_be_read(demo_assistant: Conversation) -> None:
    """The handle of a truncated answer leads to all its kept rows, as CSV."""
    answer = demo_assistant.query("SELECT TOP (300) order_id FROM sales.orders ORDER BY order_id", max_rows=5)
    text = demo_assistant.read(f"mssql://results/{answer.json['next']}")
    assert text.splitlines() == ["order_id", *(str(number) for number in range(10_001, 10_301))]


def test_a_failure_of_the_database_is_told(converse: Any) -> None:
    """A server that is down fails the reading, with our code and hint."""
    from mssql_mcp.connection.registry import Registry
    from mssql_mcp.settings import ConnectionSettings, RetrySettings, Settings
    from mssql_mcp.workspace import Workspace

    gone = ConnectionSettings(server="127.0.0.1,1", username="reader", password="x", retry=RetrySettings(max_retries=0))
    settings = Settings(connections={"gone": gone})
    made = converse(Workspace(settings, Registry(settings)))
    message = failure(made, "mssql://tables").error.message
    assert "connection.refused" in message or "connection.driver_missing" in message
