"""A small server for the catalog's statements: SQLite with a schema `sys`, its rows as SQL Server would give them."""

from __future__ import annotations

import csv
import json
import sqlite3
import zlib
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy
from scripted_reader import Clock, Scripted
from sqlalchemy.pool import StaticPool

from mssql_mcp.catalog.cache import CatalogCache
from mssql_mcp.catalog.model import (
    CheckConstraint,
    Column,
    Computed,
    DefaultConstraint,
    ForeignKey,
    Identity,
    Index,
    IndexKey,
    Partitioning,
    PrimaryKey,
    Table,
    Trigger,
    UniqueConstraint,
)
from mssql_mcp.errors import DatabaseConnectionError, QueryError, ToolError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from mssql_mcp.connection.call import Call

DATA = Path(__file__).parent / "data"
Row = dict[str, Any]
KIND = "COLLATE RTRIM"  # SQL Server pads where it compares: 'U ' is 'U'


def system_views() -> dict[str, tuple[str, str, dict[str, str]]]:
    """The facts table: view -> version, permission, {column: version}."""
    lines = (DATA / "system_views.tsv").read_text(encoding="utf-8").splitlines()
    rows = csv.DictReader((line for line in lines if not line.startswith("#")), delimiter="\t")
    return {
        row["view"]: (
            row["since"],
            row["permission"],
            {name.partition("@")[0]: name.partition("@")[2] for name in row["columns"].split(" ")},
        )
        for row in rows
    }


class SeveralSets(sqlite3.Cursor):
    """Runs statements parted by a semicolon at a line's end one after the other, as SQL Server runs a batch."""

    rest: tuple[tuple[str, tuple[Any, ...]], ...] = ()

    def execute(self, sql: str, parameters: Any = ()) -> SeveralSets:
        sql = sql.replace("nvarchar(max)", "nvarchar(4000)")  # SQLite's CAST takes numbers only
        left, parted = list(parameters), []
        for text in sql.split(";\n"):
            count = text.count("?")
            parted.append((text, tuple(left[:count])))
            del left[:count]
        self.rest = tuple(parted)
        self.nextset()
        return self

    def nextset(self) -> bool:
        if not self.rest:
            return False
        (sql, parameters), self.rest = self.rest[0], self.rest[1:]
        super().execute(sql, parameters)
        return True


class Kept(sqlite3.Connection):
    """A database in memory that outlives the connection that a pool throws away."""

    def close(self) -> None:
        """Stay open."""

    def cursor(self, factory: Any = None) -> sqlite3.Cursor:  # type: ignore[override]
        return super().cursor(SeveralSets)

    def really_close(self) -> None:
        super().close()


