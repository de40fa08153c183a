"""SQL Server's types, and the form in which SQLite holds a value of each.

Forms of storage, a function of the type alone so that equal types compare, sort and group natively in SQLite:

- bit and the integers: INTEGER.
- decimal and money: the unscaled integer. Up to 18 digits as INTEGER; more than that ("wide") as a 17-byte BLOB, big
  endian, shifted by 10^38 so that bytes sort as numbers.
- float and real: REAL.
- characters, xml: TEXT. binary: BLOB.
- date, time, datetime, datetime2, smalldatetime: ISO text with exactly the type's digits of the second.
- datetimeoffset: the moment in UTC as datetime2, then the offset (`+02:00`): sorts and compares by its first part.
- uniqueidentifier: TEXT, upper case.

Lengths, precisions and the order of precedence: Microsoft's pages "Data types (Transact-SQL)", "decimal and numeric",
"Data type precedence (Transact-SQL)".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from mssql_mcp.errors import QueryError, UnsupportedError

Family = Literal[
    "integer",
    "bit",
    "decimal",
    "money",
    "float",
    "text",
    "binary",
    "date",
    "time",
    "datetime",
    "offset",
    "guid",
    "xml",
    "variant",
]
Storage = Literal["INTEGER", "REAL", "TEXT", "BLOB"]

MAX = -1
"""The length of `(max)`."""
WIDE_BIAS = 10**38
WIDE_BYTES = 17
NARROW_DIGITS = 18

_FAMILIES: dict[str, Family] = {
    "bigint": "integer",
    "int": "integer",
    "smallint": "integer",
    "tinyint": "integer",
    "bit": "bit",
    "decimal": "decimal",
    "numeric": "decimal",
    "money": "money",
    "smallmoney": "money",
    "float": "float",
    "real": "float",
    "char": "text",
    "varchar": "text",
    "text": "text",
    "nchar": "text",
    "nvarchar": "text",
    "ntext": "text",
    "sysname": "text",
    "binary": "binary",
    "varbinary": "binary",
    "image": "binary",
    "timestamp": "binary",
    "rowversion": "binary",
    "date": "date",
    "time": "time",
    "datetime": "datetime",
    "datetime2": "datetime",
    "smalldatetime": "datetime",
    "datetimeoffset": "offset",
    "uniqueidentifier": "guid",
    "xml": "xml",
    "sql_variant": "variant",
}
# Highest first; page "Data type precedence (Transact-SQL)".
PRECEDENCE = (
    "sql_variant",
    "xml",
    "datetimeoffset",
    "datetime2",
    "datetime",
    "smalldatetime",
    "date",
    "time",
    "float",
    "real",
    "decimal",
    "money",
    "smallmoney",
    "bigint",
    "int",
    "smallint",
    "tinyint",
    "bit",
    "ntext",
    "text",
    "image",
    "timestamp",
    "uniqueidentifier",
    "nvarchar",
    "nchar",
    "varchar",
    "char",
    "varbinary",
    "binary",
)
INTEGER_RANGES = {
    "bigint": (-(2**63), 2**63 - 1),
    "int": (-(2**31), 2**31 - 1),
    "smallint": (-(2**15), 2**15 - 1),
    "tinyint": (0, 255),
    "bit": (0, 1),
}
# Digits that hold every value of the type, when it meets a decimal; page "Precision, scale, and length".
INTEGER_DIGITS = {"bigint": 19, "int": 10, "smallint": 5, "tinyint": 3, "bit": 1}


@dataclass(frozen=True, slots=True)
class SqlType:
    """A SQL Server type.

    Attributes:
        name: Lower case; `numeric` is `decimal`, `sysname` stays apart.
        length: Of character types in characters, of binary types in bytes; `MAX` for (max); 0 for other types.
        precision: Digits of a decimal; of float the bits of the mantissa (24 or 53).
        scale: Digits after the point of a decimal or money, or of a second.
    """

    name: str
    length: int = 0
    precision: int = 0
    scale: int = 0

    @property
    def family(self) -> Family:
        """The group of types that behave alike."""
        return _FAMILIES[self.name]

    @property
    def is_number(self) -> bool:
        """Whether arithmetic is done with it."""
        return self.family in {"integer", "bit", "decimal", "money", "float"}

    @property
    def is_exact(self) -> bool:
        """Whether it is a whole number, decimal or money."""
        return self.family in {"integer", "bit", "decimal", "money"}

    @property
    def is_text(self) -> bool:
        """Whether it holds characters."""
        return self.family == "text"

    @property
    def is_unicode(self) -> bool:
        """Whether it is one of the national character types."""
        return self.name in {"nchar", "nvarchar", "ntext", "sysname"}

    @property
    def is_temporal(self) -> bool:
        """Whether it holds a date, a time or both."""
        return self.family in {"date", "time", "datetime", "offset"}

    @property
    def is_wide(self) -> bool:
        """Whether it is a decimal that needs more than 64 bits."""
        return self.name == "decimal" and self.precision > NARROW_DIGITS

    @property
    def storage(self) -> Storage:
        """What SQLite holds for it."""
        if self.is_wide or self.family == "binary":
            return "BLOB"
        if self.is_exact:
            return "INTEGER"
        return "REAL" if self.family == "float" else "TEXT"

    def __str__(self) -> str:
        if self.name == "decimal":
            return f"decimal({self.precision},{self.scale})"
        if self.name in {"char", "varchar", "nchar", "nvarchar", "binary", "varbinary"}:
            return f"{self.name}({'max' if self.length == MAX else self.length})"
        if self.name in {"time", "datetime2", "datetimeoffset"}:
            return f"{self.name}({self.scale})"
        return self.name


def decimal_type(precision: int, scale: int) -> SqlType:
    """Give `decimal(precision,scale)`."""
    return SqlType("decimal", precision=precision, scale=scale)


def text_type(length: int, *, unicode: bool, fixed: bool = False) -> SqlType:
    """Give a character type; a length past the type's own end is (max). 0 counts as 1."""
    name = ("n" if unicode else "") + ("char" if fixed else "varchar")
    limit = 4000 if unicode else 8000
    return SqlType(name, length=MAX if length == MAX or length > limit else max(length, 1))


