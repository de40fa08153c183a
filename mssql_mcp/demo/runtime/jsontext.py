"""JSON in characters: paths, JSON_VALUE, JSON_QUERY, ISJSON and the rows of OPENJSON.

The text is walked, not parsed into values: what JSON_QUERY gives is the piece as it is written, and numbers keep their
digits. Pages: "JSON data in SQL Server", "JSON path expressions", "OPENJSON (Transact-SQL)".
"""

from __future__ import annotations

import json
import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from mssql_mcp.demo.runtime.errors import server_error
from mssql_mcp.errors import QueryError

if TYPE_CHECKING:
    from collections.abc import Iterator

_BLANK = re.compile(r"[ \t\r\n]*")
_SCALAR = re.compile(r"true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?")
_STRING = re.compile(r'"(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"')
_STEP = re.compile(r'\.(?:"((?:[^"\\]|\\.)*)"|([A-Za-z_$][\w$]*))|\[(\d+)\]')
_DEEPEST = 200
_VALUE_LIMIT = 4000

# The type column of OPENJSON.
_TYPES = {"n": 0, '"': 1, "t": 3, "f": 3, "[": 4, "{": 5}


class Piece(NamedTuple):
    """A value in a JSON text: where it begins and ends."""

    text: str
    start: int
    end: int

    @property
    def written(self) -> str:
        """The piece as it is written."""
        return self.text[self.start : self.end]

    @property
    def is_container(self) -> bool:
        """Whether it is an object or an array."""
        return self.text[self.start] in "{["

    @property
    def scalar(self) -> str | None:
        """A string without quotes, a number or true and false as written; None for null."""
        written = self.written
        if written[0] == '"':
            return str(json.loads(written, strict=False))
        return None if written == "null" else written


@lru_cache(maxsize=256)
def path_steps(path: str) -> tuple[bool, tuple[str | int, ...]]:
    """Read a path such as `strict $.a[0]."b c"`: whether it is strict, and its steps.

    Raises:
        QueryError: 13607.
    """
    text = path.strip()
    strict = False
    for mode in ("strict", "lax"):
        if text.lower().startswith(mode) and text[len(mode) : len(mode) + 1].isspace():
            strict, text = mode == "strict", text[len(mode) :].lstrip()
    if not text.startswith("$"):
        raise server_error(13607, text[:1], len(path) - len(text))
    place = 1
    steps: list[str | int] = []
    while place < len(text):
        match = _STEP.match(text, place)
        if match is None:
            raise server_error(13607, text[place], place)
        if match[3] is not None:
            steps.append(int(match[3]))
        else:
            steps.append(json.loads(f'"{match[1]}"') if match[1] is not None else match[2])
        place = match.end()
    return strict, tuple(steps)


def find(text: str, path: str) -> tuple[bool, Piece | None]:
    """Find a piece by its path: whether the path is strict, and the piece or None.

    Raises:
        QueryError: 13609 the text is no JSON, 13607 the path is none, 13608 a strict path leads nowhere.
    """
    strict, steps = path_steps(path)
    piece: Piece | None = whole(text)
    for step in steps:
        piece = None if piece is None else _step(piece, step)
    if piece is None and strict:
        raise server_error(13608)
    return strict, piece


@lru_cache(maxsize=2048)
def whole(text: str) -> Piece:
    """Check a JSON text and give all of it.

    Raises:
        QueryError: 13609.
    """
    start = _skip(text, 0)
    if start >= len(text):
        raise server_error(13609, ".", start)
    end = _end(text, start, 0)
    rest = _skip(text, end)
    if rest != len(text):
        raise server_error(13609, text[rest], rest)
    return Piece(text, start, end)


def _skip(text: str, place: int) -> int:
    match = _BLANK.match(text, place)
    return match.end() if match else place


