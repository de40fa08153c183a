"""Tables that the map tells as a copy of another: only where what is not said is the same."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from mssql_mcp.catalog.map_shared import key_names

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from mssql_mcp.catalog.hints import Hints
    from mssql_mcp.catalog.map_links import Link, MapLinks, Place
    from mssql_mcp.catalog.model import Catalog, Column, Table

# A copy is told by its difference from the original where that takes at most so many columns.
COPY_DIFFERENCES = 4

Word = Literal["as", "like"]
Facts = tuple[str, bool, bool, frozenset["Link"]]
"""Type, nullability, whether the column is in the key, and its links."""


@dataclass(frozen=True, slots=True)
class Copy:
    """How a table is told by another one.

    Attributes:
        word: `as` where keys and links are those of the original, `like` where it has the columns alone: no key, and
            the links of the original as guesses.
        original: (schema, table).
        changed: Columns that differ or that the original has not.
        gone: Names of the original's columns that it has not.
    """

    word: Word
    original: Place
    changed: tuple[Column, ...]
    gone: tuple[str, ...]


def told_copies(catalog: Catalog, hints: Hints, tables: Sequence[Table], links: MapLinks) -> dict[Place, Copy]:
    """Choose the tables that are told as copies: the original must be on the map, and told in full."""
    shown = {(table.schema, table.name): table for table in tables}
    found: dict[Place, Copy] = {}
    for place, table in shown.items():
        mark = hints.marks.get(place)
        if mark is None or not mark.other:
            continue
        schema, _, name = mark.other.partition(".")
        original = catalog.table(schema, name)
        if original is None or shown.get((original.schema, original.name)) is not original:
            continue
        other = hints.marks.get((original.schema, original.name))
        if (other is None or not other.other) and (copy := _copy(table, original, links)) is not None:
            found[place] = copy
    return found


def _copy(table: Table, original: Table, links: MapLinks) -> Copy | None:
    own, its = _facts(table, links), _facts(original, links)
    bare = {name: _bare(facts) for name, facts in its.items()}
    expectations: tuple[tuple[Word, dict[str, Facts]], ...] = (("as", its), ("like", bare))
    ways = [
        _difference(word, table, original, own, expected)
        for word, expected in expectations
        if _fits(word, table, original, links)
    ]
    return min(
        (way for way in ways if len(way.changed) + len(way.gone) <= COPY_DIFFERENCES),
        key=lambda way: len(way.changed) + len(way.gone),
        default=None,
    )


def _difference(word: Word, table: Table, original: Table, own: dict[str, Facts], expected: dict[str, Facts]) -> Copy:
    changed = tuple(column for column in table.columns if expected.get(column.name) != own[column.name])
    gone = tuple(name for name in expected if name not in own)
    return Copy(word, (original.schema, original.name), changed, gone)


def _fits(word: Word, table: Table, original: Table, links: MapLinks) -> bool:
    """Tell whether what belongs to several columns is as the word says."""
    key = table.primary_key.columns if table.primary_key else ()
    composite = set(links.of(table).composite)
    if word == "like":
        return not key and not composite
    its = original.primary_key.columns if original.primary_key else ()
    return key == its and composite == set(links.of(original).composite)


def _facts(table: Table, links: MapLinks) -> dict[str, Facts]:
    keys, single = key_names(table), links.of(table).single
    return {
        column.name: (column.type, column.is_nullable, column.name in keys, frozenset(single.get(column.name, ())))
        for column in table.columns
    }


def _bare(facts: Facts) -> Facts:
    return facts[0], facts[1], False, frozenset(_guessed(facts[3]))


def _guessed(links: Iterable[Link]) -> Iterable[Link]:
    for link in links:
        yield replace(link, is_guess=True)
