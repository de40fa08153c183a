"""A result as text: every fact, no more characters than needed."""

import json

import pytest

from mssql_mcp.rendering.rows import FORMATS, render
from mssql_mcp.result import Column, ResultSet, Truncation

RESULT = ResultSet(
    columns=(Column("id", "int"), Column("id", "int"), Column("", "string(9)")),
    rows=((1, 2, "Zürich|a"), (3, None, "")),
    truncation=Truncation("rows", 2, "Ask for more."),
    clipped_cells=1,
    next="abc",
    notes=("From the cache, 3 s old.",),
)


def test_json_is_compact_and_columnar():
    """Duplicate and unnamed columns stay apart, null is not empty text, Unicode is not escaped."""
    assert render(RESULT) == (
        '{"columns":[{"name":"id","type":"int"},{"name":"id","type":"int"},{"name":"","type":"string(9)"}],'
        '"rows":[[1,2,"Zürich|a"],[3,null,""]],"row_count":2,"truncated":true,"truncated_by":"rows",'
        '"hint":"Ask for more.","next":"abc","clipped_cells":1,"notes":["From the cache, 3 s old."]}'
    )


def test_a_whole_result_says_so_and_nothing_else():
    """`truncated` is always there; what does not apply is not."""
    answer = json.loads(render(ResultSet((Column("a", "int"),), ((1,),))))
    assert answer == {"columns": [{"name": "a", "type": "int"}], "rows": [[1]], "row_count": 1, "truncated": False}


def test_csv_keeps_null_and_empty_text_apart_and_says_the_facts():
    """NULL is nothing between commas, empty text is two quotes."""
    lines = render(RESULT, "csv").splitlines()
    assert lines[:3] == ['id,id,""', "1,2,Zürich|a", '3,,""']
    assert "truncated" in lines[4]
    assert "Continue with cursor: abc" in lines


def test_markdown_escapes_what_would_break_the_table():
    """A pipe in a cell does not make a column."""
    lines = render(RESULT, "markdown").splitlines()
    assert lines[2] == "| 1 | 2 | Zürich\\|a |"
    assert lines[3] == "| 3 | NULL |  |"


@pytest.mark.parametrize("output_format", FORMATS)
def test_truncation_is_told_in_every_format(output_format):
    """No format hides that rows are missing."""
    assert "Ask for more." in render(RESULT, output_format)