def _end(text: str, start: int, depth: int) -> int:
    first = text[start : start + 1]
    if first in {"{", "["} and first:
        if depth > _DEEPEST:
            raise server_error(13609, first, start)
        return _container_end(text, start, depth)
    match = (_STRING if first == '"' else _SCALAR).match(text, start)
    if match is None:
        raise server_error(13609, first or ".", start)
    return match.end()


def _container_end(text: str, start: int, depth: int) -> int:
    closing = "}" if text[start] == "{" else "]"
    place = _skip(text, start + 1)
    if text[place : place + 1] == closing:
        return place + 1
    while True:
        if closing == "}":
            match = _STRING.match(text, place)
            place = _skip(text, match.end()) if match else place
            if match is None or text[place : place + 1] != ":":
                raise server_error(13609, text[place : place + 1] or ".", place)
            place = _skip(text, place + 1)
        place = _skip(text, _end(text, place, depth + 1))
        mark = text[place : place + 1]
        if mark == closing:
            return place + 1
        if mark != ",":
            raise server_error(13609, mark or ".", place)
        place = _skip(text, place + 1)


def members(piece: Piece) -> Iterator[tuple[str, Piece]]:
    """Give the members of an object by name, or of an array by number."""
    text, place = piece.text, _skip(piece.text, piece.start + 1)
    is_object = text[piece.start] == "{"
    number = 0
    while text[place] not in "}]":
        key = str(number)
        if is_object:
            match = _STRING.match(text, place)
            if match is None:
                raise server_error(13609, text[place], place)
            key = json.loads(match[0], strict=False)
            place = _skip(text, _skip(text, match.end()) + 1)
        end = _end(text, place, 0)
        yield key, Piece(text, place, end)
        number += 1
        place = _skip(text, end)
        if text[place] == ",":
            place = _skip(text, place + 1)


def _step(piece: Piece, step: str | int) -> Piece | None:
    mark = piece.text[piece.start]
    if mark != ("[" if isinstance(step, int) else "{"):
        return None
    return next((member for key, member in members(piece) if key == str(step)), None)


def json_value(text: str | None, path: str | None) -> str | None:
    """JSON_VALUE: a scalar as characters; NULL (or 13623, strict) for an object or array."""
    if text is None or path is None:
        return None
    strict, piece = find(text, path)
    if piece is None:
        return None
    if piece.is_container:
        if strict:
            raise server_error(13623)
        return None
    value = piece.scalar
    if value is not None and len(value) > _VALUE_LIMIT:
        if strict:
            raise QueryError("String value in the specified JSON path would be truncated.", number=13625)
        return None
    return value


def json_query(text: str | None, path: str | None) -> str | None:
    """JSON_QUERY: an object or array as it is written; NULL (or 13624, strict) for a scalar."""
    if text is None or path is None:
        return None
    strict, piece = find(text, path)
    if piece is None:
        return None
    if not piece.is_container:
        if strict:
            raise server_error(13624)
        return None
    return piece.written


def is_json(text: str | None) -> int | None:
    """ISJSON: whether the text is a JSON object or array."""
    if text is None:
        return None
    try:
        return int(whole(text).is_container)
    except QueryError:
        return 0


def json_path_exists(text: str | None, path: str | None) -> int | None:
    """JSON_PATH_EXISTS: whether a path leads somewhere."""
    if text is None or path is None:
        return None
    try:
        return int(find(text, path)[1] is not None)
    except QueryError:
        return 0


def open_rows(text: str | None, path: str | None) -> Iterator[tuple[str, str | None, int, Piece]]:
    """Give key, value, type and piece of each row of OPENJSON."""
    if text is None or path is None:
        return
    strict, piece = find(text, path)
    if piece is None:
        return
    if not piece.is_container:
        if strict:
            raise server_error(13624)
        return
    for key, member in members(piece):
        kind = _TYPES.get(member.text[member.start], 2)
        yield key, (member.written if member.is_container else member.scalar), kind, member
