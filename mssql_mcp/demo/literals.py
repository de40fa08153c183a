"""Stored values of the sample database as T-SQL literals; `sqltypes` says how they are stored."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mssql_mcp.demo.runtime import decimals, moments

if TYPE_CHECKING:
    from collections.abc import Callable

    from mssql_mcp.demo.sqltypes import SqlType


def writer(type_: SqlType) -> Callable[[Any], str]:
    """Give the function that writes a stored value of a type as a T-SQL literal, which no setting of a session changes.

    Dates have the form `yyyy-mm-ddThh:mm:ss`, the only one that every language of a login reads alike (page "datetime
    (Transact-SQL)"). A float is written with an exponent, without which it would be a decimal first (page "Constants").
    """
    write = _WRITERS.get(type_.family, _quoted)
    return lambda value: "NULL" if value is None else write(value, type_)


def _plain(value: int, _: SqlType) -> str:
    return str(value)


def _quoted(value: str, type_: SqlType) -> str:
    prefix = "N" if type_.is_unicode or type_.family == "xml" else ""
    return f"{prefix}'" + value.replace("'", "''") + "'"


def _decimal(value: int | bytes, type_: SqlType) -> str:
    return decimals.to_text(decimals.number(value), type_.scale)


def _float(value: float, _: SqlType) -> str:
    text = repr(float(value))
    return text if "e" in text else text + "E0"


def _binary(value: bytes, _: SqlType) -> str:
    return "0x" + value.hex().upper()


def _moment(value: str, _: SqlType) -> str:
    return f"'{value.replace(' ', 'T')}'"


def _offset(value: str, type_: SqlType) -> str:
    """Write the local time and its offset; storage has UTC before the offset."""
    moment = moments.load(value, "offset")
    local = moment.local
    clock = moments.clock(local.ticks, type_.scale)
    return f"'{moments.day_text(local.day)}T{clock}{moments.offset_text(moment.offset or 0)}'"


_WRITERS: dict[str, Callable[[Any, SqlType], str]] = {
    "integer": _plain,
    "bit": _plain,
    "decimal": _decimal,
    "money": _decimal,
    "float": _float,
    "binary": _binary,
    "date": _moment,
    "time": _moment,
    "datetime": _moment,
    "offset": _offset,
}
