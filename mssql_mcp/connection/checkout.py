"""Wait for a pooled connection as long as the call may, and no longer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mssql_mcp.errors import DatabaseConnectionError

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection, Engine

    from mssql_mcp.connection.call import Call
    from mssql_mcp.settings import PoolSettings

# The pool's own timeout: so often a wait looks up whether the call still wants the connection.
POOL_SLICE_SECONDS = 0.2


def check_out(engine: Engine, call: Call, name: str, pool: PoolSettings) -> Connection:
    """Check a connection out of an engine whose pool timeout is `POOL_SLICE_SECONDS`.

    Args:
        engine: With the pool.
        call: Deadline and cancellation.
        name: Of the connection, for the message.
        pool: Its sizes, for the message.

    Raises:
        DatabaseConnectionError: `connection.busy`; every connection stayed in use until the call's end.
        QueryCancelledError: The call was cancelled.
        Exception: Whatever opening a connection raised.
    """
    from sqlalchemy.exc import TimeoutError as PoolTimeoutError

    while True:
        try:
            connection = engine.connect()
        except PoolTimeoutError:
            pass
        else:
            call.connected()
            return connection
        if call.is_cancelled:
            call.check()
        if call.is_over:
            raise DatabaseConnectionError(
                f"All {pool.size + pool.max_overflow} connections of {name} stayed in use until the call's end.",
                code="connection.busy",
                hint="Try again when fewer calls run, or raise pool.size or pool.max_overflow.",
                retryable=True,
            )
