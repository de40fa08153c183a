"""Results say how many rows they keep and whether more existed."""

from mssql_mcp.result import Column, ResultSet, Truncation, rows_json


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
