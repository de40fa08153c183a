"""A wait for a pooled connection ends with the call."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import create_engine
from sqlalchemy.pool import QueuePool

from mssql_mcp.connection.call import Call
from mssql_mcp.connection.checkout import check_out
from mssql_mcp.errors import DatabaseConnectionError, QueryCancelledError
from mssql_mcp.settings import PoolSettings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.engine import Engine

POOL = PoolSettings(size=1, max_overflow=0)


@pytest.fixture
def engine() -> Iterator[Engine]:
    made = create_engine("sqlite+pysqlite://", poolclass=QueuePool, pool_size=1, max_overflow=0, pool_timeout=0.01)
    yield made
    made.dispose()


def test_a_free_connection_is_given(engine: Engine) -> None:
    """Without a wait there is nothing to do."""
    with check_out(engine, Call(30), "main", POOL) as connection:
        assert connection.exec_driver_sql("SELECT 1").scalar() == 1


def test_a_busy_pool_is_told_at_the_deadline(engine: Engine) -> None:
    """With every connection in use until the end, the call says so and may be tried again."""
    with engine.connect(), pytest.raises(DatabaseConnectionError) as caught:
        check_out(engine, Call(0.05), "main", POOL)
    assert caught.value.code == "connection.busy"
    assert caught.value.retryable
    assert "All 1 connections of main" in str(caught.value)


def test_a_busy_pool_is_told_when_the_call_is_told_to_end(engine: Engine) -> None:
    """That comes a little before the deadline."""
    call = Call(60)
    call.expire()
    with engine.connect(), pytest.raises(DatabaseConnectionError) as caught:
        check_out(engine, call, "main", POOL)
    assert caught.value.code == "connection.busy"


def test_a_cancelled_call_stops_waiting(engine: Engine) -> None:
    """A cancellation is noticed at the next look."""
    call = Call(30)
    call.cancel()
    with engine.connect(), pytest.raises(QueryCancelledError):
        check_out(engine, call, "main", POOL)


def test_a_returned_connection_ends_the_wait(engine: Engine) -> None:
    """Whoever waits gets what is given back."""
    held = engine.connect()
    threading.Timer(0.03, held.close).start()
    check_out(engine, Call(30), "main", POOL).close()
