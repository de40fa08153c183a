"""FOR JSON and FOR XML: rows as one text.

Pages: "Format query results as JSON with FOR JSON", "How FOR JSON converts SQL Server data types to JSON data types",
"Use PATH mode with FOR XML".
"""

from __future__ import annotations

import base64
import json
from functools import lru_cache
from typing import Any

from mssql_mcp.demo.runtime import decimals, moments, numbertext
from mssql_mcp.demo.runtime.datetext import styled
from mssql_mcp.demo.sqltypes import SqlType, parse_type
from mssql_mcp.errors import QueryError


@lru_cache(maxsize=64)
def _specification(text: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(text)
    return found


def for_json(rows: str | None, specification: str) -> str | None:
    """Write rows as JSON; NULL for none.

    Args:
        rows: JSON array of arrays of stored cells (bytes as hex, floats as text).
        specification: JSON object: `columns` ([name, type, is_json]), `root`, `nulls`, `wrapper`.
    """
    spec = _specification(specification)
    found = json.loads(rows or "[]", parse_int=str)
    if not found:
        return None
    objects = [_json_object(row, spec) for row in found]
    text = ",".join(objects)
    if spec["wrapper"]:
        text = f"[{text}]"
    return f"{{{_json_text(spec['root'])}:{text}}}" if spec["root"] is not None else text


def _json_object(row: list[Any], spec: dict[str, Any]) -> str:
    tree: dict[str, Any] = {}
    for (name, type_name, is_json), cell in zip(spec["columns"], row, strict=True):
        if cell is None and not spec["nulls"]:
            continue
        *path, last = name.split(".")
        place = tree
        for step in path:
            place = place.setdefault(step, {})
            if not isinstance(place, dict):
                raise _clash(name)
        if last in place:
            raise _clash(name)
        place[last] = "null" if cell is None else cell if is_json else _json_cell(cell, parse_type(type_name))
    return _write(tree)


def _clash(name: str) -> QueryError:
    return QueryError(
        f"Property '{name}' cannot be generated in JSON output due to a conflict with another column name or alias. "
        "Use different names and aliases for each column in SELECT list.",
        number=13601,
    )


def _write(tree: dict[str, Any]) -> str:
    parts = [f"{_json_text(key)}:{_write(value) if isinstance(value, dict) else value}" for key, value in tree.items()]
    return "{" + ",".join(parts) + "}"


def _json_text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("/", "\\/")


def _json_cell(cell: Any, type_: SqlType) -> str:
    family = type_.family
    if family == "bit":
        return "true" if str(cell) == "1" else "false"
    if family in {"integer", "decimal", "money"}:
        return _plain(cell, type_)
    if family == "float":
        return _plain(cell, type_)
    if family == "variant" and not isinstance(cell, str):
        return str(cell)
    return _json_text(_plain(cell, type_))


def _plain(cell: Any, type_: SqlType) -> str:
    """Write a cell in the form that JSON and XML share."""
    family = type_.family
    if family in {"decimal", "money"}:
        return decimals.to_text(decimals.number(bytes.fromhex(cell) if type_.is_wide else int(cell)), type_.scale)
    if family == "float":
        return numbertext.float_text(float(cell), 2, is_real=type_.name == "real")
    if family == "binary":
        return base64.b64encode(bytes.fromhex(cell)).decode("ascii")
    if family == "offset":
        moment = moments.load(cell, family)
        local = styled(
            moments.Moment(moment.local.day, moment.local.ticks), SqlType("datetime2", scale=type_.scale), 126
        )
        return local + ("Z" if not moment.offset else moments.offset_text(moment.offset))
    if type_.is_temporal:
        return styled(moments.load(cell, family), type_, 126)
    return str(cell)


def for_xml(rows: str | None, specification: str) -> str | None:
    """Write rows as XML in the mode PATH; NULL for none.

    Args:
        rows: JSON array of arrays of stored cells (bytes as hex, floats as text).
        specification: JSON object: `columns` ([name, type, is_xml]), `root`, `element`, `nulls`.
    """
    spec = _specification(specification)
    found = json.loads(rows or "[]", parse_int=str)
    if not found:
        return None
    text = "".join(_xml_row(row, spec) for row in found)
    root = spec["root"]
    if root is None:
        return text
    names = ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"' if spec["nulls"] else ""
    return f"<{root}{names}>{text}</{root}>"


def _xml_row(row: list[Any], spec: dict[str, Any]) -> str:
    attributes = ""
    parts: list[str] = []
    opened: list[str] = []
    for (name, type_name, is_xml), cell in zip(spec["columns"], row, strict=True):
        *path, last = [step for step in name.split("/") if step] or [""]
        if cell is None:
            if spec["nulls"] and last and not last.startswith("@"):
                opened = _open(parts, opened, path)
                parts.append(f'<{last} xsi:nil="true"/>')
            continue
        type_ = parse_type(type_name)
        value = str(cell) if is_xml else _escape(str(cell) if type_.family == "bit" else _plain(cell, type_))
        if last.startswith("@"):
            attributes += f' {last[1:]}="{value.replace(chr(34), "&quot;")}"'
            continue
        opened = _open(parts, opened, path)
        parts.append(value if last in {"", "*", "text()", "data()", "node()"} else f"<{last}>{value}</{last}>")
    _open(parts, opened, [])
    inner = "".join(parts)
    element = spec["element"]
    if not element:
        return inner
    return f"<{element}{attributes}>{inner}</{element}>" if inner else f"<{element}{attributes}/>"


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _open(parts: list[str], opened: list[str], wanted: list[str]) -> list[str]:
    """Close and open elements so that the next one stands under `wanted`."""
    same = 0
    while same < min(len(opened), len(wanted)) and opened[same] == wanted[same]:
        same += 1
    parts += [f"</{name}>" for name in reversed(opened[same:])]
    parts += [f"<{name}>" for name in wanted[same:]]
    return list(wanted)


def xml_text(text: str | None) -> str | None:
    """Give the characters of a fragment without elements, entities resolved."""
    if text is None:
        return None
    from xml.etree import ElementTree as ET

    # It comes from FOR XML, so it is well-formed.
    return "".join(ET.fromstring(f"<r>{text}</r>").itertext())  # noqa: S314 - inside an element no DTD can stand
