"""What the catalog says of a type: the rows of `sys.types`, and length, precision and scale of a column.

Numbers: pages "sys.types (Transact-SQL)" and, for lengths, the page of each type.
"""

from __future__ import annotations

from typing import Any

from mssql_mcp.demo.objects import SCHEMA_IDS
from mssql_mcp.demo.schema import COLLATION
from mssql_mcp.demo.sqltypes import MAX, SqlType, parse_type

# name: (system_type_id, user_type_id, max_length, precision, scale)
_TYPES = {
    "image": (34, 34, 16, 0, 0),
    "text": (35, 35, 16, 0, 0),
    "uniqueidentifier": (36, 36, 16, 0, 0),
    "date": (40, 40, 3, 10, 0),
    "time": (41, 41, 5, 16, 7),
    "datetime2": (42, 42, 8, 27, 7),
    "datetimeoffset": (43, 43, 10, 34, 7),
    "tinyint": (48, 48, 1, 3, 0),
    "smallint": (52, 52, 2, 5, 0),
    "int": (56, 56, 4, 10, 0),
    "smalldatetime": (58, 58, 4, 16, 0),
    "real": (59, 59, 4, 24, 0),
    "money": (60, 60, 8, 19, 4),
    "datetime": (61, 61, 8, 23, 3),
    "float": (62, 62, 8, 53, 0),
    "sql_variant": (98, 98, 8016, 0, 0),
    "ntext": (99, 99, 16, 0, 0),
    "bit": (104, 104, 1, 1, 0),
    "decimal": (106, 106, 17, 38, 38),
    "numeric": (108, 108, 17, 38, 38),
    "smallmoney": (122, 122, 4, 10, 4),
    "bigint": (127, 127, 8, 19, 0),
    "hierarchyid": (240, 128, 892, 0, 0),
    "geometry": (240, 129, -1, 0, 0),
    "geography": (240, 130, -1, 0, 0),
    "varbinary": (165, 165, 8000, 0, 0),
    "varchar": (167, 167, 8000, 0, 0),
    "binary": (173, 173, 8000, 0, 0),
    "char": (175, 175, 8000, 0, 0),
    "timestamp": (189, 189, 8, 0, 0),
    "nvarchar": (231, 231, 8000, 0, 0),
    "nchar": (239, 239, 8000, 0, 0),
    "xml": (241, 241, -1, 0, 0),
    "sysname": (231, 256, 256, 0, 0),
}
_CHARACTERS = {"text", "ntext", "varchar", "char", "nvarchar", "nchar", "sysname"}

TYPE_ROWS: tuple[dict[str, Any], ...] = tuple(
    {
        "name": name,
        "system_type_id": system,
        "user_type_id": user,
        "schema_id": SCHEMA_IDS["sys"],
        "max_length": length,
        "precision": precision,
        "scale": scale,
        "collation_name": COLLATION if name in _CHARACTERS else None,
        "is_nullable": int(name != "sysname"),
        "is_assembly_type": int(name in {"hierarchyid", "geometry", "geography"}),
        "default_object_id": 0,
        "rule_object_id": 0,
    }
    for name, (system, user, length, precision, scale) in _TYPES.items()
)
TYPE_NAMES = {user: name for name, (_, user, *_) in _TYPES.items()}


def type_facts(text: str) -> dict[str, Any]:
    """Give what `sys.columns` says of a type: ids, max_length in bytes, precision, scale, collation."""
    declared = parse_type(text)
    system, user, length, precision, scale = _TYPES[declared.name]
    if declared.family in {"text", "binary"} and declared.name not in {"text", "ntext", "image", "timestamp"}:
        length = MAX if declared.length == MAX else declared.length * (2 if declared.is_unicode else 1)
    elif declared.name in {"time", "datetime2", "datetimeoffset"}:
        length, precision, scale = _moment_facts(declared)
    elif declared.name == "decimal":
        # Bytes by precision: page "decimal and numeric (Transact-SQL)".
        length = next(size for limit, size in ((9, 5), (19, 9), (28, 13), (38, 17)) if declared.precision <= limit)
        precision, scale = declared.precision, declared.scale
    return {
        "system_type_id": system,
        "user_type_id": user,
        "max_length": length,
        "precision": precision,
        "scale": scale,
        "collation_name": COLLATION if declared.is_text else None,
    }


def _moment_facts(declared: SqlType) -> tuple[int, int, int]:
    scale = declared.scale
    digits = scale + 1 if scale else 0
    extra = 0 if scale <= 2 else 1 if scale <= 4 else 2
    base, width = {"time": (3, 8), "datetime2": (6, 19), "datetimeoffset": (8, 26)}[declared.name]
    return base + extra, width + digits, scale
