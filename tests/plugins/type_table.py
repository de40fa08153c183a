"""The table of types in docs/reference/types.md, for the tests that hold it against servers and the demo."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "types.md"
_ROW = re.compile(r"^\| ([^|]+) \| `(CAST\([^`]+)` \| `([^`]+)` \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class TypeRow:
    """One row of the table.

    Attributes:
        name: Of the type.
        expression: T-SQL.
        cell: In an answer.
        pyodbc: Type of the column through it.
        mssql_python: Type of the column through it.
    """

    name: str
    expression: str
    cell: Any
    pyodbc: str
    mssql_python: str


def type_table() -> list[TypeRow]:
    """Read the page."""
    found = _ROW.findall(PAGE.read_text(encoding="utf-8"))
    return [TypeRow(name, sql, json.loads(cell), pyodbc, other) for name, sql, cell, pyodbc, other in found]
