"""Draw tables and their links as text that other programs turn into pictures: Mermaid and Graphviz.

Which tables: a schema, a pattern, or those around some tables up to a number of steps. Guessed links are drawn dotted.
"""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Literal

from mssql_mcp.catalog.listing import known_schema, matcher, shortened
from mssql_mcp.catalog.map_words import short_count
from mssql_mcp.catalog.names import resolve_table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mssql_mcp.catalog.hints import Hints
    from mssql_mcp.catalog.model import Catalog, Column, ForeignKey, Table

Columns = Literal["all", "keys", "none"]
Place = tuple[str, str]

UNFIT = re.compile(r"\W")
# What Mermaid takes in the type of an attribute: https://mermaid.js.org/syntax/entityRelationshipDiagram.html
UNFIT_TYPE = re.compile(r"[^A-Za-z0-9_()\[\]-]")


@dataclass(frozen=True, slots=True)
class Link:
    """One line of a diagram.

    Attributes:
        child: (schema, table) that holds the key.
        parent: (schema, table) that is pointed at.
        columns: Of the child.
        is_guess: Whether no foreign key declares it.
        is_optional: Whether a child may have no parent.
        is_single: Whether a parent has at most one child.
    """

    child: Place
    parent: Place
    columns: tuple[str, ...]
    is_guess: bool
    is_optional: bool
    is_single: bool


@dataclass(frozen=True, slots=True)
class Drawing:
    """What is drawn.

    Attributes:
        title: Name of the database, and of the schema where it is one.
        tables: Sorted by schema and name.
        links: Between tables that are drawn.
        left_out: How many tables that fit are not drawn, for they were too many.
    """

    title: str
    tables: tuple[Table, ...]
    links: tuple[Link, ...]
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class Selection:
    """What to draw of a catalog.

    Attributes:
        schema: One schema; None for all.
        pattern: As in `list_objects`.
        around: Names of tables; with them those that are linked to them in so many steps are drawn.
        steps: How far from `around`.
        has_guesses: Whether guessed links count.
        has_views: Whether views are drawn.
        max_tables: The most tables; the most linked are kept.
    """

    schema: str | None = None
    pattern: str | None = None
    around: tuple[str, ...] = ()
    steps: int = 1
    has_guesses: bool = True
    has_views: bool = False
    max_tables: int = 500


def select_drawing(catalog: Catalog, hints: Hints, selection: Selection | None = None) -> Drawing:
    """Choose what to draw.

    Args:
        catalog: Where from.
        hints: Guessed links.
        selection: Which part of it; None for all of it.

    Raises:
        ValidationError: There is no such schema.
        ObjectNotFoundError: A name of `around` is not known.
    """
    selection = selection or Selection()
    wanted, matches = known_schema(catalog, selection.schema), matcher(selection.pattern)
    tables = [
        table
        for table in catalog.tables
        if (selection.has_views or table.kind != "view")
        and (wanted is None or table.schema == wanted)
        and (matches(table.name) or matches(f"{table.schema}.{table.name}"))
    ]
    links = _links(catalog, hints, has_guesses=selection.has_guesses)
    if selection.around:
        found = [resolve_table(catalog, name) for name in selection.around]
        near = _near([(table.schema, table.name) for table in found], links, selection.steps)
        tables = [table for table in tables if (table.schema, table.name) in near]
    kept = _most_linked(tables, links, selection.max_tables)
    drawn = {(table.schema, table.name) for table in kept}
    title = catalog.database + (f", schema {wanted}" if wanted else "")
    shown = tuple(link for link in links if link.child in drawn and link.parent in drawn)
    return Drawing(title, tuple(kept), shown, len(tables) - len(kept))


def mermaid(drawing: Drawing, *, columns: Columns = "keys") -> str:
    """Write a Mermaid entity relationship diagram."""
    names = _identifiers(drawing)
    lines = ["erDiagram"]
    for table in drawing.tables:
        shown = _columns(table, drawing, columns)
        label = f"{table.schema}.{table.name}".replace('"', "'")
        head = f'    {names[table.schema, table.name]}["{label}"]'
        lines.append(f"{head} {{" if shown else head)
        lines += [f"        {_attribute(table, column, drawing)}" for column in shown]
        lines += ["    }"] if shown else []
    for link in drawing.links:
        parent = "|o" if link.is_optional else "||"
        child = "o|" if link.is_single else "o{"
        line = ".." if link.is_guess else "--"
        text = ", ".join(link.columns).replace('"', "'") + (" ?" if link.is_guess else "")
        lines.append(f'    {names[link.parent]} {parent}{line}{child} {names[link.child]} : "{text}"')
    if drawing.left_out:
        lines.insert(1, f"    %% {drawing.left_out} more tables are not drawn")
    return "\n".join(lines) + "\n"


