"""A fresh database on the live T-SQL server (tests/plugins/live_server.py), and a proxy that can break the wire.

Every test in this folder gets the marker `live`.
"""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from tcp_proxy import TcpProxy

from mssql_mcp.connection.call import Call
from mssql_mcp.connection.sqlserver import SqlServerSource

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import sqlalchemy

    from mssql_mcp.settings import ConnectionSettings

# The cross join of three sets of ten digits gives the numbers from 0 to 999.
DIGITS = "(VALUES (0),(1),(2),(3),(4),(5),(6),(7),(8),(9))"
TABLES = """
CREATE SCHEMA shop
;
CREATE TABLE shop.customer (id int NOT NULL PRIMARY KEY, name nvarchar(80) NOT NULL, credit decimal(12,2) NULL)
;
CREATE TABLE shop.orders (
    id int NOT NULL PRIMARY KEY,
    customer_id int NOT NULL REFERENCES shop.customer (id),
    placed datetime2(3) NOT NULL,
    note nvarchar(max) NULL
)
;
CREATE TABLE shop.secret (id int NOT NULL PRIMARY KEY, token nvarchar(80) NOT NULL)
;
CREATE TABLE shop.numbers (n int NOT NULL PRIMARY KEY)
;
INSERT INTO shop.customer (id, name, credit) VALUES (1, N'Ærø', 10.50), (2, N'名前', NULL), (3, N'O''Hara', -1)
;
INSERT INTO shop.orders (id, customer_id, placed, note) VALUES
    (1, 1, '2024-05-01T12:00:00.125', N'first'),
    (2, 1, '2024-05-02T00:00:00', NULL),
    (3, 2, '1999-12-31T23:59:59.999', N'')
;
INSERT INTO shop.secret (id, token) VALUES (1, N'x')
;
INSERT INTO shop.numbers (n) SELECT a.d + 10 * b.d + 100 * c.d FROM {d} AS a(d), {d} AS b(d), {d} AS c(d)
""".replace("{d}", DIGITS)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test of this folder."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.live)


@pytest.fixture(scope="session")
def live_database(live_admin: Callable[..., None], live_drop: Callable[[str], None]) -> Iterator[str]:
    """The name of a fresh database with a few small tables (see TABLES)."""
    name = f"mssql_mcp_test_{secrets.token_hex(4)}"
    live_admin(f"CREATE DATABASE {name}")
    live_admin(*TABLES.split("\n;\n"), database=name)
    yield name
    live_drop(name)


@pytest.fixture(scope="session")
def live_source(
    live_driver: str,
    live_database: str,
    live_settings: Callable[..., ConnectionSettings],
) -> Iterator[SqlServerSource]:
    """A source on the fresh database, through each driver."""
    source = SqlServerSource("live", live_settings(driver=live_driver, database=live_database))
    yield source
    source.close()


@pytest.fixture
def make_source(
    live_driver: str,
    live_database: str,
    live_settings: Callable[..., ConnectionSettings],
) -> Iterator[Callable[..., SqlServerSource]]:
    """Further sources with changed settings, closed after the test: `make_source(server=..., password=...)`."""
    made: list[SqlServerSource] = []

    def make(**changes: Any) -> SqlServerSource:
        source = SqlServerSource("live", live_settings(**{"driver": live_driver, "database": live_database, **changes}))
        made.append(source)
        return source

    yield make
    for source in made:
        source.close()


@pytest.fixture
def ask() -> Callable[..., list[tuple[Any, ...]]]:
    """Ask a source one question: `ask(source, sql, seconds=30)` gives the rows as tuples."""

    def run(source: SqlServerSource, sql: str, *, seconds: float = 30) -> list[tuple[Any, ...]]:
        with source.connect(Call(seconds)) as connection:
            return [tuple(row) for row in connection.exec_driver_sql(sql).fetchall()]

    return run


@pytest.fixture
def proxy(live_url: sqlalchemy.URL) -> Iterator[TcpProxy]:
    """A proxy to the live server: `proxy.server` is what to connect to."""
    made = TcpProxy((live_url.host or "127.0.0.1", live_url.port or 1433))
    yield made
    made.close()
