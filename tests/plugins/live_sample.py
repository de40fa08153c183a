"""The sample database on the live server, loaded by the script that users get from `mssql-mcp demo --script`.

It stays there under a name that holds a digest of the script, so that the next run need not load it again; samples of
older scripts are dropped. A database that another run is still loading is left alone, and one is loaded for this run.
"""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from mssql_mcp.connection.call import Call
from mssql_mcp.connection.dbapi import open_connection
from mssql_mcp.connection.drivers import installed_drivers
from mssql_mcp.connection.failures import Place
from mssql_mcp.connection.login import login_of
from mssql_mcp.demo import schema, script

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mssql_mcp.demo.model import DemoTable
    from mssql_mcp.settings import ConnectionSettings

PREFIX = "mssql_mcp_sample_"
WHOLE = "mssql_mcp_sample_is_whole"
# What a server may refuse, and the sample is still the sample.
OPTIONAL = ("index", "synonym", "routine", "trigger", "description")


@dataclass(frozen=True)
class LiveSample:
    """The sample database on the live server.

    Attributes:
        database: Its name.
        refused: What the server would not make, such as `synonym hr.staff`.
    """

    database: str
    refused: tuple[str, ...]


@pytest.fixture(scope="session")
def live_sample(live_settings: Callable[..., ConnectionSettings]) -> Iterator[LiveSample]:
    """The sample database on the live server, whole, with the names of what the server refused."""
    settings = live_settings()
    login = login_of(settings, installed_drivers())

    @contextlib.contextmanager
    def connected(database: str) -> Iterator[Any]:
        connection = open_connection(login.for_database(database), settings, Call(600), Place())
        with contextlib.closing(connection), contextlib.closing(connection.cursor()) as cursor:
            cursor.execute("SET IMPLICIT_TRANSACTIONS OFF")
            yield cursor

    name = PREFIX + digest()
    with connected("master") as cursor:
        drop_older(cursor, name)
        is_new = create(cursor, name)
    is_mine = False
    if not is_new:
        with connected(name) as cursor:
            refused = refused_before(cursor)
        if refused is not None:
            yield LiveSample(name, refused)
            return
        is_mine = True
        name += "_" + secrets.token_hex(4)
        with connected("master") as cursor:
            create(cursor, name)
    with connected(name) as cursor:
        refused = load(cursor)
    yield LiveSample(name, refused)
    if is_mine:
        with connected("master") as cursor:
            cursor.execute(f"DROP DATABASE {name}")


def digest() -> str:
    """Give a short digest of the script and of this loader."""
    whole = hashlib.sha256()
    for piece in script.script():
        whole.update(piece.encode())
    whole.update(Path(__file__).read_bytes())
    return whole.hexdigest()[:10]


def drop_older(cursor: Any, keep: str) -> None:
    """Drop samples of other scripts; one that is in use refuses and stays."""
    cursor.execute("SELECT name FROM sys.databases")
    for (found,) in cursor.fetchall():
        if found.startswith(PREFIX) and not found.startswith(keep):
            with contextlib.suppress(Exception):
                cursor.execute(f"DROP DATABASE {found}")


def create(cursor: Any, name: str) -> bool:
    """Create the database, with the demo's collation where the server takes it; False where it is there already."""
    cursor.execute(f"SELECT 1 FROM sys.databases WHERE name = '{name}'")
    if cursor.fetchall():
        return False
    with contextlib.suppress(Exception):
        cursor.execute(f"CREATE DATABASE {name} COLLATE {schema.COLLATION}")
        return True
    try:
        cursor.execute(f"CREATE DATABASE {name}")
    except Exception:
        cursor.execute(f"SELECT 1 FROM sys.databases WHERE name = '{name}'")
        if cursor.fetchall():
            return False
        raise
    return True


def refused_before(cursor: Any) -> tuple[str, ...] | None:
    """Give what the server refused when the database was loaded; None where it is not whole."""
    try:
        cursor.execute(f"SELECT refused FROM dbo.{WHOLE}")
        return tuple(row[0] for row in cursor.fetchall() if row[0])
    except Exception:  # noqa: BLE001 - whatever it says, the table is not there
        return None


def load(cursor: Any) -> tuple[str, ...]:
    """Run the script and give what the server refused."""
    for statement in script.OPENING.split("\n"):
        cursor.execute(statement)
    refused = []
    for batch in script.batches():
        try:
            cursor.execute(batch.sql)
        except Exception:
            if batch.kind == "table":
                create_plain(cursor, of_name(batch.name))
                refused.append(f"computed {batch.name}")
            elif batch.kind in OPTIONAL:
                refused.append(f"{batch.kind} {batch.name}")
            else:
                raise
    for name in refused:
        if name.startswith("computed "):
            fill(cursor, name.removeprefix("computed "))
    cursor.execute(f"CREATE TABLE dbo.{WHOLE} (refused nvarchar(200) NULL)")
    for name in refused or [""]:
        cursor.execute(f"INSERT INTO dbo.{WHOLE} (refused) VALUES (N'{name}')")
    return tuple(refused)


def of_name(full_name: str) -> DemoTable:
    """Give a table by its name."""
    return next(table for table in schema.TABLES if table.full_name == full_name)


def create_plain(cursor: Any, table: DemoTable) -> None:
    """Make a table whose computed columns are plain ones, because the server refuses an expression."""
    columns = tuple(
        dataclasses.replace(column, computed=None, nullable=True) if column.computed else column
        for column in table.columns
    )
    cursor.execute(script.create_table(dataclasses.replace(table, columns=columns)))


def fill(cursor: Any, full_name: str) -> None:
    """Compute what `create_plain` left out."""
    for column in of_name(full_name).columns:
        if column.computed:
            cursor.execute(f"UPDATE {full_name} SET {column.name} = {column.computed}")
