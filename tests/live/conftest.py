"""A live T-SQL server for the tests in this folder, a fresh database on it, and a proxy that can break the wire.

The server: `MSSQL_MCP_TEST_URL`, else the command `mssql-mcp-test-server`, else Docker through testcontainers, else the
tests are skipped with that sentence. Every test here gets the marker `live`.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import secrets
import shutil
import socket
import struct
import subprocess
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy
from pydantic import SecretStr

from mssql_mcp.connection.call import Call
from mssql_mcp.connection.dbapi import open_connection
from mssql_mcp.connection.drivers import installed_drivers
from mssql_mcp.connection.failures import Place
from mssql_mcp.connection.login import login_of
from mssql_mcp.connection.sqlserver import SqlServerSource
from mssql_mcp.settings import ConnectionSettings, RetrySettings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

NO_SERVER = (
    "no live T-SQL server: set MSSQL_MCP_TEST_URL, or put mssql-mcp-test-server on PATH, "
    "or start Docker (testcontainers takes the image that MSSQL_MCP_TEST_IMAGE names)"
)
DEFAULT_IMAGE = "mcr.microsoft.com/mssql/server:2022-latest"
# Names of the URL's options, in lower case, and what they are called in the settings.
BOOLEANS = {"yes": True, "true": True, "no": False, "false": False}

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
def live_url() -> Iterator[sqlalchemy.URL]:
    """The SQLAlchemy URL of an administrator of the live server."""
    if text := os.environ.get("MSSQL_MCP_TEST_URL"):
        yield sqlalchemy.make_url(text)
    elif command := shutil.which("mssql-mcp-test-server"):
        answer = subprocess.run([command], check=True, capture_output=True, text=True, timeout=120)
        yield sqlalchemy.make_url(answer.stdout.strip())
    else:
        with container() as url:
            yield url


@contextlib.contextmanager
def container() -> Iterator[sqlalchemy.URL]:
    """Start SQL Server in Docker; skip where there is no Docker."""
    if importlib.util.find_spec("testcontainers") is None or shutil.which("docker") is None:
        pytest.skip(NO_SERVER)
    if subprocess.run(["docker", "info"], check=False, capture_output=True, timeout=60).returncode != 0:
        pytest.skip(NO_SERVER)
    from testcontainers.community.mssql import SqlServerContainer

    image = os.environ.get("MSSQL_MCP_TEST_IMAGE", DEFAULT_IMAGE)
    with SqlServerContainer(image, password=f"Aa1-{secrets.token_hex(12)}", dbname="master") as server:
        url = sqlalchemy.make_url(server.get_connection_url())
        yield url.set(drivername="mssql+pyodbc", query={"TrustServerCertificate": "yes"})


def settings_of(url: sqlalchemy.URL, **changes: Any) -> ConnectionSettings:
    """Read connection settings out of a URL, so that the tests go through the fields as users do."""
    options = {name.lower(): str(value) for name, value in url.query.items()}
    given: dict[str, Any] = {
        "server": f"{url.host},{url.port or 1433}",
        "database": url.database or "master",
        "username": url.username,
        "password": SecretStr(url.password or ""),
        "encrypt": options.get("encrypt", "yes").lower(),
        "trust_server_certificate": BOOLEANS[options.get("trustservercertificate", "no").lower()],
        "retry": RetrySettings(max_retries=1, delay_seconds=0.01),
    }
    return ConnectionSettings(**(given | changes))


@pytest.fixture(scope="session", params=["pyodbc", "mssql-python"])
def live_driver(request: pytest.FixtureRequest) -> str:
    """Each driver that is installed."""
    driver: str = request.param
    installed = installed_drivers()
    if driver == "pyodbc" and installed.pyodbc_error:
        pytest.skip(f"pyodbc cannot be imported: {installed.pyodbc_error}")
    if driver == "mssql-python" and not installed.mssql_python:
        pytest.skip("mssql-python is not installed")
    return driver


@pytest.fixture(scope="session")
def live_admin(live_url: sqlalchemy.URL) -> Callable[..., None]:
    """Run statements as the administrator, each for itself: `live_admin(*statements, database="master")`."""
    settings = settings_of(live_url)
    login = login_of(settings, installed_drivers())

    def run(*statements: str, database: str = "master") -> None:
        connection = open_connection(login.for_database(database), settings, Call(60), Place())
        with contextlib.closing(connection):
            connection.autocommit = True
            for statement in statements:
                with contextlib.closing(connection.cursor()) as cursor:
                    cursor.execute(statement)

    return run


@pytest.fixture(scope="session")
def live_database(live_admin: Callable[..., None]) -> Iterator[str]:
    """The name of a fresh database with a few small tables (see TABLES)."""
    name = f"mssql_mcp_test_{secrets.token_hex(4)}"
    live_admin(f"CREATE DATABASE {name}")
    live_admin(*TABLES.split("\n;\n"), database=name)
    yield name
    with contextlib.suppress(Exception):
        live_admin(f"DROP DATABASE {name}")


@pytest.fixture(scope="session")
def live_settings(live_url: sqlalchemy.URL) -> Callable[..., ConnectionSettings]:
    """Settings of the live server: `live_settings(driver=..., database=..., any other field=...)`."""

    def make(**changes: Any) -> ConnectionSettings:
        return settings_of(live_url, **changes)

    return make


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


def reset(end: socket.socket) -> None:
    """Close a connection so that its peer gets a reset instead of an orderly end."""
    with contextlib.suppress(OSError):
        end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    with contextlib.suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
    end.close()


class TcpProxy:
    """Stands between driver and server, and can break the wire in ways that networks do.

    Args:
        address: The server's.
    """

    def __init__(self, address: tuple[str, int]) -> None:
        self.address = address
        self.accepted = 0
        self.is_silent = False
        self.hangs_up = False
        self._lock = threading.Lock()
        self._pairs: list[tuple[socket.socket, socket.socket]] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def server(self) -> str:
        """The proxy's address as a `server` setting."""
        return f"127.0.0.1,{self.port}"

    def cut(self) -> None:
        """Reset every open connection; new ones work."""
        with self._lock:
            pairs, self._pairs = self._pairs, []
        for pair in pairs:
            for end in pair:
                reset(end)

    def refuse(self) -> None:
        """Reset every open connection and take no new one."""
        self._listener.close()
        self.cut()

    def close(self) -> None:
        """End the proxy."""
        self.refuse()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
                if self.hangs_up:
                    reset(client)
                    continue
                upstream = socket.create_connection(self.address, timeout=10)
            except OSError:
                return
            upstream.settimeout(None)
            with self._lock:
                self.accepted += 1
                self._pairs.append((client, upstream))
            for source, target in ((client, upstream), (upstream, client)):
                threading.Thread(target=self._pump, args=(source, target), daemon=True).start()

    def _pump(self, source: socket.socket, target: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65_536):
                if not self.is_silent:
                    target.sendall(data)
            target.shutdown(socket.SHUT_WR)


@pytest.fixture
def proxy(live_url: sqlalchemy.URL) -> Iterator[TcpProxy]:
    """A proxy to the live server: `proxy.server` is what to connect to."""
    made = TcpProxy((live_url.host or "127.0.0.1", live_url.port or 1433))
    yield made
    made.close()
