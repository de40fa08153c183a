"""The short words of the map: names, types, row counts, and the legend that explains the types that were used."""

from __future__ import annotations

import re
from functools import lru_cache

from mssql_mcp.catalog.identifiers import shown

TYPE = re.compile(r"(?P<name>[\w.]+)(?:\((?P<size>[\w,]*)\))?\Z")

# Short word -> what it stands for in the legend. N is a length, P.S precision and scale.
WITH_LENGTH = {"nvarchar": "n", "varchar": "v", "nchar": "nc", "char": "c", "varbinary": "vb", "binary": "b"}
PLAIN = {
    "bigint": "big",
    "smallint": "small",
    "tinyint": "tiny",
    "datetime": "dt",
    "smalldatetime": "sdt",
    "uniqueidentifier": "guid",
}
# Their scale is told where it is not the usual one.
SCALED = {"datetime2": "dt2", "datetimeoffset": "dto", "time": "time"}
USUAL_SCALE = "7"
EXACT = ("decimal", "numeric")
# Names with other signs than these would be read as a part of the map; so would its own words at the start of a line.
BARE = re.compile(r"[^\W\d][\w$#-]*\Z")
OWN_WORDS = frozenset({"view", "views", "routines", "as", "like", "legend", "types"})


@lru_cache(65_536)
def map_name(name: str) -> str:
    """Write a name so that it cannot be read as a part of the map: in brackets where it has more than letters."""
    return name if BARE.match(name) and name.lower() not in OWN_WORDS else shown(name, in_brackets=True)


@lru_cache(4_096)
def short_type(written: str) -> str:
    """Shorten a type: `nvarchar(50)` to `n50`, `decimal(10,2)` to `dec10.2`, `datetime2(3)` to `dt2.3`; others stay."""
    match = TYPE.match(written)
    if match is None:
        return shown(written, in_brackets=True) if written else ""
    name, size = match["name"], match["size"]
    if name in WITH_LENGTH and size:
        return f"{WITH_LENGTH[name]}{size}"
    if name in EXACT and size:
        precision, _, scale = size.partition(",")
        return f"dec{precision}" if scale in ("", "0") else f"dec{precision}.{scale}"
    if name in SCALED and size:
        return SCALED[name] if size == USUAL_SCALE else f"{SCALED[name]}.{size}"
    return PLAIN.get(written, written)


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
    matches = {(match["name"], match["size"]) for match in map(TYPE.match, written) if match}
    names = {name for name, _ in matches}
    words = [f"{short}9={name}(9)" for name, short in WITH_LENGTH.items() if name in names]
    if not names.isdisjoint(EXACT):
        words.append("dec9.2=decimal(9,2)")
    for name, short in SCALED.items():
        sizes = {size for found, size in matches if found == name}
        words += [f"{short}={name}"] if USUAL_SCALE in sizes and short != name else []
        words += [f"{short}.3={name}(3)"] if sizes - {USUAL_SCALE} else []
    words += [f"{short}={name}" for name, short in PLAIN.items() if name in names]
    return " ".join(words)
