"""A SQL Server as a `Source`: an engine per database, made when first needed, and the way of checking connections out.

Nothing connects before a call asks. Connections are pooled without a ping before each use: one that broke while idle is
found by the statement that fails (`is_disconnect`), thrown away and replaced by the runner. On return to the pool each
is rolled back; what a session keeps beyond that was set by `session` alone, since the gate lets no SET through.
"""

from __future__ import annotations

import logging
import secrets
import threading
from collections import OrderedDict
from contextlib import suppress
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from mssql_mcp.connection.call import Call
from mssql_mcp.connection.checkout import POOL_SLICE_SECONDS, check_out
from mssql_mcp.connection.converters import with_variants
from mssql_mcp.connection.databases import allowed_database
from mssql_mcp.connection.dbapi import open_connection
from mssql_mcp.connection.drivers import installed_drivers
from mssql_mcp.connection.failures import Place, is_disconnect, is_transient, translate
from mssql_mcp.connection.identity import identity_of
from mssql_mcp.connection.login import login_of
from mssql_mcp.connection.parameters import bind, bound, in_order
from mssql_mcp.connection.reading import add_converters, drop_converters
from mssql_mcp.connection.retry import with_retry
from mssql_mcp.connection.source import Statement
from mssql_mcp.errors import ToolError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from sqlalchemy.engine import Connection, Engine
    from sqlalchemy.engine.interfaces import ExceptionContext

    from mssql_mcp.connection.drivers import InstalledDrivers
    from mssql_mcp.connection.login import Login
    from mssql_mcp.result import Column
    from mssql_mcp.settings import ConnectionSettings

log = logging.getLogger(__name__)

# Engines that are kept; the one that was not used longest is closed when another database is asked for.
MAX_ENGINES = 64
# Of a trace id: enough that no two calls of a server's life share one.
TRACE_BYTES = 8
# As SQLAlchemy names the levels; a connection that ran at another one goes back to the configured one.
ISOLATION_LEVELS: dict[str, Any] = {
    "read committed": "READ COMMITTED",
    "read uncommitted": "READ UNCOMMITTED",
    "snapshot": "SNAPSHOT",
}

# The call for which the pool opens a connection: pools call their creator without arguments.
_CALL: ContextVar[Call | None] = ContextVar("mssql_mcp_call", default=None)


