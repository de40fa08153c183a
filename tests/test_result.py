"""Results say how many rows they keep and whether more existed."""

from mssql_mcp.result import Column, ResultSet, Truncation, WrittenRows, rows_json


def test_a_result_counts_its_rows():
    """The count is of the rows kept, not of a setting."""
    result = ResultSet((Column("a", "int"),), ((1,), (2,)))
    assert result.row_count == 2
    assert not result.is_truncated


def test_a_truncated_result_says_so():
    """The reason is a fact of the result."""
    result = ResultSet((Column("a", "int"),), ((1,),), Truncation("rows", 1, "Ask for more."))
    assert result.is_truncated


def test_rows_are_written_compactly_and_as_they_are():
    """No blanks, no escapes, null for NULL."""
    assert rows_json([(1, None, "ä\n"), ("", True, 1.5)]) == '[1,null,"ä\\n"],["",true,1.5]'
    assert rows_json([]) == ""


def test_rows_with_half_a_character_are_written():
    """nvarchar may hold an unpaired surrogate; the answer does not fail for it."""
    assert rows_json([("\ud800", "é")]) == '["\ud800","é"]'


def test_written_rows_are_read_back_as_they_were():
    """Whoever looks at them sees the JSON scalars; counting them reads nothing."""
    cells = ((1, None, "ä\n", 1.5), (2, True, "\ud800", "9007199254740993"))
    rows = WrittenRows(rows_json(cells), 2)
    assert (len(rows), tuple(rows), rows[1], rows[:1]) == (2, cells, cells[1], cells[:1])
    assert rows == cells
    assert cells == rows
    assert rows != cells[:1]
    assert repr(rows) == repr(cells)
    assert hash(rows) == hash(cells)
    assert len(WrittenRows("no rows that anybody reads", 5)) == 5


def test_rows_are_json_whoever_wrote_them():
    """A result gives its rows as JSON where they were written and where they were not."""
    columns, cells = (Column("a", "int"),), ((1,), (2,))
    assert ResultSet(columns, cells).json_rows == "[1],[2]"
    assert ResultSet(columns, WrittenRows("[1],[2]", 2)).json_rows == "[1],[2]"
    assert ResultSet(columns, cells) == ResultSet(columns, WrittenRows("[1],[2]", 2))
