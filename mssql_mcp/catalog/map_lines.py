"""The lines of the map: one table each, its columns with keys, links and types."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mssql_mcp.catalog.map_copies import told_copies
from mssql_mcp.catalog.map_links import MapLinks
from mssql_mcp.catalog.map_shared import SharedColumns, key_names
from mssql_mcp.catalog.map_types import TypeRules
from mssql_mcp.catalog.map_words import map_name, short_count, short_type
from mssql_mcp.catalog.naming import singular_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from mssql_mcp.catalog.hints import Hints, Mark
    from mssql_mcp.catalog.map import Level
    from mssql_mcp.catalog.map_comments import Place
    from mssql_mcp.catalog.model import Catalog, Column, Table

LEAST_NAME = 3  # characters of a table's name that its sign is shorter than


@dataclass(frozen=True, slots=True)
class _Item:
    """A column as it stands in a line, without its type.

    Attributes:
        text: Name, key, NULL, links and comment.
        kind: The short type.
        implied: The short type that the reader takes where none is written; None where it is the next one written,
            empty where none may be left out.
    """

    text: str
    kind: str
    implied: str | None


class TableLines:
    """Writes the lines of one map's tables and views.

    Args:
        catalog: Where links point.
        hints: Guessed links and what tables seem to be.
        tables: The tables on the map.
        views: The views on the map.
    """

    def __init__(self, catalog: Catalog, hints: Hints, tables: Sequence[Table], views: Sequence[Table] = ()) -> None:
        self._hints = hints
        self.links = MapLinks(catalog, hints, tables, views)
        self.shared = SharedColumns.among(tables, self.links)
        self.copies = told_copies(catalog, hints, tables, self.links)
        self.rules = TypeRules.among(self._ruled((*tables, *views)))
        nullable = Counter(
            column.is_nullable
            for table in tables
            for column in table.columns
            if table.kind != "view" and column.name not in key_names(table)
        )
        # Which of the two `@` stands for: the one that more columns begin with.
        self.is_singular = sum(map(self._own_singular, tables)) >= sum(map(self._own_plural, tables))
        self.marks_null = nullable[True] <= nullable[False]
        self.null_sign = "?" if self.marks_null else "!"

    def head(self, table: Table) -> str:
        """Write a table's name and rows."""
        return " ".join(part for part in (map_name(table.name), short_count(table.row_count)) if part)

    def line(
        self,
        table: Table,
        level: Level,
        comments: Mapping[Place, str] | None = None,
        *,
        is_among_shorter: bool = False,
    ) -> str:
        """Write a table at a level of detail.

        Args:
            table: What to write.
            level: How much.
            comments: Those that are told.
            is_among_shorter: Whether other tables are told at a lower level, so that types of keys are not theirs to
                look up.
        """
        comments = comments or {}
        head = self.head(table)
        place = (table.schema, table.name)
        if signs := self._signs(table, self._hints.marks.get(place)):
            head += f" [{', '.join(signs)}]"
        if comment := comments.get((*place, "")):
            head += f" {{{comment}}}"
        copy = self.copies.get(place)
        if copy is not None:
            changed = self._columns(table, copy.changed, level, {}, is_among_shorter=True)
            gone = [f"-{map_name(name)}" for name in copy.gone]
            words = f"{copy.word} {self.links.place(table, copy.original)}"
            return f"{head}: {','.join((words, *changed, *gone))}"
        common = self.shared.held_by(table, self.links) if level.columns == "all" else frozenset()
        keys, links = key_names(table), self.links.of(table)
        listed = [
            column
            for column in table.columns
            if column.name not in common
            and (level.columns == "all" or (column.name in keys or column.name in links.single))
        ]
        parts = self._columns(table, listed, level, comments, is_among_shorter=is_among_shorter)
        parts += [f"({','.join(map(map_name, link.columns))})>{self.links.target(table, link)}"
                  for link in links.composite]  # fmt: skip
        parts += self._key_order(table)
        parts += ["&"] if common else []
        if parts:
            return f"{head}: {','.join(parts)}"
        return f"{head}:" if head.startswith("[") else head  # brackets alone on a line would be a schema

    def shared_text(self, *, types: bool) -> str:
        """Write the shared columns for the legend, each with its type."""
        return ",".join(
            map_name(name) + (self._null(is_nullable) + f" {short_type(kind)}" if types else "")
            for name, kind, is_nullable in self.shared.columns
        )

    @staticmethod
    def _signs(table: Table, mark: Mark | None) -> list[str]:
        signs = [sign for sign in table.marks if sign in ("node", "edge", "memory-optimized")]
        if table.temporal == "history":
            signs.append("history")
        if mark is not None:
            signs.append(mark.kind)
        return signs

    def _columns(
        self,
        table: Table,
        columns: Iterable[Column],
        level: Level,
        comments: Mapping[Place, str],
        *,
        is_among_shorter: bool,
    ) -> list[str]:
        keys = key_names(table)
        one = singular_name(table.name) if self.is_singular else table.name
        items = []
        for column in columns:
            text = f"{'*' if column.name in keys else ''}{_own_name(one, column.name)}"
            if level.types and column.name not in keys:
                text += self._null(column.is_nullable)
            text += self.links.sign(table, column.name)
            if comment := comments.get((table.schema, table.name, column.name)):
                text += f"{{{comment}}}"
            kind = short_type(column.type) if level.types else ""
            items.append(_Item(text, kind, self._implied(table, column.name, is_among_shorter=is_among_shorter)))
        return _with_types(items)

    def _null(self, is_nullable: bool) -> str:
        return self.null_sign if is_nullable == self.marks_null else ""

    def _implied(self, table: Table, column: str, *, is_among_shorter: bool) -> str | None:
        kind = self.links.key_type(table, column)
        if kind is None:
            return self.rules.type_of(column)
        return "" if is_among_shorter else short_type(kind)

    def _ruled(self, tables: Iterable[Table]) -> Iterable[tuple[str, str]]:
        for table in tables:
            if (table.schema, table.name) in self.copies:
                continue
            common = self.shared.held_by(table, self.links)
            for column in table.columns:
                if column.name not in common and self.links.key_type(table, column.name) is None:
                    yield column.name, column.type

    @staticmethod
    def _own_singular(table: Table) -> int:
        return sum(_own_name(singular_name(table.name), column.name)[0] == "@" for column in table.columns)

    @staticmethod
    def _own_plural(table: Table) -> int:
        return sum(_own_name(table.name, column.name)[0] == "@" for column in table.columns)

    @staticmethod
    def _key_order(table: Table) -> list[str]:
        key = table.primary_key.columns if table.primary_key else ()
        natural = tuple(column.name for column in table.columns if column.name in key)
        return [f"*({','.join(map(map_name, key))})"] if len(key) > 1 and key != natural else []


def _own_name(one: str, column: str) -> str:
    """Write a column's name, with a sign for the table's name (in the singular) where it begins with that."""
    rest = column[len(one) :]
    is_own = len(one) >= LEAST_NAME and column.startswith(one) and (rest[:1].isupper() or rest[:1] == "_")
    return f"@{rest}" if is_own and map_name(f"a{rest}") == f"a{rest}" else map_name(column)


def _with_types(items: Sequence[_Item]) -> list[str]:
    """Add each type that is not implied, nor that of the next column that has one written."""
    written: list[str] = []
    following = ""
    for item in reversed(items):
        implied = following if item.implied is None else item.implied
        if item.kind and item.kind != implied:
            written.append(f"{item.text} {item.kind}")
            following = item.kind
        else:
            written.append(item.text)
    return written[::-1]