class SmallServer:
    """What the catalog needs of a `Source`, over SQLite. `asked` holds every statement that was sent."""

    name = "small"
    is_demo = False

    def __init__(self, views: Mapping[str, list[Row]], absent: frozenset[str] = frozenset()) -> None:
        self.asked: list[str] = []
        self.names: dict[int, tuple[str, str]] = {}
        self.columns: dict[tuple[int, int], str] = {}
        self.absent = absent
        self.babelfish: int | None = None
        self.sees_definitions = 1
        self.broken: str | None = None
        self.breaks = 1_000_000
        self.is_locked = False
        self._sqlite = sqlite3.connect(":memory:", check_same_thread=False, isolation_level=None, factory=Kept)
        self._sqlite.execute("ATTACH ':memory:' AS sys")
        self._add_functions()
        for view, (_, _, columns) in system_views().items():
            kept = [name for name in columns if f"{view}.{name}" not in absent]
            if view not in absent and kept:
                self._sqlite.execute(f"CREATE TABLE {view} ({', '.join(f'[{name}] {KIND}' for name in kept)})")
        for view, rows in views.items():
            self.add(view, *rows)
        self._engine = sqlalchemy.create_engine("sqlite://", creator=lambda: self._sqlite, poolclass=StaticPool)
        sqlalchemy.event.listen(self._engine, "before_cursor_execute", self._note)

    def add(self, view: str, *rows: Row) -> None:
        for row in rows:
            known = {name: value for name, value in row.items() if f"{view}.{name}" not in self.absent}
            marks = ", ".join("?" for _ in known)
            names = ", ".join(f"[{name}]" for name in known)
            self._sqlite.execute(f"INSERT INTO {view} ({names}) VALUES ({marks})", tuple(known.values()))
            if view == "sys.objects":
                self.names[row["object_id"]] = ({1: "dbo", 5: "sales"}[row["schema_id"]], row["name"])
            if view == "sys.columns":
                self.columns[row["object_id"], row["column_id"]] = row["name"]

    def drop(self, view: str) -> None:
        self._sqlite.execute(f"DROP TABLE {view}")

    def connect(self, call: Call, database: str | None = None) -> sqlalchemy.Connection:
        call.check()
        return self._engine.connect()

    def cancel(self, connection: object, cursor: Any) -> None:
        self._sqlite.interrupt()

    def is_disconnect(self, error: BaseException) -> bool:
        return not self.is_locked and self.broken is not None and self.broken in str(error)

    def failure(self, error: BaseException) -> ToolError:
        if isinstance(error, ToolError):
            return error
        text = str(getattr(error, "orig", error))
        if self.is_disconnect(error):
            return DatabaseConnectionError(text)
        kinds = {"denied": "query.permission_denied", "locked": "query.lock_timeout", "no such": "query.invalid_object"}
        code = next((code for word, code in kinds.items() if word in text), None)
        return QueryError(text, code=code)

    def _note(self, conn: Any, cursor: Any, statement: str, parameters: Any, context: Any, many: bool) -> None:
        self.asked.append(statement)
        if self.broken is not None and self.broken in statement and self.breaks > 0:
            self.breaks -= 1
            message = f"{'locked' if self.is_locked else 'lost'} at {self.broken}"
            raise sqlite3.OperationalError(message)
        announce = conn.get_execution_options().get("mssql_mcp_cursor")
        if announce is not None:
            announce(cursor)

    def _add_functions(self) -> None:
        schemas = {1: "dbo", 2: "guest", 4: "sys", 5: "sales"}
        properties = {
            "ServerName": "SMALL",
            "ProductVersion": "16.0.4165.4",
            "EngineEdition": 3,
        }

        def server_property(name: str) -> object:
            return self.babelfish if name == "Babelfish" else properties.get(name)

        def column_length(view: str, column: str) -> int | None:
            found = system_views().get(view)
            known = found is not None and column in found[2] and f"{view}.{column}" not in self.absent
            return 4 if known and view not in self.absent else None

        functions: dict[tuple[str, int], Callable[..., Any]] = {
            ("SCHEMA_NAME", 0): lambda: "dbo",
            ("SCHEMA_NAME", 1): schemas.get,
            ("DB_NAME", 0): lambda: "Shop",
            ("DB_NAME", 1): {1: "master", 5: "Shop"}.get,
            ("SERVERPROPERTY", 1): server_property,
            ("QUOTENAME", 1): lambda name: f"[{name}]",
            ("HAS_PERMS_BY_NAME", 3): lambda *_: self.sees_definitions,
            ("HAS_DBACCESS", 1): lambda name: int(name != "model"),
            ("OBJECT_NAME", 1): lambda key: self.names.get(key, (None, None))[1],
            ("OBJECT_SCHEMA_NAME", 1): lambda key: self.names.get(key, (None, None))[0],
            ("COL_NAME", 2): lambda key, number: self.columns.get((key, number)),
            ("COL_LENGTH", 2): column_length,
            ("SQL_VARIANT_PROPERTY", 2): lambda value, _name: "date" if "-" in str(value) else "int",
            ("CONVERT", 3): lambda _type, value, _style: str(value),
            ("nvarchar", 1): lambda _length: None,
            ("CHECKSUM", 1): lambda text: zlib.crc32(str(text).casefold().encode()),
            # Four digits, so that a CAST of the first four bytes is a number in SQLite as well.
            ("HASHBYTES", 2): lambda _kind, text: (
                None if text is None else b"%04d" % (zlib.crc32(text.encode()) % 10_000)
            ),
        }
        for (name, arguments), function in functions.items():
            self._sqlite.create_function(name, arguments, function)
        self._sqlite.create_aggregate("COUNT_BIG", 0, Count)


class Count:
    """COUNT_BIG(*) for SQLite."""

    def __init__(self) -> None:
        self.rows = 0

    def step(self) -> None:
        self.rows += 1

    def finalize(self) -> int:
        return self.rows


def shop() -> dict[str, list[Row]]:
    """A database with one of nearly everything: the rows of each system view."""
    views: dict[str, list[Row]] = json.loads((DATA / "shop.json").read_text(encoding="utf-8"))
    return views


