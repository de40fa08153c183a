"""The values that travel upwards from a cursor: columns, rows, and the truth about what was left out."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal, overload

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


class WrittenRows(Sequence[tuple[Cell, ...]]):
    """Rows that are JSON already, and are read back when somebody looks at them: most often nobody does.

    Args:
        text: The rows, as `rows_json` writes them.
        count: How many they are.
    """

    __slots__ = ("_count", "_rows", "text")

    def __init__(self, text: str, count: int) -> None:
        self.text = text
        self._count = count
        self._rows: tuple[tuple[Cell, ...], ...] | None = None

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[tuple[Cell, ...]]:
        return iter(self._read())

    @overload
    def __getitem__(self, index: int) -> tuple[Cell, ...]: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[tuple[Cell, ...], ...]: ...
    def __getitem__(self, index: int | slice) -> tuple[Cell, ...] | tuple[tuple[Cell, ...], ...]:
        return self._read()[index]

    def __eq__(self, other: object) -> bool:
        return self._read() == tuple(other) if isinstance(other, Sequence) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._read())

    def __repr__(self) -> str:
        return repr(self._read())

    def _read(self) -> tuple[tuple[Cell, ...], ...]:
        if self._rows is None:
            self._rows = tuple(map(tuple, json.loads(f"[{self.text}]")))
        return self._rows


def rows_json(rows: Sequence[Sequence[Cell]]) -> str:
    """Write rows as compact JSON arrays, without the brackets around them all; Unicode is not escaped."""
    if isinstance(rows, WrittenRows):
        return rows.text
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
        rows: Each as long as `columns`; cells are JSON scalars. `WrittenRows` where the answer is JSON.
        truncation: None where the result is whole.
        clipped_cells: How many cells were cut at the cell limit; each such cell ends with a note of its full length.
        elapsed_ms: From the call of execute to the last kept row, in milliseconds.
        next: Handle to continue a truncated result; None where there is no rest or it was not kept.
        notes: Sentences for the reader (for example that the answer comes from a cache).
    """

    columns: tuple[Column, ...]
    rows: Sequence[tuple[Cell, ...]]
    truncation: Truncation | None = None
    clipped_cells: int = 0
    elapsed_ms: float = 0.0
    next: str | None = None
    notes: tuple[str, ...] = field(default=())

    @property
    def json_rows(self) -> str:
        """The rows as `rows_json` writes them."""
        return rows_json(self.rows)

    @property
    def row_count(self) -> int:
        """How many rows are kept here."""
        return len(self.rows)

    @property
    def is_truncated(self) -> bool:
        """Whether the server had more than is kept here."""
        return self.truncation is not None
