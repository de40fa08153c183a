"""Calls of functions of characters: argument types, result types, and the function of ours that does it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mssql_mcp.demo.arguments import Handler, expect, function, int_argument, text_argument
from mssql_mcp.demo.coerce import cast, coerce
from mssql_mcp.demo.runtime.errors import unsupported
from mssql_mcp.demo.sqltypes import BIGINT, FLOAT, INT, MAX, SYSNAME, VARBINARY_MAX, SqlType, text_type
from mssql_mcp.demo.typed import Typed, literal
from mssql_mcp.errors import QueryError

if TYPE_CHECKING:
    from sqlglot import exp

    from mssql_mcp.demo.context import Context

_ONE = literal(1, INT)


def _resized(value: Typed, length: int) -> SqlType:
    return text_type(length, unicode=value.type.is_unicode)


def _joint(*values: Typed) -> bool:
    return any(value.type.is_unicode for value in values)


def _length(context: Context, name: str, arguments: list[exp.Expr]) -> Typed:
    expect(name, arguments, 1)
    value = text_argument(context, arguments[0])
    return Typed(f"t_len({value.sql})", BIGINT if value.type.length == MAX else INT, low=0)


def _data_length(context: Context, name: str, arguments: list[exp.Expr]) -> Typed:
    expect(name, arguments, 1)
    value = context.value(arguments[0])
    type_ = value.type
    result = BIGINT if type_.length == MAX else INT
    if type_.family in {"text", "xml"}:
        return function("t_data_length", result, value, str(int(type_.is_unicode or type_.family == "xml")))
    if type_.family == "binary":
        return Typed(f"length({value.sql})", result)
    if type_.family == "variant":
        raise unsupported("The demo does not know DATALENGTH of sql_variant.")
    from mssql_mcp.demo.system_types import type_facts

    return Typed(f"(CASE WHEN {value.sql} IS NULL THEN NULL ELSE {type_facts(str(type_))['max_length']} END)", INT)


def _same_length(ours: str) -> Handler:
    def handle(context: Context, name: str, arguments: list[exp.Expr]) -> Typed:
        expect(name, arguments, 1)
        value = text_argument(context, arguments[0])
        return function(ours, _resized(value, value.type.length), value)

    return handle


def _side(ours: str) -> Handler:
    def handle(context: Context, name: str, arguments: list[exp.Expr]) -> Typed:
        expect(name, arguments, 2)
        value, count = text_argument(context, arguments[0]), int_argument(context, arguments[1])
        length = value.type.length
        if isinstance(count.constant, int) and count.constant >= 0 and (length == MAX or count.constant < length):
            length = min(count.constant, 4000 if value.type.is_unicode else 8000)
        type_ = _resized(value, length)
        if isinstance(count.constant, int) and count.constant >= 0 and ours == "t_left":
            return Typed(f"substr({value.sql}, 1, {count.constant})", type_)
        return function(ours, type_, value, count)

    return handle


def _substring(context: Context, name: str, arguments: list[exp.Expr]) -> Typed:
    expect(name, arguments, 3)
    value = context.value(arguments[0])
    if value.is_untyped_null or value.type.family not in {"text", "binary"}:
        shown = "NULL" if value.is_untyped_null else value.type.name
        raise QueryError(f"Argument data type {shown} is invalid for argument 1 of substring function.", number=8116)
    start, count = int_argument(context, arguments[1]), int_argument(context, arguments[2])
    length = value.type.length
    if isinstance(count.constant, int) and count.constant >= 0:
        length = count.constant if length == MAX else min(length, count.constant)
        length = min(length, 4000 if value.type.is_unicode else 8000)
    type_ = (
        SqlType("varbinary", length=max(length, 1) if length != MAX else MAX)
        if value.type.family == "binary"
        else _resized(value, length)
    )
    return function("t_substring", type_, value, start, count)


def _charindex(context: Context, name: str, arguments: list[exp.Expr]) -> Typed:
    expect(name, arguments, 2, 3)
    wanted, value = text_argument(context, arguments[0]), text_argument(context, arguments[1])
    start = int_argument(context, arguments[2]) if len(arguments) > 2 else _ONE
    type_ = BIGINT if value.type.length == MAX else INT
    return Typed(f"t_charindex({wanted.sql}, {value.sql}, {start.sql})", type_, low=0)


def _patindex(context: Context, name: str, arguments: list[exp.Expr]) -> Typed:
    expect(name, arguments, 2)
    pattern, value = text_argument(context, arguments[0]), text_argument(context, arguments[1])
    return function("t_patindex", BIGINT if value.type.length == MAX else INT, pattern, value)


def _replace(context: Context, name: str, arguments: list[exp.Expr]) -> Typed:
    expect(name, arguments, 3)
    values = [text_argument(context, argument) for argument in arguments]
    value, wanted, by = values
    grows = MAX in (by.type.length, value.type.length) or not wanted.is_constant
    length = MAX if value.type.length == MAX else 8000
    if not grows and by.type.length <= len(str(wanted.constant)):
        length = value.type.length
    unicode = _joint(*values)
    return function(
        "t_replace", text_type(min(length, 4000) if unicode and length != MAX else length, unicode=unicode), *values
    )


def _stuff(context: Context, name: str, arguments: list[exp.Expr]) -> Typed:
    expect(name, arguments, 4)
    value, by = text_argument(context, arguments[0]), text_argument(context, arguments[3])
    start, count = int_argument(context, arguments[1]), int_argument(context, arguments[2])
    length = MAX if MAX in {value.type.length, by.type.length} else value.type.length + by.type.length
    unicode = _joint(value, by)
    limit = 4000 if unicode else 8000
    return function("t_stuff", text_type(min(length, limit), unicode=unicode), value, start, count, by)


def _replicate(context: Context, name: str, arguments: list[exp.Expr]) -> Typed:
    expect(name, arguments, 2)
    value, count = text_argument(context, arguments[0]), int_argument(context, arguments[1])
    limit = MAX if value.type.length == MAX else 4000 if value.type.is_unicode else 8000
    length = limit
    if limit != MAX and isinstance(count.constant, int) and count.constant >= 0:
        length = min(value.type.length * count.constant, limit)
    return function("t_replicate", _resized(value, length), value, count, str(limit))


def _trim(side: str) -> Handler:
    def handle(context: Context, name: str, arguments: list[exp.Expr]) -> Typed:
        expect(name, arguments, 1, 2)
        value = text_argument(context, arguments[0])
        type_ = _resized(value, value.type.length)
        if len(arguments) == 1:
            own = {"BOTH": "trim", "LEADING": "ltrim", "TRAILING": "rtrim"}[side]
            return Typed(f"{own}({value.sql}, ' ')", type_)
        return function("t_trim", type_, value, text_argument(context, arguments[1]), f"'{side}'")

    return handle


def _concat(context: Context, name: str, arguments: list[exp.Expr]) -> Typed:
    expect(name, arguments, 2, 254)
    values = [text_argument(context, argument) for argument in arguments]
    parts = " || ".join(f"coalesce({value.sql}, '')" for value in values)
    return Typed(f"({parts})", _concatenated(values))


def _concatenated(values: list[Typed]) -> SqlType:
    unicode = _joint(*values)
    if any(value.type.length == MAX for value in values):
        return text_type(MAX, unicode=unicode)
    return text_type(min(sum(value.type.length for value in values), 4000 if unicode else 8000), unicode=unicode)


def _concat_ws(context: Context, name: str, arguments: list[exp.Expr]) -> Typed:
    expect(name, arguments, 3, 254)
    values = [text_argument(context, argument) for argument in arguments]
    return function("t_concat_ws", _concatenated(values + values[:1] * (len(values) - 3)), *values)


def _format(context: Context, name: str, arguments: list[exp.Expr]) -> Typed:
    expect(name, arguments, 2, 3)
    value = context.value(arguments[0])
    if (not value.type.is_number and not value.type.is_temporal) or value.type.name == "bit":
        raise QueryError(
            f"Argument data type {value.type.name} is invalid for argument 1 of format function.", number=8116
        )
    parts: list[Typed | str] = [value, f"'{value.type}'", text_argument(context, arguments[1])]
    if len(arguments) > 2:
        parts.append(text_argument(context, arguments[2]))
    return function("t_format", text_type(4000, unicode=True), *parts)


def _code(ours: str) -> Handler:
    def handle(context: Context, name: str, arguments: list[exp.Expr]) -> Typed:
        expect(name, arguments, 1)
        return function(ours, INT, text_argument(context, arguments[0]))

    return handle


def _char(context: Context, name: str, arguments: list[exp.Expr]) -> Typed:
    expect(name, arguments, 1)
    code = int_argument(context, arguments[0])
    if name == "CHAR":
        return function("t_char", text_type(1, unicode=False, fixed=True), code)
    return function("t_nchar", text_type(2, unicode=True), code)


def _space(context: Context, name: str, arguments: list[exp.Expr]) -> Typed:
    expect(name, arguments, 1)
    count = int_argument(context, arguments[0])
    length = count.constant if isinstance(count.constant, int) and count.constant >= 0 else 8000
    return function("t_replicate", text_type(min(length, 8000), unicode=False), "' '", count, "8000")


def _quotename(context: Context, name: str, arguments: list[exp.Expr]) -> Typed:
    expect(name, arguments, 1, 2)
    quote = text_argument(context, arguments[1]) if len(arguments) > 1 else "'['"
    return function("t_quotename", text_type(258, unicode=True), text_argument(context, arguments[0]), quote)


def _str(context: Context, name: str, arguments: list[exp.Expr]) -> Typed:
    expect(name, arguments, 1, 3)
    value = coerce(context.value(arguments[0]), FLOAT)
    width = int_argument(context, arguments[1]) if len(arguments) > 1 else literal(10, INT)
    places = int_argument(context, arguments[2]) if len(arguments) > 2 else literal(0, INT)
    length = width.constant if isinstance(width.constant, int) and width.constant > 0 else 8000
    return function("t_str", text_type(length, unicode=False), value, width, places)


def _soundex(context: Context, name: str, arguments: list[exp.Expr]) -> Typed:
    expect(name, arguments, 1)
    return function("t_soundex", text_type(4, unicode=False), text_argument(context, arguments[0]))


def _difference(context: Context, name: str, arguments: list[exp.Expr]) -> Typed:
    expect(name, arguments, 2)
    return function("t_difference", INT, *(text_argument(context, argument) for argument in arguments))


def _translate(context: Context, name: str, arguments: list[exp.Expr]) -> Typed:
    expect(name, arguments, 3)
    values = [text_argument(context, argument) for argument in arguments]
    return function("t_translate", text_type(values[0].type.length, unicode=_joint(*values)), *values)


def _string_escape(context: Context, name: str, arguments: list[exp.Expr]) -> Typed:
    expect(name, arguments, 2)
    return function("t_string_escape", text_type(MAX, unicode=True), *(text_argument(context, a) for a in arguments))


def _hash_bytes(context: Context, name: str, arguments: list[exp.Expr]) -> Typed:
    expect(name, arguments, 2)
    value = context.value(arguments[1])
    if value.type.family not in {"text", "binary"}:
        raise QueryError(
            f"Argument data type {value.type.name} is invalid for argument 2 of hashbytes function.", number=8116
        )
    data = cast(value, VARBINARY_MAX)
    return function("t_hash_bytes", SqlType("varbinary", length=8000), text_argument(context, arguments[0]), data)


def _json(ours: str, type_: SqlType) -> Handler:
    def handle(context: Context, name: str, arguments: list[exp.Expr]) -> Typed:
        expect(name, arguments, 2 if name != "JSON_QUERY" else 1, 2)
        path = text_argument(context, arguments[1]) if len(arguments) > 1 else "'$'"
        made = function(ours, type_, text_argument(context, arguments[0]), path)
        return replace(made, is_json=name == "JSON_QUERY")

    return handle


def _is_json(context: Context, name: str, arguments: list[exp.Expr]) -> Typed:
    expect(name, arguments, 1)
    return function("t_is_json", INT, text_argument(context, arguments[0]))


def _parse_name(context: Context, name: str, arguments: list[exp.Expr]) -> Typed:
    expect(name, arguments, 2)
    return function("t_parse_name", SYSNAME, text_argument(context, arguments[0]), int_argument(context, arguments[1]))


TEXT_FUNCTIONS: dict[str, Handler] = {
    "ASCII": _code("t_ascii"),
    "CHAR": _char,
    "CHARINDEX": _charindex,
    "CONCAT": _concat,
    "CONCAT_WS": _concat_ws,
    "DATALENGTH": _data_length,
    "DIFFERENCE": _difference,
    "FORMAT": _format,
    "HASHBYTES": _hash_bytes,
    "ISJSON": _is_json,
    "JSON_PATH_EXISTS": _json("t_json_path_exists", INT),
    "JSON_QUERY": _json("t_json_query", text_type(MAX, unicode=True)),
    "JSON_VALUE": _json("t_json_value", text_type(4000, unicode=True)),
    "LEFT": _side("t_left"),
    "LEN": _length,
    "LOWER": _same_length("t_lower"),
    "LTRIM": _trim("LEADING"),
    "NCHAR": _char,
    "PARSENAME": _parse_name,
    "PATINDEX": _patindex,
    "QUOTENAME": _quotename,
    "REPLACE": _replace,
    "REPLICATE": _replicate,
    "REVERSE": _same_length("t_reverse"),
    "RIGHT": _side("t_right"),
    "RTRIM": _trim("TRAILING"),
    "SOUNDEX": _soundex,
    "SPACE": _space,
    "STR": _str,
    "STRING_ESCAPE": _string_escape,
    "STUFF": _stuff,
    "SUBSTRING": _substring,
    "TRANSLATE": _translate,
    "TRIM BOTH": _trim("BOTH"),
    "TRIM LEADING": _trim("LEADING"),
    "TRIM TRAILING": _trim("TRAILING"),
    "UNICODE": _code("t_unicode"),
    "UPPER": _same_length("t_upper"),
}
