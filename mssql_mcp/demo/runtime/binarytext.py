"""Binary values from and to characters and numbers; identifiers (GUID); xml."""

from __future__ import annotations

import re
import struct
from typing import Any

from mssql_mcp.demo.runtime import decimals
from mssql_mcp.demo.runtime.errors import server_error, unsupported
from mssql_mcp.demo.runtime.strings import from_code_page
from mssql_mcp.demo.sqltypes import MAX, SqlType
from mssql_mcp.errors import QueryError

_GUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_WIDTHS = {"bigint": 8, "int": 4, "smallint": 2, "tinyint": 1, "bit": 1}


def to_text(value: bytes, style: int, target: SqlType) -> str:
    """Write bytes: style 0 as the characters that they are, 1 as 0x and hex, 2 as hex."""
    if style in {1, 2}:
        return ("0x" if style == 1 else "") + value.hex().upper()
    if style:
        raise server_error(281, style, "varbinary")
    if target.is_unicode:
        padded = value + b"\0" * (len(value) % 2)
        return padded.decode("utf-16-le", "replace")
    return from_code_page(value)


def to_binary(value: Any, source: SqlType, target: SqlType, style: int) -> bytes:
    """Give the bytes of a value, cut or filled to the target's length.

    Raises:
        QueryError: 8114, the characters are no hex digits (style 1 and 2).
    """
    data = _bytes(value, source, style, target)
    if target.length == MAX:
        return data
    if source.family in {"integer", "bit", "decimal", "money"}:
        # Numbers lose or gain on the left.
        data = data[-target.length :]
        return data.rjust(target.length, b"\0") if target.name == "binary" else data
    data = data[: target.length]
    return data.ljust(target.length, b"\0") if target.name == "binary" else data


def _bytes(value: Any, source: SqlType, style: int, target: SqlType) -> bytes:
    family = source.family
    if isinstance(value, bytes) and family == "binary":
        return value
    if family in {"text", "xml"}:
        if style in {1, 2}:
            return _from_hex(value, source, style)
        text = str(value)
        return text.encode("utf-16-le") if source.is_unicode else text.encode("cp1252", "replace")
    if family in {"integer", "bit"}:
        width = _WIDTHS[source.name]
        return int(value).to_bytes(width, "big", signed=source.name not in {"tinyint", "bit"})
    if family == "money":
        return int(value).to_bytes(4 if source.name == "smallmoney" else 8, "big", signed=True)
    if family == "float":
        return struct.pack(">f" if source.name == "real" else ">d", value)
    if family == "guid":
        return guid_bytes(value)
    if family == "decimal":
        unscaled = decimals.number(value)
        size = next(size for limit, size in ((9, 4), (19, 8), (28, 12), (38, 16)) if source.precision <= limit)
        head = bytes((source.precision, source.scale, 0, int(unscaled >= 0)))
        return head + abs(unscaled).to_bytes(size, "little")
    raise unsupported(f"The demo cannot convert {source} to {target}.")


def _from_hex(text: str, source: SqlType, style: int) -> bytes:
    digits = text
    if style == 1:
        if not text.lower().startswith("0x"):
            raise server_error(8114, source.name, "varbinary")
        digits = text[2:]
    if len(digits) % 2 or not re.fullmatch(r"[0-9a-fA-F]*", digits):
        raise server_error(8114, source.name, "varbinary")
    return bytes.fromhex(digits)


def parse_guid(text: str) -> str:
    """Read an identifier from its first 36 characters, with or without braces.

    Raises:
        QueryError: 8169, it is none.
    """
    found = text[1:37] if text.startswith("{") and text[37:38] == "}" else text[:36]
    if not _GUID.fullmatch(found):
        raise server_error(8169)
    return found.upper()


def guid_bytes(text: str) -> bytes:
    """Give an identifier's bytes as SQL Server keeps them: the first three groups turned round."""
    parts = text.split("-")
    turned = b"".join(bytes.fromhex(part)[::-1] for part in parts[:3])
    return turned + bytes.fromhex(parts[3] + parts[4])


def guid_from_bytes(data: bytes) -> str:
    """Give the identifier of 16 bytes.

    Raises:
        QueryError: 8169, there are fewer.
    """
    if len(data) < 16:
        raise server_error(8169)
    groups = (data[3::-1], data[5:3:-1], data[7:5:-1], data[8:10], data[10:16])
    return "-".join(group.hex() for group in groups).upper()


def guid_sort_key(text: str | None) -> bytes | None:
    """Give bytes that sort as SQL Server sorts identifiers: the last group first."""
    if text is None:
        return None
    data = guid_bytes(text)
    return data[10:16] + data[8:10] + data[6:8] + data[4:6] + data[0:4]


def parse_xml(text: str) -> str:
    """Check that the text is a fragment of XML; it is kept as it is written.

    Raises:
        QueryError: 9400, it is not well-formed.
    """
    from xml.etree import ElementTree as ET

    try:
        ET.fromstring(f"<r>{text}</r>")  # noqa: S314 - inside an element no DTD can stand
    except ET.ParseError as error:
        line, column = error.position
        raise QueryError(
            f"XML parsing: line {line}, character {column}, the text is not well-formed.", number=9400
        ) from None
    return text
