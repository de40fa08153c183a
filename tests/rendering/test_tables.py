"""CSV and Markdown that other programs read back."""

import csv
import io

from hypothesis import given
from hypothesis import strategies as st

from mssql_mcp.rendering.tables import csv_text, markdown_line

CELLS = st.lists(
    st.text(alphabet=st.characters(exclude_characters="\0", exclude_categories=["Cs"])), min_size=1, max_size=4
)


@given(CELLS)
def test_csv_is_read_back_by_the_standard_library(cells):
    """Quotes, commas and line breaks survive."""
    text = csv_text(["h"] * len(cells), [cells])
    rows = list(csv.reader(io.StringIO(text, newline="")))
    assert rows[1] == cells


@given(CELLS)
def test_a_markdown_row_is_one_line_with_one_cell_each(cells):
    """No cell breaks the row or adds a column."""
    line = markdown_line(cells)
    assert "\n" not in line
    assert "\r" not in line
    bare = line.replace("\\\\", "").replace("\\|", "")
    assert bare.count("|") == len(cells) + 1


def test_booleans_are_words():
    """A bit is true or false in every format."""
    assert csv_text(["a"], [[True], [False]]) == "a\ntrue\nfalse\n"
