"""The catalog caches of all connections, each made when it is first asked for."""

from __future__ import annotations

import threading
from contextlib import suppress
from typing import TYPE_CHECKING

from mssql_mcp.errors import ToolError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mssql_mcp.catalog.cache import CatalogCache, CatalogChange
    from mssql_mcp.connection.source import Source
    from mssql_mcp.settings.model import CatalogSettings


class Caches:
    """Catalog caches by connection. Safe from any thread.

    Args:
        settings: How often to look, and whether catalogs are kept between runs.
        is_eager: Whether the first question about a database starts reading all of it in the background.
    """

    def __init__(self, settings: CatalogSettings, *, is_eager: bool) -> None:
        self._settings = settings
        self._is_eager = is_eager
        self._lock = threading.Lock()
        self._caches: dict[str, CatalogCache] = {}
        self._listeners: dict[str, list[Callable[[CatalogChange], None]]] = {}

    def of(self, source: Source) -> CatalogCache:
        """Give the cache of a connection; asks no server by itself."""
        with self._lock:
            if source.name not in self._caches:
                made = self._caches[source.name] = self._new(source)
                for listener in self._listeners.get(source.name, ()):
                    made.listen(listener)
            return self._caches[source.name]

    def is_steady(
        self, source: Source, objects: Sequence[Sequence[str]], database: str | None, judge: Callable[[str], bool]
    ) -> bool:
        """Tell whether objects change with the data alone, as far as the catalog in memory knows; waits for nothing.

        Where nothing is in memory the answer is no, and a server that stays starts reading in the background.

        Args:
            source: The connection.
            objects: Names as the gate gives them.
            database: That the query runs in; None is the connection's own.
            judge: Tells whether a text changes with the data alone.
        """
        from mssql_mcp.catalog.steadiness import is_steady

        cache = self.of(source)
        catalog = cache.peek(database)
        if catalog is None and objects and self._is_eager:
            cache.preload(database)
        return is_steady(objects, catalog, judge)

    def on_change(self, connection: str, listener: Callable[[CatalogChange], None]) -> None:
        """Call a listener when a catalog of the connection was read again and differs; reads nothing by itself."""
        with self._lock:
            self._listeners.setdefault(connection, []).append(listener)
            if connection in self._caches:
                self._caches[connection].listen(listener)

    def close(self) -> None:
        """End whatever is being read in the background."""
        with self._lock:
            caches = list(self._caches.values())
        for cache in caches:
            cache.close()

    def _new(self, source: Source) -> CatalogCache:
        from mssql_mcp.catalog.cache import CatalogCache
        from mssql_mcp.catalog.reader import reader_for
        from mssql_mcp.catalog.snapshot import SnapshotFolder

        snapshots = None
        if self._settings.snapshots and not source.is_demo:
            from platformdirs import user_cache_path

            # Where it leads is not known without a driver: then nothing can be read, and nothing is taken from a file.
            with suppress(ToolError):
                folder = user_cache_path("mssql-mcp") / "snapshots"
                snapshots = SnapshotFolder(folder, source.name, source.identity)
        return CatalogCache(
            reader_for(source),
            check_seconds=self._settings.check_seconds,
            reread_seconds=self._settings.reread_seconds,
            snapshots=snapshots,
            is_eager=self._is_eager,
        )
