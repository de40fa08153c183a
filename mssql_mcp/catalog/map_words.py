"""The short words of the map: types, row counts, and the legend that explains those that were used."""

from __future__ import annotations

import re
from functools import lru_cache

TYPE = re.compile(r"(?P<name>[^(]+)(?:\((?P<size>[^)]*)\))?\Z")

# Short word -> what it stands for in the legend. N is a length, P.S precision and scale.
WITH_LENGTH = {"nvarchar": "n", "varchar": "v", "nchar": "nc", "char": "c", "varbinary": "vb", "binary": "b"}
PLAIN = {
    "bigint": "big",
    "smallint": "small",
    "tinyint": "tiny",
    "datetime": "dt",
    "datetime2": "dt2",
    "smalldatetime": "sdt",
    "datetimeoffset": "dto",
    "uniqueidentifier": "guid",
    "time": "time",
}
EXACT = ("decimal", "numeric")


@lru_cache(4_096)
def short_type(written: str) -> str:
    """Shorten a type: `nvarchar(50)` to `n50`, `decimal(10,2)` to `dec10.2`, `datetime2(3)` to `dt2`; others stay."""
    match = TYPE.match(written)
    if match is None:
        return written
    name, size = match["name"], match["size"]
    if name in WITH_LENGTH and size:
        return f"{WITH_LENGTH[name]}{size}"
    if name in EXACT and size:
        precision, _, scale = size.partition(",")
        return f"dec{precision}" if scale in ("", "0") else f"dec{precision}.{scale}"
    return PLAIN.get(name, written)


def short_count(rows: int | None) -> str:
    """Shorten a row count to three digits: `1234` to `1.23k`; empty where it is not known."""
    if rows is None:
        return ""
    if rows < 1_000:
        return str(rows)
    for unit, size in (("G", 10**9), ("M", 10**6), ("k", 10**3)):
        # Rounded up to the next unit where three digits would say so: 999,600 is 1M.
        if rows >= size or float(f"{rows:.3g}") >= size:
            return f"{rows / size:.3g}{unit}"
    return str(rows)


def type_legend(written: set[str]) -> str:
    """Explain the short types among those that were used; empty where all stand for themselves."""
    names = {match["name"] for match in map(TYPE.match, written) if match}
    words = [f"{short}9={name}(9)" for name, short in WITH_LENGTH.items() if name in names]
    if not names.isdisjoint(EXACT):
        words.append("dec9.2=decimal(9,2)")
    words += [f"{short}={name}" for name, short in PLAIN.items() if name in names and short != name]
    return " ".join(words)
