"""Read a SQL Server's catalog: a fixed number of bulk statements over `sys.*`, whatever the number of tables.

Columns, keys, foreign keys and indexes come from `sys.*` too rather than from SQLAlchemy's Inspector: one statement
gives more than `get_multi_columns` and its sisters do (masks, sparse, temporal and encryption roles, enabled and
trusted keys, descending and disabled indexes), for all schemas at once, where the Inspector asks schema by schema.
Where one of those statements fails on a server, the Inspector steps in (`mssql_mcp.catalog.inspector`). Unique and
check constraints, triggers, routines, sequences, synonyms, sizes and row counts it does not read on this dialect.
"""

from __future__ import annotations

import hashlib
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from mssql_mcp.catalog import statements as parts
from mssql_mcp.catalog.assemble_objects import ObjectAssembly
from mssql_mcp.catalog.assemble_tables import TableAssembly
from mssql_mcp.catalog.flight import Progress
from mssql_mcp.catalog.inspector import fill_from_inspector
from mssql_mcp.catalog.locate import locate
from mssql_mcp.catalog.model import Catalog, Database, MissingPart, Table
from mssql_mcp.catalog.names import ObjectName, not_found
from mssql_mcp.catalog.rows import OF_DATABASE, Rows
from mssql_mcp.catalog.session import Known, Session
from mssql_mcp.errors import QueryCancelledError, QueryTimeoutError, UnsupportedError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mssql_mcp.connection.call import Call
    from mssql_mcp.connection.source import Source

# https://learn.microsoft.com/sql/t-sql/functions/serverproperty-transact-sql
EDITIONS = {
    1: "Personal",
    2: "Standard",
    3: "Enterprise",
    4: "Express",
    5: "Azure SQL Database",
    6: "Azure Synapse dedicated pool",
    8: "Azure SQL Managed Instance",
    9: "Azure SQL Edge",
    11: "Azure Synapse serverless pool",
    12: "SQL database in Fabric",
}
SYSTEM_DATABASES = frozenset({"master", "model", "msdb", "tempdb", "resource"})

OVERVIEW_PARTS = (
    parts.SCHEMAS,
    parts.OBJECTS,
    parts.TABLE_PROPERTIES,
    parts.ROW_COUNTS,
    parts.COMMENTS,
    parts.SYNONYMS,
)
TABLE_PARTS = (
    parts.TABLE_PROPERTIES,
    parts.COLUMNS,
    parts.INDEXES,
    parts.FOREIGN_KEYS,
    parts.CHECKS,
    parts.TRIGGERS,
    parts.COMMENTS,
    parts.ROW_COUNTS,
    parts.PARTITIONING,
    parts.DEFINITIONS,
    parts.IDENTITIES,
    parts.SIZES,
)
"""What one table needs; in one round trip, so those come last that some servers lack."""
CATALOG_PARTS = (
    *OVERVIEW_PARTS,
    parts.COLUMNS,
    parts.INDEXES,
    parts.FOREIGN_KEYS,
    parts.CHECKS,
    parts.TRIGGERS,
    parts.PARAMETERS,
    parts.SEQUENCES,
    parts.TYPES,
    parts.SIZES,
    parts.PARTITIONING,
    parts.BOUNDARIES,
    parts.DEFINITIONS,
    parts.IDENTITIES,
)
FIELDS = {
    parts.SCHEMAS: "schemas",
    parts.OBJECTS: "objects",
    parts.TABLE_PROPERTIES: "table_properties",
    parts.COLUMNS: "columns",
    parts.IDENTITIES: "identities",
    parts.INDEXES: "indexes",
    parts.FOREIGN_KEYS: "foreign_keys",
    parts.CHECKS: "checks",
    parts.COMMENTS: "comments",
    parts.ROW_COUNTS: "row_counts",
    parts.SIZES: "sizes",
    parts.DEFINITIONS: "definitions",
    parts.PARAMETERS: "parameters",
    parts.TRIGGERS: "triggers",
    parts.SYNONYMS: "synonyms",
    parts.SEQUENCES: "sequences",
    parts.TYPES: "types",
    parts.PARTITIONING: "partitioning",
    parts.BOUNDARIES: "boundaries",
    parts.PARTITIONS: "partitions",
}
"""Where the rows of each part go in `Rows`."""


