"""Values of named parameters, in the order of their marks, and the types that both drivers bind them as.

Left to themselves the drivers choose differently: mssql-python takes the smallest integer type that holds a value, so
that 200 * 200 overflows; pyodbc drops a datetimeoffset's offset. So every value is bound with its type stated.
"""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from mssql_mcp.connection.declared import MAX_DIGITS, MAX_LENGTHS, Declared, ParameterType
from mssql_mcp.errors import ValidationError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

# https://learn.microsoft.com/sql/sql-server/maximum-capacity-specifications-for-sql-server: parameters of a procedure,
# which is what a query with parameters is to the server.
MAX_PARAMETERS = 2_100
_INT = 2**31
_BIGINT = 2**63
# Of nvarchar and varbinary where nobody states a length: one length for all, so that the server keeps one plan.
_TEXT = ParameterType("nvarchar", MAX_LENGTHS["nvarchar"])
_BINARY = ParameterType("varbinary", MAX_LENGTHS["varbinary"])
# A datetime is a date too, so it comes first.
_PLAIN_TYPES: tuple[tuple[type, ParameterType], ...] = (
    (bool, ParameterType("bit")),
    (float, ParameterType("float")),
    (dt.datetime, ParameterType("datetime2", scale=7)),
    (dt.date, ParameterType("date")),
    (dt.time, ParameterType("time", scale=7)),
    (uuid.UUID, ParameterType("uniqueidentifier")),
)
# ODBC's codes of SQL types (sql.h, sqlext.h, msodbcsql.h) with the sizes that a parameter of them has.
_CODES: dict[str, tuple[int, int]] = {
    "bit": (-7, 1),
    "tinyint": (-6, 3),
    "smallint": (5, 5),
    "int": (4, 10),
    "bigint": (-5, 19),
    "float": (8, 53),
    "decimal": (3, 0),
    "date": (91, 10),
    "time": (-154, 16),
    "datetime2": (93, 27),
    "datetimeoffset": (-155, 34),
    "uniqueidentifier": (-11, 36),
    "nvarchar": (-9, 0),
    "varchar": (12, 0),
    "varbinary": (-3, 0),
}
_WIDE_TEXT = -8  # SQL_C_WCHAR: the value comes as text and the driver makes the SQL type of it
# C types of the values that mssql-python gets as they are, by its own numbers (mssql_python/constants.py).
_C_TYPES = {
    "bit": -7,
    "tinyint": -6,
    "smallint": 5,
    "int": 4,
    "bigint": -25,
    "float": 8,
    "decimal": 2,
    "varbinary": -2,
}
_AS_TEXT = ("date", "time", "datetime2", "datetimeoffset", "uniqueidentifier")
_UNKNOWN = (0, 99, 1, 0)  # SQL_UNKNOWN_TYPE, SQL_C_DEFAULT: the driver asks the server


@dataclass(frozen=True, slots=True)
class Bound:
    """What a driver gets for one mark.

    Attributes:
        value: As it is sent.
        type: That it is bound as; None for a NULL of no type, which the driver asks the server about.
    """

    value: Any
    type: ParameterType | None


def in_order(parameter_order: Sequence[str], values: Mapping[str, Any]) -> tuple[Any, ...]:
    """Put named values into the order of their marks; names are compared without their @ and without case.

    An integer that no bigint holds becomes a decimal, which drivers can bind.

    Raises:
        ValidationError: `input.missing_parameter`, `input.unused_parameter` or `input.too_many_parameters`.
    """
    by_name = {_plain(name): value for name, value in values.items()}
    missing = [f"@{name.lstrip('@')}" for name in parameter_order if _plain(name) not in by_name]
    if missing:
        raise ValidationError(
            f"The query uses {', '.join(dict.fromkeys(missing))} and no value was given.",
            code="input.missing_parameter",
            hint="Give every @name of the query in the parameters argument.",
            shell_hint="Give every @name of the query with --param name=value.",
        )
    used = set(map(_plain, parameter_order))
    unused = [f"@{name.lstrip('@')}" for name in values if _plain(name) not in used]
    if unused:
        raise ValidationError(
            f"The query does not use {', '.join(unused)}.",
            code="input.unused_parameter",
            hint="Write the name with @ where its value belongs, outside quotes, or leave the parameter out.",
        )
    if len(parameter_order) > MAX_PARAMETERS:
        raise ValidationError(
            f"The query has {len(parameter_order):,} marks for parameters; SQL Server takes {MAX_PARAMETERS:,}.",
            code="input.too_many_parameters",
            hint="Give the values as one text and take it apart: WHERE id IN (SELECT value FROM OPENJSON(@ids)). See "
            "https://learn.microsoft.com/sql/sql-server/maximum-capacity-specifications-for-sql-server.",
        )
    return tuple(_fitting(by_name[_plain(name)]) for name in parameter_order)


