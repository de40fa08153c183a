"""Open one physical connection: reach, log in, set the session up. The only place that calls a driver's `connect`."""

from __future__ import annotations

import contextlib
import logging
import math
from typing import TYPE_CHECKING, Any

from mssql_mcp.connection.bounded import run_bounded
from mssql_mcp.connection.failure_rule import SEE_CHECK
from mssql_mcp.connection.failures import Place, translate
from mssql_mcp.connection.probe import reach
from mssql_mcp.connection.session import IMPLICIT_TRANSACTIONS, batch, set_up_statements
from mssql_mcp.errors import ConfigurationError, DatabaseConnectionError, ToolError

if TYPE_CHECKING:
    from mssql_mcp.connection.call import Call
    from mssql_mcp.connection.login import Login
    from mssql_mcp.settings import ConnectionSettings

log = logging.getLogger(__name__)

# What the driver gets beyond its own login timeout before it is given up: it counts in whole seconds.
GRACE_SECONDS = 1.0
# The part of the call's time that a login may take, and the driver's grace after it: both end before the call is told
# to (`execution.workers`), so that the caller hears what the server did and not that the time was over.
LOGIN_SHARE = 0.8
GRACE_SHARE = 0.05


def open_connection(login: Login, settings: ConnectionSettings, call: Call, place: Place, asker: str = "") -> Any:
    """Open a connection of the driver, inside the login timeout and the call's deadline.

    Args:
        login: How.
        settings: Login timeout and session set-up.
        call: Deadline and cancellation.
        place: For messages.
        asker: Who asks, for the session's context.

    Returns:
        A DB-API connection in the session that the settings describe. The server keeps transactions
        (`session.IMPLICIT_TRANSACTIONS`), or the driver where the server does not: then `autocommit` is off.

    Raises:
        DatabaseConnectionError: The server cannot be reached or refuses the login.
        QueryCancelledError: The call was cancelled first.
    """
    call.check()
    left = call.remaining()
    seconds = min(settings.login_timeout_seconds, LOGIN_SHARE * left)
    grace = min(GRACE_SECONDS, GRACE_SHARE * left)

    def work() -> Any:
        address = login.target.address() if login.target and not settings.multi_subnet_failover else None
        if address:
            reach(*address, seconds, secrets=place.secrets)
        connection = _connect(login, max(1, math.ceil(seconds)))
        try:
            set_up(connection, settings, asker)
        except BaseException:
            close_quietly(connection)
            raise
        return connection

    failure: ToolError
    try:
        return run_bounded(
            work, call, seconds + grace, discard=close_quietly, late=lambda: _late(place, settings, seconds)
        )
    except ToolError as error:
        failure = error
    except Exception as error:  # noqa: BLE001 - the driver's classes cannot be named before it is imported
        failure = translate(error, place)
    # Outside the handlers: nothing of the driver's exception hangs on ours.
    failure.__context__ = None
    raise failure


def set_up(connection: Any, settings: ConnectionSettings, asker: str = "") -> None:
    """Put a new connection, in autocommit, into the configured session, in one round trip.

    A server that does not know a statement (Azure Synapse, Fabric) gets the others one by one; a refusal is logged.
    Where it keeps no transactions by itself, the driver's own are switched on.
    """
    statements = set_up_statements(settings.session, settings.application_name, asker)
    cursor = connection.cursor()
    try:
        cursor.execute(batch(statements))
        # An error of a later statement comes with its own result.
        while cursor.nextset():
            pass
    except Exception as error:
        if translate(error, Place()).code.startswith("connection."):
            raise
        if IMPLICIT_TRANSACTIONS in _one_by_one(connection, statements):
            # Only now: a transaction that began before the set-up would keep its isolation level.
            connection.autocommit = False
    finally:
        cursor.close()


def _one_by_one(connection: Any, statements: tuple[str, ...]) -> list[str]:
    refused = []
    for statement in statements:
        cursor = connection.cursor()
        try:
            cursor.execute(statement)
        except Exception as error:
            failure = translate(error, Place())
            if failure.code.startswith("connection."):
                raise
            log.warning("The server refused %r at session set-up: %s", statement, failure.message)
            refused.append(statement)
        finally:
            cursor.close()
    return refused


def close_quietly(connection: Any) -> None:
    """Close a connection of a driver whatever its state."""
    with contextlib.suppress(Exception):
        connection.close()


def _connect(login: Login, timeout_seconds: int) -> Any:
    attributes = login.attributes()
    text = login.string.reveal()
    if login.driver.kind == "mssql-python":
        return _connect_mssql_python(text, timeout_seconds)
    import pyodbc

    return pyodbc.connect(text, autocommit=True, timeout=timeout_seconds, attrs_before=attributes)


def _connect_mssql_python(text: str, timeout_seconds: int) -> Any:
    import mssql_python

    # A second pool below SQLAlchemy's would hand out connections that were thrown away.
    mssql_python.pooling(enabled=False)
    try:
        return mssql_python.connect(text, autocommit=True, timeout=timeout_seconds)
    except mssql_python.exceptions.ConnectionStringParseError:
        pass
    # Outside the handler, and without the driver's words: what it takes for a keyword may be half a password.
    raise ConfigurationError(
        "mssql-python does not know a keyword of this connection string.",
        code="config.odbc_connect",
        hint="It takes Server, Database, UID, PWD, Trusted_Connection, Authentication, Encrypt, "
        "TrustServerCertificate, HostnameInCertificate, ServerCertificate, ServerSPN, ApplicationIntent, "
        "MultiSubnetFailover, KeepAlive, PacketSize and a few more; or set driver to pyodbc.",
    )


def _late(place: Place, settings: ConnectionSettings, seconds: float) -> DatabaseConnectionError:
    strict = " encrypt = strict needs SQL Server 2022 or Azure SQL." if settings.encrypt == "strict" else ""
    return DatabaseConnectionError(
        f"{place.server} took the connection and did not finish the login in {round(seconds, 1):g} s.",
        code="connection.timeout",
        hint=f"Is it a SQL Server, and not overloaded?{strict} {SEE_CHECK}",
        retryable=True,
    )
