"""Looking at the values of a table."""

from __future__ import annotations

import re
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
    run_profile,
)
from mssql_mcp.catalog.profile_text import profile_text
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


def test_what_fails_of_one_column_does_not_cost_the_rest(make_table: Callable[..., Table]) -> None:
    """A server that cannot order a type, or may not show a column, is asked for all else; what failed is named."""
    table = make_table("dbo", "T", "Id Code Pay", row_count=9)
    asked: list[str] = []

    def answer(sql: str) -> Sequence[Sequence[Any]]:
        check(sql)
        asked.append(sql)
        if "[Pay]" in sql:
            raise QueryError("The SELECT permission was denied on the column 'Pay'.")
        if "MIN([Code])" in sql or ("GROUP BY" in sql and "[Code]" in sql):
            raise QueryError("function min(character)\ndoes not exist")
        if "GROUP BY" in sql:
            return [(0, "1", 7)]
        facts = re.findall(r" AS c\d+_(\w+)", sql)
        return [[9, *(1 if fact == "distinct" else 7 for fact in facts)]]

    profile = run_profile(Profiling(table), answer)
    number, code, pay = profile.columns
    assert profile.sampled == 9
    assert (number.failed, number.nulls, number.distinct, number.minimum, number.top) == ((), 2, 1, 7, (("1", 7),))
    assert (code.failed, code.nulls, code.minimum, code.maximum) == (("minimum", "common"), 2, None, 7)
    assert pay.nulls is None
    assert set(pay.failed) == {"nulls", "distinct", "minimum", "maximum", "average"}
    assert len(asked) < 25
    text = profile_text(profile).splitlines()
    assert text[2].endswith("; not to be had: minimum, common (function min(character) does not exist)")
    assert text[3].startswith("Pay int: not to be had: nulls, distinct")


def test_a_table_that_cannot_be_read_is_an_error(make_table: Callable[..., Table]) -> None:
    """Where not even the rows can be counted, no column is tried."""
    asked: list[str] = []

    def refuse(sql: str) -> Sequence[Sequence[Any]]:
        asked.append(sql)
        raise QueryError("The SELECT permission was denied on the object 'T'.")

    with pytest.raises(QueryError, match="object 'T'"):
        run_profile(Profiling(make_table("dbo", "T", " ".join("abcdefgh"), row_count=9)), refuse)
    assert len(asked) == 2


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


@pytest.mark.parametrize(
    ("written", "meant"),
    [("trail ", "trail "), ("[trail ]", "trail "), ("[odd]", "[odd]"), ("[[odd]]]", "[odd]"), (" plain ", "plain"),
     ('"Plain"', "plain"), ("case", "case"), ("CASE", "Case"), ("a]b", "a]b")],
)  # fmt: skip
def test_a_column_is_found_by_its_very_name(written: str, meant: str) -> None:
    """What is in the name belongs to it; only then are brackets, quotes and blanks taken off."""
    names = ("trail ", "[odd]", "plain", "Case", "case", "a]b")
    table = Table("dbo", "T", columns=tuple(Column(name, "int") for name in names))
    assert [column.name for column in Profiling(table, columns=[written]).profile().columns] == [meant]
