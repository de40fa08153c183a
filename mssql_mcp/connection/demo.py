"""The embedded sample database as a `Source`: no server, no driver, the same way of a query."""

from __future__ import annotations

import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from mssql_mcp.connection.checkout import POOL_SLICE_SECONDS, check_out
from mssql_mcp.connection.databases import allowed_database
from mssql_mcp.connection.failures import as_of_server
from mssql_mcp.connection.hooks import announce_cursors
from mssql_mcp.connection.parameters import in_order, plain_values
from mssql_mcp.connection.source import Statement
from mssql_mcp.demo import faults
from mssql_mcp.demo.schema import DATABASE_NAME
from mssql_mcp.errors import ToolError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy.engine import Connection, Engine

    from mssql_mcp.connection.call import Call
    from mssql_mcp.result import Column
    from mssql_mcp.settings import ConnectionSettings


class DemoSource:
    """A named connection to the sample database.

    Args:
        name: As configured.
        settings: Of the connection; its database is the sample database, whatever they say.
    """

    is_demo = True

    def __init__(self, name: str, settings: ConnectionSettings) -> None:
        self.name = name
        self.asker = ""
        self.settings = settings.model_copy(update={"database": DATABASE_NAME, "databases": (DATABASE_NAME,)})
        self._lock = threading.Lock()
        self._engine: Engine | None = None

    @property
    def identity(self) -> str:
        """The sample database, which is the same everywhere."""
        return "demo"

    def engine(self, database: str | None = None) -> Engine:
        """Give the pooled engine; opens nothing.

        Raises:
            ValidationError: `input.unknown_database`.
        """
        allowed_database(self.settings, database)
        with self._lock:
            if self._engine is None:
                self._engine = self._new_engine()
            return self._engine

    def connect(self, call: Call, database: str | None = None) -> Connection:
        """Check a connection out; the sample database is built the first time.

        Raises:
            DatabaseConnectionError: `connection.busy`.
            UnsupportedError: This Python's SQLite is too old.
        """
        call.check()
        return check_out(self.engine(database), call, self.name, self.settings.pool)

    def statement(self, sql: str, parameter_order: Sequence[str], values: Mapping[str, Any]) -> Statement:
        """Translate an approved text and its values.

        Raises:
            ValidationError: As `in_order` of `mssql_mcp.connection.parameters`, or a value that cannot be bound.
            UnsupportedError: The sample database cannot run it.
        """
        from mssql_mcp.demo.bridge import translate

        ordered = dict(zip(parameter_order, plain_values(in_order(parameter_order, values)), strict=True))
        try:
            made = translate(sql, parameter_order, ordered)
        except ToolError as error:
            raise as_of_server(error) from None
        return Statement(made.sql, made.parameters, made.columns)

    def decoded(self, rows: Sequence[Sequence[Any]], columns: Sequence[Column]) -> Sequence[Sequence[Any]]:
        """Make Python values of stored ones, as a driver of SQL Server gives them."""
        from mssql_mcp.demo.values import decode

        return [decode(row, columns) for row in rows]

    def cancel(self, connection: Connection | None, cursor: Any) -> None:
        """Interrupt what runs."""
        with suppress(Exception):
            cursor.connection.interrupt()

    def is_disconnect(self, error: BaseException) -> bool:
        """Tell that a file does not hang up."""
        return False

    def is_transient(self, error: BaseException) -> bool:
        """Tell that trying again changes nothing."""
        return False

    def failure(self, error: BaseException) -> ToolError:
        """Turn SQLite's exception into ours."""
        return as_of_server(faults.failure(error))

    def close(self) -> None:
        """Close every pooled connection."""
        with self._lock:
            engine, self._engine = self._engine, None
        if engine is not None:
            engine.dispose()

    def __repr__(self) -> str:
        return f"DemoSource({self.name!r})"

    def _new_engine(self) -> Engine:
        from sqlalchemy import create_engine
        from sqlalchemy.pool import QueuePool

        from mssql_mcp.demo.database import open_demo

        engine = create_engine(
            "sqlite+pysqlite://",
            creator=open_demo,
            poolclass=QueuePool,
            pool_size=self.settings.pool.size,
            max_overflow=self.settings.pool.max_overflow,
            pool_timeout=POOL_SLICE_SECONDS,
        )
        announce_cursors(engine)
        return engine
