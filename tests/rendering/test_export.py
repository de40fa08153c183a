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


@pytest.mark.parametrize(
    "cell", ["a\rb", "\r", "a\nb", "a\r\nb", "True", "False", True, False, "\u2028", "\x85", "\x0b"], ids=repr
)
def test_csv_says_the_same_by_both_ways(cell):
    """A lone carriage return is quoted, and a bit in a sql_variant is true or false, whatever the other cells are."""
    for other in ("x", ""):
        out = io.StringIO(newline="")
        writer = CsvWriter(out)
        writer.begin((Column("a", "sql_variant"), Column("b", "nvarchar(9)")))
        writer.rows([(cell, other)])
        assert out.getvalue() == csv_text(["a", "b"], [(cell, other)])
        shown = {True: "true", False: "false"}[cell] if isinstance(cell, bool) else cell
        assert list(csv.reader(io.StringIO(out.getvalue(), newline="")))[1] == [shown, other]


def test_bits_are_written_by_the_quick_way():
    """A column of bits does not make the rest of a row slower to write."""
    out = io.StringIO(newline="")
    writer = CsvWriter(out)
    rows = [(1, True, "x"), (2, None, "y"), (3, False, None), (4, "<hidden>", "z")]
    writer.begin((Column("a", "int"), Column("b", "bit"), Column("c", "nvarchar(9)")))
    writer.rows(rows)
    assert out.getvalue() == csv_text(["a", "b", "c"], rows)


def test_json_lines_lose_nothing():
    """Names first, then an array a row; null is null."""
    out = io.StringIO()
    lines = [json.loads(line) for line in written(JsonLinesWriter(out), out).splitlines()]
    assert lines[0] == ["id", "name", "ok", ""]
    assert lines[1:] == [list(row) for row in ALL]


@pytest.mark.parametrize(
    "chunk",
    [[(1.5, 1e308, -0.0, 5e-324)], [("ä漢🦆\u2028\x00\x7f", '"\\\n')], [("half \ud800", 1), (None, True)], [(), ()]],
)
def test_json_lines_are_those_of_the_standard_library(chunk):
    """Whatever the cells, also those that UTF-8 cannot say."""
    out = io.StringIO()
    JsonLinesWriter(out).rows(chunk)
    compact = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
    assert out.getvalue() == "".join(compact.encode(row) + "\n" for row in chunk)


def test_parquet_keeps_numbers_and_bits_and_names_every_column():
    """Other programs read it back with its types."""
    parquet = pytest.importorskip("pyarrow.parquet")
    out = io.BytesIO()
    table = parquet.read_table(io.BytesIO(written(ParquetWriter(out), out)))
    assert table.column_names == ["id", "name", "ok", "column_4"]
    assert table.to_pydict()["ok"] == [True, False, None, True]
    assert table.to_pydict()["column_4"] == ["1.50", None, "-0.01", "2.00"]


def test_parquet_has_large_row_groups():
    """Chunks are gathered until there are enough rows or bytes, so that readers need not jump about."""
    parquet = pytest.importorskip("pyarrow.parquet")
    rows = [(number, "name", True, "1.50") for number in range(1_000)]

    def groups(**limits):
        out = io.BytesIO()
        writer = ParquetWriter(out, **limits)
        writer.begin(COLUMNS)
        for _ in range(10):
            writer.rows(rows)
        writer.close()
        file = parquet.ParquetFile(io.BytesIO(out.getvalue()))
        assert file.metadata.num_rows == 10_000
        return [file.metadata.row_group(index).num_rows for index in range(file.metadata.num_row_groups)]

    assert groups() == [10_000]
    assert groups(max_group_rows=4_000) == [4_000, 4_000, 2_000]
    assert groups(max_group_bytes=1) == [1_000] * 10


def test_parquet_of_no_rows_can_be_read():
    """Names and types are there."""
    parquet = pytest.importorskip("pyarrow.parquet")
    out = io.BytesIO()
    writer = ParquetWriter(out)
    writer.begin(COLUMNS)
    writer.close()
    assert parquet.read_table(io.BytesIO(out.getvalue())).num_rows == 0


def test_parquet_says_what_to_install(monkeypatch):
    """Without pyarrow the hint is the command that installs it."""
    monkeypatch.setitem(__import__("sys").modules, "pyarrow", None)
    with pytest.raises(UnsupportedError, match="pyarrow") as caught:
        ParquetWriter(io.BytesIO())
    assert "pip install pyarrow" in caught.value.hint


def test_repeated_and_unnamed_columns_are_told_apart():
    """Each gets a name of its own."""
    columns = [Column("a", "int"), Column("a", "int"), Column("", "int")]
    assert distinct_names(columns) == ["a", "a_2", "column_3"]


def test_every_writer_is_in_the_list():
    """The formats that the command line streams."""
    assert set(WRITERS) == {"csv", "jsonl", "parquet"}
