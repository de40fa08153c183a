"""Draw tables and their links as one HTML page that needs no network: pan, zoom, search, click to focus."""

from __future__ import annotations

import json
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from mssql_mcp.catalog.diagram import key_columns, link_columns
from mssql_mcp.catalog.layout import place_boxes
from mssql_mcp.catalog.map_words import short_count

if TYPE_CHECKING:
    from mssql_mcp.catalog.diagram import Drawing
    from mssql_mcp.catalog.hints import Hints
    from mssql_mcp.catalog.model import Table

# Sizes of a box; page/diagram.css and .js draw with the same numbers.
HEAD_HEIGHT, ROW_HEIGHT, FOOT_HEIGHT = 26, 16, 6
LEAST_WIDTH, MOST_WIDTH = 120, 340
# Widths of a character as the page draws it: bold names, then columns and types in small letters; and the margins.
NAME_WIDTH, SMALL_WIDTH, MARGIN = 8.4, 6.6, 26
MOST_ROWS = 14  # of columns in a box; the panel shows all


def html_page(drawing: Drawing, hints: Hints) -> str:
    """Write the page.

    Everything that came from the database is data in a JSON block, where `<` is escaped; the page builds its elements
    with textContent, so that no name or comment can become markup. A content security policy forbids every request.
    """
    data = json.dumps(_data(drawing, hints), ensure_ascii=False, separators=(",", ":"))
    safe = data.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e").replace("\u2028", "\\u2028")
    page = _asset("diagram.html")
    # The data last: no name in it can stand for a placeholder.
    return (
        page.replace("/*STYLE*/", _asset("diagram.css"))
        .replace("/*SCRIPT*/", _asset("diagram.js"))
        .replace("/*DATA*/", safe.replace("\u2029", "\\u2029"))
    )


@cache
def _asset(name: str) -> str:
    return (resources.files("mssql_mcp.catalog") / "page" / name).read_text(encoding="utf-8")


def _data(drawing: Drawing, hints: Hints) -> dict[str, Any]:
    boxes = {(table.schema, table.name): _shown(table, drawing) for table in drawing.tables}
    sizes = {(table.schema, table.name): _size(table, boxes[table.schema, table.name]) for table in drawing.tables}
    placed = place_boxes(sizes, [(link.child, link.parent) for link in drawing.links])
    numbers = {place: number for number, place in enumerate(boxes)}
    tables = []
    for table in drawing.tables:
        place = (table.schema, table.name)
        box = placed[place]
        mark = hints.marks.get(place)
        tables.append(
            {
                "schema": table.schema,
                "name": table.name,
                "kind": table.kind,
                "rows": short_count(table.row_count),
                "comment": table.comment or "",
                "mark": mark.kind if mark else "",
                "box": [box.x, box.y, box.width, box.height],
                "shown": boxes[place],
                "columns": _columns(table, drawing),
            }
        )
    links = [
        {
            "from": numbers[link.child],
            "to": numbers[link.parent],
            "columns": list(link.columns),
            "guess": link.is_guess,
            "optional": link.is_optional,
            "single": link.is_single,
        }
        for link in drawing.links
    ]
    return {"title": drawing.title, "tables": tables, "links": links, "leftOut": drawing.left_out}


def _columns(table: Table, drawing: Drawing) -> list[list[Any]]:
    """Give name, type, signs and comment of every column: k for key, l for link, n for nullable."""
    keys, links = key_columns(table), link_columns(table, drawing)
    return [
        [
            column.name,
            column.type,
            ("k" if column.name.casefold() in keys else "")
            + ("l" if column.name.casefold() in links else "")
            + ("n" if column.is_nullable else ""),
            column.comment or "",
        ]
        for column in table.columns
    ]


def _shown(table: Table, drawing: Drawing) -> list[int]:
    """Choose the columns that stand in the box: those of the key and of links, as far as there is room."""
    tied = key_columns(table) | link_columns(table, drawing)
    return [number for number, column in enumerate(table.columns) if column.name.casefold() in tied][:MOST_ROWS]


def _size(table: Table, rows: list[int]) -> tuple[float, float]:
    widths = [len(table.name) * NAME_WIDTH + len(short_count(table.row_count)) * SMALL_WIDTH + MARGIN]
    # Two characters stand for the arrow of a link.
    widths += [
        (len(column.name) + len(column.type) + 3) * SMALL_WIDTH + MARGIN
        for column in (table.columns[number] for number in rows)
    ]
    width = min(MOST_WIDTH, max(LEAST_WIDTH, *widths))
    return round(width, 1), HEAD_HEIGHT + ROW_HEIGHT * len(rows) + (FOOT_HEIGHT if rows else 0)
