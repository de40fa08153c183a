"""The server as a whole: what it says of itself, and what it says to whom asks for something that is not there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from mssql_mcp import __version__
from mssql_mcp.connection.registry import Registry
from mssql_mcp.server.app import build_server, instructions
from mssql_mcp.settings import ConnectionSettings, ServerSettings, Settings
from mssql_mcp.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Callable

    from conversations import Conversation, Target

# Said to every model at the start of every conversation.
MAX_INSTRUCTION_CHARACTERS = 600


def workspace_of(*names: str, **server: Any) -> Workspace:
    connections = {name: ConnectionSettings(demo=True) for name in names}
    settings = Settings(connections=connections, server=ServerSettings(**server))
    return Workspace(settings, Registry(settings))


def test_it_says_what_it_is(demo_assistant: Conversation) -> None:
    """Name, version and how to work with it."""
    client = demo_assistant.client
    assert (client.server_info.name, client.server_info.version) == ("mssql-mcp", __version__)
    assert str(client.instructions).startswith("Read-only access to Microsoft SQL Server")
    assert "read-only" in str(client.server_info.title)


def test_the_instructions_are_short() -> None:
    """They cost tokens in every conversation."""
    assert len(instructions(workspace_of("one"))) <= MAX_INSTRUCTION_CHARACTERS


def test_several_connections_are_named() -> None:
    """A model knows which there are without asking; one alone needs no name."""
    assert instructions(workspace_of("sales", "hr")).endswith("Connections: sales, hr (default sales).")
    assert "onnection" not in instructions(workspace_of("sales"))


def test_a_misspelt_tool_is_named(demo_assistant: Conversation) -> None:
    """With the tools that there are."""
    answer = demo_assistant.call("describe_tables")
    assert answer.code == "input.unknown_tool"
    assert answer.error["nearest"][0] == "describe_table"
    assert "list_tables" in answer.text


def test_toolsets_are_switched_on_by_settings(converse: Callable[..., Conversation]) -> None:
    """Only their tools are listed, and only they can be called."""
    made = converse(workspace_of("one", toolsets=("query",)))
    names = {tool.name for tool in made.ask(lambda client: client.list_tools()).tools}
    assert "run_query" in names
    assert "list_tables" not in names
    assert made.call("list_tables").code == "input.unknown_tool"


def test_clients_may_keep_the_list_of_tools(demo_assistant: Conversation) -> None:
    """It changes only when the server starts anew."""
    result = demo_assistant.ask(lambda client: client.list_tools())
    assert (result.ttl_ms, result.cache_scope) == (300_000, "public")


def test_both_eras_get_the_same_tools(converse: Callable[..., Conversation], demo: Target) -> None:
    """Whatever the protocol's age."""
    lists = [
        [tool.model_dump() for tool in converse(demo.workspace(), mode=mode).ask(lambda c: c.list_tools()).tools]
        for mode in ("auto", "legacy")
    ]
    assert lists[0] == lists[1]


def test_the_workspace_is_closed_with_the_server(converse: Callable[..., Conversation], demo: Target) -> None:
    """Nothing of it lives on."""
    from anyio.from_thread import start_blocking_portal
    from mcp import Client

    workspace = demo.workspace()
    server = build_server(workspace)
    with start_blocking_portal() as portal, portal.wrap_async_context_manager(Client(server)) as client:
        assert not server.closed.is_set()
        assert not portal.call(lambda: client.call_tool("run_query", {"sql": "SELECT 1 AS one"})).is_error
    assert server.closed.wait(10)
    with pytest.raises(Exception, match="shutting down"):
        workspace.workers.run(_call(), lambda: 1, lane=workspace.lane().name)


def _call() -> Any:
    from mssql_mcp.connection.call import Call

    return Call(5)
