"""Choose the comments that the map tells: within a room of their own, schemas first, then tables, then columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mssql_mcp.catalog.listing import shortened

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from mssql_mcp.catalog.model import Schema, Table

# Characters of a table's and of a column's comment: where there is room for all of them, and where there is not.
LONG, SHORT = (100, 60), (40, 30)
AROUND = 3  # a space and two braces

Place = tuple[str, str, str]
"""Schema, table and column; empty where the comment is one of a schema or a table."""


class Comments:
    """The comments of what is on one map. A text that several columns of one name share stands with the first.

    Args:
        schemas: Those on the map.
        tables: Those on the map, the most important first.
    """

    def __init__(self, schemas: Sequence[Schema], tables: Sequence[Table]) -> None:
        found: dict[Place, str] = {}
        told: set[tuple[str, str]] = set()
        for schema in schemas:
            found[schema.name, "", ""] = _plain(schema.comment)
        for table in tables:
            found[table.schema, table.name, ""] = _plain(table.comment)
        for table in tables:
            for column in table.columns:
                comment = _plain(column.comment)
                if comment and (column.name, comment) not in told:
                    told.add((column.name, comment))
                    found[table.schema, table.name, column.name] = comment
        self._found = {place: comment for place, comment in found.items() if comment}
        self.count = len(self._found)

    def within(self, room: int) -> Mapping[Place, str]:
        """Give those that fit, each cut to a few words."""
        for lengths in (LONG, SHORT):
            cut = dict(self._cut(*lengths))
            if sum(map(len, cut.values())) + AROUND * len(cut) <= room:
                return cut
        chosen = {}
        for place, comment in cut.items():
            room -= len(comment) + AROUND
            if room < 0:
                break
            chosen[place] = comment
        return chosen

    def _cut(self, table: int, column: int) -> Iterator[tuple[Place, str]]:
        for place, comment in self._found.items():
            yield place, shortened(comment, column if place[2] else table)


def _plain(comment: str | None) -> str:
    return (comment or "").replace("{", "(").replace("}", ")").strip()
