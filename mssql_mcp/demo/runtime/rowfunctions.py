"""What functions in FROM yield, as a JSON array of arrays that json_each takes apart."""

from __future__ import annotations

import json
from typing import Any

from mssql_mcp.demo.runtime import jsontext
from mssql_mcp.demo.runtime.convert import convert
from mssql_mcp.demo.runtime.errors import server_error, unsupported
from mssql_mcp.demo.runtime.strings import folded
from mssql_mcp.errors import QueryError

_MOST_ROWS = 1_000_000


def split(text: str | None, separator: str | None) -> str:
    """STRING_SPLIT: value and ordinal."""
    if text is None or separator is None:
        return "[]"
    if len(separator) != 1:
        raise QueryError("Procedure expects parameter 'separator' of type 'nchar(1)/nvarchar(1)'.", number=214)
    parts: list[str] = []
    low, mark, last = folded(text), folded(separator), 0
    while (place := low.find(mark, last)) >= 0:
        parts.append(text[last:place])
        last = place + 1
    parts.append(text[last:])
    return json.dumps([[part, number] for number, part in enumerate(parts, start=1)], ensure_ascii=False)


def series(first: int | None, last: int | None, step: int | None) -> str:
    """GENERATE_SERIES: every number from first to last."""
    if first is None or last is None or step is None:
        return "[]"
    if step == 0:
        raise QueryError("The step value of GENERATE_SERIES cannot be zero.", number=4199)
    count = max((last - first) // step + 1, 0)
    if count > _MOST_ROWS:
        raise unsupported(f"The demo's GENERATE_SERIES yields at most {_MOST_ROWS:,} rows.")
    return json.dumps([[first + step * number] for number in range(count)])


def open_json(text: str | None, path: str | None) -> str:
    """OPENJSON without WITH: key, value and type."""
    rows = [[key, value, kind] for key, value, kind, _ in jsontext.open_rows(text, path)]
    return json.dumps(rows, ensure_ascii=False)


def open_json_columns(text: str | None, path: str | None, columns: str) -> str:
    """OPENJSON with WITH: a row for each element of an array, or one for an object.

    Args:
        text: JSON.
        path: To the array or object.
        columns: JSON array of [type, path, as_json]; a path is relative to the row.
    """
    if text is None or path is None:
        return "[]"
    _, piece = jsontext.find(text, path)
    if piece is None or not piece.is_container:
        return "[]"
    found = [member for _, member in jsontext.members(piece)] if piece.text[piece.start] == "[" else [piece]
    declared = json.loads(columns)
    rows = [[_cell(row, *column) for column in declared] for row in found]
    return json.dumps(rows, ensure_ascii=False)


def _cell(row: jsontext.Piece, type_name: str, path: str, as_json: bool) -> Any:
    if as_json:
        return jsontext.json_query(row.written, path)
    strict, piece = jsontext.find(row.written, path)
    if piece is None:
        return None
    if piece.is_container:
        if strict:
            raise server_error(13623)
        return None
    value = convert(piece.scalar, "nvarchar(max)", type_name, 0)
    if isinstance(value, bytes):
        return value.hex()
    return repr(value) if isinstance(value, float) else value
