"""Columns that many tables have alike, such as who changed a row and when: the map tells them once."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mssql_mcp.catalog.map_words import short_type

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mssql_mcp.catalog.map_links import MapLinks
    from mssql_mcp.catalog.model import Column, Table

# Columns are worth a common sign when at least so many tables and this part of all have them.
SHARED_TABLES = 5
SHARED_PART = 0.3

Shared = tuple[str, str, bool]


@dataclass(frozen=True, slots=True)
class SharedColumns:
    """Columns (name, type, nullable) that many tables have alike and that belong to no key or link."""

    columns: tuple[Shared, ...] = ()

    @classmethod
    def among(cls, tables: Sequence[Table], links: MapLinks) -> SharedColumns:
        """Choose the set of columns that saves the most characters when it is said once."""
        sets = [frozenset(_free(table, links)) for table in tables]
        counted = Counter(column for found in sets for column in found)
        enough = max(SHARED_TABLES, SHARED_PART * len(tables))
        frequent = [column for column, count in counted.most_common() if count >= enough]
        best: tuple[int, tuple[Shared, ...]] = (0, ())
        for size in range(1, len(frequent) + 1):
            chosen = tuple(frequent[:size])
            holders = sum(1 for found in sets if found.issuperset(chosen))
            saved = (holders - 1) * sum(len(name) + len(short_type(kind)) for name, kind, _ in chosen)
            best = max(best, (saved if holders >= SHARED_TABLES else 0, chosen))
        order = {name: position for position, name in enumerate(_usual_order(tables, best[1]))}
        return cls(tuple(sorted(best[1], key=lambda column: order.get(column[0], 0))))

    def held_by(self, table: Table, links: MapLinks) -> frozenset[str]:
        """Give the names of the shared columns where a table has them all; else none."""
        if not self.columns or not _free(table, links).issuperset(self.columns):
            return frozenset()
        return frozenset(name for name, _, _ in self.columns)


def key_names(table: Table) -> frozenset[str]:
    """Give the names of a table's primary key columns."""
    return frozenset(table.primary_key.columns) if table.primary_key else frozenset()


def _free(table: Table, links: MapLinks) -> set[Shared]:
    found = links.of(table)
    tied = {*key_names(table), *found.single, *(name for link in found.composite for name in link.columns)}
    return {_shared(column) for column in table.columns if column.name not in tied}


def _shared(column: Column) -> Shared:
    return column.name, column.type, column.is_nullable


def _usual_order(tables: Sequence[Table], shared: Sequence[Shared]) -> list[str]:
    """Give the shared columns in the order of the first table that has them all."""
    wanted = {name for name, _, _ in shared}
    for table in tables:
        names = [column.name for column in table.columns if column.name in wanted]
        if len(names) == len(wanted):
            return names
    return [name for name, _, _ in shared]
