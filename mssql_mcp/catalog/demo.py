"""The catalog of the embedded sample database, from the values that declare it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal

from mssql_mcp.catalog.model import (
    Catalog,
    CheckConstraint,
    Column,
    Computed,
    Database,
    DefaultConstraint,
    ForeignKey,
    Identity,
    Index,
    IndexKey,
    Parameter,
    PrimaryKey,
    Routine,
    Schema,
    Synonym,
    Table,
    Trigger,
    UniqueConstraint,
)
from mssql_mcp.catalog.names import ObjectName, resolve_table
from mssql_mcp.demo import schema as demo

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mssql_mcp.catalog.flight import Progress
    from mssql_mcp.connection.call import Call

CREATED = datetime(2022, 1, 3, 8, 0)  # noqa: DTZ001 - SQL Server's own dates have no zone either
FLAVOURS: dict[str, tuple[Literal["procedure", "function"], str]] = {
    "procedure": ("procedure", "sql"),
    "scalar function": ("function", "scalar"),
    "inline table function": ("function", "inline table"),
}


class DemoReader:
    """Reads the sample database's catalog; it cannot change, so it is put together once.

    Args:
        row_counts: Rows of each table by `schema.table`; None asks the database itself.
    """

    def __init__(self, row_counts: Mapping[str, int] | None = None) -> None:
        self._row_counts = row_counts
        self._catalog: Catalog | None = None

    def databases(self, call: Call) -> tuple[Database, ...]:
        """Give the one database there is."""
        return (
            Database(
                demo.DATABASE_NAME, is_read_only=True, collation=demo.COLLATION, created=CREATED, is_accessible=True
            ),
        )

    def catalog(
        self, call: Call, database: str | None = None, *, report: Callable[[Progress], None] | None = None
    ) -> Catalog:
        """Give the whole catalog."""
        if self._catalog is None:
            counts = self._row_counts if self._row_counts is not None else _count_rows()
            self._catalog = declared_catalog(counts)
        return self._catalog

    def overview(self, call: Call, database: str | None = None) -> Catalog:
        """Give the whole catalog: it costs nothing here."""
        return self.catalog(call, database)

    def table(self, call: Call, name: ObjectName, database: str | None = None) -> tuple[Table, Catalog]:
        """Give one table of the catalog."""
        catalog = self.catalog(call, database)
        return resolve_table(catalog, name), catalog

    def fingerprint(self, call: Call, database: str | None = None) -> str:
        """Give the same text every time."""
        return "demo"


def declared_catalog(row_counts: Mapping[str, int]) -> Catalog:
    """Turn the declared sample database into a catalog."""
    outgoing = {table.full_name: _foreign_keys(table) for table in demo.TABLES}
    incoming: dict[str, list[ForeignKey]] = {}
    for keys in outgoing.values():
        for key in keys:
            incoming.setdefault(f"{key.referenced_schema}.{key.referenced_table}", []).append(key)
    tables = [
        replace(
            _table(table, row_counts.get(table.full_name)),
            foreign_keys=outgoing[table.full_name],
            referenced_by=tuple(incoming.get(table.full_name, ())),
        )
        for table in demo.TABLES
    ]
    views = [_view(view) for view in demo.VIEWS]
    return Catalog(
        database=demo.DATABASE_NAME,
        default_schema=demo.DEFAULT_SCHEMA,
        schemas=tuple(Schema(name, demo.SCHEMA_COMMENTS.get(name)) for name in sorted(demo.SCHEMAS)),
        tables=tuple(sorted([*tables, *views], key=lambda table: (table.schema, table.name))),
        routines=tuple(
            sorted((_routine(routine) for routine in demo.ROUTINES), key=lambda item: (item.schema, item.name))
        ),
        synonyms=tuple(
            Synonym(synonym.schema, synonym.name, f"[{synonym.base_schema}].[{synonym.base_name}]")
            for synonym in demo.SYNONYMS
        ),
        fingerprint="demo",
        read_at=datetime.now(UTC),
        server="Embedded sample database",
        collation=demo.COLLATION,
        comment=demo.DATABASE_COMMENT,
    )


def _table(table: demo.DemoTable, row_count: int | None) -> Table:
    key = table.primary_key
    return Table(
        schema=table.schema,
        name=table.name,
        columns=tuple(_column(column) for column in table.columns),
        primary_key=PrimaryKey(key.name, key.columns, is_clustered=True) if key else None,
        uniques=tuple(UniqueConstraint(unique.name, unique.columns) for unique in table.unique_keys),
        checks=tuple(CheckConstraint(check.name, check.definition) for check in table.checks),
        defaults=tuple(
            DefaultConstraint(f"DF_{table.name}_{column.name}", column.name, column.default)
            for column in table.columns
            if column.default
        ),
        indexes=_indexes(table),
        triggers=tuple(
            Trigger(
                name=trigger.name,
                schema=table.schema,
                table=table.name,
                events=trigger.events,
                is_instead_of=trigger.timing == "INSTEAD OF",
                is_enabled=not trigger.disabled,
                definition=trigger.definition,
            )
            for trigger in table.triggers
        ),
        row_count=row_count,
        created=_moment(table.created),
        modified=_moment(table.created),
        comment=table.comment or None,
    )


def _view(view: demo.DemoView) -> Table:
    return Table(
        schema=view.schema,
        name=view.name,
        kind="view",
        columns=tuple(_column(column) for column in view.columns),
        created=_moment(view.created),
        modified=_moment(view.created),
        comment=view.comment or None,
        definition=view.definition,
    )


def _routine(routine: demo.DemoRoutine) -> Routine:
    kind, flavour = FLAVOURS[routine.kind]
    return Routine(
        schema=routine.schema,
        name=routine.name,
        kind=kind,
        flavour=flavour,
        parameters=tuple(
            Parameter(parameter.name, parameter.type, parameter.is_output, parameter.has_default)
            for parameter in routine.parameters
        ),
        returns="table" if "table" in flavour else routine.returns,
        created=_moment(routine.created),
        modified=_moment(routine.created),
        comment=routine.comment or None,
        definition=routine.definition,
    )


def _column(column: demo.DemoColumn) -> Column:
    return Column(
        name=column.name,
        type=column.type,
        is_nullable=column.nullable,
        default=column.default,
        identity=Identity(*column.identity) if column.identity else None,
        computed=Computed(column.computed, column.persisted) if column.computed else None,
        comment=column.comment or None,
    )


def _indexes(table: demo.DemoTable) -> tuple[Index, ...]:
    def keys(columns: tuple[str, ...]) -> tuple[IndexKey, ...]:
        return tuple(IndexKey(name.removeprefix("-"), name.startswith("-")) for name in columns)

    found = []
    if key := table.primary_key:
        found.append(Index(key.name, "clustered", keys(key.columns), is_unique=True, is_primary_key=True))
    found += [
        Index(unique.name, "nonclustered", keys(unique.columns), is_unique=True, is_unique_constraint=True)
        for unique in table.unique_keys
    ]
    found += [
        Index(
            name=index.name,
            type="nonclustered",
            keys=keys(index.columns),
            included=index.included,
            is_unique=index.unique,
            filter=index.filter or None,
        )
        for index in table.indexes
    ]
    return tuple(found)


def _foreign_keys(table: demo.DemoTable) -> tuple[ForeignKey, ...]:
    return tuple(
        ForeignKey(
            name=key.name,
            schema=table.schema,
            table=table.name,
            columns=key.columns,
            referenced_schema=key.referenced_schema,
            referenced_table=key.referenced_table,
            referenced_columns=key.referenced_columns,
            on_delete=key.on_delete,
        )
        for key in table.foreign_keys
    )


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _count_rows() -> dict[str, int]:
    """Count the rows of each table once; the sample database keeps no statistics and cannot change."""
    from mssql_mcp.demo.database import open_demo

    connection = open_demo()
    try:
        return {
            table.full_name: connection.execute(f'SELECT COUNT(*) FROM "{table.full_name}"').fetchone()[0]  # noqa: S608 - declared names
            for table in demo.TABLES
        }
    finally:
        connection.close()
