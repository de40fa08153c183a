"""Keep the catalogs of one connection in memory: read once, served at once, read again when the schema changed.

A database is read whole in the background, by one thread however many ask. Until that is done a single table or an
overview is read for itself, so nobody waits for ten thousand tables to see one. On access, at most every so often, a
fingerprint is compared; when it differs, the database is read again. Where that comparison is slow it is made in the
background. What could not be confirmed is marked stale. Since no fingerprint sees everything, the whole is read again
now and then, in the background too.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from mssql_mcp.catalog.diff import CatalogDiff, diff
from mssql_mcp.catalog.entry import NEVER, Entry
from mssql_mcp.catalog.flight import Flight, background
from mssql_mcp.catalog.index import CatalogIndex
from mssql_mcp.catalog.names import resolve_table
from mssql_mcp.connection.call import Call
from mssql_mcp.errors import ObjectNotFoundError, QueryError, ToolError

if TYPE_CHECKING:
    from collections.abc import Callable

    from mssql_mcp.catalog.flight import Progress
    from mssql_mcp.catalog.model import Catalog, Database, Table
    from mssql_mcp.catalog.names import ObjectName
    from mssql_mcp.catalog.reader import Reader
    from mssql_mcp.catalog.snapshot import SnapshotFolder

CHECK_SECONDS = 30.0  # between two looks at the fingerprint
COUNT_SECONDS = 600.0  # after which row counts are read again, in the background
REREAD_SECONDS = 1800.0  # after which everything is read again, in the background, whatever the fingerprint says
LOAD_SECONDS = 600.0  # for reading a whole database
SLOW_SECONDS = 0.1  # a look at the fingerprint that took longer is not waited for ...
YOUNG_CHECKS = 4.0  # ... unless the last one is longer ago than so many times the interval between two
CONFIRM_TRIES = 3  # readings of a schema that changes while it is read
PATIENCE_SECONDS = 3.0  # how long a question that needs the whole waits for a new state before it takes the old one


@dataclass(frozen=True, slots=True)
class CatalogChange:
    """What listeners are told: the catalog of a database was read again and differs.

    Attributes:
        database: Name of the database.
        difference: What came, went and changed.
    """

    database: str
    difference: CatalogDiff


class CatalogCache:
    """The catalogs of one connection.

    Args:
        reader: Reads them.
        clock: Monotonic seconds; passed in so that tests need no waiting.
        check_seconds: Between two looks at the fingerprint.
        count_seconds: After which row counts are read again.
        reread_seconds: After which everything is read again, though the fingerprint is the same; 0 for never.
        patience_seconds: For a question that needs the whole, when the schema has just changed.
        snapshots: Where catalogs are kept between runs; None keeps none.
        is_eager: Whether a first question of any kind starts reading the whole in the background.
    """

    def __init__(
        self,
        reader: Reader,
        *,
        clock: Callable[[], float] = time.monotonic,
        check_seconds: float = CHECK_SECONDS,
        count_seconds: float = COUNT_SECONDS,
        reread_seconds: float = REREAD_SECONDS,
        patience_seconds: float = PATIENCE_SECONDS,
        snapshots: SnapshotFolder | None = None,
        is_eager: bool = True,
    ) -> None:
        self.reader = reader
        self._clock = clock
        self._check_seconds = check_seconds
        self._count_seconds = count_seconds
        self._reread_seconds = reread_seconds or float("inf")
        self._patience_seconds = patience_seconds
        self._snapshots = snapshots
        self._is_eager = is_eager
        self._entries: dict[str, Entry] = {}
        self._aliases: dict[str, str] = {}
        self._listeners: list[Callable[[CatalogChange], None]] = []
        self._lock = threading.Lock()
        self._is_closed = False

    def databases(self, call: Call) -> tuple[Database, ...]:
        """Give the databases of the connection; asked anew each time, it is one statement or two."""
        return self.reader.databases(call)

    def peek(self, database: str | None = None) -> Catalog | None:
        """Give what is in memory, however old; asks nobody."""
        return self._entry(database).catalog

    def catalog(
        self, call: Call, database: str | None = None, *, tell: Callable[[Progress], None] | None = None
    ) -> Catalog:
        """Give the whole catalog, waiting for it where it has not been read yet.

        Args:
            call: Deadline and cancellation of the question; the reading has its own.
            database: Which; None for the connection's own.
            tell: Is told how far a reading is that is waited for.

        Raises:
            ToolError: It cannot be read, and no snapshot of it is kept.
        """
        entry = self._warm_entry(database)
        loads, catalog = entry.loads, entry.catalog
        if catalog is None:
            if flight := self._start(entry, database, loads):
                flight.wait(call, tell)
        elif self._is_changed(entry, call, database) and (flight := self._start(entry, database, loads)):
            is_done = flight.wait_at_most(min(self._patience_seconds, call.remaining()), call)
            if not is_done:
                return replace(catalog, is_stale=True)
        if entry.catalog is None:  # forgotten in this very moment
            return self.catalog(call, database, tell=tell)
        return entry.catalog

    def confirmed(self, call: Call, database: str | None = None) -> Catalog:
        """Give the whole catalog as the server has it now: the fingerprint is compared at this very question.

        Raises:
            ToolError: It cannot be read; `catalog.unconfirmed` where the server cannot say whether it is still true.
        """
        entry = self._warm_entry(database)
        for _ in range(CONFIRM_TRIES):
            loads, catalog = entry.loads, entry.catalog
            if (
                catalog is not None
                and catalog.fingerprint
                and not self._is_changed(entry, call, database, at_once=True)
            ):
                if entry.catalog is not None and not entry.catalog.is_stale:
                    return entry.catalog
                break
            if flight := self._start(entry, database, loads):
                flight.wait(call)
            if entry.catalog is not None and not entry.catalog.fingerprint and not entry.catalog.is_stale:
                return entry.catalog  # read for this question: there is nothing to compare
        raise QueryError(
            "The server does not confirm that the schema is still as it was read.",
            code="catalog.unconfirmed",
            hint="Column masks need to know the tables as they are. Ask again in a moment.",
            retryable=True,
        )

    def index(
        self, call: Call, database: str | None = None, *, tell: Callable[[Progress], None] | None = None
    ) -> CatalogIndex:
        """Give the whole catalog with its guesses, search index and graph of joins, which are worked out once.

        Args:
            call: As for `catalog`.
            database: Likewise.
            tell: Likewise.

        Raises:
            ToolError: It cannot be read, and no snapshot of it is kept.
        """
        catalog = self.catalog(call, database, tell=tell)
        entry = self._entry(database)
        with entry.lock:
            entry.index = entry.index.for_catalog(catalog) if entry.index else CatalogIndex(catalog)
            return entry.index

    def overview(self, call: Call, database: str | None = None) -> Catalog:
        """Give at least names, kinds, row counts and comments: from memory, else read for itself."""
        entry = self._warm_entry(database)
        loads = entry.loads
        if entry.catalog is not None and not self._is_changed(entry, call, database):
            return entry.catalog
        self._start_if_eager(entry, database, loads)
        return self.reader.overview(call, database)

    def table(self, call: Call, name: ObjectName, database: str | None = None) -> tuple[Table, Catalog]:
        """Give one table or view: from memory, else read for itself; with the catalog that says what is missing.

        Raises:
            ObjectNotFoundError: `catalog.not_found` or `catalog.ambiguous`.
        """
        place = name.database or database
        entry = self._warm_entry(place)
        loads = entry.loads
        if entry.catalog is not None and not self._is_changed(entry, call, place):
            try:
                return resolve_table(entry.catalog, name), entry.catalog
            except ObjectNotFoundError:
                # It may have been made a moment ago: the server has the last word.
                if entry.catalog.is_stale or not self._is_changed(entry, call, place, at_once=True):
                    raise
        self._start_if_eager(entry, place, loads)
        return self.reader.table(call, name, place)

    def preload(self, database: str | None = None) -> None:
        """Start reading a database in the background, where it has not been read yet."""
        entry = self._entry(database)
        loads = entry.loads
        if entry.catalog is None:
            self._start(entry, database, loads)

    def forget(self, database: str | None = None) -> None:
        """Read a database anew at the next question."""
        entry = self._entry(database)
        entry.catalog, entry.is_warmed = None, True

    def listen(self, listener: Callable[[CatalogChange], None]) -> Callable[[], None]:
        """Call a listener, in the thread that read it, when a catalog was read again and differs.

        Returns:
            A function that ends it.
        """
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def close(self) -> None:
        """End whatever is being read in the background."""
        with self._lock:
            self._is_closed = True
            entries = list(self._entries.values())
        for entry in entries:
            for flight in (entry.flight, entry.counting, entry.looking):
                if flight is not None:
                    flight.cancel()

    def _entry(self, database: str | None) -> Entry:
        key = (database or "").casefold()
        with self._lock:
            return self._entries.setdefault(self._aliases.get(key, key), Entry())

    def _warm_entry(self, database: str | None) -> Entry:
        """Give the entry, filled at its first use with what an earlier run saved; the first look confirms it or not."""
        entry = self._entry(database)
        if entry.catalog is None and not entry.is_warmed and self._snapshots is not None:
            with entry.lock:
                if not entry.is_warmed:
                    saved = self._snapshots.load(database)
                    if saved is not None and entry.catalog is None:
                        entry.catalog, entry.loaded_at = replace(saved, is_stale=True), self._clock()
                    entry.is_warmed = True
        return entry

    def _is_changed(self, entry: Entry, call: Call, database: str | None, *, at_once: bool = False) -> bool:
        """Tell whether a database must be read (again), looking at the fingerprint where it is time to.

        Args:
            entry: Of the database.
            call: Of the question.
            database: Which.
            at_once: Whether to look now and wait for it, however slow it is and however lately somebody looked.
        """
        if entry.catalog is None or (entry.flight is not None and not entry.is_refresh):
            return True
        age = self._clock() - entry.checked_at
        if not at_once and age < self._check_seconds:
            return False
        if not at_once and entry.check_took > SLOW_SECONDS and age < self._check_seconds * YOUNG_CHECKS:
            self._start_looking(entry, database)
            return False
        return self._look(entry, entry.catalog, call, database)

    def _look(self, entry: Entry, catalog: Catalog, call: Call, database: str | None) -> bool:
        """Compare the fingerprint; a server that cannot be asked makes the catalog stale."""
        began = self._clock()
        try:
            fingerprint = self.reader.fingerprint(call, database)
        except ToolError:
            call.check()
            entry.checked_at, entry.check_took = self._clock(), self._clock() - began
            entry.exchange(catalog, replace(catalog, is_stale=True))
            return False
        entry.checked_at, entry.check_took = self._clock(), self._clock() - began
        if not fingerprint:
            # A server that gives none is read again by time alone.
            return self._clock() - entry.counted_at >= self._count_seconds
        if fingerprint != catalog.fingerprint:
            # Whoever asks next must see it too, whether or not it is read again meanwhile.
            entry.checked_at, entry.is_refresh = NEVER, False
            return True
        if catalog.is_stale:
            entry.exchange(catalog, replace(catalog, is_stale=False))
        if self._clock() - entry.loaded_at >= self._reread_seconds:
            self._start(entry, database, entry.loads, is_refresh=True)
        elif self._clock() - entry.counted_at >= self._count_seconds:
            self._start_counting(entry, database)
        return False

    def _start_looking(self, entry: Entry, database: str | None) -> None:
        """Look at the fingerprint in the background, and read the database where it differs."""
        with entry.lock:
            if entry.looking is not None:
                return
            flight = entry.looking = Flight(Call(LOAD_SECONDS))
            if self._is_closed:
                flight.cancel()
            background(flight, lambda started: self._looked(entry, started, database), "mssql-mcp fingerprint")

    def _looked(self, entry: Entry, flight: Flight, database: str | None) -> None:
        try:
            loads, catalog = entry.loads, entry.catalog
            if catalog is not None and self._look(entry, catalog, flight.call, database):
                self._start(entry, database, loads)
        finally:
            with entry.lock:
                entry.looking = None

    def _start_if_eager(self, entry: Entry, database: str | None, loads: int) -> None:
        if self._is_eager:
            self._start(entry, database, loads)

    def _start(self, entry: Entry, database: str | None, loads: int, *, is_refresh: bool = False) -> Flight | None:
        """Start reading a database, or join those who wait for it already.

        Args:
            entry: Of the database.
            database: Which.
            loads: How often it had been read when the caller looked; where that has changed, it need not be read.
            is_refresh: Whether what is in memory serves on until it is read.

        Returns:
            What to wait for; None where the database was read meanwhile.
        """
        with entry.lock:
            flight = entry.flight
            if flight is None and entry.loads != loads:
                return None
            if flight is None:
                flight = entry.flight = Flight(Call(LOAD_SECONDS))
                entry.is_refresh = is_refresh
                if self._is_closed:
                    flight.cancel()
                background(flight, lambda started: self._load(entry, started, database), "mssql-mcp catalog")
            return flight

    def _load(self, entry: Entry, flight: Flight, database: str | None) -> None:
        try:
            catalog = self.reader.catalog(flight.call, database, report=flight.report)
        except BaseException as error:
            with entry.lock:
                entry.flight, entry.is_refresh = None, False
                entry.checked_at = entry.loaded_at = self._clock()
                if entry.catalog is not None and isinstance(error, ToolError):
                    entry.catalog = replace(entry.catalog, is_stale=True)
            raise
        with entry.lock:
            before, entry.catalog = entry.catalog, catalog
            entry.loads += 1
            entry.checked_at = entry.counted_at = entry.loaded_at = self._clock()
            entry.flight, entry.is_refresh = None, False
        self._tell(before, catalog, database)

    def _tell(self, before: Catalog | None, catalog: Catalog, database: str | None) -> None:
        """Do what a new state brings with it, before those who wait go on."""
        with self._lock:
            if database is None:
                self._aliases[catalog.database.casefold()] = ""
        if self._snapshots is not None:
            self._snapshots.save(catalog, database)
        if before is not None and (difference := diff(before, catalog)):
            for listener in list(self._listeners):
                listener(CatalogChange(catalog.database, difference))

    def _start_counting(self, entry: Entry, database: str | None) -> None:
        with entry.lock:
            if entry.counting is not None:
                return
            flight = entry.counting = Flight(Call(LOAD_SECONDS))
            background(flight, lambda started: self._count(entry, started, database), "mssql-mcp row counts")

    def _count(self, entry: Entry, flight: Flight, database: str | None) -> None:
        try:
            overview = self.reader.overview(flight.call, database)
        except ToolError as error:
            flight.error = error
        else:
            counts = {(table.schema, table.name): table.row_count for table in overview.tables}
            if (catalog := entry.catalog) is not None:
                tables = (
                    replace(table, row_count=counts.get((table.schema, table.name), table.row_count))
                    for table in catalog.tables
                )
                entry.exchange(catalog, replace(catalog, tables=tuple(tables)))
        finally:
            entry.counted_at = self._clock()
            with entry.lock:
                entry.counting = None
