"""When a cache looks at the schema again: slow looks, and readings that only make sure."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from scripted_reader import Clock, Scripted

from mssql_mcp.catalog.model import Catalog, Column, Table
from mssql_mcp.catalog.names import ObjectName
from mssql_mcp.connection.call import Call

if TYPE_CHECKING:
    from mssql_mcp.catalog.cache import CatalogCache, CatalogChange


def names(catalog: Catalog) -> list[str]:
    return [table.name for table in catalog.tables]


class Slow(Scripted):
    """A reader whose fingerprint takes half a second of the clock, and can be held up."""

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self._clock = clock
        self.looking = threading.Event()
        self.looking.set()

    def fingerprint(self, call: Call, database: str | None = None) -> str:
        assert self.looking.wait(30)
        self._clock.now += 0.5
        return super().fingerprint(call, database)


def settled(cache: CatalogCache) -> None:
    """Wait for whatever is under way in the background."""
    entry = cache._entry(None)
    for name in ("looking", "counting", "flight"):
        if (flight := getattr(entry, name)) is not None:
            flight.wait(Call(30))


def test_a_slow_look_is_not_waited_for(make_cache: Any, clock: Clock) -> None:
    """Once it is known to be slow it is made in the background, one at a time, and a change is read there too."""
    reader = Slow(clock)
    cache = make_cache()
    cache.reader = reader
    cache.catalog(Call(30))
    clock.now += 11
    cache.catalog(Call(30))
    assert reader.asked == ["catalog", "fingerprint"]
    clock.now += 11
    reader.looking.clear()
    reader.tables.append(Table("dbo", "B"))
    for _ in range(3):
        assert names(cache.catalog(Call(30))) == ["A"]
        assert cache.table(Call(30), ObjectName("A"))[0].name == "A"
    reader.looking.set()
    settled(cache)
    settled(cache)
    assert reader.asked == ["catalog", "fingerprint", "fingerprint", "catalog"]
    assert names(cache.catalog(Call(30))) == ["A", "B"]


def test_a_slow_look_is_waited_for_after_a_long_pause(make_cache: Any, clock: Clock) -> None:
    """What nobody looked at for long is not given as it was."""
    reader = Slow(clock)
    cache = make_cache()
    cache.reader = reader
    cache.catalog(Call(30))
    clock.now += 11
    cache.catalog(Call(30))
    reader.tables.append(Table("dbo", "B"))
    clock.now += 41
    assert names(cache.catalog(Call(30))) == ["A", "B"]


def test_a_slow_look_is_waited_for_where_it_must_be_sure(make_cache: Any, clock: Clock) -> None:
    """Masks are held against the schema as it is now, however slow the look, and whatever is under way."""
    reader = Slow(clock)
    cache = make_cache(reread_seconds=20)
    cache.reader = reader
    cache.catalog(Call(30))
    for _ in range(3):
        clock.now += 11
        reader.tables.append(Table("dbo", "B"))
        assert len(cache.confirmed(Call(30)).tables) == len(reader.tables)
    settled(cache)


def test_all_is_read_again_now_and_then(make_cache: Any, reader: Scripted, clock: Clock) -> None:
    """What the fingerprint does not see is seen then; until it is read, what is in memory serves on, unmarked."""
    cache = make_cache(reread_seconds=200)
    heard: list[CatalogChange] = []
    cache.listen(heard.append)
    cache.catalog(Call(30))
    reader.tables[0] = Table("dbo", "A", columns=(Column("Id", "bigint"),), row_count=1)
    clock.now += 199
    cache.catalog(Call(30))
    settled(cache)
    assert cache.catalog(Call(30)).tables[0].columns[0].type == "int"
    clock.now += 11
    reader.gate.clear()
    for _ in range(2):
        served = cache.catalog(Call(30))
        assert (served.tables[0].columns[0].type, served.is_stale) == ("int", False)
        assert cache.table(Call(30), ObjectName("A"))[0].columns[0].type == "int"
    reader.gate.set()
    settled(cache)
    assert cache.catalog(Call(30)).tables[0].columns[0].type == "bigint"
    assert [str(change) for each in heard for change in each.difference.changes] == [
        "changed column dbo.A.Id: int null => bigint null"
    ]
    assert reader.asked.count("catalog") == 2


def test_a_schema_need_never_be_read_again(make_cache: Any, reader: Scripted, clock: Clock) -> None:
    """0 seconds is never."""
    cache = make_cache(reread_seconds=0)
    cache.catalog(Call(30))
    clock.now += 10**6
    cache.catalog(Call(30))
    settled(cache)
    assert reader.asked.count("catalog") == 1
