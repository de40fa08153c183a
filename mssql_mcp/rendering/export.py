"""Write a result of any size to a file, chunk by chunk: CSV, JSON lines, Parquet."""

from __future__ import annotations

import csv
import io
import json
from typing import IO, TYPE_CHECKING, Any, Protocol

from mssql_mcp.errors import UnsupportedError
from mssql_mcp.rendering.tables import csv_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from mssql_mcp.result import Cell, Column

_BITS: dict[Any, Cell] = {True: "true", False: "false"}
# Where the standard library writes one of these, it may not be what we would write.
_DOUBTFUL = ("\r", "True", "False")
# Of a row group: readers skip and load whole groups, writers hold one in memory.
MAX_GROUP_ROWS = 131_072
MAX_GROUP_BYTES = 32 * 1024 * 1024


class Writer(Protocol):
    """Takes the columns once, then rows; `close` writes what an end needs."""

    def begin(self, columns: Sequence[Column]) -> None:
        """Write what comes before the rows."""

    def rows(self, rows: Sequence[Sequence[Cell]]) -> None:
        """Write a chunk of rows."""

    def close(self) -> None:
        """Write what comes after the rows; the file itself stays open."""


class CsvWriter:
    """RFC 4180 with line feeds; NULL is an empty field, an empty text is `""`, a bit is true or false.

    Args:
        out: Text file, opened with `newline=""`.
    """

    def __init__(self, out: IO[str]) -> None:
        self._out = out
        self._bits: tuple[int, ...] = ()

    def begin(self, columns: Sequence[Column]) -> None:
        """Write the header line."""
        self._bits = tuple(index for index, column in enumerate(columns) if column.type == "bit")
        self._out.write(csv_line([column.name for column in columns]) + "\n")

    def rows(self, rows: Sequence[Sequence[Cell]]) -> None:
        """Write a chunk; the standard library's writer where it says the same as ours, which is nearly always."""
        self._out.write(self._quick(rows) or "".join(csv_line(row) + "\n" for row in rows))

    def _quick(self, rows: Sequence[Sequence[Cell]]) -> str:
        """Write a chunk in the standard library's way; empty where that may differ from ours.

        Python before 3.13 quotes no lone carriage return, and none knows bits outside a column of bits (sql_variant).
        """
        if not rows or len(rows[0]) == 1 or any("" in row for row in rows):
            return ""
        shown: Iterable[Sequence[Cell]] = rows
        if self._bits:
            columns: list[Sequence[Cell]] = list(zip(*rows, strict=True))
            for index in self._bits:
                columns[index] = [_BITS.get(cell, cell) for cell in columns[index]]
            shown = zip(*columns, strict=True)
        text = io.StringIO(newline="")
        csv.writer(text, lineterminator="\n").writerows(shown)
        written = text.getvalue()
        return "" if any(mark in written for mark in _DOUBTFUL) else written

    def close(self) -> None:
        """Nothing ends a CSV file."""


class JsonLinesWriter:
    """One JSON array a line, the first line holding the columns' names: nothing is lost where names are repeated.

    Args:
        out: Text file.
    """

    def __init__(self, out: IO[str]) -> None:
        self._out = out
        self._encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode

    def begin(self, columns: Sequence[Column]) -> None:
        """Write the names."""
        self._out.write(self._encode([column.name for column in columns]) + "\n")

    def rows(self, rows: Sequence[Sequence[Cell]]) -> None:
        """Write a chunk."""
        from pydantic_core import PydanticSerializationError, to_json

        try:
            lines = b"\n".join(map(to_json, rows)).decode()
        except PydanticSerializationError:
            # Half a character, which UTF-8 cannot say: the file decides what becomes of it.
            lines = "\n".join(map(self._encode, rows))
        if lines:
            self._out.write(lines + "\n")

    def close(self) -> None:
        """Nothing ends a JSON lines file."""


class ParquetWriter:
    """Parquet with large row groups; needs the package pyarrow (extra `parquet`).

    Args:
        out: Binary file.
        max_group_rows: Rows of a row group.
        max_group_bytes: Of a row group in memory; the last chunk may exceed it.
    """

    def __init__(
        self, out: IO[bytes], *, max_group_rows: int = MAX_GROUP_ROWS, max_group_bytes: int = MAX_GROUP_BYTES
    ) -> None:
        try:
            import pyarrow as pa
            import pyarrow.parquet as pq
        except ImportError:
            raise UnsupportedError(
                "Parquet needs pyarrow, which is not installed.",
                code="unsupported.parquet",
                hint="Install it with: python -m pip install pyarrow",
            ) from None
        self._arrow: Any = pa
        self._parquet: Any = pq
        self._out = out
        self._schema: Any = None
        self._writer: Any = None
        self._max_rows = max_group_rows
        self._max_bytes = max_group_bytes
        self._batches: list[Any] = []
        self._rows = 0
        self._bytes = 0

    def begin(self, columns: Sequence[Column]) -> None:
        """Fix the file's schema; repeated and unnamed columns get a number, since Parquet needs distinct names."""
        fields = [(name, self._type(column)) for name, column in zip(distinct_names(columns), columns, strict=True)]
        self._schema = self._arrow.schema(fields)
        self._writer = self._parquet.ParquetWriter(self._out, self._schema)

    def rows(self, rows: Sequence[Sequence[Cell]]) -> None:
        """Take a chunk; a row group is written when it is large enough."""
        if not rows:
            return
        arrays = [
            self._arrow.array([_of_type(cell, field.type, self._arrow) for cell in cells], field.type)
            for cells, field in zip(zip(*rows, strict=True), self._schema, strict=True)
        ]
        batch = self._arrow.RecordBatch.from_arrays(arrays, schema=self._schema)
        self._batches.append(batch)
        self._rows += batch.num_rows
        self._bytes += batch.nbytes
        if self._rows >= self._max_rows or self._bytes >= self._max_bytes:
            self._write_group()

    def _write_group(self) -> None:
        table = self._arrow.Table.from_batches(self._batches, schema=self._schema)
        self._writer.write_table(table, row_group_size=max(1, self._rows))
        self._batches, self._rows, self._bytes = [], 0, 0

    def close(self) -> None:
        """Write what is left and the footer, without which a Parquet file cannot be read."""
        if self._writer is not None:
            if self._batches:
                self._write_group()
            self._writer.close()

    def _type(self, column: Column) -> Any:
        """Numbers and bits keep their type; everything else is text as an answer shows it."""
        arrow = self._arrow
        kinds = {"tinyint": arrow.int16(), "smallint": arrow.int16(), "int": arrow.int32(), "bigint": arrow.int64()}
        kinds |= {"bit": arrow.bool_(), "float": arrow.float64(), "real": arrow.float32()}
        return kinds.get(column.type, arrow.string())


def _of_type(cell: Cell, kind: Any, arrow: Any) -> Cell:
    if cell is None:
        return None
    if kind == arrow.string():
        return cell if isinstance(cell, str) else str(cell)
    return int(cell) if kind == arrow.int64() else cell


def distinct_names(columns: Sequence[Column]) -> list[str]:
    """Name each column once: repeated and unnamed ones get their number, counted from 1."""
    names: list[str] = []
    for number, column in enumerate(columns, 1):
        name = column.name or f"column_{number}"
        names.append(name if name not in names else f"{name}_{number}")
    return names


# What can be streamed, and whether the file is text.
WRITERS: dict[str, tuple[type[Any], bool]] = {
    "csv": (CsvWriter, True),
    "jsonl": (JsonLinesWriter, True),
    "parquet": (ParquetWriter, False),
}
