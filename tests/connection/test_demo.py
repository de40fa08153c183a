"""The sample database is a connection like any other."""

from __future__ import annotations

import datetime as dt
import threading
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from mssql_mcp.connection.call import Call
from mssql_mcp.connection.demo import DemoSource
from mssql_mcp.connection.registry import Registry
from mssql_mcp.demo.schema import DATABASE_NAME
from mssql_mcp.errors import QueryError, QueryTimeoutError, UnsupportedError, ValidationError
from mssql_mcp.settings import ConnectionSettings, Settings

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def source() -> Iterator[DemoSource]:
    made = DemoSource("demo", ConnectionSettings(demo=True))
    yield made
    made.close()


def ask(source: DemoSource, sql: str, **values: Any) -> list[tuple[Any, ...]]:
    order = tuple(values)
    statement = source.statement(sql, order, values)
    assert statement.columns is not None
    with source.connect(Call(30)) as connection:
        rows = connection.exec_driver_sql(statement.sql, statement.parameters or None).fetchall()
    return [tuple(row) for row in source.decoded(rows, statement.columns)]


def test_the_registry_gives_it() -> None:
    """A connection with `demo` needs no server."""
    registry = Registry(Settings(connections={"demo": ConnectionSettings(demo=True)}))
    source = registry.source()
    assert source.is_demo
    assert isinstance(source, DemoSource)
    registry.close()


def test_t_sql_is_answered_with_python_values(source: DemoSource) -> None:
    """Types come as a driver of SQL Server gives them."""
    sql = "SELECT TOP (1) CAST(1.50 AS decimal(9,2)), CAST('2024-05-01' AS date), N'Ærø', CAST(1 AS bit)"
    assert ask(source, sql) == [(Decimal("1.50"), dt.date(2024, 5, 1), "Ærø", True)]


def test_values_are_bound(source: DemoSource) -> None:
    """Named values travel beside the text."""
    assert ask(source, "SELECT ?", name="O'Hara; DROP TABLE x") == [("O'Hara; DROP TABLE x",)]
    with pytest.raises(ValidationError) as caught:
        source.statement("SELECT ?", ("name",), {})
    assert caught.value.code == "input.missing_parameter"


def test_there_is_one_database(source: DemoSource) -> None:
    """Its own name is right in any case; every other is refused with the right one."""
    assert source.settings.database == DATABASE_NAME
    assert source.engine(DATABASE_NAME.lower()) is source.engine()
    with pytest.raises(ValidationError) as caught:
        source.connect(Call(5), "master")
    assert caught.value.code == "input.unknown_database"
    assert DATABASE_NAME in caught.value.hint


def test_nothing_can_be_written(source: DemoSource) -> None:
    """Past gate and translation, SQLite itself refuses."""
    with source.connect(Call(30)) as connection, pytest.raises(Exception) as caught:
        connection.exec_driver_sql("CREATE TABLE x (y)")
    assert isinstance(source.failure(caught.value), UnsupportedError)


def test_errors_are_the_servers(source: DemoSource) -> None:
    """What fails while it runs is told as SQL Server would."""
    with pytest.raises(Exception) as caught:
        ask(source, "SELECT 1 / 0")
    ours = source.failure(caught.value)
    assert isinstance(ours, QueryError)
    assert ours.number == 8134
    assert not source.is_disconnect(caught.value)
    assert not source.is_transient(caught.value)


def test_what_it_cannot_do_is_told_before_it_runs(source: DemoSource) -> None:
    """A statement beyond the sample database is one sentence."""
    with pytest.raises((UnsupportedError, QueryError)):
        source.statement("SELECT geometry::Point(1, 2, 0)", (), {})


def test_a_statement_can_be_ended_from_another_thread(source: DemoSource) -> None:
    """A cancel interrupts what runs, and never raises."""
    source.cancel(None, None)
    numbers = "WITH n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT MAX(x) FROM n"
    started = threading.Event()
    with source.connect(Call(30)) as connection:
        seen: list[Any] = []

        def starting(cursor: Any) -> None:
            seen.append(cursor)
            started.set()

        def end() -> None:
            assert started.wait(30)
            while running.is_set():
                source.cancel(None, seen[0])

        running = threading.Event()
        running.set()
        thread = threading.Thread(target=end)
        thread.start()
        prepared = connection.execution_options(mssql_mcp_cursor=starting)
        with pytest.raises(Exception) as caught:
            prepared.exec_driver_sql(numbers.replace("WITH", "WITH RECURSIVE"))
        running.clear()
        thread.join(30)
    assert source.failure(caught.value).code == "query.cancelled"


@pytest.mark.parametrize(
    ("sql", "code"),
    [
        ("SELECT 1/0", "query.divide_by_zero"),
        ("SELECT CAST(N'x' AS int)", "query.conversion"),
        ("SELECT * FROM sales.nothing", "query.invalid_object"),
        ("SELECT nothing FROM sales.orders", "query.invalid_column"),
    ],
)
def test_errors_have_the_servers_codes(source: DemoSource, sql: str, code: str) -> None:
    """What fails while a statement is translated, and what fails while it runs."""
    with pytest.raises(Exception) as caught:
        ask(source, sql)
    assert source.failure(caught.value).code == code


def test_a_call_that_is_over_gets_no_connection(source: DemoSource) -> None:
    """The deadline is looked at before anything is opened."""
    with pytest.raises(QueryTimeoutError):
        source.connect(Call(0))


def test_closing_may_be_repeated(source: DemoSource) -> None:
    """After closing, the next call opens anew."""
    assert ask(source, "SELECT 1") == [(1,)]
    source.close()
    source.close()
    assert ask(source, "SELECT 2") == [(2,)]
    assert repr(source) == "DemoSource('demo')"
