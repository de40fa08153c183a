"""What is worked out once from a catalog and used by many questions: guesses, the search index, the graph of joins."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from mssql_mcp.catalog.budget import DEFAULT_BUDGET
from mssql_mcp.catalog.hints import Hints, find_hints
from mssql_mcp.catalog.joins import JoinGraph
from mssql_mcp.catalog.listing import TABLES
from mssql_mcp.catalog.map import map_text
from mssql_mcp.catalog.search import SearchIndex, SearchResult

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mssql_mcp.catalog.joins import JoinPath
    from mssql_mcp.catalog.model import Catalog, Kind

MAPS_KEPT = 16


class CatalogIndex:
    """A catalog with its derived structures, each made when first needed and kept; safe for several threads.

    Args:
        catalog: Whose.
    """

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog
        self._lock = threading.RLock()
        self._hints: Hints | None = None
        self._search: SearchIndex | None = None
        self._graph: JoinGraph | None = None
        self._maps: dict[tuple[object, ...], str] = {}

    def for_catalog(self, catalog: Catalog) -> CatalogIndex:
        """Give an index for another value of the catalog; what was worked out stays where the objects are the same."""
        if catalog is self.catalog:
            return self
        index = CatalogIndex(catalog)
        if catalog.tables is self.catalog.tables and catalog.routines is self.catalog.routines:
            with self._lock:
                index._hints, index._search, index._graph = self._hints, self._search, self._graph
        return index

    @property
    def hints(self) -> Hints:
        """Guessed links, copies, code tables and junctions."""
        with self._lock:
            if self._hints is None:
                self._hints = find_hints(self.catalog)
            return self._hints

    @property
    def graph(self) -> JoinGraph:
        """What joins what."""
        with self._lock:
            if self._graph is None:
                self._graph = JoinGraph(self.catalog, self.hints)
            return self._graph

    def search(
        self, query: str, *, kinds: Sequence[Kind] = (), schema: str | None = None, limit: int = 20
    ) -> SearchResult:
        """Find objects by words; see `SearchIndex.search`."""
        with self._lock:
            if self._search is None:
                self._search = SearchIndex(self.catalog)
            index = self._search
        return index.search(query, kinds=kinds, schema=schema, limit=limit)

    def join_paths(self, tables: Sequence[str], *, max_paths: int = 3) -> list[JoinPath]:
        """Find the best ways to join tables; see `JoinGraph.paths`."""
        return self.graph.paths(tables, max_paths=max_paths)

    def map(
        self,
        *,
        schema: str | None = None,
        pattern: str | None = None,
        kinds: Sequence[Kind] = TABLES,
        limit: int | None = None,
        offset: int = 0,
        budget: int = DEFAULT_BUDGET,
    ) -> str:
        """Write the map, or give it again as it was written; see `map_text`."""
        asked = (schema, pattern, tuple(kinds), limit, offset, budget)
        with self._lock:
            text = self._maps.pop(asked, None)
        if text is None:
            text = map_text(
                self.catalog,
                self.hints,
                schema=schema,
                pattern=pattern,
                kinds=kinds,
                limit=limit,
                offset=offset,
                budget=budget,
            )
        with self._lock:
            self._maps[asked] = text  # the last one used stands last
            while len(self._maps) > MAPS_KEPT:
                del self._maps[next(iter(self._maps))]
        return text
