"""The live T-SQL server of the tests, wherever they lie.

`MSSQL_MCP_TEST_URL`, else the command `mssql-mcp-test-server`, else Docker through testcontainers, else the tests that
ask for it are skipped with that sentence.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import secrets
import shutil
import subprocess
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy
from callers import eventually
from pydantic import SecretStr

from mssql_mcp.connection.call import Call
from mssql_mcp.connection.dbapi import open_connection
from mssql_mcp.connection.drivers import installed_drivers
from mssql_mcp.connection.failures import Place
from mssql_mcp.connection.login import login_of
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


@pytest.fixture(scope="session")
def live_url() -> Iterator[sqlalchemy.URL]:
    """The SQLAlchemy URL of an administrator of the live server."""
    if text := os.environ.get("MSSQL_MCP_TEST_URL"):
        yield sqlalchemy.make_url(text)
    elif command := shutil.which("mssql-mcp-test-server"):
        answer = subprocess.run([command], check=True, capture_output=True, encoding="utf-8", timeout=120)
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
            for statement in ("SET IMPLICIT_TRANSACTIONS OFF", *statements):
                with contextlib.closing(connection.cursor()) as cursor:
                    cursor.execute(statement)

    return run


@pytest.fixture(scope="session")
def live_drop(live_admin: Callable[..., None]) -> Callable[[str], None]:
    """Drop a database of the tests: `live_drop(name)`; the server allows it once it has noticed that everybody left."""

    def drop(name: str) -> None:
        reasons: list[Exception] = []

        def is_dropped() -> bool:
            try:
                live_admin(f"DROP DATABASE IF EXISTS {name}")
            except Exception as error:  # noqa: BLE001 - the drivers' classes differ
                reasons.append(error)
                return False
            return True

        assert eventually(is_dropped), f"{name} cannot be dropped: {reasons[-1]}"

    return drop


@pytest.fixture(scope="session")
def live_settings(live_url: sqlalchemy.URL) -> Callable[..., ConnectionSettings]:
    """Settings of the live server: `live_settings(driver=..., database=..., any other field=...)`."""

    def make(**changes: Any) -> ConnectionSettings:
        return settings_of(live_url, **changes)

    return make