@pytest.fixture
def small_server() -> Iterator[SmallServer]:
    """A server with a shop in it."""
    server = SmallServer(shop())
    yield server
    server._engine.dispose()
    server._sqlite.really_close()


@pytest.fixture
def make_server() -> Iterator[Callable[..., SmallServer]]:
    """Make servers of other kinds: `make_server(absent=...)` lacks columns or views."""
    made: list[SmallServer] = []

    def make(views: Mapping[str, list[Row]] | None = None, absent: frozenset[str] = frozenset()) -> SmallServer:
        rows = shop() if views is None else dict(views)
        made.append(SmallServer({view: found for view, found in rows.items() if view not in absent}, absent))
        return made[-1]

    yield make
    for server in made:
        server._engine.dispose()
        server._sqlite.really_close()


@pytest.fixture(scope="session")
def facts() -> dict[str, tuple[str, str, dict[str, str]]]:
    """The facts table: view -> version, permission, {column: version}."""
    return system_views()


@pytest.fixture
def make_table() -> Callable[..., Table]:
    """Make a table of int columns: `make_table("dbo", "Orders", "Id CustomerId", key="Id")`."""

    def make(schema: str, name: str, columns: str, key: str = "", **more: Any) -> Table:
        listed = tuple(Column(column, "int", is_nullable=column not in key.split()) for column in columns.split())
        return Table(
            schema,
            name,
            columns=listed,
            primary_key=PrimaryKey(f"PK_{name}", tuple(key.split())) if key else None,
            **more,
        )

    return make


@pytest.fixture
def invoices() -> Table:
    """A table with one of everything."""
    link = ForeignKey("FK_Customer", "sales", "Invoices", ("CustomerId",), "crm", "Customers", ("Id",), "SET NULL")
    return Table(
        schema="sales", name="Invoices", row_count=1234, size_kb=640, comment="What was billed.",
        created=datetime(2024, 1, 2, 3, 4), modified=datetime(2024, 5, 6, 7, 8),
        columns=(
            Column("InvoiceId", "int", is_nullable=False, identity=Identity(1, 1)),
            Column("Number", "nvarchar(20)", is_nullable=False),
            Column("CustomerId", "int", comment="Who pays"),
            Column("IssuedOn", "date", is_nullable=False, default="(getdate())"),
            Column("Total", "decimal(12,2)", is_nullable=False, computed=Computed("([Net]+[Tax])", is_persisted=True)),
        ),
        primary_key=PrimaryKey("PK_Invoices", ("InvoiceId",), is_clustered=True),
        foreign_keys=(link,),
        referenced_by=(ForeignKey("FK_Lines", "sales", "Lines", ("InvoiceId",), "sales", "Invoices", ("InvoiceId",)),),
        uniques=(UniqueConstraint("UQ_Number", ("Number",)),),
        checks=(CheckConstraint("CK_Total", "([Total]>=(0))", is_trusted=False),),
        defaults=(DefaultConstraint("DF_IssuedOn", "IssuedOn", "(getdate())"),),
        indexes=(
            Index("PK_Invoices", "clustered", (IndexKey("InvoiceId"),), is_unique=True, is_primary_key=True,
                  compression="page", size_kb=512),
            Index("IX_Customer", "nonclustered", (IndexKey("CustomerId"), IndexKey("IssuedOn", is_descending=True)),
                  ("Total",), filter="([Total]>(0))"),
        ),
        triggers=(Trigger("TR_Invoices", "sales", "Invoices", ("INSERT",), is_enabled=False,
                          definition="CREATE TRIGGER sales.TR_Invoices ON sales.Invoices AFTER INSERT AS RETURN"),),
        partitioning=Partitioning("ps", "pf", "IssuedOn", is_right=True, boundaries=("2024-01-01", "2025-01-01")),
    )  # fmt: skip


@pytest.fixture
def clock() -> Clock:
    """Seconds that pass when told to."""
    return Clock()


@pytest.fixture
def reader() -> Scripted:
    """A reader of a database that the test changes."""
    return Scripted()


@pytest.fixture
def make_cache(reader: Scripted, clock: Clock) -> Callable[..., CatalogCache]:
    """Make caches on the reader: `make_cache(snapshots=...)`."""

    def make(**options: Any) -> CatalogCache:
        return CatalogCache(reader, clock=clock, check_seconds=10, count_seconds=100, **options)

    return make
