"""A cursor is given back as it was taken, whatever happens between, and a cancel never meets a closed one."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy

from mssql_mcp.connection.call import Call
from mssql_mcp.connection.demo import DemoSource
from mssql_mcp.connection.source import Statement
from mssql_mcp.errors import QueryCancelledError, QueryError, QueryTimeoutError, UnsupportedError, ValidationError
from mssql_mcp.execution.opening import opened
from mssql_mcp.gate import check
from mssql_mcp.settings import ConnectionSettings, PoolSettings

if TYPE_CHECKING:
    from collections.abc import Iterator

PATIENCE_SECONDS = 30
ENDLESS = (
    "SELECT COUNT_BIG(*) AS n FROM sales.order_lines AS a, sales.order_lines AS b, sales.order_lines AS c "
    "WHERE a.quantity + b.quantity + c.quantity < 0"
)


class Source(DemoSource):
    """The demo, on a pool of one connection, which can break like a server's."""

    def __init__(self) -> None:
        super().__init__("demo", ConnectionSettings(demo=True, pool=PoolSettings(size=1, max_overflow=0)))
        self.cancelling = threading.Event()
        self.may_cancel = threading.Event()
        self.may_cancel.set()
        self.cancels = 0

    def is_disconnect(self, error: BaseException) -> bool:
        """A file that was closed is a connection that is gone."""
        return "closed database" in str(error)

    def cancel(self, connection: Any, cursor: Any) -> None:
        """Cancel when the test lets it."""
        self.cancels += 1
        self.cancelling.set()
        assert self.may_cancel.wait(PATIENCE_SECONDS)
        super().cancel(connection, cursor)

    @property
    def checked_out(self) -> int:
        return self.engine().pool.checkedout()  # type: ignore[attr-defined]


@pytest.fixture
def source() -> Iterator[Source]:
    made = Source()
    yield made
    made.close()


def ask(source: Source, sql: str, call: Call | None = None, **values: Any) -> list[tuple[Any, ...]]:
    call = call or Call(PATIENCE_SECONDS)
    approved = check(sql, parameters=tuple(values))
    try:
        with opened(source, approved, call=call, values=values) as result:
            return [tuple(row) for row in result.fetch(1_000)]
    finally:
        call.run_deferred()


def test_columns_and_rows_come(source: Source) -> None:
    """Names and types first, then as many rows as are asked for, then none."""
    call = Call(PATIENCE_SECONDS)
    approved = check("SELECT customer_id, name FROM sales.customers WHERE customer_id <= @n", parameters=("n",))
    with opened(source, approved, call=call, values={"n": 3}) as result:
        assert [(column.name, column.type) for column in result.columns] == [
            ("customer_id", "int"),
            ("name", "nvarchar(120)"),
        ]
        assert [len(result.fetch(2)) for _ in range(3)] == [2, 1, 0]
    call.run_deferred()


def test_the_connection_goes_back_after_the_answer(source: Source) -> None:
    """The caller does not wait for it, and the next one gets it."""
    call = Call(PATIENCE_SECONDS)
    with opened(source, check("SELECT 1 AS one"), call=call, values={}) as result:
        assert result.fetch(1) == [(1,)]
    assert source.checked_out == 1
    call.run_deferred()
    assert source.checked_out == 0
    assert ask(source, "SELECT 2 AS two") == [(2,)]


def test_an_error_of_the_block_passes_unchanged(source: Source) -> None:
    """A pipe that the reader closed is no failure of the database."""
    call = Call(PATIENCE_SECONDS)

    def read_into_a_closed_pipe() -> None:
        with opened(source, check("SELECT * FROM sales.orders"), call=call, values={}) as result:
            result.fetch(10)
            raise BrokenPipeError

    with pytest.raises(BrokenPipeError):
        read_into_a_closed_pipe()
    call.run_deferred()
    assert ask(source, "SELECT 1 AS one") == [(1,)]


@pytest.mark.parametrize("sql", ["SELECT 1/0 AS x", "SELECT 10 / (customer_id - 900) AS x FROM sales.customers"])
def test_a_drivers_error_becomes_ours(source: Source, sql: str) -> None:
    """While it starts and while rows are read; nothing of the driver's own exception hangs on it."""
    with pytest.raises(QueryError) as caught:
        ask(source, sql)
    assert caught.value.code == "query.divide_by_zero"
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None
    assert source.checked_out == 0
    assert ask(source, "SELECT 1 AS one") == [(1,)]


