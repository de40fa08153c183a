"""The map: a whole schema or database in as few characters as it can be said in.

One line a table, every table with its rows, columns, keys and links; one legend. Where it would not fit into its
budget, detail is left out before tables are, and the last line says truthfully what and how to get it.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from mssql_mcp.catalog.budget import DEFAULT_BUDGET
from mssql_mcp.catalog.identifiers import shown as shown_name
from mssql_mcp.catalog.listing import known_schema, matcher, missing_notes, shortened, signature
from mssql_mcp.catalog.map_comments import Comments
from mssql_mcp.catalog.map_lines import TableLines
from mssql_mcp.catalog.map_words import map_name, type_legend

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mssql_mcp.catalog.choices import Kind
    from mssql_mcp.catalog.hints import Hints
    from mssql_mcp.catalog.map_comments import Place
    from mssql_mcp.catalog.model import Catalog, Routine, Table

ROUTINES_WITH_SIGNATURE = 40
# The shortest line of one column: two characters of a name and a comma. Levels that cannot fit are not even written.
LEAST_COLUMN = 4
# The last line at its longest: kept free when some tables are told at a richer level, or comments are told.
LONGEST_END = 60
# At the end of a line that tells less than others do: what it does not say is not so, it is left out.
SHORTER = "…"
# Comments are told while the map is no longer than this, or as this part of a map that is longer without them.
COMFORTABLE, COMMENT_PART = 12_000, 10


@dataclass(frozen=True, slots=True)
class Level:
    """How much the map tells.

    Attributes:
        lacks: What is left out at this level, in words.
        view_columns: Columns of views.
        signatures: Parameters of routines.
        types: Types of columns, which may be NULL, and comments as far as there is room.
        columns: `all`, `keys` (those of keys and links) or `none`.
        is_packed: Names without rows.
    """

    lacks: tuple[str, ...] = ()
    view_columns: bool = False
    signatures: bool = False
    types: bool = False
    columns: Literal["all", "keys", "none"] = "all"
    is_packed: bool = False


PARAMETERS, VIEW_COLUMNS, COMMENTS = "parameters of routines", "columns of views", "comments"
TYPES, OTHER_COLUMNS, COLUMNS, COUNTS = (
    "types and nullability",
    "columns outside keys and links",
    "columns",
    "row counts",
)
EVERYTHING = Level(view_columns=True, signatures=True, types=True)
LEVELS = (
    EVERYTHING,
    replace(EVERYTHING, lacks=(PARAMETERS,), signatures=False),
    Level((PARAMETERS, VIEW_COLUMNS), types=True),
    Level((PARAMETERS, VIEW_COLUMNS, COMMENTS, TYPES)),
    Level((PARAMETERS, VIEW_COLUMNS, COMMENTS, TYPES, OTHER_COLUMNS), columns="keys"),
    Level((PARAMETERS, COMMENTS, COLUMNS), columns="none"),
    Level((PARAMETERS, COMMENTS, COLUMNS, COUNTS), columns="none", is_packed=True),
)
"""From everything to bare names."""


def map_text(
    catalog: Catalog,
    hints: Hints,
    *,
    schema: str | None = None,
    pattern: str | None = None,
    kinds: Sequence[Kind] = ("table", "view"),
    limit: int | None = None,
    offset: int = 0,
    budget: int = DEFAULT_BUDGET,
) -> str:
    """Write the map of a database, or of the tables that match.

    Args:
        catalog: What to show; an overview shows names only.
        hints: Guesses about it, which are shown marked as such.
        schema: One schema; None for all.
        pattern: As in `list_objects`.
        kinds: Tables, views or both; routines are named where it is both.
        limit: The most tables and views; None for all.
        offset: How many of them to skip.
        budget: The most characters.

    Raises:
        ValidationError: There is no such schema.
    """
    chosen = _Chosen.of(catalog, known_schema(catalog, schema), pattern, kinds, limit, offset)
    drawing = _Drawing(catalog, hints, chosen)
    richer: Level | None = None
    for level in LEVELS:
        if drawing.least(level) <= budget:
            text = drawing.text(level)
            if len(text) <= budget:
                room = budget - len(text)
                more = drawing.with_comments(level, text, room) if level.types else ""
                if not level.types and richer is not None:
                    more = drawing.text(level, drawing.told_richer(level, richer, room), richer)
                return more if text and 0 < len(more) <= budget else text
        richer = level
    return drawing.names(budget)


@dataclass(frozen=True, slots=True)
class _Chosen:
    """What stands on a map.

    Attributes:
        tables: Tables.
        views: Views.
        routines: Procedures and functions.
        scope: What the head says besides.
        rest: What the last line says where there are more.
    """

    tables: tuple[Table, ...]
    views: tuple[Table, ...]
    routines: tuple[Routine, ...]
    scope: str
    rest: str

    @classmethod
    def of(
        cls,
        catalog: Catalog,
        schema: str | None,
        pattern: str | None,
        kinds: Sequence[Kind],
        limit: int | None,
        offset: int,
    ) -> _Chosen:
        matches = matcher(pattern)

        def is_shown(item: Table | Routine) -> bool:
            return (schema is None or item.schema == schema) and (
                matches(item.name) or matches(f"{item.schema}.{item.name}")
            )

        found = [
            table
            for table in catalog.tables
            if ("view" if table.kind == "view" else "table") in kinds and is_shown(table)
        ]
        page = found[offset:] if limit is None else found[offset : offset + limit]
        scope = f", schema {schema}" if schema else ""
        rest = ""
        if len(page) < len(found):
            scope += f", tables and views {offset + 1} to {offset + len(page)} of {len(found)}"
            if offset + len(page) < len(found):
                rest = f"{len(found) - offset - len(page)} more: ask with offset={offset + len(page)}."
        is_whole = len(set(kinds)) > 1 and not offset
        return cls(
            tuple(table for table in page if table.kind != "view"),
            tuple(table for table in page if table.kind == "view"),
            tuple(routine for routine in catalog.routines if is_shown(routine)) if is_whole else (),
            scope,
            rest,
        )


class _Drawing:
    """One map at all its levels."""

    def __init__(self, catalog: Catalog, hints: Hints, chosen: _Chosen) -> None:
        self.catalog = catalog
        self.hints = hints
        self.tables, self.views, self.routines = chosen.tables, chosen.views, chosen.routines
        self.scope, self.rest = chosen.scope, chosen.rest

    @cached_property
    def lines(self) -> TableLines:
        """The writer of lines; made where a level has lines at all."""
        return TableLines(self.catalog, self.hints, self.tables, self.views)

    @cached_property
    def comments(self) -> Comments:
        """The comments of what is shown, those of the most linked and largest tables first."""
        shown = {table.schema for table in (*self.tables, *self.views)} | {item.schema for item in self.routines}
        schemas = [schema for schema in self.catalog.schemas if schema.name in shown]
        return Comments(schemas, [*self._by_weight(), *self.views])

    def least(self, level: Level) -> int:
        """Give a number of characters below which a level cannot be, so that it need not be written to know."""
        least = sum(len(table.name) + 1 for table in (*self.tables, *self.views))
        if level.columns == "all":
            least += sum(LEAST_COLUMN * len(table.columns) for table in self.tables) // 2
        return least

    def text(
        self,
        level: Level,
        chosen: Mapping[int, str] | None = None,
        richer: Level | None = None,
        comments: Mapping[Place, str] | None = None,
    ) -> str:
        """Write the map at one level, where some tables may be told by lines of a richer one."""
        is_mixed = bool(chosen) and richer is not None
        lines = [
            self._head(level),
            *self._legend(richer if is_mixed and richer else level, comments, is_mixed=is_mixed),
        ]
        lines += self._schemas(level, chosen or {}, comments or {})
        lines += missing_notes(self.catalog)
        if lacks := self._lacking(level, len(chosen or {}), len(comments or {})):
            lines.append(f"Left out to fit: {lacks}. Ask for one schema or a pattern, or for one table.")
        return "\n".join([*lines, self.rest] if self.rest else lines)

    def with_comments(self, level: Level, text: str, room: int) -> str:
        """Write the map again with the comments that fit into the room and do not make it unduly long."""
        spare = COMFORTABLE - len(text)
        room = min(room, spare if spare > 0 else len(text) // COMMENT_PART) - len("; {comment}")
        told = self.comments.within(room) if self.comments.count else {}
        return self.text(level, comments=told) if told else text

    def told_richer(self, level: Level, richer: Level, room: int) -> dict[int, str]:
        """Write the lines of tables at a richer level: most linked and largest first, while there is room."""
        if level.columns == "none" or richer.columns == "none":
            return {}
        room -= sum(map(len, self._legend(richer, is_mixed=True))) + LONGEST_END + (len(SHORTER) + 1) * len(self.tables)
        chosen: dict[int, str] = {}
        for table in self._by_weight():
            line = self.lines.line(table, richer, is_among_shorter=True)
            cost = len(line) - len(self.lines.line(table, level))
            if 0 < cost <= room:
                room -= cost
                chosen[id(table)] = line
        return chosen

    def _by_weight(self) -> list[Table]:
        degree = {id(table): len(table.foreign_keys) + len(table.referenced_by) for table in self.tables}
        return sorted(self.tables, key=lambda table: (-degree[id(table)], -(table.row_count or 0), table.name))

    def names(self, budget: int) -> str:
        """Name as many tables as fit, where even the bare names of all do not."""
        everything = (*self.tables, *self.views)
        counts = Counter(table.schema for table in everything)
        listed = ", ".join(f"{schema} {count}" for schema, count in counts.most_common())
        head = shortened(f"{self._head(LEVELS[-1])} By schema: {listed}.", max(80, budget // 2))
        end = (
            "\n{} of {} tables and views are named here; ask for one schema or a pattern, or list tables page by page."
        )
        room = budget - len(head) - len(end.format(len(everything), len(everything)))
        lines: list[str] = []
        shown, schema = 0, None
        for table in everything:
            opening = "" if table.schema == schema else f"\n{shown_name(table.schema, in_brackets=True)}"
            line = f"{opening} {map_name(table.name)}"
            room -= len(line)
            if room < 0:
                break
            schema, shown = table.schema, shown + 1
            lines.append(line)
        return f"{head}{''.join(lines)}{end.format(shown, len(everything))}"

    def _lacking(self, level: Level, richer: int, comments: int) -> str:
        has_columns = any(table.columns for table in (*self.tables, *self.views))
        present = {
            PARAMETERS: any(routine.parameters for routine in self.routines),
            VIEW_COLUMNS: any(view.columns for view in self.views),
            COMMENTS: bool(self.comments.count),
            COUNTS: any(table.row_count is not None for table in self.tables),
        }
        lacks = [what for what in level.lacks if present.get(what, has_columns)]
        if lacks and richer:
            lacks[-1] += f" of {len(self.tables) - richer} of {len(self.tables)} tables"
        if level.types and comments < self.comments.count:
            lacks.append(f"{self.comments.count - comments} of {self.comments.count} comments")
        return "; ".join(lacks)

    def _head(self, level: Level) -> str:
        counts = [
            f"{len(items)} {word}{'s' if len(items) != 1 else ''}"
            for items, word in ((self.tables, "table"), (self.views, "view"), (self.routines, "routine"))
            if items
        ]
        about = self.catalog.comment if level.types else None
        comment = f" {shortened(about, 100)}" if about else ""
        return f"{self.catalog.database}{self.scope}: {', '.join(counts) or 'nothing'}.{comment}"

    def _legend(
        self, level: Level, comments: Mapping[Place, str] | None = None, *, is_mixed: bool = False
    ) -> list[str]:
        if level.columns == "none":
            return ["Each name with its rows."] if not level.is_packed else []
        own = f"@=table's name{' in the singular' if self.lines.is_singular else ''}"
        words = ["table rows: columns", own, "*=primary key"]
        if level.types:
            words.append("?=may be NULL" if self.lines.marks_null else "!=NOT NULL, others but keys may be NULL")
        words += [">t=foreign key to t's key", ">=to the table the column is named after", "~>=guessed link"]
        if self.lines.copies:
            told = {copy.word for copy in self.lines.copies.values()}
            words += ["as t=columns, keys and links of t, but for"] if "as" in told else []
            words += ["like t=columns of t without its keys, links guessed, but for"] if "like" in told else []
        if is_mixed:
            words.append(f"{SHORTER}=the rest is left out{': types, NULL' if level.types else ''}")
        if self.lines.shared.columns and level.columns == "all":
            words.append(f"&={self.lines.shared_text(types=level.types)}")
        if not level.types:
            return [f"Legend: {'; '.join(words)}"]
        if comments:
            words.append("{comment}")
        rules = self.lines.rules.text()
        by_name = ", else by its name (below)" if rules else ""
        words.append(f"no type: as the key it points at{by_name}, else as the next column with one")
        if legend := type_legend({column.type for table in self.tables for column in table.columns}):
            words.append(legend)
        return [f"Legend: {'; '.join(words)}", *([f"Types by name: {rules}"] if rules else [])]

    def _schemas(self, level: Level, chosen: Mapping[int, str], comments: Mapping[Place, str]) -> list[str]:
        lines: list[str] = []
        shown = {table.schema for table in (*self.tables, *self.views)} | {item.schema for item in self.routines}
        for schema in sorted(shown, key=str.casefold):
            comment = comments.get((schema, "", ""))
            lines.append(f"{shown_name(schema, in_brackets=True)}{f' {{{comment}}}' if comment else ''}")
            tables = [table for table in self.tables if table.schema == schema]
            if level.is_packed:
                lines.append(" ".join(map_name(table.name) for table in tables))
            elif level.columns == "none":
                lines.append(", ".join(self.lines.head(table) for table in tables))
            else:
                shorter = f" {SHORTER}" if chosen else ""
                lines += [
                    chosen.get(id(table)) or f"{self.lines.line(table, level, comments)}{shorter}" for table in tables
                ]
            lines += self._views(schema, level, comments)
            lines += self._routines(schema, level)
        return [line for line in lines if line]

    def _views(self, schema: str, level: Level, comments: Mapping[Place, str]) -> list[str]:
        views = [view for view in self.views if view.schema == schema]
        if not views:
            return []
        if level.view_columns:
            return [f"view {self.lines.line(view, level, comments)}" for view in views]
        return [f"views: {' '.join(map_name(view.name) for view in views)}"]

    def _routines(self, schema: str, level: Level) -> list[str]:
        routines = [routine for routine in self.routines if routine.schema == schema]
        if not routines:
            return []
        told = []
        if level.signatures and len(routines) <= ROUTINES_WITH_SIGNATURE:
            told = [routine for routine in routines if routine.parameters or routine.returns]
        named = [map_name(routine.name) for routine in routines if routine not in told]
        lines = [f"{map_name(routine.name)} {signature(routine)}" for routine in told]
        return [*lines, f"routines: {' '.join(named)}"] if named else lines
