"""Looking at the values of a table."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from mssql_mcp.catalog.demo import DemoReader
from mssql_mcp.catalog.model import Catalog, Column, Table
from mssql_mcp.catalog.profile import (
    COLUMNS_A_STATEMENT,
    ColumnProfile,
    Profiling,
    TableProfile,
    profile_text,
    run_profile,
)
from mssql_mcp.connection.call import Call
from mssql_mcp.connection.demo import DemoSource
from mssql_mcp.errors import QueryError, QueryTimeoutError, ToolError, UnsupportedError, ValidationError
from mssql_mcp.execution.limits import Limits
from mssql_mcp.execution.runner import run
from mssql_mcp.gate import check
from mssql_mcp.settings import ConnectionSettings, LimitSettings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

Ask = "Callable[[str], Sequence[Sequence[Any]]]"


@pytest.fixture(scope="module")
def demo() -> Catalog:
    return DemoReader().catalog(Call(60))


@pytest.fixture(scope="module")
def ask() -> Iterator[Callable[[str], Sequence[Sequence[Any]]]]:
    """Send a text through the gate and the runner to the sample database."""
    source = DemoSource("demo", ConnectionSettings(demo=True))
    limits = Limits.of(LimitSettings(max_rows=1000, max_characters=100_000))

    def through(sql: str) -> Sequence[Sequence[Any]]:
        call = Call(60)
        rows = run(source, check(sql), limits=limits, call=call).rows
        call.run_deferred()
        return rows

    yield through
    source.close()


def of(catalog: Catalog, name: str) -> Table:
    found = catalog.table(*name.split("."))
    assert found is not None
    return found


def column(profile: TableProfile, name: str) -> ColumnProfile:
    return next(found for found in profile.columns if found.name == name)


def test_a_small_table_is_counted_right(demo: Catalog, ask: Any) -> None:
    """Every fact of the sample's employees is what is in the table."""
    profile = run_profile(Profiling(of(demo, "hr.employees")), ask)
    assert (profile.sampled, profile.method, profile.rows) == (96, "all", 96)
    key = column(profile, "employee_id")
    assert (key.nulls, key.distinct, key.minimum, key.maximum, key.average) == (0, 96, 1, 96, 48.5)
    assert key.top == ()
    remote = column(profile, "is_remote")
    assert remote.distinct == 2
    assert sum(count for _, count in remote.top) == 96
    assert remote.top[0][1] >= remote.top[1][1]
    left = column(profile, "left_on")
    assert left.nulls == ask("SELECT COUNT(*) FROM hr.employees WHERE left_on IS NULL")[0][0]
    names = column(profile, "given_name")
    assert (names.min_length, names.max_length, names.empty) == (3, 7, 0)
    assert names.minimum is not None
    salary = column(profile, "salary")
    assert salary.maximum == ask("SELECT MAX(salary) FROM hr.employees")[0][0]


def test_every_table_and_view_of_the_sample_can_be_looked_at(demo: Catalog, ask: Any) -> None:
    """Whatever the types, each table and view has a profile, and each line of its text names the column."""
    for table in demo.tables:
        profile = run_profile(Profiling(table, sample_rows=500), ask)
        assert profile.sampled > 0, table.name
        assert len(profile.columns) == len(table.columns)
        text = profile_text(profile)
        assert len(text.splitlines()) == len(table.columns) + 1
        assert all(found.nulls <= profile.sampled for found in profile.columns)


def test_a_large_table_is_sampled(demo: Catalog) -> None:
    """Pages are sampled, half more than needed, cut by TOP, the same ones each time; a view gives its first rows."""
    lines = of(demo, "sales.order_lines")
    (statement,) = Profiling(lines, columns=["quantity"], sample_rows=1_000).statements()
    assert "(SELECT TOP (1000) [quantity] FROM [sales].[order_lines] " in statement.sql
    assert "TABLESAMPLE SYSTEM (3.000000 PERCENT) REPEATABLE (1)) AS s" in statement.sql
    assert Profiling(of(demo, "sales.order_totals")).method == "first"
    assert Profiling(replace(lines, row_count=None)).method == "first"
    assert Profiling(replace(lines, marks=("memory-optimized",))).method == "first"


def test_where_pages_cannot_be_sampled_the_first_rows_are(demo: Catalog, ask: Any) -> None:
    """The sample database knows no TABLESAMPLE, and a sample may be empty: then the first rows are looked at."""
    lines = of(demo, "sales.order_lines")
    profile = run_profile(Profiling(lines, columns=["quantity"], sample_rows=500), ask)
    assert (profile.method, profile.sampled, profile.rows) == ("first", 500, lines.row_count)

    def empty_pages(sql: str) -> Sequence[Sequence[Any]]:
        return [(0, 0, 0, None, None, None)] if "TABLESAMPLE" in sql else ask(sql)

    assert run_profile(Profiling(lines, columns=["quantity"], sample_rows=500), empty_pages).sampled == 500


@pytest.mark.parametrize(
    ("failure", "method"),
    [(QueryTimeoutError("late"), "pages"), (UnsupportedError("no"), "first"), (QueryError("no"), "all")],
)
def test_other_failures_are_told(demo: Catalog, failure: ToolError, method: Any) -> None:
    """A timeout is no reason to try again, and what is no matter of sampling is raised."""

    def fail(sql: str) -> Sequence[Sequence[Any]]:
        raise failure

    with pytest.raises(type(failure)):
        run_profile(Profiling(of(demo, "sales.order_lines"), method=method), fail)


def test_wide_tables_take_several_statements(make_table: Callable[..., Table]) -> None:
    """A dozen columns a statement, and every text passes the gate."""
    names = [f"Column{number}" for number in range(30)]
    profiling = Profiling(make_table("dbo", "Wide", " ".join(names), row_count=10**9))
    statements = list(profiling.statements())
    assert len(statements) == -(-30 // COLUMNS_A_STATEMENT)
    for statement in statements:
        check(statement.sql)
        profiling.add(statement, [[10] * len(statement.fields)])
    assert list(profiling.top_statements()) == []
    for statement in statements:
        profiling.add(statement, [[10 if fact != "distinct" else 2 for _, fact in statement.fields]])
    tops = list(profiling.top_statements())
    assert len(tops) == 3
    for top in tops:
        check(top.sql)


def test_odd_names_are_quoted() -> None:
    """Brackets and reserved words in names stay names."""
    table = Table("my schema", "a]b", row_count=5, columns=(Column("select", "int"), Column("x]y", "datetime")))
    profiling = Profiling(table)
    (statement,) = profiling.statements()
    assert "FROM [my schema].[a]]b] AS s" in statement.sql
    profiling.add(statement, [[5, 5, 2, 1, 2, 1.5, 5, 2, "a", "b"]])
    (top,) = profiling.top_statements()
    assert "CONVERT(nvarchar(100), [x]]y], 121)" in top.sql
    check(statement.sql)
    check(top.sql)


def test_columns_are_checked(demo: Catalog) -> None:
    """An unknown column is refused with those that are; a table without columns cannot be looked at."""
    with pytest.raises(ValidationError) as caught:
        Profiling(of(demo, "sales.orders"), columns=["nothing"])
    assert "order_id" in caught.value.hint
    with pytest.raises(ValidationError):
        Profiling(Table("dbo", "Empty"))
    assert [c.name for c in Profiling(of(demo, "sales.orders"), columns=["[ORDER_ID]"]).profile().columns] == [
        "order_id"
    ]


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
