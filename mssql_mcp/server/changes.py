"""Tell clients that the schema changed: on listen streams (2026-07-28), and to sessions of earlier protocols.

Nothing is told that did not happen: the catalog cache compares what it read with what it knew and calls `announce`. As
long as somebody listens, the schema is looked at every so often, by one cheap statement; else only when a call asks.
"""

from __future__ import annotations

import asyncio
import weakref
from collections import Counter
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any

from mcp.server.lowlevel.server import NotificationOptions
from mcp.server.subscriptions import InMemorySubscriptionBus, ResourcesListChanged, ResourceUpdated
from mcp.types import EmptyResult, SubscribeRequestParams, UnsubscribeRequestParams

from mssql_mcp.errors import ToolError
from mssql_mcp.server.addresses import touched
from mssql_mcp.server.bridge import perform

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from mcp.server import MCPServer, ServerRequestContext
    from mcp.server.connection import Connection

    from mssql_mcp.catalog.cache import CatalogChange
    from mssql_mcp.workspace import Workspace

# The shortest time between two looks at the schema on behalf of those who listen.
LEAST_SECONDS = 1.0


class Changes:
    """Who wants to hear of changes, and how they are told.

    Args:
        workspace: Whose default connection the resources show.
    """

    def __init__(self, workspace: Workspace) -> None:
        self.bus = CountingBus()
        self._workspace = workspace
        self._sessions: weakref.WeakSet[Connection] = weakref.WeakSet()
        self._subscribed: dict[str, weakref.WeakSet[Connection]] = {}
        self._listened: Counter[str] = Counter()

    @property
    def is_wanted(self) -> bool:
        """Whether somebody asked to be told."""
        return self.bus.listeners > 0 or any(self._subscribed.values())

    def attach(self, server: MCPServer[Any]) -> None:
        """Serve `resources/subscribe` of the earlier protocols, and say in the handshake that lists may change."""
        low = server._lowlevel_server  # noqa: SLF001 - the high-level server has no way to it
        low.add_request_handler("resources/subscribe", SubscribeRequestParams, self._subscribe)
        low.add_request_handler("resources/unsubscribe", UnsubscribeRequestParams, self._unsubscribe)
        low.middleware.append(self._remember)
        options = NotificationOptions(resources_changed=True)
        low.create_initialization_options = partial(low.create_initialization_options, options)  # type: ignore[method-assign]

    async def watch(self) -> None:
        """Tell of changes until cancelled; looks at the schema by itself while somebody listens."""
        loop = asyncio.get_running_loop()
        tasks: set[asyncio.Task[None]] = set()

        def heard(change: CatalogChange) -> None:
            def start() -> None:
                task = loop.create_task(self.announce(change))
                tasks.add(task)
                task.add_done_callback(tasks.discard)

            loop.call_soon_threadsafe(start)

        with suppress(ToolError):  # without any connection there is nothing to watch
            self._workspace.on_change(heard)
        while True:
            await asyncio.sleep(max(LEAST_SECONDS, self._workspace.settings.catalog.check_seconds))
            if self.is_wanted:
                await self._look()

    async def announce(self, change: CatalogChange) -> None:
        """Tell everybody who listens which resources are not what they were.

        That lists changed is told only where objects came or went: the tables that can be read by address are others.
        """
        workspace = self._workspace
        catalog = workspace.cache().peek() if workspace.registry.names else None
        if catalog is not None and catalog.database.casefold() != change.database.casefold():
            return  # the resources show the connection's own database
        uris = touched([*self._subscribed, *self._listened], change.difference, catalog)
        if change.difference.has_other_objects:
            await self.bus.publish(ResourcesListChanged())
            for session in list(self._sessions):
                await _told(session.send_resource_list_changed())
        for uri in uris:
            await self.bus.publish(ResourceUpdated(uri=uri))
            for session in list(self._subscribed.get(uri, ())):
                await _told(session.send_resource_updated(uri))

    async def _look(self) -> None:
        """Ask the server whether the schema changed; one that is down is asked again next time."""
        workspace = self._workspace
        with suppress(ToolError):
            await perform(
                workspace.workers,
                workspace.lane(),
                workspace.limits().timeout_seconds,
                workspace.catalog,
            )

    async def _remember(self, ctx: ServerRequestContext[Any, Any], call_next: Callable[[Any], Awaitable[Any]]) -> Any:
        if ctx.protocol_version < "2026":  # later ones are told on their listen streams alone
            self._sessions.add(connection_of(ctx))
        if ctx.method != "subscriptions/listen":
            return await call_next(ctx)
        # The SDK's stream lets through what bears the very address that was asked for, so those must be known here.
        uris = _asked_for(ctx.params)
        self._listened.update(uris)
        try:
            return await call_next(ctx)
        finally:
            self._listened.subtract(uris)
            self._listened += Counter()  # drops what nobody waits for any more

    async def _subscribe(self, ctx: ServerRequestContext[Any, Any], params: SubscribeRequestParams) -> EmptyResult:
        self._subscribed.setdefault(str(params.uri), weakref.WeakSet()).add(connection_of(ctx))
        return EmptyResult()

    async def _unsubscribe(self, ctx: ServerRequestContext[Any, Any], params: UnsubscribeRequestParams) -> EmptyResult:
        self._subscribed.get(str(params.uri), weakref.WeakSet()).discard(connection_of(ctx))
        return EmptyResult()


class CountingBus(InMemorySubscriptionBus):
    """The SDK's bus, which also knows how many listen.

    Attributes:
        listeners: Open listen streams.
    """

    def __init__(self) -> None:
        super().__init__()
        self.listeners = 0

    def subscribe(self, listener: Callable[[Any], None]) -> Callable[[], None]:
        """Register a listener; what is returned ends it, once."""
        end = super().subscribe(listener)
        self.listeners += 1
        open_streams = [end]

        def unsubscribe() -> None:
            while open_streams:
                open_streams.pop()()
                self.listeners -= 1

        return unsubscribe


def connection_of(ctx: ServerRequestContext[Any, Any]) -> Connection:
    """Give the client's connection, which lives longer than the session object of one request."""
    connection: Connection = ctx.session._connection  # noqa: SLF001 - the SDK has no public name for it
    return connection


def _asked_for(params: Mapping[str, Any] | None) -> list[str]:
    """Give the addresses in the parameters of `subscriptions/listen`; whether they are well-formed the SDK checks."""
    asked = (params or {}).get("notifications")
    uris = asked.get("resourceSubscriptions") if isinstance(asked, dict) else None
    return [uri for uri in uris if isinstance(uri, str)] if isinstance(uris, list) else []


async def _told(sending: Awaitable[None]) -> None:
    """Send to a session that may be gone."""
    with suppress(Exception):
        await sending
