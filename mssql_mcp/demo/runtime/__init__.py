"""What translated statements call: SQL Server's functions, written in Python, and its collation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mssql_mcp.demo.faults import keeping
from mssql_mcp.demo.runtime import (
    aggregates,
    binarytext,
    catalogfunctions,
    collation,
    convert,
    datefunctions,
    decimals,
    documents,
    dotnet,
    jsontext,
    like,
    mathfunctions,
    rowfunctions,
    strings,
)
from mssql_mcp.demo.runtime.errors import server_error

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable

__all__ = ("register",)


def register(connection: sqlite3.Connection) -> None:
    """Give a connection every function, aggregate and the collation that translated statements use."""
    connection.create_collation("t_collation", keeping(collation.compare))
    for name, count, function in FUNCTIONS:
        connection.create_function(name, count, keeping(function), deterministic=True)
    for name, count, function in CHANGING_FUNCTIONS:
        connection.create_function(name, count, keeping(function))
    for name, count, aggregate in aggregates.AGGREGATES:
        connection.create_window_function(name, count, _kept(aggregate))
    connection.create_aggregate("t_string_agg", -1, _kept(aggregates.StringAgg))


def _kept(aggregate: type[Any]) -> type[Any]:
    """Wrap an aggregate's methods, so that what they raise is kept for `failure`."""
    methods = {
        name: keeping(getattr(aggregate, name))
        for name in ("step", "inverse", "value", "finalize")
        if hasattr(aggregate, name)
    }
    return type(aggregate.__name__, (aggregate,), methods)


def fail(number: int, *words: Any) -> None:
    """Raise SQL Server's error of this number; stands where a translated statement must not come."""
    raise server_error(number, *words)


def level(depth: int, limit: int) -> int:
    """Give the next level of a recursion.

    Raises:
        QueryError: 530, it is one too many.
    """
    if depth >= limit:
        raise server_error(530, limit)
    return depth + 1


def hex_text(value: bytes | None) -> str | None:
    """Give bytes as hex digits, for JSON."""
    return None if value is None else value.hex()


def unhex(text: str | None) -> bytes | None:
    """Give back the bytes of hex digits."""
    return None if text is None else bytes.fromhex(text)


def pack_float(value: float | None) -> str | None:
    """Give a float as text that loses nothing, for JSON."""
    return None if value is None else repr(value)


def variant_key(value: Any) -> Any:
    """Give what a variant is compared by: characters by their key, numbers as they are."""
    return collation.sort_key(value) if isinstance(value, str) else value


def hash_bytes(algorithm: str | None, value: bytes | None) -> bytes | None:
    """HASHBYTES: MD5, SHA1, SHA2_256 and SHA2_512; NULL for another name."""
    import hashlib

    if algorithm is None or value is None:
        return None
    known = {
        "md5": hashlib.md5,
        "sha": hashlib.sha1,
        "sha1": hashlib.sha1,
        "sha2_256": hashlib.sha256,
        "sha2_512": hashlib.sha512,
    }
    function = known.get(algorithm.lower())
    return None if function is None else function(value, usedforsecurity=False).digest()


