"""The raw rows of each part of a catalog, as the statements gave them, and what those who assemble them share."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from mssql_mcp.catalog.type_names import written_type

# Classes of sys.extended_properties: https://learn.microsoft.com/sql/relational-databases/system-catalog-views/extended-properties-catalog-views-sys-extended-properties
OF_DATABASE, OF_OBJECT, OF_PARAMETER, OF_SCHEMA, OF_TYPE, OF_INDEX = 0, 1, 2, 3, 6, 7

# Comments by class, major and minor identifier.
Comments = dict[tuple[int, int, int], str]


@dataclass(slots=True)
class Rows:
    """Named tuples of each part; a part that was not read is empty."""

    schemas: list[Any] = field(default_factory=list)
    objects: list[Any] = field(default_factory=list)
    table_properties: list[Any] = field(default_factory=list)
    columns: list[Any] = field(default_factory=list)
    identities: list[Any] = field(default_factory=list)
    indexes: list[Any] = field(default_factory=list)
    foreign_keys: list[Any] = field(default_factory=list)
    checks: list[Any] = field(default_factory=list)
    comments: list[Any] = field(default_factory=list)
    row_counts: list[Any] = field(default_factory=list)
    sizes: list[Any] = field(default_factory=list)
    definitions: list[Any] = field(default_factory=list)
    parameters: list[Any] = field(default_factory=list)
    triggers: list[Any] = field(default_factory=list)
    synonyms: list[Any] = field(default_factory=list)
    sequences: list[Any] = field(default_factory=list)
    types: list[Any] = field(default_factory=list)
    partitioning: list[Any] = field(default_factory=list)
    boundaries: list[Any] = field(default_factory=list)
    partitions: list[Any] = field(default_factory=list)
    collation: str = ""

    def comment_index(self) -> Comments:
        """Index the comments by class, major and minor identifier."""
        return {(row[0], row.major_id, row.minor_id): row.comment for row in self.comments if row.comment}


def grouped(rows: list[Any], key: str) -> dict[int, list[Any]]:
    """Group rows by one of their columns, keeping their order."""
    groups: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        groups[getattr(row, key)].append(row)
    return groups


def type_of(row: Any) -> tuple[str, str | None]:
    """Give the physical type and, where it was declared with a user-defined type, that type's name.

    Args:
        row: Has type_name, type_schema, is_user_defined, is_assembly_type, base_type, max_length, precision and scale.
    """
    dimensions = getattr(row, "vector_dimensions", None)
    if row.is_user_defined and row.base_type and not row.is_assembly_type:
        physical = written_type(row.base_type, row.max_length, row.precision, row.scale)
        return physical, f"{row.type_schema}.{row.type_name}"
    if row.is_user_defined and row.type_name:
        return f"{row.type_schema}.{row.type_name}", None
    name = row.type_name or row.base_type or "unknown"
    return written_type(name, row.max_length, row.precision, row.scale, dimensions), None
