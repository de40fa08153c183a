"""One cache a connection, and listeners hear of it whenever they came."""

from dataclasses import replace

from pydantic import SecretStr

from mssql_mcp.catalog.caches import Caches
from mssql_mcp.catalog.model import Catalog
from mssql_mcp.connection.call import Call
from mssql_mcp.connection.demo import DemoSource
from mssql_mcp.connection.drivers import InstalledDrivers
from mssql_mcp.connection.sqlserver import SqlServerSource
from mssql_mcp.settings import ConnectionSettings
from mssql_mcp.settings.model import CatalogSettings


def demo(name):
    return DemoSource(name, ConnectionSettings(demo=True))


def changed(cache):
    """Let the cache meet a schema that differs from what it knew."""
    whole = cache.catalog(Call(60))
    cache._tell(whole, replace(whole, tables=whole.tables[1:]), None)


def test_a_connection_has_one_cache():
    """The same one each time, another one for another connection."""
    caches = Caches(CatalogSettings(), is_eager=False)
    first = caches.of(demo("a"))
    assert caches.of(demo("a")) is first
    assert caches.of(demo("b")) is not first
    caches.close()


def test_listeners_hear_changes_of_their_connection_only():
    """Those who came before the cache was made, and those who came after."""
    caches, heard = Caches(CatalogSettings(), is_eager=False), []
    caches.on_change("a", lambda change: heard.append(("early", change.database)))
    cache = caches.of(demo("a"))
    caches.on_change("a", lambda change: heard.append(("late", change.database)))
    changed(cache)
    changed(caches.of(demo("b")))
    assert heard == [("early", "Lanternworks"), ("late", "Lanternworks")]
    caches.close()


def test_a_connection_that_leads_elsewhere_finds_no_snapshot(tmp_path, monkeypatch):
    """The same name on another server, with that server down, is an error rather than the old one's tables."""
    monkeypatch.setattr("platformdirs.user_cache_path", lambda _: tmp_path)

    def source(server):
        settings = ConnectionSettings(server=server, username="reader", password=SecretStr("x"))
        installed = InstalledDrivers("", "5.3.0", ("ODBC Driver 18 for SQL Server",), mssql_python=False)
        return SqlServerSource("live", settings, installed=lambda: installed)

    caches = Caches(CatalogSettings(snapshots=True), is_eager=False)
    kept = caches.of(source("sql1"))._snapshots
    assert kept.save(Catalog(database="Old"), None)
    again = Caches(CatalogSettings(snapshots=True), is_eager=False)
    assert again.of(source("sql1"))._snapshots.load(None) == Catalog(database="Old")
    moved = Caches(CatalogSettings(snapshots=True), is_eager=False)
    assert moved.of(source("sql2"))._snapshots.load(None) is None
