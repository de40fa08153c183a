"""Write a type as SQL Server writes it in DDL, from the numbers that the catalog views keep."""

from __future__ import annotations

from sys import intern

# Lengths of these are in bytes, two for each UTF-16 unit: https://learn.microsoft.com/sql/t-sql/data-types/nchar-and-nvarchar-transact-sql
IN_UNITS = frozenset({"nchar", "nvarchar"})
IN_BYTES = frozenset({"char", "varchar", "binary", "varbinary"})
EXACT = frozenset({"decimal", "numeric"})
SCALED = frozenset({"datetime2", "datetimeoffset", "time"})

MAX = -1  # max_length of the (max) types


def written_type(
    name: str, max_length: int | None, precision: int | None, scale: int | None, dimensions: int | None = None
) -> str:
    """Write a system type with its length, precision or scale.

    Args:
        name: Of the system type, such as `nvarchar`.
        max_length: In bytes; -1 for the (max) types.
        precision: Of the exact numbers.
        scale: Of the exact numbers and of the types with fractional seconds.
        dimensions: Of a vector.

    Returns:
        Such as `decimal(10,2)`, `nvarchar(max)`, `datetime2(3)`, `int`.
    """
    written = name
    if name in IN_UNITS or name in IN_BYTES:
        if max_length is not None:
            length = "max" if max_length == MAX else str(max_length // 2 if name in IN_UNITS else max_length)
            written = f"{name}({length})"
    elif name in EXACT:
        written = f"{name}({precision},{scale})"
    elif name in SCALED and scale is not None:
        written = f"{name}({scale})"
    elif name == "vector" and dimensions:
        written = f"{name}({dimensions})"
    return intern(written)