class SqlServerSource:
    """A named connection to a SQL Server.

    Args:
        name: As configured.
        settings: Of the connection.
        installed: Looks at what drivers this machine has; passed in by tests.

    Attributes:
        asker: Who asks, as connections say that are opened from then on.
    """

    is_demo = False

    def __init__(
        self,
        name: str,
        settings: ConnectionSettings,
        *,
        installed: Callable[[], InstalledDrivers] = installed_drivers,
    ) -> None:
        self.name = name
        self.settings = settings
        self.asker = ""
        self._installed = installed
        self._lock = threading.Lock()
        self._login: Login | None = None
        self._engines: OrderedDict[str, Engine] = OrderedDict()

    @property
    def login(self) -> Login:
        """How this connection is opened, worked out when first asked.

        Raises:
            ConfigurationError: The settings cannot be used.
            DatabaseConnectionError: `connection.driver_missing`.
        """
        if self._login is None:
            self._login = login_of(self.settings, self._installed())
            for warning in self._login.driver.warnings:
                log.warning("Connection %s: %s", self.name, warning)
        return self._login

    @property
    def identity(self) -> str:
        """Where this connection leads and as whom, without a secret.

        Raises:
            ConfigurationError: The settings cannot be used.
            DatabaseConnectionError: `connection.driver_missing`.
        """
        return identity_of(self.login.string)

    def engine(self, database: str | None = None) -> Engine:
        """Give the pooled engine for a database; opens nothing.

        Raises:
            ValidationError: `input.unknown_database`.
            ConfigurationError: The settings cannot be used.
            DatabaseConnectionError: `connection.driver_missing`.
        """
        name = allowed_database(self.settings, database)
        with self._lock:
            engine = self._engines.pop(name, None)
            if engine is None:
                engine = self._new_engine(name)
            self._engines[name] = engine
            oldest = self._engines.popitem(last=False)[1] if len(self._engines) > MAX_ENGINES else None
        if oldest is not None:
            oldest.dispose()
        return engine

    def connect(self, call: Call, database: str | None = None) -> Connection:
        """Check a connection out inside the call's deadline; transient failures are retried.

        Raises:
            DatabaseConnectionError: The server cannot be reached, refuses the login, or every connection is in use.
            QueryCancelledError: The call was cancelled.
        """
        engine = self.engine(database)
        call.check()
        call.connecting(self.login.server)
        return with_retry(
            lambda: self._check_out(engine, call, database),
            self.settings.retry,
            call,
            try_seconds=self.settings.login_timeout_seconds,
        )

    def statement(self, sql: str, parameter_order: Sequence[str], values: Mapping[str, Any]) -> Statement:
        """Bind values to the marks of an approved text, each with its type.

        Raises:
            ValidationError: As `in_order` and `type_of` of `mssql_mcp.connection.parameters`.
        """
        values_in_order = tuple(map(bound, in_order(parameter_order, values)))
        if not self.settings.session.trace_comment:
            return Statement(sql, values_in_order)
        trace = secrets.token_hex(TRACE_BYTES)
        return Statement(f"{sql} /* mssql-mcp {trace} */", values_in_order, trace=trace)

    def decoded(self, rows: Sequence[Sequence[Any]], columns: Sequence[Column]) -> Sequence[Sequence[Any]]:
        """Give the rows as the driver does, which knows the types; only what it makes of a sql_variant is mended."""
        return with_variants(rows, columns, is_pyodbc=self._login is not None and self._login.driver.kind == "pyodbc")

    def cancel(self, connection: Connection | None, cursor: Any) -> None:
        """Ask the driver to end what runs; the cursor must not be closed before this returns."""
        # mssql-python has no cancel of its own; this is what its reader of Arrow batches calls.
        end = getattr(cursor, "cancel", None) or getattr(getattr(cursor, "hstmt", None), "_cancel", None)
        if end is not None:
            with suppress(Exception):
                end()

    def is_disconnect(self, error: BaseException) -> bool:
        """Tell whether an error means that the connection is gone."""
        return is_disconnect(error)

    def is_transient(self, error: BaseException) -> bool:
        """Tell whether the same work may be tried again by itself."""
        return is_transient(error)

    def failure(self, error: BaseException) -> ToolError:
        """Turn a driver's exception into ours, redacted."""
        return translate(error, self._place(None, is_connecting=False))

    def close(self) -> None:
        """Close every pooled connection; those in use are closed when they come back."""
        with self._lock:
            engines, self._engines = list(self._engines.values()), OrderedDict()
        for engine in engines:
            engine.dispose()

    def __repr__(self) -> str:
        return f"SqlServerSource({self.name!r})"

    def _place(self, database: str | None, *, is_connecting: bool) -> Place:
        login = self._login
        return Place(
            server=login.server if login else self.name,
            database=database or self.settings.database,
            secrets=login.secrets if login else (),
            is_connecting=is_connecting,
        )

    def _check_out(self, engine: Engine, call: Call, database: str | None) -> Connection:
        failure: ToolError
        token = _CALL.set(call)
        try:
            return check_out(engine, call, self.name, self.settings.pool)
        except ToolError as error:
            failure = error
        except Exception as error:  # noqa: BLE001 - the driver's classes are not known here
            failure = translate(error, self._place(database, is_connecting=True))
        finally:
            _CALL.reset(token)
        # Outside the handlers: SQLAlchemy's and the driver's exceptions do not hang on ours.
        failure.__context__ = None
        call.connect_failed(failure)
        raise failure

    def _new_engine(self, database: str) -> Engine:
        from sqlalchemy import create_engine, event
        from sqlalchemy.engine import URL
        from sqlalchemy.pool import QueuePool

        from mssql_mcp.connection.dialect import register_dialects
        from mssql_mcp.connection.hooks import announce_cursors

        login = self.login.for_database(database)
        place = self._place(database, is_connecting=True)

        def creator() -> Any:
            call = _CALL.get() or Call(self.settings.login_timeout_seconds)
            return open_connection(login, self.settings, call, place, self.asker)

        register_dialects()
        dialect = "mssql+mcp_pyodbc" if login.driver.kind == "pyodbc" else "mssql+mcp_mssqlpython"
        engine = create_engine(
            URL.create(dialect),
            creator=creator,
            poolclass=QueuePool,
            pool_size=self.settings.pool.size,
            max_overflow=self.settings.pool.max_overflow,
            pool_recycle=self.settings.pool.recycle_seconds,
            # The one that was used last is given first: one that was just replaced is used again, and the others, which
            # broke with it, are replaced when they are needed.
            pool_use_lifo=True,
            pool_timeout=POOL_SLICE_SECONDS,
            hide_parameters=True,
        )
        engine.dialect.default_isolation_level = ISOLATION_LEVELS[self.settings.session.isolation]
        event.listen(engine, "handle_error", _judge_disconnect)
        event.listen(engine, "before_cursor_execute", _prepare, retval=True)
        event.listen(engine, "after_cursor_execute", lambda _connection, cursor, *_: add_converters(cursor))
        announce_cursors(engine)
        return engine


def _judge_disconnect(context: ExceptionContext) -> None:
    """Decide what is broken: SQLAlchemy takes a slow query's HYT00 for a disconnect and empties the pool."""
    error = context.original_exception
    if error is not None:
        context.is_disconnect = is_disconnect(error)


def _prepare(
    connection: Connection, cursor: Any, statement: str, parameters: Any, context: Any, executemany: bool
) -> tuple[str, Any]:
    """Send the text as it is (pyodbc would have ODBC's {escapes} in it replaced), and values with their types."""
    if hasattr(cursor, "noscan"):
        cursor.noscan = True
    drop_converters(cursor)
    return statement, bind(cursor, parameters) if parameters and isinstance(parameters, tuple) else parameters
