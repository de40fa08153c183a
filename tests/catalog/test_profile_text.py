"""What was found in values, as text."""

from __future__ import annotations

from mssql_mcp.catalog.profile import ColumnProfile, TableProfile
from mssql_mcp.catalog.profile_text import profile_text


def test_the_text_is_dense() -> None:
    """One line a column, with what is worth telling."""
    columns = (
        ColumnProfile("Id", "int", distinct=100, minimum=1, maximum=100, average=50.5),
        ColumnProfile("Kind", "varchar(9)", nulls=5, distinct=2, minimum="a", maximum="b", min_length=0, max_length=9,
                      empty=10, top=(("a", 60), ("", 35))),
        ColumnProfile("Note", "nvarchar(max)", nulls=100),
    )  # fmt: skip
    text = profile_text(TableProfile("dbo", "T", 12_345, 100, "pages", columns))
    assert text.splitlines() == [
        "dbo.T: 12345 rows, looked at a sample of 100, by pages.",
        "Id int: 0% null; all different; 1 .. 100; mean 50.5",
        "Kind varchar(9): 5% null; 2 different; a .. b; length 0 .. 9; 10% empty; common: a 60%, '' 35%",
        "Note nvarchar(max): 100% null",
    ]
    assert profile_text(TableProfile("dbo", "T", None, 7, "first")) == "dbo.T: looked at the first 7."


def test_what_failed_stands_at_the_end_on_one_line() -> None:
    """A server's reason may have several lines; nulls that could not be counted are not told as none."""
    column = ColumnProfile("Pay", "int", nulls=None, failed=("nulls", "minimum"), reason="no\nway")
    text = profile_text(TableProfile("dbo", "T", 7, 7, "all", (column,)))
    assert text.splitlines()[1] == "Pay int: not to be had: nulls, minimum (no way)"
