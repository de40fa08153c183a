"""A tool's work runs inside the connection's limits, on the connection that it names."""

import anyio
from mcp import Client
from mcp.server import MCPServer
from mcp.server.mcpserver import Context
from mcp.types import CallToolResult, Implementation, TextContent

from mssql_mcp.connection.registry import Registry
from mssql_mcp.server.state import ServerState, ask
from mssql_mcp.server.tool import ToolSpec, strict
from mssql_mcp.settings import ConnectionSettings, LimitSettings, Settings
from mssql_mcp.workspace import Workspace

SETTINGS = Settings(
    connections={
        "one": ConnectionSettings(demo=True, limits=LimitSettings(timeout_seconds=11)),
        "two": ConnectionSettings(demo=True, limits=LimitSettings(timeout_seconds=22)),
    }
)


async def seconds(
    ctx: Context[ServerState], connection: str | None = None, wish: float | None = None
) -> CallToolResult:
    """Say how long a call may take."""
    found = await ask(ctx, lambda _, call: call.seconds, connection=connection, timeout_seconds=wish)
    return CallToolResult(content=[TextContent(type="text", text=str(found))])


def call(arguments):
    async def run():
        workspace = Workspace(SETTINGS, Registry(SETTINGS))

        async def lifespan_of(_):
            yield ServerState(workspace)

        from contextlib import asynccontextmanager

        server = MCPServer(
            "t", tools=[strict(ToolSpec(seconds, "x", "Seconds"))], lifespan=asynccontextmanager(lifespan_of)
        )
        async with Client(server) as client:
            return (await client.call_tool("seconds", arguments)).content[0].text

    return anyio.run(run)


def test_the_connection_decides_the_deadline():
    """Each connection has limits of its own; the first one is the default."""
    assert call({}) == "11.0"
    assert call({"connection": "two"}) == "22.0"


def test_a_call_may_wish_for_another_deadline():
    """Within what the settings allow."""
    assert call({"wish": 5}) == "5.0"
    assert "[input.timeout]" in call({"wish": 9_999})


def test_an_unknown_connection_is_named_with_near_ones():
    """The error comes before any work."""
    text = call({"connection": "too"})
    assert "[input.unknown_connection]" in text
    assert "two" in text


def test_connections_say_which_client_asks():
    """Those that are opened after its first call."""
    registries = []

    async def run():
        workspace = Workspace(SETTINGS, Registry(SETTINGS))
        registries.append(workspace.registry)

        async def lifespan_of(_):
            yield ServerState(workspace)

        from contextlib import asynccontextmanager

        server = MCPServer(
            "t", tools=[strict(ToolSpec(seconds, "x", "Seconds"))], lifespan=asynccontextmanager(lifespan_of)
        )
        async with Client(server, client_info=Implementation(name="helper", version="7")) as client:
            await client.call_tool("seconds", {})

    anyio.run(run)
    for name in ("one", "two"):
        assert registries[0].source(name).asker.endswith("client helper 7")