def test_a_missing_value_opens_nothing(source: Source) -> None:
    """The values are looked at before a connection is taken."""
    with pytest.raises(ValidationError):
        ask_without_values(source)
    assert source.checked_out == 0


def ask_without_values(source: Source) -> None:
    with opened(source, check("SELECT @x AS x", parameters=("x",)), call=Call(PATIENCE_SECONDS), values={}):
        pytest.fail("there is no value for @x")


def test_a_connection_that_broke_while_idle_is_replaced(source: Source) -> None:
    """Unseen: the caller gets the rows."""
    assert ask(source, "SELECT 1 AS one") == [(1,)]
    with source.connect(Call(PATIENCE_SECONDS)) as connection:
        driver = connection.connection.dbapi_connection
        assert driver is not None
    driver.close()
    assert ask(source, "SELECT 2 AS two") == [(2,)]


def test_no_connection_is_replaced_when_the_time_is_over(source: Source) -> None:
    """A statement that was sent and breaks at the deadline is told as such, not as a server that lets nobody in."""
    call = Call(PATIENCE_SECONDS)
    tries = []
    connect = source.connect

    def expire(call: Call, database: str | None = None) -> Any:
        tries.append(database)
        connection = connect(call, database)
        call.expire()
        connection.connection.dbapi_connection.close()  # type: ignore[union-attr]
        return connection

    source.connect = expire  # type: ignore[method-assign]
    with pytest.raises(QueryTimeoutError, match="also on the server"):
        ask(source, "SELECT 1 AS one", call)
    assert len(tries) == 1


def test_a_connection_that_breaks_while_rows_are_read_is_thrown_away(source: Source) -> None:
    """The failure is told, and the next call gets a new connection."""
    drivers = []
    decoded = source.decoded

    def break_while_reading(rows: Any, columns: Any) -> Any:
        drivers[0].close()
        return decoded([*rows, drivers[0].execute("SELECT 1")], columns)

    with source.connect(Call(PATIENCE_SECONDS)) as connection:
        drivers.append(connection.connection.dbapi_connection)
    source.decoded = break_while_reading  # type: ignore[method-assign]
    with pytest.raises(UnsupportedError):
        ask(source, "SELECT * FROM sales.orders")
    source.decoded = decoded  # type: ignore[method-assign]
    assert ask(source, "SELECT 1 AS one") == [(1,)]


def cancelled_while_running(source: Source, end: str) -> BaseException:
    """Run a statement without end in a thread and end its call as soon as it runs; gives what the thread raised."""
    call = Call(PATIENCE_SECONDS)
    raised: list[BaseException] = []
    starting = threading.Event()
    original = source.statement

    def statement(*arguments: Any) -> Any:
        starting.set()
        return original(*arguments)

    source.statement = statement  # type: ignore[method-assign]

    def work() -> None:
        try:
            ask(source, ENDLESS, call)
        except BaseException as error:  # noqa: BLE001 - the test looks at it
            raised.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    assert starting.wait(PATIENCE_SECONDS)
    while not source.checked_out:
        threading.Event().wait(0.001)
    getattr(call, end)()
    thread.join(PATIENCE_SECONDS)
    return raised[0]


def test_a_cancel_ends_what_runs(source: Source) -> None:
    """From another thread; the connection is thrown away and the pool recovers."""
    assert isinstance(cancelled_while_running(source, "cancel"), QueryCancelledError)
    assert source.checked_out == 0
    assert ask(source, "SELECT 1 AS one") == [(1,)]


def test_the_deadline_ends_what_runs(source: Source) -> None:
    """It is told as a timeout, whatever the driver says."""
    assert isinstance(cancelled_while_running(source, "expire"), QueryTimeoutError)
    assert source.checked_out == 0


def test_a_cursor_is_not_closed_while_a_cancel_is_in_the_driver(source: Source) -> None:
    """Closing it would crash the process: it waits until the cancel has come back."""
    call = Call(PATIENCE_SECONDS)
    source.may_cancel.clear()

    def read_on() -> None:
        with opened(source, check("SELECT * FROM sales.orders"), call=call, values={}) as result:
            result.fetch(10)
            call.cancel()
            assert source.cancelling.wait(PATIENCE_SECONDS)
            result.fetch(10)

    with pytest.raises(QueryCancelledError):
        read_on()
    closing = threading.Thread(target=call.run_deferred)
    closing.start()
    closing.join(0.05)
    assert closing.is_alive()
    assert source.checked_out == 1
    source.may_cancel.set()
    closing.join(PATIENCE_SECONDS)
    assert source.checked_out == 0


