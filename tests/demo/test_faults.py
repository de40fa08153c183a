"""Errors that arise while SQLite runs a statement."""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from typing import TYPE_CHECKING

import pytest

from mssql_mcp.demo.bridge import translate
from mssql_mcp.demo.database import open_demo
from mssql_mcp.demo.faults import failure
from mssql_mcp.errors import QueryCancelledError, QueryError, UnsupportedError

if TYPE_CHECKING:
    from pathlib import Path


def failing(connection: sqlite3.Connection, sql: str) -> sqlite3.Error:
    with pytest.raises(sqlite3.Error) as caught:
        connection.execute(translate(sql).sql).fetchall()
    return caught.value


def test_the_real_error_comes_out(demo_folder: Path) -> None:
    """SQLite only knows that a function failed; what it said is kept for whoever asks."""
    with contextlib.closing(open_demo()) as connection:
        error = failure(failing(connection, "SELECT 1 / (order_id - order_id) FROM sales.orders"))
        assert isinstance(error, QueryError)
        assert error.number == 8134
        error = failure(failing(connection, "SELECT CAST(amount AS int) FROM sales.tmp_import"))
        assert error.number == 245


def test_an_error_wrapped_by_others_is_found(demo_folder: Path) -> None:
    """SQLAlchemy keeps the driver's exception in `orig`."""

    class WrappedError(Exception):
        def __init__(self, orig: BaseException) -> None:
            super().__init__("wrapped")
            self.orig = orig

    with contextlib.closing(open_demo()) as connection:
        caught = failing(connection, "SELECT LOG(order_id - order_id) FROM sales.orders")
        assert failure(WrappedError(caught)).number == 3623
    inner = QueryError("ours", number=1)
    assert failure(inner) is inner
    assert failure(WrappedError(inner)) is inner


def test_threads_keep_their_own_errors(demo_folder: Path) -> None:
    """Two statements that fail at once do not get each other's words."""
    found: dict[int, set[int | None]] = {8134: set(), 3623: set()}
    texts = {
        8134: "SELECT 1 / (order_id - order_id) FROM sales.orders",
        3623: "SELECT SQRT(-order_id) FROM sales.orders",
    }
    barrier = threading.Barrier(2)

    def run(number: int) -> None:
        with contextlib.closing(open_demo()) as connection:
            for _ in range(20):
                barrier.wait()
                found[number].add(failure(failing(connection, texts[number])).number)

    threads = [threading.Thread(target=run, args=(number,)) for number in found]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {8134: {8134}, 3623: {3623}}


def test_an_interrupt_is_a_cancelled_query(demo_folder: Path) -> None:
    """What `interrupt()` ends is told as ended, not as broken."""
    sql = "WITH n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n) SELECT COUNT(*) FROM n OPTION (MAXRECURSION 0)"
    with contextlib.closing(open_demo()) as connection:
        started = threading.Event()
        connection.set_progress_handler(lambda: started.set() or 0, 1000)

        def interrupt() -> None:
            started.wait()
            connection.interrupt()

        thread = threading.Thread(target=interrupt)
        thread.start()
        error = failing(connection, sql)
        thread.join()
    assert isinstance(failure(error), QueryCancelledError)


@pytest.mark.parametrize(
    ("message", "kind", "words"),
    [
        ("too many terms in compound SELECT", UnsupportedError, "more than the demo's SQLite can hold"),
        ("parser stack overflow", UnsupportedError, "more than the demo's SQLite can hold"),
        ("database disk image is malformed", UnsupportedError, "damaged"),
        ("integer overflow", QueryError, "overflow"),
        ("no such function: x", UnsupportedError, "cannot run"),
        ("user-defined function raised exception", UnsupportedError, "could not work this out"),
    ],
)
def test_sqlite_s_own_words_are_put_into_ours(message: str, kind: type[Exception], words: str) -> None:
    """No raw error leaves the demo."""
    error = failure(sqlite3.OperationalError(message))
    assert isinstance(error, kind)
    assert words in str(error)
    assert error.code in {"unsupported.demo", "query.failed"}
