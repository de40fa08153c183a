"""Names of columns are part of an answer, and a result that is too wide for one is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mssql_mcp.connection.call import Call
from mssql_mcp.connection.demo import DemoSource
from mssql_mcp.errors import QueryError
from mssql_mcp.execution.limits import Limits
from mssql_mcp.execution.runner import run
from mssql_mcp.gate import check
from mssql_mcp.rendering import render
from mssql_mcp.settings import ConnectionSettings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mssql_mcp.result import ResultSet


@pytest.fixture
def source() -> Iterator[DemoSource]:
    made = DemoSource("demo", ConnectionSettings(demo=True))
    yield made
    made.close()


def ask(source: DemoSource, sql: str, *, max_characters: int = 20_000, output_format: str = "json") -> ResultSet:
    limits = Limits(
        max_rows=4_000,
        max_characters=max_characters,
        max_cell_characters=1_000,
        timeout_seconds=30,
        output_format=output_format,
    )
    call = Call(30)
    try:
        return run(source, check(sql), limits=limits, call=call)
    finally:
        call.run_deferred()


@pytest.mark.parametrize("output_format", ["json", "csv", "markdown"])
@pytest.mark.parametrize(("columns", "length"), [(1, 3), (50, 8), (200, 40), (200, 60), (700, 3)])
def test_names_of_columns_count(source: DemoSource, output_format: str, columns: int, length: int) -> None:
    """An answer with its header is never larger than it may be, and has rows."""
    names = [f"c{number:0{length}}" for number in range(columns)]
    listed = ", ".join(f"TOP_.n AS {name}" for name in names)
    sql = f"SELECT {listed} FROM (SELECT TOP (4000) order_id AS n FROM sales.orders) AS TOP_"
    result = ask(source, sql, output_format=output_format)
    assert len(render(result, output_format)) <= 20_000
    assert result.row_count > 0
    assert [column.name for column in result.columns] == names
    has_types = bool(result.columns[0].type)
    assert has_types == (not any("types are left out" in note for note in result.notes))
    if columns < 200:
        assert has_types


@pytest.mark.parametrize("output_format", ["json", "csv", "markdown"])
def test_a_header_that_is_longer_than_an_answer_is_told(source: DemoSource, output_format: str) -> None:
    """With names, so that some can be selected; the connection is good for the next question."""
    listed = ", ".join(f"1 AS {'c' * 100}{number}" for number in range(300))
    with pytest.raises(QueryError) as caught:
        ask(source, f"SELECT {listed}", output_format=output_format)
    assert caught.value.code == "query.too_wide"
    assert "300 columns" in caught.value.message
    assert f"The first are: {'c' * 100}0, " in caught.value.hint
    assert len(str(caught.value)) + len(caught.value.hint) < 2_000
    assert ask(source, "SELECT 1 AS one").rows == ((1,),)


@pytest.mark.parametrize("output_format", ["table", "records"])
def test_a_terminal_shows_the_widest_row(source: DemoSource, output_format: str) -> None:
    """Its reader can scroll."""
    listed = ", ".join(f"123456789 AS {'c' * 100}{number}" for number in range(400))
    result = ask(source, f"SELECT {listed}", max_characters=2_000, output_format=output_format)
    assert result.rows == ((123456789,) * 400,)
    assert result.columns[0].type == "int"


def test_a_row_of_numbers_that_is_longer_than_an_answer_is_told(source: DemoSource) -> None:
    """Half a number would be another one."""
    listed = ", ".join(f"CAST(123456789012345678901234567890 AS decimal(30,0)) AS c{number}" for number in range(100))
    with pytest.raises(QueryError) as caught:
        ask(source, f"SELECT {listed}", max_characters=3_000)
    assert caught.value.code == "query.too_wide"
    assert "c0, c1, " in caught.value.hint
