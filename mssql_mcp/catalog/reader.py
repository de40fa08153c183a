"""What can be read of a connection's databases, whatever stands behind it: SQL Server or the demo."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

    from mssql_mcp.catalog.flight import Progress
    from mssql_mcp.catalog.model import Catalog, Database, Table
    from mssql_mcp.catalog.names import ObjectName
    from mssql_mcp.connection.call import Call
    from mssql_mcp.connection.source import Source


class Reader(Protocol):
    """Reads catalogs. Nothing is kept here but what the server is able to tell; `cache` keeps the catalogs."""

    def databases(self, call: Call) -> tuple[Database, ...]:
        """Give the databases that the login may see, sorted by name."""

    def catalog(
        self, call: Call, database: str | None = None, *, report: Callable[[Progress], None] | None = None
    ) -> Catalog:
        """Read a whole database in a number of round trips that does not depend on its size.

        Args:
            call: Deadline and cancellation.
            database: Which; None for the connection's own.
            report: Is told which part is being read.
        """

    def overview(self, call: Call, database: str | None = None) -> Catalog:
        """Read names, kinds, row counts and comments of objects only: a few round trips."""

    def table(self, call: Call, name: ObjectName, database: str | None = None) -> tuple[Table, Catalog]:
        """Read one table or view whole, and a catalog that holds it alone with what could not be read.

        Raises:
            ObjectNotFoundError: `catalog.not_found` or `catalog.ambiguous`.
        """

    def fingerprint(self, call: Call, database: str | None = None) -> str:
        """Give a text that changes when the schema does, in one round trip; empty where the server gives none."""


def reader_for(source: Source) -> Reader:
    """Give the reader of a connection."""
    if source.is_demo:
        from mssql_mcp.catalog.demo import DemoReader

        return DemoReader()
    from mssql_mcp.catalog.sqlserver import SqlServerReader

    return SqlServerReader(source)
