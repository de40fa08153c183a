"""The sample database is a connection like any other."""

from __future__ import annotations

import threading

import pytest

from mssql_mcp.connection.call import Call
from mssql_mcp.connection.demo import DemoSource
from mssql_mcp.errors import ToolError, UnsupportedError, ValidationError
from mssql_mcp.settings import ConnectionSettings


@pytest.fixture
def source():
    made = DemoSource("demo", ConnectionSettings(demo=True))
    yield made
    made.close()


def rows(source, sql, values=None, order=()):
    statement = source.statement(sql, order, values or {})
    with source.connect(Call(60)) as connection:
        found = connection.exec_driver_sql(statement.sql, statement.parameters or None).cursor.fetchall()
    return source.decoded(found, statement.columns)


def test_t_sql_gives_typed_rows(source):
    """The bridge translates, and values come back as their SQL Server types."""
    assert rows(source, "SELECT TOP (1) COUNT(*) AS n FROM sales.order_lines") == [(50_000,)]


def test_parameters_are_bound_by_name_in_any_case(source):
    """`@Id` finds the value of `id`."""
    assert rows(source, "SELECT ? + 1", {"@ID": 41}, ("id",)) == [(42,)]


def test_a_missing_parameter_is_named(source):
    """The error says which."""
    with pytest.raises(ValidationError, match="id"):
        source.statement("SELECT ?", ("id",), {})


def test_there_is_one_database(source):
    """Its own name is accepted in any case, any other is refused."""
    assert source.engine("LANTERNWORKS") is source.engine()
    with pytest.raises(ValidationError) as caught:
        source.engine("master")
    assert caught.value.code == "input.unknown_database"


def test_what_the_demo_cannot_run_is_said(source):
    """One sentence, with a code."""
    with pytest.raises(UnsupportedError) as caught:
        source.statement("SELECT geography::Point(1, 2, 4326)", (), {})
    assert caught.value.code == "unsupported.demo"


def test_nothing_can_be_written(source):
    """Even past the gate the file is read-only."""
    with (
        source.connect(Call(60)) as connection,
        pytest.raises(Exception, match=r"readonly|not authorized|prohibited") as caught,
    ):
        connection.exec_driver_sql('DELETE FROM "sales.orders"')
    assert isinstance(source.failure(caught.value), ToolError)


def test_a_cancel_interrupts_the_statement(source):
    """Another thread ends what runs."""
    statement = source.statement(
        "SELECT COUNT_BIG(*) FROM sales.order_lines a CROSS JOIN sales.order_lines b CROSS JOIN sales.order_lines c",
        (),
        {},
    )
    started = threading.Event()
    with source.connect(Call(60)) as connection:
        cursor = connection.connection.cursor()

        def end():
            started.wait()
            while not done.is_set():
                source.cancel(connection, cursor)

        done = threading.Event()
        canceller = threading.Thread(target=end)
        canceller.start()
        started.set()
        try:
            with pytest.raises(Exception, match="interrupted"):
                cursor.execute(statement.sql).fetchall()
        finally:
            done.set()
            canceller.join()