@dataclass(frozen=True, slots=True)
class Header:
    """What is known of the database before any of its objects."""

    database: str = ""
    default_schema: str = "dbo"
    server: str = ""
    collation: str = ""
    sees_definitions: bool = True


class SqlServerReader:
    """Reads the catalogs of one connection.

    Args:
        source: The connection.
    """

    def __init__(self, source: Source) -> None:
        self._source = source
        self._known = Known()

    def databases(self, call: Call) -> tuple[Database, ...]:
        """Give the databases that the login may see, sorted by name."""
        with self._session(call, None) as session:
            rows = session.rows(parts.DATABASES)
            if rows is None:
                raise UnsupportedError(
                    f"The databases cannot be listed: {session.missing[-1].reason}", code="unsupported.databases"
                )
            sizes = {row.database_name: row.size_kb for row in session.rows(parts.DATABASE_SIZES) or []}
        return tuple(_database(row, sizes.get(row.database_name)) for row in rows)

    def catalog(
        self, call: Call, database: str | None = None, *, report: Callable[[Progress], None] | None = None
    ) -> Catalog:
        """Read a whole database in a number of round trips that does not depend on its size."""
        with self._session(call, database) as session:
            fingerprint = _fingerprint(session)
            header = _header(session)
            rows = _read(session, CATALOG_PARTS, header, report)
            catalog = _assembled(session, rows, header, is_whole=True)
        # Where a part is missing for a passing reason, the next look at the fingerprint reads everything again.
        steady = "" if session.is_unsteady else fingerprint
        return replace(catalog, fingerprint=steady, round_trips=session.round_trips)

    def overview(self, call: Call, database: str | None = None) -> Catalog:
        """Read names, kinds, row counts and comments of objects only: a few round trips."""
        with self._session(call, database) as session:
            header = _header(session)
            rows = _read(session, OVERVIEW_PARTS, header)
            catalog = _assembled(session, rows, header, is_whole=False)
        return replace(catalog, depth="overview", round_trips=session.round_trips)

    def table(self, call: Call, name: ObjectName, database: str | None = None) -> tuple[Table, Catalog]:
        """Read one table or view whole, without waiting for the rest of the database.

        Raises:
            ObjectNotFoundError: `catalog.not_found` or `catalog.ambiguous`.
        """
        with self._session(call, name.database or database) as session:
            header = _header(session)
            found = locate(session, name, header.database, header.default_schema)
            rows = _read_together(session, TABLE_PARTS, header, object_id=found.object_id)
            rows.objects = [found]
            if rows.partitioning:
                rows.boundaries = session.rows(parts.BOUNDARIES) or []
                rows.partitions = session.rows(parts.PARTITIONS, object_id=found.object_id) or []
            catalog = _assembled(session, rows, header, is_whole=True)
        table = catalog.table(found.schema_name, found.object_name)
        if table is None:
            raise not_found(name, [], header.database, ("table", "view"))
        return table, replace(catalog, round_trips=session.round_trips)

    def fingerprint(self, call: Call, database: str | None = None) -> str:
        """Give a text that changes when the schema does, in one round trip; empty where the server gives none."""
        with self._session(call, database) as session:
            return _fingerprint(session)

    @contextmanager
    def _session(self, call: Call, database: str | None) -> Iterator[Session]:
        """Hold a connection for one read; it is thrown away where the read was ended from outside."""
        session = Session(self._source, call, database, known=self._known)
        try:
            with call.ending_with(session.cancel, abandon=session.abandon):
                yield session
        except (QueryTimeoutError, QueryCancelledError):
            session.discard()
            raise
        finally:
            session.release()