# Name, number of arguments (-1: any), function. All give the same answer to the same arguments.
FUNCTIONS: tuple[tuple[str, int, Callable[..., Any]], ...] = (
    ("t_key", 1, collation.sort_key),
    ("t_key_of", 2, collation.key_of),
    ("t_variant_key", 1, variant_key),
    ("t_guid_key", 1, binarytext.guid_sort_key),
    ("t_convert", 4, convert.convert),
    ("t_try_convert", 4, convert.try_convert),
    ("t_decimal_add", 4, decimals.add),
    ("t_decimal_multiply", 4, decimals.multiply),
    ("t_decimal_divide", 4, decimals.divide),
    ("t_decimal_average", 4, decimals.average),
    ("t_decimal_modulo", 4, decimals.remainder),
    ("t_decimal_negate", 2, decimals.negate),
    ("t_decimal_abs", 2, decimals.absolute),
    ("t_decimal_round", 5, decimals.round_to),
    ("t_decimal_floor", 5, decimals.floor),
    ("t_decimal_sign", 3, decimals.sign),
    ("t_widen", 1, decimals.widen),
    ("t_int", 2, mathfunctions.checked_int),
    ("t_float", 1, mathfunctions.checked_float),
    ("t_money", 2, mathfunctions.money),
    ("t_int_divide", 3, mathfunctions.int_divide),
    ("t_int_modulo", -1, mathfunctions.int_modulo),
    ("t_float_divide", 2, mathfunctions.float_divide),
    ("t_money_multiply", 3, mathfunctions.money_multiply),
    ("t_money_divide", 3, mathfunctions.money_divide),
    ("t_int_power", 3, mathfunctions.int_power),
    ("t_power", 2, mathfunctions.power),
    ("t_log", 2, mathfunctions.log),
    ("t_atn2", 2, mathfunctions.atn2),
    ("t_float_round", 3, mathfunctions.float_round),
    ("t_float_floor", 2, mathfunctions.float_floor),
    ("t_int_round", 4, mathfunctions.int_round),
    ("t_bit_count", 2, mathfunctions.bit_count),
    ("t_percent_rows", 2, mathfunctions.percent_rows),
    ("t_row_count", 1, mathfunctions.row_count),
    ("t_is_numeric", 1, mathfunctions.is_numeric),
    *((f"t_{name}", 1, function) for name, function in mathfunctions.FLOAT_FUNCTIONS.items()),
    ("t_len", 1, strings.length),
    ("t_data_length", 2, strings.data_length),
    ("t_upper", 1, strings.upper),
    ("t_lower", 1, strings.lower),
    ("t_left", 2, strings.left),
    ("t_right", 2, strings.right),
    ("t_substring", 3, strings.substring),
    ("t_charindex", 3, strings.charindex),
    ("t_replace", 3, strings.replace),
    ("t_stuff", 4, strings.stuff),
    ("t_replicate", 3, strings.replicate),
    ("t_trim", 3, strings.trim),
    ("t_translate", 3, strings.translate),
    ("t_reverse", 1, strings.reverse),
    ("t_ascii", 1, strings.ascii_code),
    ("t_unicode", 1, strings.unicode_code),
    ("t_char", 1, strings.char),
    ("t_nchar", 1, strings.nchar),
    ("t_quotename", 2, strings.quotename),
    ("t_str", 3, strings.str_),
    ("t_soundex", 1, strings.soundex),
    ("t_difference", 2, strings.difference),
    ("t_concat_ws", -1, strings.concat_ws),
    ("t_string_escape", 2, strings.string_escape),
    ("t_join_bytes", 2, strings.join_bytes),
    ("t_like", 5, like.like),
    ("t_patindex", 2, like.patindex),
    ("t_format", -1, dotnet.format_value),
    ("t_date_part", 3, datefunctions.part),
    ("t_date_name", 3, datefunctions.name),
    ("t_date_add", 4, datefunctions.add),
    ("t_date_diff", 6, datefunctions.difference),
    ("t_date_truncate", 3, datefunctions.truncate),
    ("t_date_bucket", 5, datefunctions.bucket),
    ("t_end_of_month", 2, datefunctions.end_of_month),
    ("t_from_parts", -1, datefunctions.from_parts),
    ("t_moment_add", 3, datefunctions.add_moments),
    ("t_switch_offset", 2, datefunctions.switch_offset),
    ("t_to_offset", 3, datefunctions.to_offset),
    ("t_at_time_zone", 4, datefunctions.at_time_zone),
    ("t_is_date", 1, datefunctions.is_date),
    ("t_json_value", 2, jsontext.json_value),
    ("t_json_query", 2, jsontext.json_query),
    ("t_is_json", 1, jsontext.is_json),
    ("t_json_path_exists", 2, jsontext.json_path_exists),
    ("t_for_json", 2, documents.for_json),
    ("t_for_xml", 2, documents.for_xml),
    ("t_xml_text", 1, documents.xml_text),
    ("t_split", 2, rowfunctions.split),
    ("t_series", 3, rowfunctions.series),
    ("t_open_json", 2, rowfunctions.open_json),
    ("t_open_json_columns", 3, rowfunctions.open_json_columns),
    ("t_hex", 1, hex_text),
    ("t_unhex", 1, unhex),
    ("t_float_pack", 1, pack_float),
    ("t_hash_bytes", 2, hash_bytes),
    ("t_level", 2, level),
    ("t_object_id", -1, catalogfunctions.object_id),
    ("t_object_name", -1, catalogfunctions.object_name),
    ("t_object_schema_name", -1, catalogfunctions.object_schema_name),
    ("t_object_definition", 1, catalogfunctions.object_definition),
    ("t_schema_name", 1, catalogfunctions.schema_name),
    ("t_schema_id", 1, catalogfunctions.schema_id),
    ("t_col_name", 2, catalogfunctions.col_name),
    ("t_col_length", 2, catalogfunctions.col_length),
    ("t_column_property", 3, catalogfunctions.column_property),
    ("t_object_property", 2, catalogfunctions.object_property),
    ("t_type_name", 1, catalogfunctions.type_name),
    ("t_type_id", 1, catalogfunctions.type_id),
    ("t_db_name", 1, catalogfunctions.db_name),
    ("t_db_id", 1, catalogfunctions.db_id),
    ("t_server_property", 1, catalogfunctions.server_property),
    ("t_database_property", 2, catalogfunctions.database_property),
    ("t_parse_name", 2, catalogfunctions.parse_name),
    ("t_index_col", 3, catalogfunctions.index_col),
    ("t_has_dbaccess", 1, catalogfunctions.has_dbaccess),
    ("t_is_member", 1, catalogfunctions.is_member),
    ("t_is_srvrolemember", -1, catalogfunctions.is_server_role_member),
    ("t_has_permission", 3, catalogfunctions.has_permission),
)
# These give another answer each time, or must not be worked out ahead.
CHANGING_FUNCTIONS: tuple[tuple[str, int, Callable[..., Any]], ...] = (
    ("t_new_guid", 0, mathfunctions.new_guid),
    ("t_fail", -1, fail),
)
