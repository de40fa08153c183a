"""The map: a whole schema or database in as few characters as it can be said in.

One line a table, every table with its rows, columns, keys and links; one legend. Where it would not fit into its
budget, detail is left out before tables are, and the last line says truthfully what and how to get it.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from mssql_mcp.catalog.budget import DEFAULT_BUDGET
from mssql_mcp.catalog.listing import known_schema, matcher, missing_notes, shortened, signature
from mssql_mcp.catalog.map_lines import SharedColumns, TableLines
from mssql_mcp.catalog.map_words import type_legend

if TYPE_CHECKING:
    from mssql_mcp.catalog.hints import Hints
    from mssql_mcp.catalog.model import Catalog, Routine, Table

ROUTINES_WITH_SIGNATURE = 40
# The shortest line of one column: two characters of a name and a comma. Levels that cannot fit are not even written.
LEAST_COLUMN = 4
# The last line at its longest: kept free when some tables are told at a richer level.
LONGEST_END = 60


@dataclass(frozen=True, slots=True)
class Level:
    """How much the map tells.

    Attributes:
        lacks: What is left out at this level, in words.
        view_columns: Columns of views.
        signatures: Parameters of routines.
        column_comments: Comments of columns.
        comments: Comments of tables and schemas.
        types: Types of columns, and which may be NULL.
        columns: `all`, `keys` (those of keys and links) or `none`.
        is_packed: Names without rows.
    """

    lacks: tuple[str, ...] = ()
    view_columns: bool = False
    signatures: bool = False
    column_comments: bool = False
    comments: bool = False
    types: bool = False
    columns: Literal["all", "keys", "none"] = "all"
    is_packed: bool = False


PARAMETERS, VIEW_COLUMNS, COLUMN_COMMENTS = "parameters of routines", "columns of views", "comments of columns"
COMMENTS, TYPES, OTHER_COLUMNS, COLUMNS, COUNTS = (
    "comments",
    "types and nullability",
    "columns outside keys and links",
    "columns",
    "row counts",
)
EVERYTHING = Level(view_columns=True, signatures=True, column_comments=True, comments=True, types=True)
LEVELS = (
    EVERYTHING,
    replace(EVERYTHING, lacks=(PARAMETERS,), signatures=False),
    Level((PARAMETERS, VIEW_COLUMNS), column_comments=True, comments=True, types=True),
    Level((PARAMETERS, VIEW_COLUMNS, COLUMN_COMMENTS), comments=True, types=True),
    Level((PARAMETERS, VIEW_COLUMNS, COMMENTS), types=True),
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
    budget: int = DEFAULT_BUDGET,
) -> str:
    """Write the map of a database, or of the tables that match.

    Args:
        catalog: What to show; an overview shows names only.
        hints: Guesses about it, which are shown marked as such.
        schema: One schema; None for all.
        pattern: As in `list_objects`.
        budget: The most characters.

    Raises:
        ValidationError: There is no such schema.
    """
    drawing = _Drawing(catalog, hints, known_schema(catalog, schema), pattern)
    richer: Level | None = None
    for level in LEVELS:
        if drawing.least(level) <= budget:
            text = drawing.text(level)
            if len(text) <= budget:
                more = drawing.text(level, richer, budget - len(text)) if richer is not None else text
                return more if len(more) <= budget else text
        richer = level
    return drawing.names(budget)


class _Drawing:
    """One map at all its levels."""

    def __init__(self, catalog: Catalog, hints: Hints, schema: str | None, pattern: str | None) -> None:
        matches = matcher(pattern)

        def is_shown(item: Table | Routine) -> bool:
            return (schema is None or item.schema == schema) and (
                matches(item.name) or matches(f"{item.schema}.{item.name}")
            )

        self.catalog = catalog
        self.tables = [table for table in catalog.tables if table.kind != "view" and is_shown(table)]
        self.views = [table for table in catalog.tables if table.kind == "view" and is_shown(table)]
        self.routines = [routine for routine in catalog.routines if is_shown(routine)]
        self.shared = SharedColumns.among(self.tables, hints)
        self.lines = TableLines(catalog, hints, self.shared, {(table.schema, table.name) for table in self.tables})
        self.scope = f", schema {schema}" if schema else ""

    def least(self, level: Level) -> int:
        """Give a number of characters below which a level cannot be, so that it need not be written to know."""
        least = sum(len(table.name) + 1 for table in (*self.tables, *self.views))
        if level.columns == "all":
            least += sum(LEAST_COLUMN * len(table.columns) for table in self.tables) // 2
        return least

    def text(self, level: Level, richer: Level | None = None, room: int = 0) -> str:
        """Write the map at one level; where a richer one is given, some tables at that one, as far as the room goes."""
        chosen = self._chosen(level, richer, room) if richer is not None else {}
        lines = [self._head(level), *self._legend(richer if chosen and richer else level)]
        lines += self._schemas(level, chosen)
        lines += missing_notes(self.catalog)
        if lacks := self._lacking(level, len(chosen)):
            lines.append(f"Left out to fit: {lacks}. Ask for one schema or a pattern, or for one table.")
        return "\n".join(lines)

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
            opening = "" if table.schema == schema else f"\n[{table.schema}]"
            room -= len(opening) + len(table.name) + 1
            if room < 0:
                break
            schema, shown = table.schema, shown + 1
            lines.append(f"{opening} {table.name}")
        return f"{head}{''.join(lines)}{end.format(shown, len(everything))}"

    def _chosen(self, level: Level, richer: Level, room: int) -> dict[int, str]:
        """Choose the tables that are told at the richer level: most linked and largest first, while there is room."""
        if level.columns == "none" or richer.columns == "none":
            return {}
        room -= sum(map(len, self._legend(richer))) + LONGEST_END
        degree = {id(table): len(table.foreign_keys) + len(table.referenced_by) for table in self.tables}
        order = sorted(self.tables, key=lambda table: (-degree[id(table)], -(table.row_count or 0), table.name))
        chosen: dict[int, str] = {}
        for table in order:
            line = self.lines.line(table, richer)
            cost = len(line) - len(self.lines.line(table, level))
            if 0 < cost <= room:
                room -= cost
                chosen[id(table)] = line
        return chosen

    def _lacking(self, level: Level, richer: int) -> str:
        tables = (*self.tables, *self.views)
        present = {
            PARAMETERS: any(routine.parameters for routine in self.routines),
            VIEW_COLUMNS: any(view.columns for view in self.views),
            COLUMN_COMMENTS: any(column.comment for table in tables for column in table.columns),
            COMMENTS: any(table.comment or any(column.comment for column in table.columns) for table in tables),
            COUNTS: any(table.row_count is not None for table in tables),
        }
        has_columns = any(table.columns for table in tables)
        lacks = [what for what in level.lacks if present.get(what, has_columns)]
        if lacks and richer:
            lacks[-1] += f" of {len(self.tables) - richer} of {len(self.tables)} tables"
        return "; ".join(lacks)

    def _head(self, level: Level) -> str:
        counts = [
            f"{len(items)} {word}{'s' if len(items) != 1 else ''}"
            for items, word in ((self.tables, "table"), (self.views, "view"), (self.routines, "routine"))
            if items
        ]
        about = self.catalog.comment if level.comments else None
        comment = f" {shortened(about, 100)}" if about else ""
        return f"{self.catalog.database}{self.scope}: {', '.join(counts) or 'nothing'}.{comment}"

    def _legend(self, level: Level) -> list[str]:
        if level.columns == "none":
            return ["Each name with its rows."] if not level.is_packed else []
        words = ["table rows: columns", "*=primary key"]
        if level.types:
            words.append("?=may be NULL")
        words += [">t=foreign key to the key of t", ">=to the table whose key has this name", "~>=guessed link"]
        if self.shared.columns and level.columns == "all":
            words.append(f"&={self.shared.text(types=level.types)}")
        if level.types:
            words.append("a type is that of all columns before it up to the last type")
            if legend := type_legend({column.type for table in self.tables for column in table.columns}):
                words.append(legend)
        if level.comments:
            words.append("{comment}")
        return [f"Legend: {'; '.join(words)}"]

    def _schemas(self, level: Level, chosen: dict[int, str]) -> list[str]:
        comments = {schema.name: schema.comment for schema in self.catalog.schemas}
        lines: list[str] = []
        shown = {table.schema for table in (*self.tables, *self.views)} | {item.schema for item in self.routines}
        for schema in sorted(shown, key=str.casefold):
            note = f" {{{shortened(comments[schema] or '', 80)}}}" if level.comments and comments.get(schema) else ""
            lines.append(f"[{schema}]{note}")
            tables = [table for table in self.tables if table.schema == schema]
            if level.is_packed:
                lines.append(" ".join(table.name for table in tables))
            elif level.columns == "none":
                lines.append(", ".join(self.lines.head(table) for table in tables))
            else:
                lines += [chosen.get(id(table)) or self.lines.line(table, level) for table in tables]
            lines += self._views(schema, level)
            lines += self._routines(schema, level)
        return [line for line in lines if line]

    def _views(self, schema: str, level: Level) -> list[str]:
        views = [view for view in self.views if view.schema == schema]
        if not views:
            return []
        if level.view_columns:
            return [f"view {self.lines.line(view, level)}" for view in views]
        return [f"views: {' '.join(view.name for view in views)}"]

    def _routines(self, schema: str, level: Level) -> list[str]:
        routines = [routine for routine in self.routines if routine.schema == schema]
        if not routines:
            return []
        told = []
        if level.signatures and len(routines) <= ROUTINES_WITH_SIGNATURE:
            told = [routine for routine in routines if routine.parameters or routine.returns]
        named = [routine.name for routine in routines if routine not in told]
        lines = [f"{routine.name} {signature(routine)}" for routine in told]
        return [*lines, f"routines: {' '.join(named)}"] if named else lines