def plain_values(values: Iterable[Any]) -> tuple[Any, ...]:
    """Give the values alone, as Python knows them."""
    return tuple(value.value if isinstance(value, Declared) else value for value in values)


def bound(value: Any) -> Bound:
    """Say how a value is bound.

    Raises:
        ValidationError: `input.parameter`; no driver binds it.
    """
    if isinstance(value, Declared):
        return Bound(value.value if value.text is None else value.text, value.type)
    return Bound(value, None if value is None else type_of(value))


def type_of(value: Any) -> ParameterType:
    """Give the type that a value is bound as: the one that was stated, or one that holds every value of its kind.

    None is text, which converts to nearly every type.

    Raises:
        ValidationError: `input.parameter`; no driver binds it.
    """
    if isinstance(value, Declared):
        return value.type
    if value is None:
        return _TEXT
    if isinstance(value, str):
        # Length in UTF-16 units, as SQL Server counts it.
        return _TEXT if len(value.encode("utf-16-le", "surrogatepass")) <= 2 * _TEXT.size else ParameterType("nvarchar")
    if isinstance(value, bytes | bytearray):
        return _BINARY if len(value) <= _BINARY.size else ParameterType("varbinary")
    if isinstance(value, Decimal) and value.is_finite():
        return _decimal(value)
    if isinstance(value, dt.datetime) and value.tzinfo is not None:
        return ParameterType("datetimeoffset", scale=7)
    if isinstance(value, int) and not isinstance(value, bool):
        return _integer(value)
    for kind, type_ in _PLAIN_TYPES:
        if isinstance(value, kind):
            return type_
    raise ValidationError(f"No parameter can be a {type(value).__name__}.", code="input.parameter")


def bind(cursor: Any, values: Sequence[Any]) -> tuple[Any, ...]:
    """Tell a cursor of either driver the types of its parameters; gives the values to execute with."""
    found = [value for value in values if isinstance(value, Bound)]
    if len(found) != len(values):
        return tuple(values)
    if type(cursor).__module__.partition(".")[0] == "mssql_python":
        # Its own setinputsizes refuses what it cannot name, and takes no text for a date or an identifier.
        cursor._inputsizes = [_wide_size(one.type) for one in found]  # noqa: SLF001
    else:
        cursor.setinputsizes([_size(one.type) for one in found])
    return tuple(_sent(one) for one in found)


def _sent(one: Bound) -> Any:
    if one.type and one.type.name in _AS_TEXT and one.value is not None and not isinstance(one.value, str):
        return one.value.isoformat(" ") if isinstance(one.value, dt.datetime) else str(one.value)
    return one.value


def _size(type_: ParameterType | None) -> tuple[int, int, int] | None:
    """Give type, size and scale as pyodbc takes them; None leaves it to the driver."""
    if type_ is None:
        return None
    code, size = _CODES[type_.name]
    return code, size or type_.size, type_.scale


def _wide_size(type_: ParameterType | None) -> tuple[int, int, int, int]:
    """Give type, C type, size and scale as mssql-python keeps them."""
    if type_ is None:
        return _UNKNOWN
    code, size = _CODES[type_.name]
    return code, _C_TYPES.get(type_.name, _WIDE_TEXT), size or type_.size, type_.scale


def _integer(value: int) -> ParameterType:
    if -_INT <= value < _INT:
        return ParameterType("int")
    return ParameterType("bigint") if -_BIGINT <= value < _BIGINT else ParameterType("decimal", MAX_DIGITS)


def _decimal(value: Decimal) -> ParameterType:
    exponent = value.as_tuple().exponent
    scale = min(max(0, -exponent if isinstance(exponent, int) else 0), MAX_DIGITS)
    whole = max(value.adjusted() + 1, 0)
    return ParameterType("decimal", min(max(whole + scale, 1), MAX_DIGITS), scale)


def _fitting(value: Any) -> Any:
    is_large = isinstance(value, int) and not -_BIGINT <= value < _BIGINT
    return Decimal(value) if is_large else value


def _plain(name: str) -> str:
    return name.lstrip("@").lower()
