"""Catalogs in memory: read once, served at once, read again when the schema changed."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from mssql_mcp.catalog.flight import Progress
from mssql_mcp.catalog.model import Catalog, Table
from mssql_mcp.catalog.names import ObjectName
from mssql_mcp.catalog.snapshot import SnapshotFolder
from mssql_mcp.connection.call import Call
from mssql_mcp.errors import DatabaseConnectionError, ObjectNotFoundError, QueryError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from scripted_reader import Clock, Scripted

    from mssql_mcp.catalog.cache import CatalogCache, CatalogChange


class Restless:
    """The same reader, whose schema changes with each look."""

    def __init__(self, inner: Scripted) -> None:
        self._inner = inner

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def fingerprint(self, call: Call, database: str | None = None) -> str:
        return str(len(self._inner.asked)) + self._inner.fingerprint(call, database)


class Nameless(Restless):
    """The same reader, without fingerprints."""

    def catalog(self, call: Call, database: str | None = None, *, report: Any = None) -> Catalog:
        return replace(self._inner.catalog(call, database, report=report), fingerprint="")

    def fingerprint(self, call: Call, database: str | None = None) -> str:
        return ""


@pytest.fixture
def cache(make_cache: Callable[..., CatalogCache]) -> CatalogCache:
    return make_cache()


def names(catalog: Catalog) -> list[str]:
    return [table.name for table in catalog.tables]


def test_a_database_is_read_once(cache: CatalogCache, reader: Scripted) -> None:
    """The second question and all that follow in time are answered from memory."""
    for _ in range(3):
        assert names(cache.catalog(Call(30))) == ["A"]
    assert cache.table(Call(30), ObjectName("a"))[0].name == "A"
    assert names(cache.overview(Call(30))) == ["A"]
    assert reader.asked == ["catalog"]


def test_many_who_ask_at_once_cause_one_reading(cache: CatalogCache, reader: Scripted) -> None:
    """Eight threads that want the whole get it from one reading."""
    reader.gate.clear()
    found: list[Catalog] = []
    threads = [threading.Thread(target=lambda: found.append(cache.catalog(Call(30)))) for _ in range(8)]
    for thread in threads:
        thread.start()
    reader.gate.set()
    for thread in threads:
        thread.join(30)
    assert len(found) == 8
    assert reader.asked == ["catalog"]


def test_one_table_does_not_wait_for_the_whole(cache: CatalogCache, reader: Scripted) -> None:
    """While the whole is being read, a table and an overview are read for themselves."""
    reader.gate.clear()
    assert cache.table(Call(30), ObjectName("A"))[0].name == "A"
    assert names(cache.overview(Call(30))) == ["A"]
    assert reader.asked == ["table", "overview"]
    reader.gate.set()
    assert cache.catalog(Call(30)).depth == "full"
    assert reader.asked == ["table", "overview", "catalog"]


def test_nothing_is_read_behind_the_back_of_one_question(make_cache: Any, reader: Scripted) -> None:
    """A cache that is not eager (one command, then the end) reads only what is asked."""
    cache = make_cache(is_eager=False)
    cache.table(Call(30), ObjectName("A"))
    cache.overview(Call(30))
    assert reader.asked == ["table", "overview"]
    assert cache.peek() is None


def test_an_unchanged_schema_is_not_read_again(cache: CatalogCache, reader: Scripted, clock: Clock) -> None:
    """After the interval one fingerprint is asked for, however many questions come."""
    cache.catalog(Call(30))
    clock.now += 11
    for _ in range(3):
        cache.catalog(Call(30))
    assert reader.asked == ["catalog", "fingerprint"]


def test_a_changed_schema_is_read_again(cache: CatalogCache, reader: Scripted, clock: Clock) -> None:
    """When the fingerprint differs the new state is given, and listeners hear what changed."""
    told: list[CatalogChange] = []
    cache.catalog(Call(30))
    end = cache.listen(told.append)
    reader.tables.append(Table("dbo", "B"))
    clock.now += 11
    assert names(cache.catalog(Call(30))) == ["A", "B"]
    assert [str(change) for change in told[0].difference.changes] == ["added table dbo.B"]
    assert told[0].difference.has_other_objects
    end()
    reader.tables.append(Table("dbo", "C"))
    clock.now += 11
    assert names(cache.catalog(Call(30))) == ["A", "B", "C"]
    assert len(told) == 1


def test_an_impatient_question_gets_the_old_state_marked(make_cache: Any, reader: Scripted, clock: Clock) -> None:
    """Where the new state takes long, the old one is given and marked; lists and tables are read fresh."""
    cache = make_cache(patience_seconds=0)
    assert not cache.catalog(Call(30)).is_stale
    reader.tables.append(Table("dbo", "B"))
    reader.gate.clear()
    clock.now += 11
    old = cache.catalog(Call(30))
    assert (names(old), old.is_stale) == (["A"], True)
    assert names(cache.overview(Call(30))) == ["A", "B"]
    assert cache.table(Call(30), ObjectName("B"))[0].name == "B"
    reader.gate.set()


def test_a_confirmed_catalog_is_never_old(cache: CatalogCache, reader: Scripted) -> None:
    """However short ago the last look was, and however impatient others are."""
    assert len(cache.confirmed(Call(30)).tables) == 1
    reader.tables.append(Table("dbo", "B"))
    assert len(cache.catalog(Call(30)).tables) == 1
    assert len(cache.confirmed(Call(30)).tables) == 2
    asked = len(reader.asked)
    assert len(cache.confirmed(Call(30)).tables) == 2
    assert reader.asked[asked:] == ["fingerprint"]


def test_a_catalog_that_cannot_be_confirmed_is_an_error(make_cache: Any, reader: Scripted, tmp_path: Path) -> None:
    """What was read before, or in an earlier run, is not good enough."""
    cache = make_cache(snapshots=SnapshotFolder(tmp_path, "main", "sql1"))
    cache.confirmed(Call(30))
    reader.is_down = True
    for kept in (cache, make_cache(snapshots=SnapshotFolder(tmp_path, "main", "sql1"))):
        assert kept.catalog(Call(30)).tables
        with pytest.raises(QueryError) as caught:
            kept.confirmed(Call(30))
        assert caught.value.code == "catalog.unconfirmed"
        assert caught.value.retryable


def test_a_schema_that_never_rests_is_an_error(cache: CatalogCache, reader: Scripted) -> None:
    """It is read some times, and then the question ends."""
    cache.catalog(Call(30))
    cache.reader = Restless(reader)  # type: ignore[assignment]
    with pytest.raises(QueryError) as caught:
        cache.confirmed(Call(30))
    assert caught.value.code == "catalog.unconfirmed"
    assert reader.asked.count("catalog") <= 5


def test_a_server_without_fingerprint_is_read_for_each_confirmation(cache: CatalogCache, reader: Scripted) -> None:
    """There is nothing to compare."""
    cache.reader = Nameless(reader)  # type: ignore[assignment]
    for count in (1, 2, 3):
        assert cache.confirmed(Call(30)).tables
        assert reader.asked.count("catalog") == count


def test_a_table_made_a_moment_ago_is_found(cache: CatalogCache, reader: Scripted) -> None:
    """A name that memory does not know is looked for on the server before it is said not to exist."""
    cache.catalog(Call(30))
    reader.tables.append(Table("dbo", "B"))
    assert cache.table(Call(30), ObjectName("B"))[0].name == "B"
    with pytest.raises(ObjectNotFoundError):
        cache.table(Call(30), ObjectName("Nothing"))


def test_a_server_that_is_down_leaves_memory_stale(cache: CatalogCache, reader: Scripted, clock: Clock) -> None:
    """What is in memory is still given, marked; when the server is back and unchanged the mark goes."""
    cache.catalog(Call(30))
    reader.is_down = True
    clock.now += 11
    assert cache.catalog(Call(30)).is_stale
    assert cache.table(Call(30), ObjectName("A"))[1].is_stale
    assert reader.asked.count("fingerprint") == 1
    reader.is_down = False
    clock.now += 11
    assert not cache.catalog(Call(30)).is_stale


def test_a_first_reading_that_fails_is_an_error(cache: CatalogCache, reader: Scripted) -> None:
    """With nothing in memory the failure is told, and the next question tries again."""
    reader.is_down = True
    with pytest.raises(DatabaseConnectionError):
        cache.catalog(Call(30))
    reader.is_down = False
    assert names(cache.catalog(Call(30))) == ["A"]


def test_row_counts_are_refreshed(cache: CatalogCache, reader: Scripted, clock: Clock) -> None:
    """After their time row counts are read again in the background; nothing else is."""
    cache.catalog(Call(30))
    reader.tables[0] = replace(reader.tables[0], row_count=2)
    clock.now += 101
    cache.catalog(Call(30))
    counting = cache._entry(None).counting
    if counting is not None:
        counting.wait(Call(30))
    assert cache.catalog(Call(30)).tables[0].row_count == 2
    assert reader.asked == ["catalog", "fingerprint", "overview"]


def test_databases_are_kept_apart(cache: CatalogCache, reader: Scripted) -> None:
    """Each database has its own catalog; the connection's own is the same by its name and without."""
    cache.catalog(Call(30))
    assert cache.catalog(Call(30), "SHOP").database == "Shop"
    assert cache.catalog(Call(30), "Other").database == "Other"
    assert cache.table(Call(30), ObjectName("A", "dbo", "other"))[1].database == "Other"
    assert reader.asked == ["catalog", "catalog"]
    assert [database.name for database in cache.databases(Call(30))] == ["Shop"]


