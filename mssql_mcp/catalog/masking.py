"""What column masks need to know of a database: the shapes of its tables, and which columns are sensitive."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from mssql_mcp.catalog.identifiers import bracketed
from mssql_mcp.catalog.session import Session
from mssql_mcp.catalog.statements import statement
from mssql_mcp.errors import QueryCancelledError, QueryError, QueryTimeoutError
from mssql_mcp.gate.schema import TableShape

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mssql_mcp.catalog.model import Catalog, Table

    Classified = Callable[[str], tuple[tuple[str, str, str], ...]]
    from mssql_mcp.connection.call import Call
    from mssql_mcp.connection.source import Source


class CatalogShapes:
    """Gives the gate the tables and views that one query mentions (`mssql_mcp.gate.schema.SchemaLookup`).

    Args:
        catalog: Gives the catalog of a database, whole and as the server has it now; the empty name is the one that the
            query runs in. It is asked once for each. What it raises refuses the query: without the shapes nobody can
            tell which values a mask must cover.
        classified: Gives the columns of a database that are called sensitive, as `classified_columns` does; asked once
            for each database of which a table is asked for. None where nobody wants to know.
    """

    def __init__(self, catalog: Callable[[str], Catalog], classified: Classified | None = None) -> None:
        self._catalog = cache(catalog)
        self._classified = cache(classified) if classified is not None else None

    def find(self, database: str, schema: str, name: str) -> TableShape | None:
        """Give the table or view of this name, ignoring case."""
        catalog = self._catalog(database)
        table = catalog.table(schema, name)
        if table is None:
            return None
        original = _original(catalog, table)
        return TableShape(
            schema=table.schema,
            name=table.name,
            columns=tuple(column.name for column in table.columns),
            is_view=table.kind == "view",
            definition=table.definition,
            database=database,
            not_in_star=_not_in_star(table),
            computed=_computed(table),
            types=tuple(column.type for column in table.columns),
            classified=self._sensitive(database, [table, *original]),
            copy_of=(original[0].schema, original[0].name) if original else (),
        )

    def _sensitive(self, database: str, tables: Sequence[Table]) -> frozenset[str]:
        """Name the columns of the first table that are called sensitive in any of them."""
        if self._classified is None:
            return frozenset()
        places = {(table.schema, table.name) for table in tables}
        found = {column for schema, name, column in self._classified(database) if (schema, name) in places}
        return frozenset(column.name for column in tables[0].columns if column.name in found)


def _original(catalog: Catalog, history: Table) -> list[Table]:
    """Give the table whose former rows a history table keeps."""
    if history.temporal != "history":
        return []
    name = f"{history.schema}.{history.name}".casefold()
    return [table for table in catalog.tables if (table.history_table or "").casefold() == name][:1]


def _not_in_star(table: Table) -> frozenset[str]:
    """Name the columns that `SELECT *` leaves out: hidden ones, and sparse ones where a column set stands for them.

    https://learn.microsoft.com/sql/relational-databases/tables/use-column-sets
    """
    left_out = {"hidden"}
    if any("column set" in column.marks for column in table.columns):
        left_out.add("sparse")
    return frozenset(column.name for column in table.columns if not left_out.isdisjoint(column.marks))


def _computed(table: Table) -> tuple[tuple[str, str | None], ...]:
    """Give the columns that show others, each with an expression that names them."""
    sparse = ", ".join(bracketed(column.name) for column in table.columns if "sparse" in column.marks)
    found: list[tuple[str, str | None]] = []
    for column in table.columns:
        if column.computed:
            found.append((column.name, column.computed.definition))
        elif "column set" in column.marks:
            found.append((column.name, sparse))
    return tuple(found)


def classified_columns(source: Source, call: Call, database: str | None = None) -> tuple[tuple[str, str, str], ...]:
    """Name the columns that `sys.sensitivity_classifications` names, as (schema, table, column).

    https://learn.microsoft.com/sql/relational-databases/system-catalog-views/sys-sensitivity-classifications-transact-sql

    Raises:
        QueryError: `query.permission_denied`; the view shows this login nothing, whatever is classified.
        ToolError: They cannot be read; then nothing may be shown either.
    """
    session = Session(source, call, database)
    try:
        with call.ending_with(session.cancel, abandon=session.abandon):
            rows = session.ask(statement("classifications"))
    except (QueryTimeoutError, QueryCancelledError):
        session.discard()
        raise
    finally:
        session.release()
    if not all(row.is_visible for row in rows):
        raise QueryError(
            "This login cannot see which columns are classified as sensitive, and `mask_classified` masks them.",
            code="query.permission_denied",
            hint="Ask a DBA for GRANT VIEW ANY SENSITIVITY CLASSIFICATION in every database that is read.",
        )
    return tuple((row.schema_name, row.table_name, row.column_name) for row in rows if row.column_name is not None)
