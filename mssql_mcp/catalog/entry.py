"""What a cache keeps of one database."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mssql_mcp.catalog.flight import Flight
    from mssql_mcp.catalog.index import CatalogIndex
    from mssql_mcp.catalog.model import Catalog

NEVER = float("-inf")


@dataclass(slots=True)
class Entry:
    """One database in memory; times are those of the cache's clock.

    Attributes:
        catalog: None where it has not been read.
        loads: How often it was read.
        loaded_at: When it was read whole, or tried to be.
        checked_at: When its fingerprint was last looked at; `NEVER` where the next question must look.
        check_took: Seconds that the look took.
        counted_at: When its row counts were read.
        flight: The reading that is under way.
        is_refresh: Whether that reading only makes sure: nothing says that the schema changed.
        counting: The reading of row counts that is under way.
        looking: The look at the fingerprint that is under way in the background.
        index: What is worked out from the catalog.
        is_warmed: Whether a snapshot was looked for.
    """

    catalog: Catalog | None = None
    loads: int = 0
    loaded_at: float = NEVER
    checked_at: float = NEVER
    check_took: float = 0.0
    counted_at: float = NEVER
    flight: Flight | None = None
    is_refresh: bool = False
    counting: Flight | None = None
    looking: Flight | None = None
    index: CatalogIndex | None = None
    is_warmed: bool = False
    lock: threading.Lock = field(default_factory=threading.Lock)

    def exchange(self, old: Catalog, new: Catalog) -> None:
        """Put a new value in the place of an old one, unless the database was read anew meanwhile."""
        with self.lock:
            if self.catalog is old:
                self.catalog = new
