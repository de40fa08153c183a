"""Read a whole result, however large, in constant memory: what an export does instead of `runner.run`."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mssql_mcp.execution.opening import opened
from mssql_mcp.execution.runner import maskers
from mssql_mcp.execution.values import Cells

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from mssql_mcp.connection.call import Call
    from mssql_mcp.connection.source import Source
    from mssql_mcp.gate.approved import Approved
    from mssql_mcp.result import Cell, Column

# Rows in a chunk: enough that the work around a chunk costs nothing, few enough to hold in memory at any width.
CHUNK_ROWS = 1_000

# Types whose values the drivers give as the Python value that an answer shows.
_AS_THEY_ARE = ("int", "smallint", "tinyint", "bit", "char", "varchar", "nchar", "nvarchar", "string", "xml")


@dataclass(frozen=True, slots=True)
class RowStream:
    """A running statement whose rows are read chunk by chunk.

    Attributes:
        columns: Names and SQL Server types.
        chunks: Lists of at most `CHUNK_ROWS` rows of JSON scalars, none of them clipped.
    """

    columns: tuple[Column, ...]
    chunks: Iterator[list[Sequence[Cell]]]


@contextmanager
def stream(
    source: Source,
    approved: Approved,
    *,
    call: Call,
    values: Mapping[str, Any] | None = None,
    database: str | None = None,
    max_rows: int | None = None,
) -> Iterator[RowStream]:
    """Run one approved SELECT and give its rows as they come.

    Args:
        source: The connection to run it on.
        approved: The gate's key.
        call: Deadline and cancellation; both hold while rows are read.
        values: Values of the named parameters.
        database: Database to run in; None takes the connection's own.
        max_rows: Where to stop; None reads to the end.

    Raises:
        ToolError: As `runner.run`; also from inside the chunks.
    """
    with opened(source, approved, call=call, values=values or {}, database=database) as result:
        convert = _row_converter(result.columns, maskers(approved.masks, result.columns))

        def chunks() -> Iterator[list[Sequence[Cell]]]:
            left = sys.maxsize if max_rows is None else max_rows
            while left > 0:
                wanted = min(CHUNK_ROWS, left)
                rows = result.fetch(wanted)
                if rows:
                    yield convert(rows)
                left -= len(rows)
                if len(rows) < wanted:
                    return

        yield RowStream(result.columns, chunks())


def _row_converter(
    columns: Sequence[Column], masks: Sequence[Callable[[Any], Any] | None]
) -> Callable[[Sequence[Sequence[Any]]], list[Sequence[Cell]]]:
    """Make the function that turns fetched rows into rows of JSON scalars, touching only the columns that need it."""
    convert = Cells(sys.maxsize).convert
    steps: dict[int, Callable[[Any], Any]] = {
        index: convert for index, column in enumerate(columns) if column.type.split("(")[0] not in _AS_THEY_ARE
    }
    steps.update({index: mask for index, mask in enumerate(masks) if mask})
    if not steps:
        return list

    def convert_rows(rows: Sequence[Sequence[Any]]) -> list[Sequence[Cell]]:
        converted: list[Sequence[Cell]] = []
        for row in rows:
            cells = list(row)
            for index, step in steps.items():
                cells[index] = step(cells[index])
            converted.append(cells)
        return converted

    return convert_rows