def test_no_cancel_begins_once_the_cursor_is_closed(source: Source) -> None:
    """A cancel that comes too late finds nothing to do."""
    call = Call(PATIENCE_SECONDS)
    with opened(source, check("SELECT 1 AS one"), call=call, values={}) as result:
        result.fetch(1)
        enders = list(call._enders)
    call.run_deferred()
    for end in enders:
        end()
    settled = threading.Event()
    settled.wait(0.05)
    assert source.cancels == 0


def test_a_call_that_is_over_does_not_start(source: Source) -> None:
    """A cancel between connecting and executing is not lost."""
    call = Call(PATIENCE_SECONDS)
    connect = source.connect

    def connect_late(*arguments: Any) -> Any:
        connection = connect(*arguments)
        call.cancel()
        return connection

    source.connect = connect_late  # type: ignore[method-assign]
    with pytest.raises(QueryCancelledError):
        ask(source, ENDLESS, call)
    assert source.checked_out == 0


def test_a_rest_that_is_read_after_the_answer_can_be_ended(source: Source) -> None:
    """Until the connection is given back; then it is thrown away."""
    call = Call(PATIENCE_SECONDS)
    raised: list[BaseException] = []

    def read_on() -> None:
        call.expire()
        assert source.cancelling.wait(PATIENCE_SECONDS)
        try:
            result.fetch(10)
        except QueryTimeoutError as error:
            raised.append(error)

    with source.connect(Call(PATIENCE_SECONDS)) as connection:
        before = connection.connection.dbapi_connection
    with opened(source, check("SELECT * FROM sales.orders"), call=call, values={}) as result:
        result.fetch(10)
        call.defer(read_on)
    call.run_deferred()
    assert len(raised) == 1
    assert (source.checked_out, call._enders) == (0, [])
    with source.connect(Call(PATIENCE_SECONDS)) as connection:
        assert connection.connection.dbapi_connection is not before


def test_rows_that_end_early_are_not_taken_for_all(source: Source) -> None:
    """A driver may answer a cancel with fewer rows instead of an error."""
    call = Call(PATIENCE_SECONDS)
    decoded = source.decoded

    def cancelled(rows: Any, columns: Any) -> Any:
        call.expire()
        assert source.cancelling.wait(PATIENCE_SECONDS)
        return decoded(rows, columns)[:-1]

    source.decoded = cancelled  # type: ignore[method-assign]

    def fetch_once() -> None:
        with opened(source, check("SELECT * FROM sales.orders"), call=call, values={}) as result:
            result.fetch(10)

    with pytest.raises(QueryTimeoutError):
        fetch_once()
    call.run_deferred()
    assert source.checked_out == 0


@pytest.mark.parametrize("is_cancelled", [True, False])
def test_a_statement_without_a_result_is_told(source: Source, is_cancelled: bool) -> None:
    """A driver may answer a cancel like that; a server should not."""
    call = Call(PATIENCE_SECONDS)

    def statement(*_: Any) -> Statement:
        return Statement("SAVEPOINT without_a_result")

    def cancel(*_: Any) -> None:
        if is_cancelled:
            call.cancel()

    source.statement = statement  # type: ignore[method-assign]
    sqlalchemy.event.listen(source.engine(), "after_cursor_execute", cancel)
    with pytest.raises(QueryCancelledError if is_cancelled else QueryError) as caught:
        ask(source, "SELECT 1 AS one", call)
    assert caught.value.code == ("query.cancelled" if is_cancelled else "query.failed")
    assert source.checked_out == 0


def test_what_was_given_up_leaves_the_pool_free(source: Source) -> None:
    """The place of a stuck connection is free at once; the connection itself is closed when its thread comes back."""
    call = Call(PATIENCE_SECONDS)
    with opened(source, check("SELECT * FROM sales.orders"), call=call, values={}) as result:
        result.fetch(10)
        call.abandon()
        assert source.checked_out == 0
        assert ask(source, "SELECT 1 AS one") == [(1,)]
    call.run_deferred()
    assert source.checked_out == 0
