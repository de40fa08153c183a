"""A clock and a reader of catalogs that tests hold in their hands."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from mssql_mcp.catalog.flight import Progress
from mssql_mcp.catalog.model import Catalog, Column, Database, Table
from mssql_mcp.catalog.names import ObjectName, not_found
from mssql_mcp.errors import DatabaseConnectionError

if TYPE_CHECKING:
    from mssql_mcp.connection.call import Call


class Clock:
    """Seconds that pass when told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class Scripted:
    """A reader of a database that the test changes; it can be held up, and can be down."""

    def __init__(self) -> None:
        self.tables = [Table("dbo", "A", columns=(Column("Id", "int"),), row_count=1)]
        self.asked: list[str] = []
        self.is_down = False
        self.gate = threading.Event()
        self.gate.set()

    def _ask(self, what: str) -> None:
        self.asked.append(what)
        if self.is_down:
            message = "The server is down."
            raise DatabaseConnectionError(message)

    def databases(self, call: Call) -> tuple[Database, ...]:
        self._ask("databases")
        return (Database("Shop"),)

    def catalog(self, call: Call, database: str | None = None, *, report: Any = None) -> Catalog:
        report(Progress(3, 7, "columns"))
        fingerprint, tables = str(len(self.tables)), tuple(self.tables)
        assert self.gate.wait(30)
        self._ask("catalog")
        return Catalog(database=database or "Shop", tables=tables, fingerprint=fingerprint)

    def overview(self, call: Call, database: str | None = None) -> Catalog:
        self._ask("overview")
        bare = tuple(replace(table, columns=()) for table in self.tables)
        return Catalog(database=database or "Shop", tables=bare, depth="overview")

    def table(self, call: Call, name: ObjectName, database: str | None = None) -> tuple[Table, Catalog]:
        self._ask("table")
        for table in self.tables:
            if table.name.casefold() == name.name.casefold():
                return table, Catalog(database=database or "Shop", tables=(table,))
        raise not_found(name, [], "Shop")

    def fingerprint(self, call: Call, database: str | None = None) -> str:
        self._ask("fingerprint")
        return str(len(self.tables))