INT = SqlType("int")
BIGINT = SqlType("bigint")
SMALLINT = SqlType("smallint")
TINYINT = SqlType("tinyint")
BIT = SqlType("bit")
FLOAT = SqlType("float", precision=53)
REAL = SqlType("real", precision=24)
MONEY = SqlType("money", precision=19, scale=4)
SMALLMONEY = SqlType("smallmoney", precision=10, scale=4)
DATE = SqlType("date")
DATETIME = SqlType("datetime", scale=3)
SMALLDATETIME = SqlType("smalldatetime")
DATETIME2 = SqlType("datetime2", scale=7)
TIME = SqlType("time", scale=7)
OFFSET = SqlType("datetimeoffset", scale=7)
GUID = SqlType("uniqueidentifier")
XML = SqlType("xml")
VARIANT = SqlType("sql_variant")
SYSNAME = SqlType("sysname", length=128)
NVARCHAR_MAX = SqlType("nvarchar", length=MAX)
VARCHAR_MAX = SqlType("varchar", length=MAX)
VARBINARY_MAX = SqlType("varbinary", length=MAX)

_FIXED = {
    known.name: known
    for known in (INT, BIGINT, SMALLINT, TINYINT, BIT, REAL, MONEY, SMALLMONEY, DATE, DATETIME, SMALLDATETIME, GUID)
} | {known.name: known for known in (XML, VARIANT, SYSNAME)}
_ALIASES = {
    "integer": "int",
    "dec": "decimal",
    "numeric": "decimal",
    "double precision": "float",
    "character": "char",
    "character varying": "varchar",
    "char varying": "varchar",
    "national char": "nchar",
    "national character": "nchar",
    "national char varying": "nvarchar",
    "national character varying": "nvarchar",
    "binary varying": "varbinary",
    "rowversion": "timestamp",
}
_LARGEST = {"char": 8000, "varchar": 8000, "binary": 8000, "varbinary": 8000, "nchar": 4000, "nvarchar": 4000}
_TEXT = re.compile(r"\s*(?P<name>[a-z_][a-z_0-9 ]*?)\s*(?:\(\s*(?P<first>max|\d+)\s*(?:,\s*(?P<second>\d+)\s*)?\))?\s*")


@lru_cache(maxsize=512)
def parse_type(text: str, default_length: int = 1) -> SqlType:
    """Read a type such as `decimal(10,2)`.

    Args:
        text: The type as T-SQL writes it; case does not matter.
        default_length: Length of a character or binary type that names none: 1 in a declaration, 30 in CAST and CONVERT
            (page "char and varchar (Transact-SQL)").

    Raises:
        UnsupportedError: It is no type that the demo knows.
    """
    match = _TEXT.fullmatch(text.lower())
    name = _ALIASES.get(match["name"], match["name"]) if match else ""
    if match is None or name not in _FAMILIES:
        raise UnsupportedError(f"The demo does not know the type {text}.", code="unsupported.demo")
    first, second = match["first"], match["second"]
    if name in _FIXED:
        return _FIXED[name]
    _check_size(name, first, second)
    if name == "decimal":
        return decimal_type(int(first or 18), int(second or 0))
    if name == "float":
        return REAL if first and int(first) <= 24 else FLOAT
    if name in {"time", "datetime2", "datetimeoffset"}:
        return SqlType(name, scale=7 if first is None else int(first))
    if name in {"text", "ntext", "image"}:
        return SqlType(name, length=MAX)
    if name == "timestamp":
        return SqlType("timestamp", length=8)
    return SqlType(name, length=MAX if first == "max" else int(first or default_length))


def _check_size(name: str, first: str | None, second: str | None) -> None:
    """Refuse a length, precision or scale that SQL Server refuses.

    Raises:
        QueryError: 131, 1001, 1002, 2750 or 192.
    """
    if first is None or first == "max":
        return
    size, scale = int(first), int(second or 0)
    if name in _LARGEST and size > _LARGEST[name]:
        raise QueryError(
            f"The size ({size}) given to the type '{name}' exceeds the maximum allowed ({_LARGEST[name]}).", number=131
        )
    if size == 0 and (name in _LARGEST or name in {"decimal", "float"}):
        raise QueryError("Length or precision specification 0 is invalid.", number=1001)
    if name in {"time", "datetime2", "datetimeoffset"} and size > 7:
        raise QueryError(f"Specified scale {size} is invalid.", number=1002)
    if name == "decimal" and size > 38:
        raise QueryError(f"Specified column precision {size} is greater than the maximum precision of 38.", number=2750)
    if name == "decimal" and scale > size:
        raise QueryError("The scale must be less than or equal to the precision.", number=192)
