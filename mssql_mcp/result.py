"""The values that travel upwards from a cursor: columns, rows, and the truth about what was left out."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Sequence

Cell = None | bool | int | float | str
"""A value as JSON knows it. `mssql_mcp.execution.values` says which SQL Server type becomes which."""

TruncationReason = Literal["rows", "characters", "time"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a result.

    Attributes:
        name: As the server named it; empty for an unnamed column; duplicates stay.
        type: SQL Server's name of the type, such as `decimal(10,2)` or `nvarchar`; the best that the driver tells.
    """

    name: str
    type: str


@dataclass(frozen=True, slots=True)
class Truncation:
    """Why a result is not whole, and how to get the rest.

    Attributes:
        reason: The limit that was reached.
        limit: That limit, in rows, characters or seconds.
        hint: What to do next, in one sentence.
    """

    reason: TruncationReason
    limit: float
    hint: str


def rows_json(rows: Sequence[Sequence[Cell]]) -> str:
    """Write rows as compact JSON arrays, without the brackets around them all; Unicode is not escaped."""
    from pydantic_core import PydanticSerializationError, to_json

    try:
        return to_json(rows).decode()[1:-1]
    except PydanticSerializationError:
        # An unpaired surrogate, which nvarchar may hold and UTF-8 may not; the standard library takes it, more slowly.
        return json.dumps(rows, ensure_ascii=False, separators=(",", ":"))[1:-1]


@dataclass(frozen=True, slots=True)
class ResultSet:
    """The kept rows of one statement.

    Attributes:
        columns: In the server's order.
        rows: Each as long as `columns`; cells are JSON scalars.
        truncation: None where the result is whole.
        clipped_cells: How many cells were cut at the cell limit; each such cell ends with a note of its full length.
        elapsed_ms: From the call of execute to the last kept row, in milliseconds.
        next: Handle to continue a truncated result; None where there is no rest or it was not kept.
        notes: Sentences for the reader (for example that the answer comes from a cache).
        json_rows: The rows as `rows_json` writes them, where they were measured so; empty where nobody has.
    """

    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    truncation: Truncation | None = None
    clipped_cells: int = 0
    elapsed_ms: float = 0.0
    next: str | None = None
    notes: tuple[str, ...] = field(default=())
    json_rows: str = field(default="", repr=False, compare=False)

    @property
    def row_count(self) -> int:
        """How many rows are kept here."""
        return len(self.rows)

    @property
    def is_truncated(self) -> bool:
        """Whether the server had more than is kept here."""
        return self.truncation is not None
