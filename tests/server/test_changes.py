"""Clients of both protocol eras are told when the schema changed, and of nothing else."""

import warnings
from dataclasses import replace
from types import SimpleNamespace

import anyio
import pytest
from mcp import Client

from mssql_mcp.catalog.cache import CatalogChange
from mssql_mcp.catalog.diff import diff
from mssql_mcp.connection.call import Call
from mssql_mcp.connection.registry import Registry
from mssql_mcp.server.app import build_server
from mssql_mcp.server.changes import Changes, CountingBus
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


def change_a_column(workspace):
    """The same, with another type of one column of sales.orders."""
    cache = workspace.cache()
    new = cache.catalog(Call(60))
    orders = new.table("sales", "orders")
    other = replace(orders, columns=(replace(orders.columns[0], type="bigint"), *orders.columns[1:]))
    old = replace(new, tables=tuple(other if table is orders else table for table in new.tables))
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


WAITING = ("mssql://table/ORDERS", "mssql://table/%5Bsales%5D.orders", "mssql://schema/Sales", "mssql://tables")


def test_a_change_inside_a_table_is_no_change_of_lists(workspace):
    """A listen stream hears of the table however its address was written, and of no list."""

    async def run():
        heard = []
        async with (
            Client(build_server(workspace), mode="auto") as client,
            client.listen(
                resources_list_changed=True, resource_subscriptions=[*WAITING, "mssql://table/hr.employees"]
            ) as stream,
        ):
            await anyio.to_thread.run_sync(change_a_column, workspace)
            with anyio.fail_after(30):
                async for event in stream:
                    heard.append(event)
                    if len(heard) == len(WAITING):
                        break
            await anyio.to_thread.run_sync(change_a_table, workspace)
            with anyio.fail_after(30):
                async for event in stream:
                    return [*heard, event]
        return heard

    *first, last = anyio.run(run)
    assert {event.uri for event in first} == set(WAITING)
    assert not hasattr(last, "uri")


def test_a_session_of_an_earlier_protocol_may_write_addresses_its_own_way(workspace):
    """2025-11-25: updated with the address that was subscribed."""

    async def run():
        heard = []
        done = anyio.Event()

        async def hear(message):
            heard.append(message)
            if len(heard) == len(WAITING):
                done.set()

        async with Client(build_server(workspace), mode="legacy", message_handler=hear) as client:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                for uri in WAITING:
                    await client.subscribe_resource(uri)
            await anyio.to_thread.run_sync(change_a_column, workspace)
            with anyio.fail_after(30):
                await done.wait()
        return heard

    messages = anyio.run(run)
    assert {str(message.params.uri) for message in messages} == set(WAITING)


def test_another_database_of_the_connection_is_not_told_of(workspace):
    """The resources show the connection's own."""
    told = []

    async def run():
        changes = Changes(workspace)
        changes.bus.subscribe(told.append)
        whole = workspace.cache().catalog(Call(60))
        difference = diff(replace(whole, tables=()), whole)
        await changes.announce(CatalogChange("Elsewhere", difference))
        assert told == []
        await changes.announce(CatalogChange(whole.database, difference))

    anyio.run(run)
    assert len(told) == 1


def test_who_listens_no_more_is_forgotten(workspace):
    """The addresses of a stream that ended are not worked out again."""

    async def run():
        changes = Changes(workspace)

        async def ended(ctx):
            assert changes._listened["mssql://table/a"] == 1

        ctx = SimpleNamespace(
            method="subscriptions/listen",
            protocol_version="2026-07-28",
            params={"notifications": {"resourceSubscriptions": ["mssql://table/a"]}},
        )
        await changes._remember(ctx, ended)
        return changes._listened

    assert anyio.run(run) == {}
