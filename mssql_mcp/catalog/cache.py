"""Keep the catalogs of one connection in memory: read once, served at once, read again when the schema changed.

A database is read whole in the background, by one thread however many ask. Until that is done a single table or an
overview is read for itself, so nobody waits for ten thousand tables to see one. On access, at most every so often, a
fingerprint is compared; when it differs, the database is read again. What could not be confirmed is marked stale.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from mssql_mcp.catalog.diff import CatalogDiff, diff
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
LOAD_SECONDS = 600.0  # for reading a whole database
CONFIRM_TRIES = 3  # readings of a schema that changes while it is read
NEVER = float("-inf")
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


@dataclass(slots=True)
class _Entry:
    """What is kept of one database."""

    catalog: Catalog | None = None
    loads: int = 0
    checked_at: float = NEVER
    counted_at: float = NEVER
    flight: Flight | None = None
    counting: Flight | None = None
    index: CatalogIndex | None = None
    is_warmed: bool = False
    lock: threading.Lock = field(default_factory=threading.Lock)


class CatalogCache:
    """The catalogs of one connection.

    Args:
        reader: Reads them.
        clock: Monotonic seconds; passed in so that tests need no waiting.
        check_seconds: Between two looks at the fingerprint.
        count_seconds: After which row counts are read again.
        load_seconds: For reading a whole database in the background.
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
        load_seconds: float = LOAD_SECONDS,
        patience_seconds: float = PATIENCE_SECONDS,
        snapshots: SnapshotFolder | None = None,
        is_eager: bool = True,
    ) -> None:
        self.reader = reader
        self._clock = clock
        self._check_seconds = check_seconds
        self._count_seconds = count_seconds
        self._load_seconds = load_seconds
        self._patience_seconds = patience_seconds
        self._snapshots = snapshots
        self._is_eager = is_eager
        self._entries: dict[str, _Entry] = {}
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

    def index(self, call: Call, database: str | None = None) -> CatalogIndex:
        """Give the whole catalog with its guesses, search index and graph of joins, which are worked out once.

        Raises:
            ToolError: It cannot be read, and no snapshot of it is kept.
        """
        catalog = self.catalog(call, database)
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
            for flight in (entry.flight, entry.counting):
                if flight is not None:
                    flight.cancel()

    def _entry(self, database: str | None) -> _Entry:
        key = (database or "").casefold()
        with self._lock:
            return self._entries.setdefault(self._aliases.get(key, key), _Entry())

    def _warm_entry(self, database: str | None) -> _Entry:
        """Give the entry, filled at its first use with what an earlier run saved; the first look confirms it or not."""
        entry = self._entry(database)
        if entry.catalog is None and not entry.is_warmed and self._snapshots is not None:
            with entry.lock:
                if not entry.is_warmed:
                    saved = self._snapshots.load(database)
                    if saved is not None and entry.catalog is None:
                        entry.catalog = replace(saved, is_stale=True)
                    entry.is_warmed = True
        return entry

    def _is_changed(self, entry: _Entry, call: Call, database: str | None, *, at_once: bool = False) -> bool:
        """Look at the fingerprint where it is time to; a server that cannot be asked makes the catalog stale."""
        catalog = entry.catalog
        if catalog is None or entry.flight is not None:
            return True
        if not at_once and self._clock() - entry.checked_at < self._check_seconds:
            return False
        try:
            fingerprint = self.reader.fingerprint(call, database)
        except ToolError:
            call.check()
            entry.checked_at = self._clock()
            _exchange(entry, catalog, replace(catalog, is_stale=True))
            return False
        entry.checked_at = self._clock()
        if not fingerprint:
            # A server that gives none is read again by time alone.
            return self._clock() - entry.counted_at >= self._count_seconds
        if fingerprint != catalog.fingerprint:
            entry.checked_at = NEVER  # whoever asks next must see it too, whether or not it is read again meanwhile
            return True
        if catalog.is_stale:
            _exchange(entry, catalog, replace(catalog, is_stale=False))
        if self._clock() - entry.counted_at >= self._count_seconds:
            self._start_counting(entry, database)
        return False

    def _start_if_eager(self, entry: _Entry, database: str | None, loads: int) -> None:
        if self._is_eager:
            self._start(entry, database, loads)

    def _start(self, entry: _Entry, database: str | None, loads: int) -> Flight | None:
        """Start reading a database, or join those who wait for it already.

        Args:
            entry: Of the database.
            database: Which.
            loads: How often it had been read when the caller looked; where that has changed, it need not be read.

        Returns:
            What to wait for; None where the database was read meanwhile.
        """
        with entry.lock:
            flight = entry.flight
            if flight is None and entry.loads != loads:
                return None
            if flight is None:
                flight = entry.flight = Flight(Call(self._load_seconds))
                if self._is_closed:
                    flight.cancel()
                background(flight, lambda started: self._load(entry, started, database), "mssql-mcp catalog")
            return flight

    def _load(self, entry: _Entry, flight: Flight, database: str | None) -> None:
        try:
            catalog = self.reader.catalog(flight.call, database, report=flight.report)
        except BaseException as error:
            with entry.lock:
                entry.flight, entry.checked_at = None, self._clock()
                if entry.catalog is not None and isinstance(error, ToolError):
                    entry.catalog = replace(entry.catalog, is_stale=True)
            raise
        with entry.lock:
            before, entry.catalog = entry.catalog, catalog
            entry.loads += 1
            entry.checked_at = entry.counted_at = self._clock()
            entry.flight = None
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

    def _start_counting(self, entry: _Entry, database: str | None) -> None:
        with entry.lock:
            if entry.counting is not None:
                return
            flight = entry.counting = Flight(Call(self._load_seconds))
            background(flight, lambda started: self._count(entry, started, database), "mssql-mcp row counts")

    def _count(self, entry: _Entry, flight: Flight, database: str | None) -> None:
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
                _exchange(entry, catalog, replace(catalog, tables=tuple(tables)))
        finally:
            entry.counted_at = self._clock()
            with entry.lock:
                entry.counting = None


def _exchange(entry: _Entry, old: Catalog, new: Catalog) -> None:
    """Put a new value in the place of an old one, unless the database was read anew meanwhile."""
    with entry.lock:
        if entry.catalog is old:
            entry.catalog = new
