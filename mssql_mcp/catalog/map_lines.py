"""The lines of the map: one table each, its columns in runs of one type, with keys and links."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mssql_mcp.catalog.listing import shortened
from mssql_mcp.catalog.map_words import short_count, short_type

if TYPE_CHECKING:
    from collections.abc import Sequence
    from collections.abc import Set as AbstractSet

    from mssql_mcp.catalog.hints import Hints, Mark
    from mssql_mcp.catalog.map import Level
    from mssql_mcp.catalog.model import Catalog, Column, ForeignKey, Table

TABLE_COMMENT = 100
COLUMN_COMMENT = 60
# Columns are worth a common sign when at least so many tables and this part of all have them.
SHARED_TABLES = 5
SHARED_PART = 0.3
# A copy is told by its difference from the original where that takes at most so many columns.
COPY_DIFFERENCES = 4

Shared = tuple[str, str, bool]


@dataclass(frozen=True, slots=True)
class SharedColumns:
    """Columns (name, type, nullable) that many tables have alike, such as who changed a row and when."""

    columns: tuple[Shared, ...] = ()

    @classmethod
    def among(cls, tables: Sequence[Table], hints: Hints) -> SharedColumns:
        """Choose the set of columns that saves the most characters when it is said once."""
        sets = [cls._candidates(table, hints) for table in tables]
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

    @staticmethod
    def _candidates(table: Table, hints: Hints) -> frozenset[Shared]:
        tied = {name.casefold() for key in table.foreign_keys for name in key.columns}
        tied |= {name.casefold() for name in table.primary_key.columns} if table.primary_key else set()
        tied |= {link.column.casefold() for link in hints.links_from.get((table.schema, table.name), ())}
        return frozenset(
            (column.name, column.type, column.is_nullable)
            for column in table.columns
            if column.name.casefold() not in tied and not column.comment
        )

    def held_by(self, table: Table) -> frozenset[str]:
        """Give the names of the shared columns where a table has them all; else none."""
        own = {(column.name, column.type, column.is_nullable) for column in table.columns if not column.comment}
        if not self.columns or not own.issuperset(self.columns):
            return frozenset()
        return frozenset(name for name, _, _ in self.columns)

    def text(self, *, types: bool) -> str:
        """Write the columns for the legend."""
        if not types:
            return ",".join(name for name, _, _ in self.columns)
        return _runs([(f"{name}{'?' if nullable else ''}", short_type(kind)) for name, kind, nullable in self.columns])


class TableLines:
    """Writes the lines of one catalog's tables.

    Args:
        catalog: Where links point.
        hints: Guessed links and what tables seem to be.
        shared: Columns that are said once.
        shown: The (schema, table) that are on the map; links to others always name them.
    """

    def __init__(
        self, catalog: Catalog, hints: Hints, shared: SharedColumns, shown: AbstractSet[tuple[str, str]]
    ) -> None:
        self._catalog = catalog
        self._hints = hints
        self._shared = shared
        self._key_owners = {name: owner for name, owner in _key_owners(catalog).items() if owner in shown}

    def head(self, table: Table) -> str:
        """Write a table's name and rows."""
        return " ".join(part for part in (table.name, short_count(table.row_count)) if part)

    def line(self, table: Table, level: Level) -> str:
        """Write a table at a level of detail."""
        head = self.head(table)
        mark = self._hints.marks.get((table.schema, table.name))
        signs = self._signs(table, mark)
        if signs:
            head += f" [{', '.join(signs)}]"
        if level.comments and table.comment:
            head += f" {{{shortened(table.comment, TABLE_COMMENT)}}}"
        if mark is not None and mark.other and (told := self._as_copy(table, mark.other)):
            return f"{head}: {told}"
        columns = self._columns(table, level)
        return f"{head}: {columns}" if columns else head

    @staticmethod
    def _signs(table: Table, mark: Mark | None) -> list[str]:
        signs = [sign for sign in table.marks if sign in ("node", "edge", "memory-optimized")]
        if table.temporal == "history":
            signs.append("history")
        if mark is not None:
            signs.append(mark.kind)
        return signs

    def _as_copy(self, table: Table, other: str) -> str:
        """Tell a copy by its difference from the original; empty where that is no shorter."""
        schema, _, name = other.partition(".")
        original = self._catalog.table(schema, name)
        if original is None:
            return ""
        own = {column.name.casefold(): column for column in table.columns}
        its = {column.name.casefold(): column for column in original.columns}
        more = [f"+{own[key].name} {short_type(own[key].type)}" for key in own if key not in its]
        more += [
            f"{own[key].name} {short_type(own[key].type)}"
            for key in own
            if key in its and own[key].type != its[key].type
        ]
        less = [f"-{its[key].name}" for key in its if key not in own]
        if len(more) + len(less) > COPY_DIFFERENCES:
            return ""
        return " ".join((f"columns of {self._target(table, schema, name)}", ",".join((*more, *less)))).strip()

    def _columns(self, table: Table, level: Level) -> str:
        key = {name.casefold() for name in table.primary_key.columns} if table.primary_key else set()
        links = self._links(table)
        common = self._shared.held_by(table) if level.columns == "all" else frozenset()
        parts: list[tuple[str, str]] = []
        for column in table.columns:
            folded = column.name.casefold()
            if column.name in common or (level.columns == "keys" and folded not in key and folded not in links):
                continue
            written = f"{'*' if folded in key else ''}{_name(column.name)}"
            written += "?" if level.types and column.is_nullable and table.kind != "view" else ""
            written += links.get(folded, "")
            written += self._comment(column, level)
            parts.append((written, short_type(column.type)))
        text = _runs(parts) if level.types else ",".join(written for written, _ in parts)
        rest = [f"({','.join(map(_name, link.columns))}){self._declared(table, link)}" for link in _composite(table)]
        return ",".join(part for part in (text, *rest, "&" if common else "") if part)

    @staticmethod
    def _comment(column: Column, level: Level) -> str:
        if not level.column_comments or not column.comment:
            return ""
        return f"{{{shortened(column.comment, COLUMN_COMMENT)}}}"

    def _links(self, table: Table) -> dict[str, str]:
        """Give the sign of each column's links: declared ones first, guesses where there are none."""
        found: dict[str, str] = {}
        for key in table.foreign_keys:
            if len(key.columns) == 1:
                folded = key.columns[0].casefold()
                is_plain = folded not in found and self._names_its_target(table, key)
                found[folded] = ">" if is_plain else found.get(folded, "") + self._declared(table, key)
        for link in self._hints.links_from.get((table.schema, table.name), ()):
            target = self._target(table, link.referenced_schema, link.referenced_table)
            if self._key_owners.get(link.column.casefold()) == (link.referenced_schema, link.referenced_table):
                target = ""
            found.setdefault(link.column.casefold(), f"~>{target}")
        return found

    def _names_its_target(self, table: Table, key: ForeignKey) -> bool:
        """Tell whether the column's name alone says where it points: it is the key of that one table."""
        owner = self._key_owners.get(key.columns[0].casefold())
        place = (key.referenced_schema, key.referenced_table)
        same = key.columns[0].casefold() == key.referenced_columns[0].casefold()
        return same and owner == place != (table.schema, table.name)

    def _declared(self, table: Table, key: ForeignKey) -> str:
        target = self._target(table, key.referenced_schema, key.referenced_table)
        other = self._catalog.table(key.referenced_schema, key.referenced_table)
        its_key = other.primary_key.columns if other is not None and other.primary_key else ()
        columns = "" if its_key == key.referenced_columns else f".{'+'.join(map(_name, key.referenced_columns))}"
        return f">{target}{columns}"

    @staticmethod
    def _target(table: Table, schema: str, name: str) -> str:
        return _name(name) if schema == table.schema else f"{_name(schema)}.{_name(name)}"


