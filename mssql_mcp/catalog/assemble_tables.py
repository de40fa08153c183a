"""Turn the raw rows of the catalog views into tables with all that belongs to them."""

from __future__ import annotations

from itertools import groupby
from sys import intern
from typing import TYPE_CHECKING, Any

from mssql_mcp.catalog.rows import OF_INDEX, OF_OBJECT, Rows, grouped, type_of
from mssql_mcp.catalog.table import (
    CheckConstraint,
    Column,
    Computed,
    DefaultConstraint,
    ForeignKey,
    Identity,
    Index,
    IndexKey,
    Partition,
    Partitioning,
    PrimaryKey,
    Table,
    Trigger,
    UniqueConstraint,
)

if TYPE_CHECKING:
    from mssql_mcp.catalog.rows import Comments
    from mssql_mcp.catalog.table import Action, TableKind, Temporal

# https://learn.microsoft.com/sql/relational-databases/system-catalog-views/sys-columns-transact-sql
NOT_GENERATED = "NOT_APPLICABLE"
COLUMN_MARKS = (
    ("is_sparse", "sparse"),
    ("is_rowguidcol", "rowguid"),
    ("is_hidden", "hidden"),
    ("is_column_set", "column set"),
    ("is_filestream", "filestream"),
)
# https://learn.microsoft.com/sql/relational-databases/system-catalog-views/sys-tables-transact-sql
TEMPORAL: dict[int, Temporal] = {1: "history", 2: "system-versioned"}
TABLE_MARKS = (
    ("is_memory_optimized", "memory-optimized"),
    ("is_node", "node"),
    ("is_edge", "edge"),
    ("is_filetable", "filetable"),
    ("is_tracked_by_cdc", "cdc"),
    ("is_remote_data_archive_enabled", "stretch"),
    ("ledger_type", "ledger"),
)
TABLE_TYPES: dict[str, TableKind] = {"U": "table", "ET": "external", "V": "view"}
ACTIONS: dict[str, Action] = {
    "NO_ACTION": "NO ACTION",
    "CASCADE": "CASCADE",
    "SET_NULL": "SET NULL",
    "SET_DEFAULT": "SET DEFAULT",
}
WHOLE_TABLE = (0, 1)  # index_id of a heap and of a clustered index: they hold the rows