def test_a_snapshot_starts_fast(make_cache: Any, reader: Scripted, tmp_path: Path) -> None:
    """What an earlier run saved is served after one fingerprint, and read again where that differs.

    Row counts are read again in the background, which may have begun when the answer comes.
    """
    folder = SnapshotFolder(tmp_path, "shop", "sql1")
    make_cache(snapshots=folder).catalog(Call(30))
    reader.asked.clear()
    later = make_cache(snapshots=folder)
    assert not later.catalog(Call(30)).is_stale
    assert reader.asked[0] == "fingerprint"
    assert "catalog" not in reader.asked
    reader.tables.append(Table("dbo", "B"))
    assert names(make_cache(snapshots=folder).catalog(Call(30))) == ["A", "B"]


def test_a_snapshot_stands_in_for_a_server_that_is_down(make_cache: Any, reader: Scripted, tmp_path: Path) -> None:
    """With the server down the saved state answers every question, marked stale."""
    folder = SnapshotFolder(tmp_path, "shop", "sql1")
    make_cache(snapshots=folder).catalog(Call(30))
    reader.is_down = True
    later = make_cache(snapshots=folder)
    assert later.overview(Call(30)).is_stale
    assert later.table(Call(30), ObjectName("A"))[1].is_stale
    assert later.catalog(Call(30)).is_stale