def dot(drawing: Drawing, *, columns: Columns = "keys") -> str:
    """Write a Graphviz digraph; edges point from the child to its parent."""
    lines = [
        f"digraph {_quoted(drawing.title)} {{",
        "    rankdir=RL; node [shape=plain fontname=Helvetica fontsize=10]; edge [fontname=Helvetica fontsize=8];",
    ]
    if drawing.left_out:
        lines.append(f"    // {drawing.left_out} more tables are not drawn")
    for table in drawing.tables:
        rows = "".join(_dot_row(table, column, drawing) for column in _columns(table, drawing, columns))
        count = short_count(table.row_count)
        head = f"<b>{escape(table.schema)}.{escape(table.name)}</b>{f' <i>{count}</i>' if count else ''}"
        label = (
            f'<table border="0" cellborder="1" cellspacing="0" cellpadding="3">'
            f'<tr><td bgcolor="#dde6f0">{head}</td></tr>{rows}</table>'
        )
        lines.append(f"    {_quoted(f'{table.schema}.{table.name}')} [label=<{label}>];")
    for link in drawing.links:
        style = " style=dashed" if link.is_guess else ""
        head = "odottee" if link.is_optional else "teetee"
        tail = "teeodot" if link.is_single else "crowodot"
        ends = f"{_quoted('.'.join(link.child))} -> {_quoted('.'.join(link.parent))}"
        text = _quoted(", ".join(link.columns))
        lines.append(f"    {ends} [label={text} arrowhead={head} arrowtail={tail} dir=both{style}];")
    return "\n".join([*lines, "}"]) + "\n"


def _links(catalog: Catalog, hints: Hints, *, has_guesses: bool) -> list[Link]:
    found = []
    for table in catalog.tables:
        here = (table.schema, table.name)
        for key in table.foreign_keys:
            there = (key.referenced_schema, key.referenced_table)
            found.append(
                Link(here, there, key.columns, is_guess=False, is_optional=_may_miss(table, key.columns),
                     is_single=_is_unique(table, key))
            )  # fmt: skip
        if has_guesses:
            found += [
                Link(here, (link.referenced_schema, link.referenced_table), (link.column,), is_guess=True,
                     is_optional=True, is_single=False)
                for link in hints.links_from.get(here, ())
            ]  # fmt: skip
    return found


def _may_miss(table: Table, columns: Sequence[str]) -> bool:
    return any((column := table.column(name)) is None or column.is_nullable for name in columns)


def _is_unique(table: Table, key: ForeignKey) -> bool:
    wanted = {name.casefold() for name in key.columns}
    keys = [table.primary_key.columns] if table.primary_key else []
    keys += [unique.columns for unique in table.uniques]
    return any({name.casefold() for name in columns} == wanted for columns in keys)


def _near(places: Sequence[Place], links: Sequence[Link], steps: int) -> set[Place]:
    neighbours: dict[Place, set[Place]] = {}
    for link in links:
        neighbours.setdefault(link.child, set()).add(link.parent)
        neighbours.setdefault(link.parent, set()).add(link.child)
    found = dict.fromkeys(places, 0)
    queue = deque(places)
    while queue:
        place = queue.popleft()
        if found[place] < steps:
            for other in sorted(neighbours.get(place, ())):
                if other not in found:
                    found[other] = found[place] + 1
                    queue.append(other)
    return set(found)


def _most_linked(tables: list[Table], links: Sequence[Link], max_tables: int) -> list[Table]:
    if len(tables) <= max_tables:
        return tables
    degree: dict[Place, int] = {}
    for link in links:
        degree[link.child] = degree.get(link.child, 0) + 1
        degree[link.parent] = degree.get(link.parent, 0) + 1
    ranked = sorted(tables, key=lambda table: (-degree.get((table.schema, table.name), 0), -(table.row_count or 0)))
    kept = {id(table) for table in ranked[:max_tables]}
    return [table for table in tables if id(table) in kept]


def _columns(table: Table, drawing: Drawing, columns: Columns) -> list[Column]:
    if columns == "none":
        return []
    if columns == "all":
        return list(table.columns)
    tied = key_columns(table) | link_columns(table, drawing)
    return [column for column in table.columns if column.name.casefold() in tied]


def key_columns(table: Table) -> set[str]:
    """Give the folded names of the primary key's columns."""
    return {name.casefold() for name in table.primary_key.columns} if table.primary_key else set()


def link_columns(table: Table, drawing: Drawing) -> set[str]:
    """Give the folded names of the columns that a drawn link starts from."""
    here = (table.schema, table.name)
    return {name.casefold() for link in drawing.links if link.child == here for name in link.columns}


def _identifiers(drawing: Drawing) -> dict[Place, str]:
    names: dict[Place, str] = {}
    taken: set[str] = set()
    for table in drawing.tables:
        plain = UNFIT.sub("_", f"{table.schema}_{table.name}")
        name, number = plain, 1
        while name in taken:
            number += 1
            name = f"{plain}_{number}"
        taken.add(name)
        names[table.schema, table.name] = name
    return names


def _attribute(table: Table, column: Column, drawing: Drawing) -> str:
    kind = UNFIT_TYPE.sub("_", column.type)
    kind = kind if kind[:1].isalpha() else f"t{kind}"
    name = UNFIT.sub("_", column.name)
    name = name if name[:1].isalpha() or name[:1] == "_" else f"_{name}"
    signs = ["PK"] if column.name.casefold() in key_columns(table) else []
    signs += ["FK"] if column.name.casefold() in link_columns(table, drawing) else []
    words = [kind, name]
    words += [", ".join(signs)] if signs else []
    if column.comment:
        plain = shortened(column.comment, 60).replace('"', "'")
        words.append(f'"{plain}"')
    return " ".join(words)


def _dot_row(table: Table, column: Column, drawing: Drawing) -> str:
    name = escape(column.name)
    if column.name.casefold() in key_columns(table):
        name = f"<u>{name}</u>"
    if column.name.casefold() in link_columns(table, drawing):
        name = f"<i>{name}</i>"
    return f'<tr><td align="left">{name} <font color="#777777">{escape(column.type)}</font></td></tr>'


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