class TableAssembly:
    """Assembles the tables of one read; each look-up is built once."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows
        self._comments = rows.comment_index()
        self._properties = {row.object_id: row for row in rows.table_properties}
        self._identities = {(row.object_id, row.column_id): row for row in rows.identities}
        self._columns = grouped(rows.columns, "object_id")
        self._indexes = grouped(rows.indexes, "object_id")
        self._checks = grouped(rows.checks, "object_id")
        self._triggers = grouped(rows.triggers, "parent_id")
        self._row_counts = {(row.object_id, row.index_id): row for row in rows.row_counts}
        self._sizes = {(row.object_id, row.index_id): row.size_kb for row in rows.sizes}
        self._total_sizes: dict[int, int] = {}
        for row in rows.sizes:
            self._total_sizes[row.object_id] = self._total_sizes.get(row.object_id, 0) + (row.size_kb or 0)
        self._definitions = {row.object_id: row for row in rows.definitions}
        self._partitioning = {row.object_id: row for row in rows.partitioning}
        self._boundaries = grouped(rows.boundaries, "function_id")
        self._outgoing, self._incoming = foreign_keys(rows.foreign_keys, self._comments)

    def tables(self) -> tuple[Table, ...]:
        """Give every table and view, sorted by schema and name."""
        found = [self._table(row) for row in self._rows.objects if row.object_type in TABLE_TYPES]
        return tuple(sorted(found, key=lambda table: (table.schema.casefold(), table.name.casefold())))

    def columns(self, object_id: int) -> tuple[Column, ...]:
        """Give the columns of an object, in order."""
        return tuple(self._column(row) for row in self._columns.get(object_id, ()))

    def _table(self, row: Any) -> Table:
        key = row.object_id
        indexes = self._index_list(key)
        definition = self._definitions.get(key)
        properties = self._properties.get(key)
        marks = [mark for name, mark in TABLE_MARKS if getattr(properties, name, None)]
        if definition is not None and definition.is_schema_bound and row.object_type == "V":
            marks.append("schema-bound")
        return Table(
            schema=intern(row.schema_name),
            name=row.object_name,
            kind="external" if getattr(properties, "is_external", None) else TABLE_TYPES[row.object_type],
            columns=self.columns(key),
            primary_key=_primary_key(indexes),
            foreign_keys=tuple(self._outgoing.get(key, ())),
            referenced_by=tuple(self._incoming.get(key, ())),
            uniques=_uniques(indexes),
            checks=self._check_list(key),
            defaults=_defaults(self._columns.get(key, ()), self._comments),
            indexes=indexes,
            triggers=self._trigger_list(row),
            row_count=None if "memory-optimized" in marks else self._row_count(key),
            size_kb=self._total_sizes.get(key),
            created=row.created,
            modified=row.modified,
            comment=self._comments.get((OF_OBJECT, key, 0)),
            definition=definition.definition if definition is not None else None,
            temporal=TEMPORAL.get(getattr(properties, "temporal_type", None) or 0, ""),
            history_table=_history(properties),
            marks=tuple(marks),
            partitioning=self._partitioning_of(key),
            partitions=tuple(
                Partition(part.partition_number, part.row_count, _compression(part.compression))
                for part in self._rows.partitions
            ),
        )

    def _column(self, row: Any) -> Column:
        written, alias = type_of(row)
        identity = None
        if row.is_identity:
            rule = self._identities.get((row.object_id, row.column_id))
            identity = Identity(rule.seed, rule.increment) if rule else Identity()
        differs = row.collation_name and row.collation_name != self._rows.collation
        return Column(
            name=intern(row.column_name),
            type=written,
            is_nullable=bool(row.is_nullable),
            default=row.default_definition,
            identity=identity,
            computed=Computed(row.computed_definition or "", bool(row.is_persisted)) if row.is_computed else None,
            comment=self._comments.get((OF_OBJECT, row.object_id, row.column_id)),
            alias=alias,
            collation=row.collation_name if differs else None,
            generated=_generated(row.generated),
            masking=row.masking_function,
            encryption=row.encryption.lower() if row.encryption else None,
            marks=tuple(mark for name, mark in COLUMN_MARKS if getattr(row, name)),
        )

    def _index_list(self, key: int) -> tuple[Index, ...]:
        return tuple(
            self._index(key, index_id, list(rows))
            for index_id, rows in groupby(self._indexes.get(key, ()), lambda row: row.index_id)
        )

    def _index(self, key: int, index_id: int, rows: list[Any]) -> Index:
        first = rows[0]
        counted = self._row_counts.get((key, index_id))
        named = [row for row in rows if row.column_name is not None]
        return Index(
            name=first.index_name,
            type=intern(first.index_type.lower()),
            keys=tuple(IndexKey(row.column_name, bool(row.is_descending_key)) for row in named if row.key_ordinal),
            included=tuple(
                row.column_name for row in named if not row.key_ordinal and _is_carried(row, first.index_type)
            ),
            is_unique=bool(first.is_unique),
            is_primary_key=bool(first.is_primary_key),
            is_unique_constraint=bool(first.is_unique_constraint),
            filter=first.filter_definition,
            is_disabled=bool(first.is_disabled),
            compression=_compression(counted.compression) if counted else "",
            size_kb=self._sizes.get((key, index_id)),
            comment=self._comments.get((OF_INDEX, key, index_id)),
        )

    def _check_list(self, key: int) -> tuple[CheckConstraint, ...]:
        return tuple(
            CheckConstraint(
                name=row.constraint_name,
                definition=row.definition or "",
                column=row.column_name,
                is_enabled=not row.is_disabled,
                is_trusted=not row.is_not_trusted,
                comment=self._comments.get((OF_OBJECT, row.constraint_id, 0)),
            )
            for row in self._checks.get(key, ())
        )

    def _trigger_list(self, parent: Any) -> tuple[Trigger, ...]:
        rows = self._triggers.get(parent.object_id, ())
        texts = {row.trigger_id: self._definitions.get(row.trigger_id) for row in rows}
        return triggers(rows, parent.schema_name, parent.object_name, texts, self._comments)

    def _row_count(self, key: int) -> int | None:
        for index_id in WHOLE_TABLE:
            row = self._row_counts.get((key, index_id))
            if row is not None and row.row_count is not None:
                return int(row.row_count)
        return None

    def _partitioning_of(self, key: int) -> Partitioning | None:
        row = self._partitioning.get(key)
        if row is None:
            return None
        boundaries = tuple(found.boundary for found in self._boundaries.get(row.function_id, ()))
        return Partitioning(row.scheme_name, row.function_name, row.column_name, bool(row.is_right), boundaries)


def foreign_keys(
    rows: list[Any], comments: Comments
) -> tuple[dict[int, list[ForeignKey]], dict[int, list[ForeignKey]]]:
    """Give the foreign keys by the table that holds them and by the table that they point at."""
    outgoing: dict[int, list[ForeignKey]] = {}
    incoming: dict[int, list[ForeignKey]] = {}
    for pairs in grouped(rows, "constraint_id").values():
        first = pairs[0]
        if any(row.column_name is None or row.referenced_column is None for row in pairs):
            continue  # one end is a table that this login may not see
        key = ForeignKey(
            name=first.constraint_name,
            schema=intern(first.schema_name),
            table=first.table_name,
            columns=tuple(row.column_name for row in pairs),
            referenced_schema=intern(first.referenced_schema),
            referenced_table=first.referenced_table,
            referenced_columns=tuple(row.referenced_column for row in pairs),
            on_delete=ACTIONS.get(first.on_delete, "NO ACTION"),
            on_update=ACTIONS.get(first.on_update, "NO ACTION"),
            is_enabled=not first.is_disabled,
            is_trusted=not first.is_not_trusted,
            comment=comments.get((OF_OBJECT, first.constraint_id, 0)),
        )
        outgoing.setdefault(first.parent_object_id, []).append(key)
        incoming.setdefault(first.referenced_object_id, []).append(key)
    for keys in (*outgoing.values(), *incoming.values()):
        keys.sort(key=lambda key: (key.schema.casefold(), key.table.casefold(), key.name.casefold()))
    return outgoing, incoming


def triggers(rows: Any, schema: str, table: str, texts: dict[int, Any], comments: Comments) -> tuple[Trigger, ...]:
    """Give the triggers of one parent from their rows, one row an event."""
    found = []
    for _, events in groupby(rows, lambda row: row.trigger_id):
        listed = list(events)
        first = listed[0]
        text = texts.get(first.trigger_id)
        found.append(
            Trigger(
                name=first.trigger_name,
                schema=schema,
                table=table,
                events=tuple(row.event_name for row in listed if row.event_name),
                is_instead_of=bool(first.is_instead_of_trigger),
                is_enabled=not first.is_disabled,
                definition=text.definition if text is not None else None,
                comment=comments.get((OF_OBJECT, first.trigger_id, 0)),
            )
        )
    return tuple(found)


def _history(properties: Any) -> str | None:
    name = getattr(properties, "history_name", None)
    return f"{properties.history_schema}.{name}" if name else None


def _generated(description: str | None) -> str | None:
    if not description or description == NOT_GENERATED:
        return None
    return intern(description.removeprefix("AS_").replace("_", " ").lower())


def _is_carried(row: Any, index_type: str) -> bool:
    # A partitioning column that is no key is in sys.index_columns too, without being included.
    return bool(row.is_included_column) or "COLUMNSTORE" in index_type


def _primary_key(indexes: tuple[Index, ...]) -> PrimaryKey | None:
    for index in indexes:
        if index.is_primary_key:
            return PrimaryKey(index.name, tuple(key.column for key in index.keys), index.type == "clustered")
    return None


def _uniques(indexes: tuple[Index, ...]) -> tuple[UniqueConstraint, ...]:
    return tuple(
        UniqueConstraint(index.name, tuple(key.column for key in index.keys))
        for index in indexes
        if index.is_unique_constraint
    )


def _defaults(rows: Any, comments: Comments) -> tuple[DefaultConstraint, ...]:
    return tuple(
        DefaultConstraint(
            row.default_name,
            row.column_name,
            row.default_definition or "",
            comments.get((OF_OBJECT, row.default_id, 0)),
        )
        for row in rows
        if row.default_name
    )


def _compression(description: str | None) -> str:
    return "" if description in (None, "", "NONE") else intern(str(description).lower())