def test_a_server_without_fingerprint_is_read_by_time(
    cache: CatalogCache, reader: Scripted, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where no fingerprint can be had, the database is read again after the longer interval only."""
    monkeypatch.setattr(reader, "fingerprint", lambda call, database=None: "")
    cache.catalog(Call(30))
    clock.now += 50
    cache.catalog(Call(30))
    assert reader.asked == ["catalog"]
    clock.now += 60
    cache.catalog(Call(30))
    assert reader.asked == ["catalog", "catalog"]


def test_who_waits_is_told_how_far_it_is(cache: CatalogCache, reader: Scripted) -> None:
    """A question that waits for a reading hears which part is being read."""
    told: list[Progress] = []
    reader.gate.clear()

    def tell(progress: Progress) -> None:
        told.append(progress)
        reader.gate.set()

    cache.catalog(Call(30), tell=tell)
    assert told == [Progress(3, 7, "columns")]


def test_who_waits_for_an_index_is_told_too(cache: CatalogCache, reader: Scripted) -> None:
    """The commands wait for one."""
    told: list[Progress] = []
    reader.gate.clear()

    def tell(progress: Progress) -> None:
        told.append(progress)
        reader.gate.set()

    cache.index(Call(30), tell=tell)
    assert told == [Progress(3, 7, "columns")]


def test_forgetting_and_closing(cache: CatalogCache, reader: Scripted) -> None:
    """After forgetting, the database is read anew; closing ends what is under way."""
    cache.preload()
    cache.catalog(Call(30))
    cache.preload()
    cache.forget()
    assert cache.peek() is None
    cache.catalog(Call(30))
    assert reader.asked == ["catalog", "catalog"]
    reader.gate.clear()
    cache.forget()
    cache.preload()
    flight = cache._entry(None).flight
    cache.close()
    assert flight is not None
    assert flight.call.is_cancelled
    reader.gate.set()


def test_the_index_is_worked_out_once(cache: CatalogCache, reader: Scripted, clock: Clock) -> None:
    """The same catalog keeps its index; a changed one gets another."""
    first = cache.index(Call(30))
    assert cache.index(Call(30)) is first
    reader.tables.append(Table("dbo", "B"))
    clock.now += 11
    assert [table.name for table in cache.index(Call(30)).catalog.tables] == ["A", "B"]
