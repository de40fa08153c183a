"""Point out what names and structure together show: links that nobody declared, copies, code tables, junctions.

Everything here is a guess with its reason. A link needs a column named like one table's key and of the same type; a
copy needs the words of a copy in its name and the columns of the other table; code tables and junctions their shape.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from mssql_mcp.catalog.links import ImpliedLink, implied_links
from mssql_mcp.catalog.naming import stem_of, without_copy_words, words_of

if TYPE_CHECKING:
    from mssql_mcp.catalog.model import Catalog, Table

MarkKind = Literal["archive", "temporary", "code", "junction"]
Place = tuple[str, str]

# A copy shares at least this part of its columns with the table that it is a copy of.
COPY_SHARE = 0.6
CODE_COLUMNS = 8
CODE_ROWS = 1_000
JUNCTION_EXTRAS = 3
CODE_WORDS = frozenset(
    {
        "code",
        "codes",
        "type",
        "types",
        "status",
        "statuses",
        "state",
        "kind",
        "kinds",
        "category",
        "categories",
        "lookup",
    }
    | {"country", "countries", "currency", "currencies", "language", "languages", "unit", "units", "reason", "reasons"}
)
TEXTS = ("char", "nchar", "varchar", "nvarchar", "text", "ntext", "sysname")


@dataclass(frozen=True, slots=True)
class Mark:
    """What a table seems to be.

    Attributes:
        schema: Of the table.
        table: Its name.
        kind: An archive or a temporary copy or leftover, a code table, or a junction of others.
        reason: What shows it.
        other: `schema.name` of the table that it is a copy of; None where there is none.
    """

    schema: str
    table: str
    kind: MarkKind
    reason: str
    other: str | None = None


@dataclass(frozen=True, slots=True)
class Hints:
    """All guesses about one catalog.

    Attributes:
        links: Implied links, sorted by table.
        marks: By (schema, table).
        links_from: The links of each (schema, table).
    """

    links: tuple[ImpliedLink, ...] = ()
    marks: dict[Place, Mark] = field(default_factory=dict)
    links_from: dict[Place, tuple[ImpliedLink, ...]] = field(default_factory=dict)


def find_hints(catalog: Catalog) -> Hints:
    """Guess what a catalog's names and structure show."""
    tables = [table for table in catalog.tables if table.kind != "view"]
    copies = find_copies(tables)
    links = implied_links(catalog, {place: mark.other for place, mark in copies.items() if mark.other})
    linked_to = Counter((link.referenced_schema, link.referenced_table) for link in links)
    links_from: dict[Place, list[ImpliedLink]] = defaultdict(list)
    for link in links:
        links_from[link.schema, link.table].append(link)
    marks = dict(copies)
    for table in tables:
        place = (table.schema, table.name)
        if place in marks:
            continue
        mark = _junction(table, links_from.get(place, [])) or _code_table(table, linked_to[place])
        if mark:
            marks[place] = mark
    return Hints(links, marks, {place: tuple(found) for place, found in links_from.items()})


def find_copies(tables: list[Table]) -> dict[Place, Mark]:
    """Find archive and temporary copies of other tables, and temporary leftovers with nothing tied to them."""
    by_stem: dict[str, list[Table]] = defaultdict(list)
    for table in tables:
        by_stem[stem_of(table.name)].append(table)
    found: dict[Place, Mark] = {}
    series: dict[tuple[str, frozenset[str]], list[Table]] = defaultdict(list)
    for table in tables:
        stem, kind = without_copy_words(table.name)
        if not kind:
            continue
        place = (table.schema, table.name)
        original = _original(table, by_stem.get(stem, []))
        if original is not None:
            copy: MarkKind = "temporary" if kind == "temporary" else "archive"
            other = f"{original.schema}.{original.name}"
            found[place] = Mark(*place, copy, f"named like {other} and has its columns", other)
        elif kind == "temporary" and _is_untied(table):
            found[place] = Mark(*place, "temporary", "named like a leftover; no keys, and nothing points at it")
        elif columns := frozenset(column.name.casefold() for column in table.columns):
            series[stem, columns].append(table)
    for members in series.values():
        if len(members) > 1:
            newest = max(members, key=lambda table: table.name)
            for table in members:
                if table is not newest:
                    other = f"{newest.schema}.{newest.name}"
                    reason = f"one of {len(members)} tables of the same name and columns"
                    found[table.schema, table.name] = Mark(table.schema, table.name, "archive", reason, other)
    return found


def _original(copy: Table, candidates: list[Table]) -> Table | None:
    """Find the table that a copy was made of: same stem, most of the columns, the same schema first."""
    names = {column.name.casefold() for column in copy.columns}
    fitting = [
        table
        for table in candidates
        if table is not copy and table.columns and names and _share(names, table) >= COPY_SHARE
    ]
    return min(fitting, key=lambda table: (table.schema != copy.schema, -_share(names, table)), default=None)


def _share(names: set[str], table: Table) -> float:
    others = {column.name.casefold() for column in table.columns}
    return len(names & others) / min(len(names), len(others))


def _is_untied(table: Table) -> bool:
    return table.primary_key is None and not table.foreign_keys and not table.referenced_by


def _junction(table: Table, links: list[ImpliedLink]) -> Mark | None:
    key = table.primary_key
    if key is None or len(key.columns) < 2 or len(table.columns) - len(key.columns) > JUNCTION_EXTRAS:
        return None
    targets: dict[str, str] = {link.column.casefold(): link.target for link in links}
    for foreign in table.foreign_keys:
        for column in foreign.columns:
            targets[column.casefold()] = f"{foreign.referenced_schema}.{foreign.referenced_table}"
    tied = [targets.get(column.casefold()) for column in key.columns]
    others = list(dict.fromkeys(target for target in tied if target))
    if len(others) < 2 or None in tied:
        return None
    return Mark(table.schema, table.name, "junction", f"its key is made of keys of {' and '.join(others)}")


def _code_table(table: Table, implied: int) -> Mark | None:
    has_shape = (
        table.primary_key is not None
        and len(table.primary_key.columns) == 1
        and 2 <= len(table.columns) <= CODE_COLUMNS
        and not table.foreign_keys
        and any(column.type.startswith(TEXTS) for column in table.columns)
        and (table.row_count is None or table.row_count <= CODE_ROWS)
    )
    if not has_shape:
        return None
    is_named_so = not CODE_WORDS.isdisjoint(words_of(table.name))
    is_used = bool(table.referenced_by) or implied > 0
    is_small = table.row_count is not None and len(table.columns) <= CODE_COLUMNS // 2
    if is_named_so or (is_used and is_small):
        why = "named like one" if is_named_so else "others point at it"
        return Mark(table.schema, table.name, "code", f"few columns, one key, a text; {why}")
    return None
