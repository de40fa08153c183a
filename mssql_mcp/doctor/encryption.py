"""Is the wire encrypted, and is the server who it says it is? The driver's own login is the judge."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mssql_mcp.doctor.network import CONNECT_SECONDS, target_of
from mssql_mcp.doctor.outcome import Check, Finding
from mssql_mcp.doctor.prelogin import Greeting, NotSqlServerError, greet
from mssql_mcp.errors import DatabaseConnectionError, ToolError

if TYPE_CHECKING:
    from mssql_mcp.doctor.examination import Examination

# Failures of the login that are about the wire and not about who logs in.
_OF_THE_WIRE = frozenset({"connection.certificate", "connection.encryption", "connection.not_sql_server"})

_SAID: dict[bool | None, str] = {
    True: "The server sees this connection as encrypted",
    False: "This connection is not encrypted",
    None: "The server does not tell this login whether the connection is encrypted",
}


def look(examination: Examination) -> Finding:
    """Greet the server, then let the driver try.

    Raises:
        DatabaseConnectionError: `connection.certificate`, `connection.encryption` or `connection.not_sql_server`.
    """
    facts: dict[str, Any] = {}
    greeting = _greeting(examination)
    if greeting is not None:
        facts = {
            "server_version": greeting.version or None,
            "server_encryption": greeting.encryption,
            "tls": greeting.tls or None,
            "certificate_problem": greeting.problem or None,
        }
    try:
        examination.connection()
    except ToolError as error:
        if error.code in _OF_THE_WIRE or (greeting is not None and _is_strict_refused(examination, greeting, error)):
            raise _explained(error, greeting) from None
        # Who logs in is the next check's business.
        return _finding(examination, facts, "The wire is agreed")
    seen = examination.optional_rows("encryption")
    encrypted = str(seen[0]["encrypt_option"]).upper() == "TRUE" if seen else None
    facts["is_encrypted"] = encrypted
    return _finding(examination, facts, _SAID[encrypted])


def _greeting(examination: Examination) -> Greeting | None:
    target = target_of(examination)
    address = target.address() if target else None
    if target is None or address is None:
        return None
    settings = examination.source.settings
    try:
        return greet(
            *address,
            min(CONNECT_SECONDS, examination.call.remaining()),
            certificate_name=settings.host_name_in_certificate or address[0],
            strict=settings.encrypt == "strict",
        )
    except NotSqlServerError:
        pass
    except OSError:
        return None
    raise DatabaseConnectionError(
        f"What listens at {target.label} does not speak SQL Server's protocol.",
        code="connection.not_sql_server",
        hint="Check host and port: it may be another service, a proxy, or the instance's other port.",
    )


def _is_strict_refused(examination: Examination, greeting: Greeting, error: ToolError) -> bool:
    is_strict = examination.source.settings.encrypt == "strict"
    return (
        is_strict and not greeting.tls and error.code in ("connection.timeout", "connection.lost", "connection.failed")
    )


def _explained(error: ToolError, greeting: Greeting | None) -> ToolError:
    if greeting is None or not greeting.problem or greeting.problem in error.message:
        return error
    return DatabaseConnectionError(
        f"{error.message} (This Python says: {greeting.problem}.)",
        code=error.code,
        hint=error.hint,
        retryable=error.retryable,
        number=error.number,
        sqlstate=error.sqlstate,
    )


def _is_verified(examination: Examination) -> bool:
    settings = examination.source.settings
    return settings.encrypt != "no" and not settings.trust_server_certificate


def _finding(examination: Examination, facts: dict[str, Any], said: str) -> Finding:
    settings = examination.source.settings
    if facts.get("is_encrypted") is False:
        return Finding("warning", f"{said}.", 'Set encrypt = "yes".', facts)
    if settings.url is None and settings.odbc_connect is None and not _is_verified(examination):
        return Finding(
            "warning",
            f"{said}, and its certificate is not verified: whoever stands in between could read everything.",
            "Install the server's certificate authority on this machine and remove trust_server_certificate.",
            facts,
        )
    return Finding("ok", f"{said}.", facts=facts)


CHECK = Check("encryption", "Encryption and certificate", look, on_demo=False)
