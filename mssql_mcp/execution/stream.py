"""Read a whole result, however large, in constant memory: what an export does instead of `runner.run`."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mssql_mcp.execution.batches import Batches
from mssql_mcp.execution.opening import opened
from mssql_mcp.execution.runner import masked, maskers
from mssql_mcp.execution.values import Cells

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from mssql_mcp.connection.call import Call
    from mssql_mcp.connection.source import Source
    from mssql_mcp.gate.approved import Approved
    from mssql_mcp.result import Cell, Column

# Rows in a chunk: enough that the work around a chunk costs nothing; fewer where they are large (`batches`).
CHUNK_ROWS = 1_000


@dataclass(frozen=True, slots=True)
class RowStream:
    """A running statement whose rows are read chunk by chunk.

    Attributes:
        columns: Names and SQL Server types.
        chunks: Lists of at most `CHUNK_ROWS` rows of JSON scalars, none of them clipped.
        has_more: Whether the server had more rows than were asked for; known once all chunks are read.
        notes: Sentences for the reader.
    """

    columns: tuple[Column, ...]
    chunks: Iterator[list[tuple[Cell, ...]]]
    has_more: Callable[[], bool]
    notes: tuple[str, ...] = ()


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
        max_rows: Where to stop; one row more is fetched, to know whether there is one. None reads to the end.

    Raises:
        ToolError: As `runner.run`; also from inside the chunks.
    """
    with opened(source, approved, call=call, values=values or {}, database=database) as result:
        masks = maskers(approved, result.columns)
        cells = Cells(sys.maxsize)

        has_more = False

        def chunks() -> Iterator[list[tuple[Cell, ...]]]:
            nonlocal has_more
            batches = Batches(result, call.clock, CHUNK_ROWS)
            left = sys.maxsize if max_rows is None else max_rows
            while not batches.is_over and not has_more:
                rows = batches.read(left + 1)
                has_more = len(rows) > left
                rows = rows[:left]
                if rows:
                    yield cells.convert_rows(masked(rows, masks), result.columns)
                left -= len(rows)

        yield RowStream(result.columns, chunks(), lambda: has_more)
