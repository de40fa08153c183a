"""Where the columns of the map point, written as short as they can be read back.

A link whose target is the table that its column is named after needs no name: `CustomerID>` where one table has the key
`CustomerID`, or is called Customer or Customers and has the key `ID`. `BillToCustomerID>` is the same: the longest end
of the column's name decides, ignoring case and signs.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mssql_mcp.catalog.links import GENERIC
from mssql_mcp.catalog.map_words import map_name
from mssql_mcp.catalog.naming import singular_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mssql_mcp.catalog.hints import Hints
    from mssql_mcp.catalog.model import Catalog, Table

Place = tuple[str, str]
SIGNS = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Link:
    """One link of one or more columns.

    Attributes:
        columns: Here.
        place: (schema, table) where they point.
        referenced: There, in pairs with `columns`.
        is_guess: Whether no foreign key declares it.
    """

    columns: tuple[str, ...]
    place: Place
    referenced: tuple[str, ...]
    is_guess: bool = False


@dataclass(frozen=True, slots=True)
class TableLinks:
    """The links of one table: those of single columns by the column's name, and those of several."""

    single: dict[str, tuple[Link, ...]]
    composite: tuple[Link, ...]


class MapLinks:
    """Writes the links of one map.

    Args:
        catalog: Whose foreign keys.
        hints: Guessed links, where a column has no declared one.
        shown: The tables that are on the map: only what stands there can be referred to by less than its full name.
        views: The views on the map, which no link points at, but which may have the name of a table.
    """

    def __init__(self, catalog: Catalog, hints: Hints, shown: Sequence[Table], views: Sequence[Table] = ()) -> None:
        self._hints = hints
        self._catalog = catalog
        self._shown = {(table.schema, table.name): table for table in shown}
        self._found: dict[Place, TableLinks] = {}
        self._by_name: dict[str, Place | None] = {}
        self._named = {*self._shown, *((view.schema, view.name) for view in views)}
        for place in self._named:
            self._by_name[place[1]] = None if place[1] in self._by_name else place
        self._owners: dict[str, Place | None] = {}
        for table in shown:
            for name in self._reference_names(table):
                place = (table.schema, table.name)
                self._owners[name] = place if self._owners.get(name, place) == place else None

    def of(self, table: Table) -> TableLinks:
        """Give the links of a table, declared ones first."""
        place = (table.schema, table.name)
        found = self._found.get(place)
        if found is None:
            found = self._found[place] = self._read(table)
        return found

    def sign(self, table: Table, column: str) -> str:
        """Write the links of one column; empty where it has none."""
        signs = []
        for number, link in enumerate(self.of(table).single.get(column, ())):
            is_plain = number == 0 and self._is_named_after(column, link)
            signs.append(f"{'~' if link.is_guess else ''}>{'' if is_plain else self.target(table, link)}")
        return "".join(signs)

    def target(self, table: Table, link: Link) -> str:
        """Write where a link points: the table, and its columns where they are not its key."""
        other = self._shown.get(link.place) or self._catalog.table(*link.place)
        key = other.primary_key.columns if other is not None and other.primary_key else ()
        columns = "" if key == link.referenced else f"({','.join(map(map_name, link.referenced))})"
        return f"{self.place(table, link.place)}{columns}"

    def place(self, table: Table, place: Place) -> str:
        """Write a table's name for the line of another, with its schema where it is not clear."""
        schema, name = place
        near = (table.schema, name)
        meant = near if near in self._named else self._by_name.get(name) or near
        return map_name(name) if meant == place else f"{map_name(schema)}.{map_name(name)}"

    def key_type(self, table: Table, column: str) -> str | None:
        """Give the type of the key that a column points at.

        Returns:
            None where the column points at nothing on the map, empty where that one points further.
        """
        links = self.of(table).single.get(column)
        other = self._shown.get(links[0].place) if links else None
        if not links or other is None:
            return None
        name = links[0].referenced[0]
        if self.of(other).single.get(name):
            return ""
        return next((found.type for found in other.columns if found.name == name), "")

    def _is_named_after(self, column: str, link: Link) -> bool:
        other = self._shown.get(link.place)
        if other is None or other.primary_key is None or other.primary_key.columns != link.referenced:
            return False
        folded = plain(column)
        for start in range(len(folded)):
            if folded[start:] in self._owners:
                return self._owners[folded[start:]] == link.place
        return False

    def _reference_names(self, table: Table) -> set[str]:
        """Give what a column that points at a table may be called; none where its key itself points further."""
        key = table.primary_key
        if key is None or len(key.columns) != 1 or self.of(table).single.get(key.columns[0]):
            return set()
        own = plain(key.columns[0])
        names = {plain(singular_name(table.name)) + own}
        return names if own in GENERIC else names | {own}

    def _read(self, table: Table) -> TableLinks:
        single: dict[str, list[Link]] = {}
        composite: list[Link] = []
        for key in table.foreign_keys:
            link = Link(key.columns, (key.referenced_schema, key.referenced_table), key.referenced_columns)
            held = single.setdefault(key.columns[0], []) if len(key.columns) == 1 else composite
            if link not in held:
                held.append(link)
        for guess in self._hints.links_from.get((table.schema, table.name), ()):
            if guess.column not in single:
                place = (guess.referenced_schema, guess.referenced_table)
                single[guess.column] = [Link((guess.column,), place, (guess.referenced_column,), is_guess=True)]
        return TableLinks({name: tuple(links) for name, links in single.items()}, tuple(composite))


def plain(name: str) -> str:
    """Fold a name to letters and digits in lower case."""
    return SIGNS.sub("", name).casefold()