def _read(
    session: Session,
    wanted: tuple[parts.Part, ...],
    header: Header,
    report: Callable[[Progress], None] | None = None,
) -> Rows:
    rows = Rows(collation=header.collation)
    for number, part in enumerate(wanted):
        if report is not None:
            report(Progress(number, len(wanted), part.name))
        setattr(rows, FIELDS[part], session.rows(part) or [])
    return rows


def _read_together(session: Session, wanted: tuple[parts.Part, ...], header: Header, **values: Any) -> Rows:
    rows = Rows(collation=header.collation)
    for part, found in session.rows_together(wanted, **values).items():
        setattr(rows, FIELDS[part], found or [])
    return rows


def _assembled(session: Session, rows: Rows, header: Header, *, is_whole: bool) -> Catalog:
    tables = TableAssembly(rows)
    objects = ObjectAssembly(rows, tables)
    found = tables.tables()
    lost = {part.part for part in session.missing}
    if is_whole:
        found = fill_from_inspector(session, found, lost)
    if is_whole and parts.SEQUENCES.name not in lost and objects.bare_sequences():
        session.missing.append(MissingPart("numbers of sequences", "The server tells only their names."))
    if found and parts.ROW_COUNTS.name not in lost and _knows_no_row_count(found):
        session.missing.append(MissingPart(parts.ROW_COUNTS.name, "The server keeps no row counts in sys.partitions."))
    if not header.sees_definitions:
        session.missing.append(
            MissingPart(
                "objects and definitions out of sight",
                "This login lacks VIEW DEFINITION: it sees only objects on which it has some permission, "
                "and definitions, defaults and checks may be empty.",
                "VIEW DEFINITION",
            )
        )
    return Catalog(
        database=header.database,
        default_schema=header.default_schema,
        schemas=objects.schemas(),
        tables=found,
        routines=objects.routines(),
        triggers=objects.database_triggers(),
        synonyms=objects.synonyms(),
        sequences=objects.sequences(),
        types=objects.types(),
        missing=tuple(session.missing),
        read_at=datetime.now(UTC),
        server=header.server,
        collation=header.collation,
        comment=rows.comment_index().get((OF_DATABASE, 0, 0)),
    )


def _knows_no_row_count(tables: tuple[Table, ...]) -> bool:
    counted = [table for table in tables if table.kind == "table" and "memory-optimized" not in table.marks]
    return bool(counted) and all(table.row_count is None for table in counted)


def _header(session: Session) -> Header:
    rows = session.rows(parts.DATABASE)
    if not rows:
        return Header(database=str(session.connection.engine.url.database or ""))
    row = rows[0]
    edition = EDITIONS.get(row.engine_edition, "")
    server = " ".join(part for part in (row.server_name, row.product_version, edition) if part)
    return Header(
        database=row.database_name,
        default_schema=row.default_schema or "dbo",
        server=server,
        collation=row.collation_name or "",
        # Babelfish says 0 to whoever asks, and hides nothing.
        sees_definitions=row.sees_definitions != 0 or bool(row.babelfish),
    )


def _fingerprint(session: Session) -> str:
    known = len(session.missing)
    rows = session.rows(parts.FINGERPRINT)
    del session.missing[known:]  # a server without one is asked again in time; nothing is missing from the answer
    if not rows:
        return ""
    told = "|".join(str(value) for value in rows[0])
    return hashlib.blake2b(told.encode(), digest_size=12).hexdigest()


def _database(row: Any, size_kb: int | None) -> Database:
    return Database(
        name=row.database_name,
        state=row.state or "",
        is_read_only=bool(row.is_read_only),
        is_system=row.database_name.casefold() in SYSTEM_DATABASES,
        compatibility_level=row.compatibility_level,
        collation=row.collation_name or "",
        created=row.created,
        is_accessible=None if row.is_accessible is None else bool(row.is_accessible),
        recovery_model=row.recovery_model or "",
        size_kb=size_kb,
    )