def _key_owners(catalog: Catalog) -> dict[str, tuple[str, str]]:
    """Give the table of each single-column key whose name no other table's key has."""
    owners: dict[str, tuple[str, str] | None] = {}
    for table in catalog.tables:
        if table.primary_key is not None and len(table.primary_key.columns) == 1:
            folded = table.primary_key.columns[0].casefold()
            owners[folded] = None if folded in owners else (table.schema, table.name)
    return {name: owner for name, owner in owners.items() if owner is not None}


def _runs(parts: Sequence[tuple[str, str]]) -> str:
    """Join columns, saying a type once after the last of those in a row that have it."""
    written = []
    for position, (name, kind) in enumerate(parts):
        is_last = position + 1 == len(parts) or parts[position + 1][1] != kind
        written.append(f"{name} {kind}" if is_last else name)
    return ",".join(written)


def _composite(table: Table) -> list[ForeignKey]:
    return [key for key in table.foreign_keys if len(key.columns) > 1]


def _name(name: str) -> str:
    """Put a name in brackets where it would be read as a part of the map."""
    return f"[{name}]" if any(sign in name for sign in " ,;:>?*&()[]{}~.") else name


def _usual_order(tables: Sequence[Table], shared: Sequence[Shared]) -> list[str]:
    """Give the shared columns in the order of the first table that has them all."""
    wanted = {name for name, _, _ in shared}
    for table in tables:
        names = [column.name for column in table.columns if column.name in wanted]
        if len(names) == len(wanted):
            return names
    return [name for name, _, _ in shared]
