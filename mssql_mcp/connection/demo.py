"""The embedded sample database as a `Source`: a file of this machine, read through the demo's T-SQL bridge.

Each connection of the pool is a read-only SQLite connection with the demo's functions. Nothing can break while it is
idle, nothing is worth trying again, and a cancel interrupts the statement at once.
"""

from __future__ import annotations

import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from mssql_mcp.connection.databases import allowed_database
from mssql_mcp.connection.source import Statement

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy.engine import Connection, Engine

    from mssql_mcp.connection.call import Call
    from mssql_mcp.errors import ToolError
    from mssql_mcp.result import Column
    from mssql_mcp.settings import ConnectionSettings


class DemoSource:
    """A named connection to the sample database.

    Args:
        name: As configured.
        settings: Of the connection; only pool and limits matter.
    """

    is_demo = True

    def __init__(self, name: str, settings: ConnectionSettings) -> None:
        from mssql_mcp.demo.schema import DATABASE_NAME

        self.name = name
        self.settings = settings.model_copy(update={"database": DATABASE_NAME, "databases": (DATABASE_NAME,)})
        self._lock = threading.Lock()
        self._engine: Engine | None = None

    def engine(self, database: str | None = None) -> Engine:
        """Give the pooled engine; opens nothing.

        Raises:
            ValidationError: `input.unknown_database`; there is one only.
        """
        allowed_database(self.settings, database)
        with self._lock:
            if self._engine is None:
                self._engine = self._new_engine()
            return self._engine

    def connect(self, call: Call, database: str | None = None) -> Connection:
        """Open the file, building it first where it is not there.

        Raises:
            QueryTimeoutError: The deadline passed.
            UnsupportedError: `unsupported.demo`; this machine's SQLite is too old.
        """
        engine = self.engine(database)
        call.check()
        return engine.connect()

    def statement(self, sql: str, parameter_order: Sequence[str], values: Mapping[str, Any]) -> Statement:
        """Translate an approved text and bind its values.

        Raises:
            UnsupportedError: `unsupported.demo`; the demo cannot run it.
            ObjectNotFoundError: It names a table that is not there.
            QueryError: SQL Server would refuse it too.
            ValidationError: `input.missing_parameter`.
        """
        from mssql_mcp.demo.bridge import translate

        given = {name.removeprefix("@").lower(): value for name, value in values.items()}
        named = {name: given[name.lower()] for name in parameter_order if name.lower() in given}
        translation = translate(sql, parameter_order, named)
        return Statement(translation.sql, translation.parameters, translation.columns)

    def decoded(self, rows: Sequence[Sequence[Any]], columns: Sequence[Column]) -> Sequence[Sequence[Any]]:
        """Turn stored forms into Python values of the columns' types."""
        from mssql_mcp.demo.values import decode

        return [decode(row, columns) for row in rows]

    def cancel(self, connection: Connection | None, cursor: Any) -> None:
        """Interrupt whatever runs on the connection; it raises there at its next step."""
        with suppress(Exception):
            if cursor is not None:
                cursor.connection.interrupt()

    def is_disconnect(self, error: BaseException) -> bool:
        """Tell that a file cannot go away like a server."""
        return False

    def is_transient(self, error: BaseException) -> bool:
        """Tell that the same question fails in the same way again."""
        return False

    def failure(self, error: BaseException) -> ToolError:
        """Turn an exception of SQLite or of the demo's functions into ours."""
        from mssql_mcp.demo.faults import failure

        return failure(getattr(error, "orig", None) or error)

    def close(self) -> None:
        """Close the pooled connections."""
        with self._lock:
            engine, self._engine = self._engine, None
        if engine is not None:
            engine.dispose()

    def __repr__(self) -> str:
        return f"DemoSource({self.name!r})"

    def _new_engine(self) -> Engine:
        from sqlalchemy import create_engine
        from sqlalchemy.pool import QueuePool

        from mssql_mcp.connection.hooks import announce_cursors
        from mssql_mcp.demo.database import open_demo

        engine = create_engine(
            "sqlite+pysqlite://",
            creator=open_demo,
            poolclass=QueuePool,
            pool_size=self.settings.pool.size,
            max_overflow=self.settings.pool.max_overflow,
        )
        announce_cursors(engine)
        return engine
