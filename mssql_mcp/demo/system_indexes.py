"""The rows of sys.indexes, sys.index_columns, sys.stats, sys.partitions and sys.dm_db_partition_stats."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mssql_mcp.demo import schema
from mssql_mcp.demo.objects import ids
from mssql_mcp.demo.system_types import type_facts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mssql_mcp.demo.model import DemoIndex, DemoTable

Facts = dict[str, Any]
_INDEX_TYPES = {0: "HEAP", 1: "CLUSTERED", 2: "NONCLUSTERED"}
_PAGE_BYTES = 8_060


def numbered_indexes(table: DemoTable) -> Iterator[tuple[int, str | None, DemoIndex | tuple[str, ...] | None]]:
    """Give number, name and declaration of each index of a table; number 0 is a heap, 1 the primary key."""
    if table.primary_key:
        yield 1, table.primary_key.name, table.primary_key.columns
    else:
        yield 0, None, None
    number = 2
    for key in table.unique_keys:
        yield number, key.name, key.columns
        number += 1
    for index in table.indexes:
        yield number, index.name, index
        number += 1


def index_views(count_rows: Callable[[str, str], int]) -> dict[str, list[Facts]]:
    """Give what each view but sys.index_columns says; rows of a table under a filter are counted by the function."""
    indexes: list[Facts] = []
    partitions: list[Facts] = []
    sizes: list[Facts] = []
    stats: list[Facts] = []
    for table in schema.TABLES:
        own_id = ids()[table.full_name]
        width = 8 + sum(min(max(type_facts(c.type)["max_length"], 8), 60) for c in table.columns)
        for number, name, key in numbered_indexes(table):
            is_constraint = isinstance(key, tuple)
            condition = "" if key is None or isinstance(key, tuple) else key.filter
            unique = is_constraint or (key is not None and not isinstance(key, tuple) and key.unique)
            facts = {
                "object_id": own_id,
                "name": name,
                "index_id": number,
                "type": min(number, 2),
                "type_desc": _INDEX_TYPES[min(number, 2)],
                "is_unique": int(unique),
                "data_space_id": 1,
                "is_primary_key": int(number == 1),
                "is_unique_constraint": int(is_constraint and number > 1),
                "fill_factor": 0,
                "allow_row_locks": 1,
                "allow_page_locks": 1,
                "has_filter": int(bool(condition)),
                "filter_definition": condition or None,
            }
            indexes.append(facts)
            if number:
                stats.append({**facts, "stats_id": number, "user_created": 0})
            rows = count_rows(table.full_name, condition)
            partition = 72_057_594_038_000_000 + (own_id << 8) + number
            partitions.append(
                {
                    "partition_id": partition,
                    "object_id": own_id,
                    "index_id": number,
                    "partition_number": 1,
                    "hobt_id": partition,
                    "rows": rows,
                    "data_compression": 0,
                    "data_compression_desc": "NONE",
                    "xml_compression_desc": "OFF",
                }
            )
            sizes.append(_size(partition, own_id, number, rows, width if number < 2 else width // 4))
    return {
        "sys.indexes": indexes,
        "sys.stats": stats,
        "sys.partitions": partitions,
        "sys.dm_db_partition_stats": sizes,
    }


def _size(partition: int, own_id: int, index_id: int, rows: int, width: int) -> Facts:
    data = -(-rows * width // _PAGE_BYTES)
    zeros = dict.fromkeys(
        (
            "lob_used_page_count",
            "lob_reserved_page_count",
            "row_overflow_used_page_count",
            "row_overflow_reserved_page_count",
        ),
        0,
    )
    return zeros | {
        "partition_id": partition,
        "object_id": own_id,
        "index_id": index_id,
        "partition_number": 1,
        "in_row_data_page_count": data,
        "in_row_used_page_count": data + 1,
        "in_row_reserved_page_count": data + 8,
        "used_page_count": data + 1,
        "reserved_page_count": data + 8,
        "row_count": rows,
    }


def index_columns() -> Iterator[Facts]:
    """Give what sys.index_columns says."""
    for table in schema.TABLES:
        positions = {column.name: number for number, column in enumerate(table.columns, start=1)}
        for number, _, key in numbered_indexes(table):
            if key is None:
                continue
            keys = key if isinstance(key, tuple) else key.columns
            included = () if isinstance(key, tuple) else key.included
            for place, name in enumerate((*keys, *included), start=1):
                is_included = place > len(keys)
                yield {
                    "object_id": ids()[table.full_name],
                    "index_id": number,
                    "index_column_id": place,
                    "column_id": positions[name.removeprefix("-")],
                    "key_ordinal": 0 if is_included else place,
                    "partition_ordinal": 0,
                    "is_descending_key": int(name.startswith("-")),
                    "is_included_column": int(is_included),
                    "column_store_order_ordinal": 0,
                }
