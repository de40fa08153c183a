"""The catalog's own T-SQL: one file a part in `sql/`, written for the newest server, cut down for the one at hand.

Three marks in the files, both ordinary T-SQL comments, so that each file can be run as it is:

- `--? sys.view.column | replacement` at the end of a line: on a server without that column the line becomes the
  replacement (nothing after the bar, or no bar: the line goes).
- `--1 text` at the start of a line: the text counts only where one object is asked for (`@object_id`).
- `--all` at the end of a line: the line counts only where all objects are asked for.

Every text passes the gate in a test, and every `sys.*` column in it stands in the table of facts with the version it
first appeared in and the permission it needs.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

NEED = re.compile(r"\s*--\?\s*(?P<column>[\w.]+)\s*(?:\|\s?(?P<otherwise>.*))?$")
ONE = "--1 "
ALL = "--all"
PARAMETER = re.compile(r"@(?P<name>[a-z_]+)")


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the catalog: the statements that can give it, the best first.

    Attributes:
        name: As it is named in `MissingPart`.
        files: Names of files in `sql/`, without `.sql`.
        permission: What the login lacks where none of them may be read.
        max_characters: The most that its last column may hold in all rows together, for parts that can be huge.
    """

    name: str
    files: tuple[str, ...]
    permission: str = "VIEW DEFINITION"
    max_characters: int | None = None


DATABASE = Part("database", ("database",), "")
SCHEMAS = Part("schemas", ("schemas",), "")
OBJECTS = Part("objects", ("objects",), "")
TABLE_PROPERTIES = Part("table properties", ("table_properties",))
COLUMNS = Part("columns", ("columns",), "")
IDENTITIES = Part("identity seeds", ("identities",))
INDEXES = Part("indexes and keys", ("indexes",), "")
FOREIGN_KEYS = Part("foreign keys", ("foreign_keys",), "")
CHECKS = Part("check constraints", ("checks",))
COMMENTS = Part("comments", ("comments",))
ROW_COUNTS = Part("row counts", ("row_counts", "row_counts_dmv"), "VIEW DATABASE STATE")
SIZES = Part("sizes", ("sizes", "sizes_dmv"), "VIEW DATABASE STATE")
DEFINITIONS = Part("definitions", ("definitions",), max_characters=200_000_000)
PARAMETERS = Part("parameters", ("parameters", "parameters_all"))
TRIGGERS = Part("triggers", ("triggers",))
SYNONYMS = Part("synonyms", ("synonyms",))
SEQUENCES = Part("sequences", ("sequences",))
TYPES = Part("user types", ("types",))
PARTITIONING = Part("partitioning", ("partitioning",))
BOUNDARIES = Part("partition boundaries", ("boundaries",))
PARTITIONS = Part("partitions", ("partitions",))
FINGERPRINT = Part("fingerprint", ("fingerprint", "fingerprint_counts"), "")
RESOLVE = Part("names", ("resolve",), "")
DATABASES = Part("databases", ("databases",), "")
DATABASE_SIZES = Part("database sizes", ("database_sizes",), "VIEW ANY DEFINITION")


@cache
def text_of(file: str) -> str:
    """Give a file's text as it is written."""
    return (resources.files("mssql_mcp.catalog") / "sql" / f"{file}.sql").read_text(encoding="utf-8")


@cache
def needed_columns() -> tuple[str, ...]:
    """Name every `sys.view.column` that some servers lack, as the marks in the files have it."""
    found = {
        match["column"] for part in PARTS for file in part.files for match in map(NEED.search, _lines(file)) if match
    }
    return tuple(sorted(found))


def presence_statement() -> str:
    """Write the statement that asks for all needed columns at once; a NULL means that the server has no such column.

    COL_LENGTH answers for catalog views too:
    https://learn.microsoft.com/sql/t-sql/functions/col-length-transact-sql
    """
    asked = (f"COL_LENGTH('{name.rpartition('.')[0]}', '{name.rpartition('.')[2]}')" for name in needed_columns())
    return "SELECT " + ", ".join(f"{call} AS c{number}" for number, call in enumerate(asked))


def statement(file: str, *, absent: frozenset[str] = frozenset(), is_one: bool = False) -> str:
    """Give a file's statement for a server.

    Args:
        file: Name in `sql/`, without `.sql`.
        absent: Those of `needed_columns()` that the server has not.
        is_one: Whether it is about the object `@object_id` alone.

    Returns:
        T-SQL without comments; parameters are written `@name`.
    """
    lines = []
    for line in _lines(file):
        if line.startswith(ONE):
            lines.extend([line.removeprefix(ONE)] if is_one else [])
        elif line.endswith(ALL):
            lines.extend([] if is_one else [line.removesuffix(ALL).strip()])
        elif match := NEED.search(line):
            otherwise = (match["otherwise"] or "").strip()
            kept = otherwise if match["column"] in absent else line[: match.start()].strip()
            lines.extend([kept] if kept else [])
        elif not line.lstrip().startswith("--"):
            lines.append(line.strip())
    return "\n".join(line for line in lines if line)


@cache
def varies(file: str) -> bool:
    """Tell whether a file's statement depends on the server's version."""
    return any(NEED.search(line) for line in _lines(file))


def bind(sql: str, values: dict[str, Any]) -> tuple[str, tuple[Any, ...]]:
    """Turn `@name` parameters into `?` marks and their values, in order, as both drivers want them."""
    order: list[Any] = []

    def mark(match: re.Match[str]) -> str:
        order.append(values[match["name"]])
        return "?"

    return PARAMETER.sub(mark, sql), tuple(order)


def _lines(file: str) -> list[str]:
    return text_of(file).splitlines()


PARTS = (
    DATABASE,
    SCHEMAS,
    OBJECTS,
    TABLE_PROPERTIES,
    COLUMNS,
    IDENTITIES,
    INDEXES,
    FOREIGN_KEYS,
    CHECKS,
    COMMENTS,
    ROW_COUNTS,
    SIZES,
    DEFINITIONS,
    PARAMETERS,
    TRIGGERS,
    SYNONYMS,
    SEQUENCES,
    TYPES,
    PARTITIONING,
    BOUNDARIES,
    PARTITIONS,
    FINGERPRINT,
    RESOLVE,
    DATABASES,
    DATABASE_SIZES,
)
"""Every part of the catalog that has statements of its own."""
