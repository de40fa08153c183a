"""Results of any size go to a file chunk by chunk, and other programs read it."""

import csv
import io
import json

import pytest

from mssql_mcp.errors import UnsupportedError
from mssql_mcp.rendering.export import WRITERS, CsvWriter, JsonLinesWriter, ParquetWriter, distinct_names
from mssql_mcp.rendering.tables import csv_text
from mssql_mcp.result import Column

COLUMNS = (Column("id", "int"), Column("name", "nvarchar(20)"), Column("ok", "bit"), Column("", "decimal(5,2)"))
CHUNKS = (
    [(1, "Zürich, 2", True, "1.50"), (2, None, False, None)],
    [],
    [(3, "", None, "-0.01"), (4, 'say "hi"\nthere', True, "2.00")],
)
ALL = [row for chunk in CHUNKS for row in chunk]


def written(writer, out):
    writer.begin(COLUMNS)
    for chunk in CHUNKS:
        writer.rows(chunk)
    writer.close()
    return out.getvalue()


def test_csv_is_what_one_piece_would_be():
    """Chunks leave no trace, whichever way they were written."""
    out = io.StringIO()
    assert written(CsvWriter(out), out) == csv_text([column.name for column in COLUMNS], ALL)


def test_csv_without_bits_or_empty_texts_is_the_same_by_the_quick_way():
    """The standard library's writer is used where it says the same."""
    out = io.StringIO()
    writer = CsvWriter(out)
    rows = [(1, "a,b", None), (2, 'q"q', 1.5), (3, " x ", "y\r\nz")]
    writer.begin((Column("a", "int"), Column("b", "varchar(9)"), Column("c", "float")))
    writer.rows(rows)
    assert list(csv.reader(io.StringIO(out.getvalue(), newline="")))[1:] == [
        ["1", "a,b", ""],
        ["2", 'q"q', "1.5"],
        ["3", " x ", "y\r\nz"],
    ]


def test_json_lines_lose_nothing():
    """Names first, then an array a row; null is null."""
    out = io.StringIO()
    lines = [json.loads(line) for line in written(JsonLinesWriter(out), out).splitlines()]
    assert lines[0] == ["id", "name", "ok", ""]
    assert lines[1:] == [list(row) for row in ALL]


def test_parquet_keeps_numbers_and_bits_and_names_every_column():
    """Other programs read it back with its types."""
    parquet = pytest.importorskip("pyarrow.parquet")
    out = io.BytesIO()
    table = parquet.read_table(io.BytesIO(written(ParquetWriter(out), out)))
    assert table.column_names == ["id", "name", "ok", "column_4"]
    assert table.to_pydict()["ok"] == [True, False, None, True]
    assert table.to_pydict()["column_4"] == ["1.50", None, "-0.01", "2.00"]


def test_parquet_says_what_to_install(monkeypatch):
    """Without pyarrow the command names the extra."""
    monkeypatch.setitem(__import__("sys").modules, "pyarrow", None)
    with pytest.raises(UnsupportedError, match="pyarrow") as caught:
        ParquetWriter(io.BytesIO())
    assert "sqlserver-mcp[parquet]" in caught.value.hint


def test_repeated_and_unnamed_columns_are_told_apart():
    """Each gets a name of its own."""
    columns = [Column("a", "int"), Column("a", "int"), Column("", "int")]
    assert distinct_names(columns) == ["a", "a_2", "column_3"]


def test_every_writer_is_in_the_list():
    """The formats that the command line streams."""
    assert set(WRITERS) == {"csv", "jsonl", "parquet"}
