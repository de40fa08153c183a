"""Try a plain TCP connect before the driver does: it tells refused, unknown and silent apart in milliseconds.

Microsoft's ODBC driver says only "Login timeout expired", after the whole login timeout, whichever of the three it was.
"""

from __future__ import annotations

import errno
import socket
from typing import TYPE_CHECKING

from mssql_mcp.connection.failure_rule import SEE_CHECK
from mssql_mcp.errors import DatabaseConnectionError
from mssql_mcp.redact import redact

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


def reach(
    host: str,
    port: int,
    seconds: float,
    *,
    secrets: Iterable[str] = (),
    connect: Callable[..., socket.socket] = socket.create_connection,
) -> None:
    """Open a TCP connection and close it again.

    Args:
        host: Name or address.
        port: TCP port.
        seconds: Longest wait.
        secrets: Of the connection; no message holds them.
        connect: As `socket.create_connection`; passed in by tests.

    Raises:
        DatabaseConnectionError: `connection.dns`, `connection.refused`, `connection.lost`, `connection.timeout` or
            `connection.unreachable`.
    """
    failure: DatabaseConnectionError
    try:
        connect((host, port), timeout=seconds).close()
    except (OSError, UnicodeError) as error:
        failure = explain(error, host, port, secrets)
    else:
        return
    raise failure


def explain(
    error: OSError | UnicodeError, host: str, port: int, secrets: Iterable[str] = ()
) -> DatabaseConnectionError:
    """Say what a failed TCP connect means; the host is redacted, since it is what somebody typed."""
    host = redact(host, secrets)
    if isinstance(error, UnicodeError | socket.gaierror):
        # EAI_AGAIN: no name server answered, so the name may well exist.
        is_temporary = isinstance(error, socket.gaierror) and error.errno == socket.EAI_AGAIN
        return DatabaseConnectionError(
            f"The name {host} cannot be resolved.",
            code="connection.dns",
            hint="Check the server's name and this machine's DNS.",
            retryable=is_temporary,
        )
    if isinstance(error, ConnectionRefusedError):
        return DatabaseConnectionError(
            f"{host} refuses connections on port {port}.",
            code="connection.refused",
            hint=f"Is the server running, and does it listen on this port? An instance has another. {SEE_CHECK}",
            retryable=True,
        )
    if isinstance(error, ConnectionError):
        return DatabaseConnectionError(
            f"{host} takes connections on port {port} and hangs up at once.",
            code="connection.lost",
            hint=f"The server starts or stops, or something on the way cuts connections. {SEE_CHECK}",
            retryable=True,
        )
    if isinstance(error, TimeoutError):
        return DatabaseConnectionError(
            f"{host} did not answer on port {port} in time.",
            code="connection.timeout",
            hint=f"Is the address right, and does a firewall swallow the packets? {SEE_CHECK}",
            retryable=True,
        )
    name = errno.errorcode.get(error.errno or 0, type(error).__name__)
    return DatabaseConnectionError(
        f"{host} cannot be reached on port {port} ({name}).",
        code="connection.unreachable",
        hint=f"Is this machine on the server's network? {SEE_CHECK}",
        retryable=True,
    )
