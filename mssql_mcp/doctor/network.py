"""Does the name resolve, and does something listen there?"""

from __future__ import annotations

import socket
import time
from typing import TYPE_CHECKING, Any

from mssql_mcp.connection.probe import explain, reach
from mssql_mcp.doctor.browser import instance_port
from mssql_mcp.doctor.outcome import Check, Finding
from mssql_mcp.errors import DatabaseConnectionError, ToolError
from mssql_mcp.settings.target import BROWSER_PORT

if TYPE_CHECKING:
    from mssql_mcp.doctor.examination import Examination
    from mssql_mcp.settings.target import Target

# A port that does not answer in this time is behind a firewall or on no network of ours.
CONNECT_SECONDS = 5.0
BROWSER_SECONDS = 2.0
# Failures of the login that say nothing of a server that was found.
_NOT_FOUND = frozenset(
    {
        "connection.instance",
        "connection.timeout",
        "connection.refused",
        "connection.dns",
        "connection.unreachable",
        "connection.failed",
    }
)


def look(examination: Examination) -> Finding:
    """Resolve the name and open a TCP connection.

    Raises:
        DatabaseConnectionError: `connection.dns`, `connection.refused`, `connection.timeout`, `connection.unreachable`,
            `connection.instance`.
    """
    target = target_of(examination)
    if target is None:
        return Finding("skipped", "The data source name hides the server; the login will show whether it is there.")
    address = target.address()
    if address is None and target.instance and not target.is_local_database and target.protocol in ("", "tcp"):
        return _named_instance(target, examination)
    if address is None:
        return Finding("skipped", f"{target.label} is reached without TCP; the login will show whether it is there.")
    return _reached(*address, examination)


def target_of(examination: Examination) -> Target | None:
    """Give the server's address; None where a data source name hides it."""
    login = getattr(examination.source, "login", None)
    return login.target if login is not None else None


def _named_instance(target: Target, examination: Examination) -> Finding:
    addresses = _resolve(target.host, BROWSER_PORT)
    port = instance_port(target.host, target.instance, min(BROWSER_SECONDS, examination.call.remaining()))
    facts: dict[str, Any] = {"addresses": addresses, "instance": target.instance, "port": port}
    if port is None:
        _found_by_driver(target, examination)
        return Finding(
            "warning",
            f"{_no_port(target)} The driver found the instance all the same.",
            _instance_hint(target),
            facts,
        )
    found = _reached(target.host, port, examination)
    return Finding(found.status, f"Instance {target.instance}: {found.summary}", facts=facts | dict(found.facts))


def _found_by_driver(target: Target, examination: Examination) -> None:
    """Let the driver, which may know other ways to a named instance, be the judge.

    Raises:
        DatabaseConnectionError: `connection.instance`; it does not find the instance either.
    """
    try:
        examination.connection()
    except ToolError as error:
        if error.code not in _NOT_FOUND:
            return
        failure = error
    else:
        return
    raise DatabaseConnectionError(
        f"{_no_port(target)} The driver does not find the instance either: {failure.message}",
        code="connection.instance",
        hint=_instance_hint(target),
        retryable=failure.retryable,
        number=failure.number,
        sqlstate=failure.sqlstate,
    )


def _no_port(target: Target) -> str:
    return f"SQL Server Browser on {target.host} did not tell the port of instance {target.instance}."


def _instance_hint(target: Target) -> str:
    return (
        f"Check the instance's name, that SQL Server Browser runs and UDP port {BROWSER_PORT} is open; or find "
        f"the port in SQL Server Configuration Manager and write server = {target.host},port."
    )


def _reached(host: str, port: int, examination: Examination) -> Finding:
    addresses = _resolve(host, port)
    started = time.monotonic()
    reach(host, port, min(CONNECT_SECONDS, examination.call.remaining()))
    milliseconds = round((time.monotonic() - started) * 1000, 1)
    return Finding(
        "ok",
        f"{host} takes connections on port {port} ({milliseconds} ms).",
        facts={"addresses": addresses, "port": port, "connect_ms": milliseconds},
    )


def _resolve(host: str, port: int) -> list[str]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        failure = explain(error, host, port)
    else:
        return list(dict.fromkeys(str(entry[4][0]) for entry in found))
    raise failure


CHECK = Check("network", "Name and port", look, on_demo=False)
