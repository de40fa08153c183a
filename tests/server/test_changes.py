"""Clients of both protocol eras are told when the schema changed, and of nothing else."""

import warnings
from dataclasses import replace

import anyio
import pytest
from mcp import Client

from mssql_mcp.catalog.cache import CatalogChange
from mssql_mcp.catalog.diff import diff
from mssql_mcp.connection.call import Call
from mssql_mcp.connection.registry import Registry
from mssql_mcp.server.app import build_server
from mssql_mcp.server.changes import WHOLE, CountingBus
from mssql_mcp.settings import ConnectionSettings, Settings
from mssql_mcp.workspace import Workspace


@pytest.fixture
def workspace():
    settings = Settings(connections={"demo": ConnectionSettings(demo=True)})
    made = Workspace(settings, Registry(settings))
    yield made
    made.close()


def change_a_table(workspace):
    """Do what the cache does when it has read a schema again that differs."""
    cache = workspace.cache()
    new = cache.catalog(Call(60))
    old = replace(new, tables=tuple(table for table in new.tables if table.name != "orders"))
    for listener in list(cache._listeners):
        listener(CatalogChange(new.database, diff(old, new)))


def test_a_listen_stream_hears_which_resources_changed(workspace):
    """2026-07-28: list changed, and each resource that was asked about."""

    async def run():
        heard = []
        async with (
            Client(build_server(workspace), mode="auto") as client,
            client.listen(
                resources_list_changed=True, resource_subscriptions=["mssql://tables", "mssql://table/sales.orders"]
            ) as stream,
        ):
            await anyio.to_thread.run_sync(change_a_table, workspace)
            with anyio.fail_after(30):
                async for event in stream:
                    heard.append(event)
                    if len(heard) == 3:
                        return heard
        return heard

    events = anyio.run(run)
    assert {getattr(event, "uri", "list") for event in events} == {
        "list",
        "mssql://tables",
        "mssql://table/sales.orders",
    }


def test_a_session_of_an_earlier_protocol_hears_it_too(workspace):
    """2025-11-25: list_changed for everybody, updated for those who subscribed; the handshake says so."""

    async def run():
        heard = []
        done = anyio.Event()

        async def hear(message):
            heard.append(message)
            if len(heard) == 2:
                done.set()

        async with Client(build_server(workspace), mode="legacy", message_handler=hear) as client:
            assert client.server_capabilities.resources.subscribe
            assert client.server_capabilities.resources.list_changed
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                await client.subscribe_resource("mssql://views")
                await client.subscribe_resource("mssql://tables")
                await client.unsubscribe_resource("mssql://views")
            await anyio.to_thread.run_sync(change_a_table, workspace)
            with anyio.fail_after(30):
                await done.wait()
        return heard

    methods = [message.method for message in anyio.run(run)]
    assert methods == ["notifications/resources/list_changed", "notifications/resources/updated"]


def test_the_bus_knows_how_many_listen():
    """A stream that ended twice counts once."""
    bus = CountingBus()
    end = bus.subscribe(lambda event: None)
    other = bus.subscribe(lambda event: None)
    assert bus.listeners == 2
    end()
    end()
    assert bus.listeners == 1
    other()
    assert bus.listeners == 0


def test_what_shows_everything_changes_with_everything():
    """Every static resource is told of."""
    assert set(WHOLE) == {"mssql://info", "mssql://tables", "mssql://views"}
