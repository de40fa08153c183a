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
# Failures that come over an agreed wire: the server has read the login.
_BEHIND_THE_WIRE = frozenset(
    {
        "connection.login_failed",
        "connection.login_disabled",
        "connection.database_unavailable",
        "connection.firewall",
        "connection.unavailable",
    }
)
_YES = frozenset({"yes", "true", "1"})
# Values of `Encrypt` with which the driver takes a connection that is not encrypted
# (https://learn.microsoft.com/sql/connect/odbc/dsn-connection-string-attribute).
_NOT_DEMANDED = frozenset({"no", "false", "optional", "0"})

_SAID: dict[bool | None, str] = {
    True: "The server sees this connection as encrypted",
    False: "This connection is not encrypted",
    None: "The server does not tell this login whether the connection is encrypted",
}


def look(examination: Examination) -> Finding:
    """Greet the server, then let the driver try.

    Raises:
        DatabaseConnectionError: `connection.certificate`, `connection.encryption`, `connection.not_sql_server`; or the
            login's own failure where the server did not answer the greeting either.
    """
    facts: dict[str, Any] = {}
    greeting, is_mute = None, False
    try:
        greeting = _greeting(examination)
    except OSError:
        is_mute = True
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
        if is_mute and error.code not in _BEHIND_THE_WIRE:
            raise _mute(error) from None
        # Who logs in is the next check's business.
        if error.code in _BEHIND_THE_WIRE:
            return _finding(examination, facts, "The wire is agreed")
        seen_so_far = f" The server's greeting offers {greeting.tls}." if greeting and greeting.tls else ""
        return Finding(
            "skipped", f"The login failed before the driver could show a wire that is agreed.{seen_so_far}", facts=facts
        )
    seen = examination.optional_rows("encryption")
    encrypted = str(seen[0]["encrypt_option"]).upper() == "TRUE" if seen else None
    facts["is_encrypted"] = encrypted
    return _finding(examination, facts, _SAID[encrypted])


def _greeting(examination: Examination) -> Greeting | None:
    target = target_of(examination)
    address = target.address() if target else None
    if target is None or address is None:
        return None
    try:
        return greet(
            *address,
            min(CONNECT_SECONDS, examination.call.remaining()),
            certificate_name=_keyword(examination, "HostnameInCertificate") or address[0],
            strict=_keyword(examination, "Encrypt").lower() == "strict",
        )
    except NotSqlServerError:
        pass
    raise DatabaseConnectionError(
        f"What listens at {target.label} does not speak SQL Server's protocol.",
        code="connection.not_sql_server",
        hint="Check host and port: it may be another service, a proxy, or the instance's other port.",
    )


def _keyword(examination: Examination, keyword: str) -> str:
    """Give what the driver is told, whichever way the connection is configured; empty where it is not told."""
    login = getattr(examination.source, "login", None)
    return (login.string.get(keyword) or "") if login is not None else ""


def _mute(error: ToolError) -> ToolError:
    return DatabaseConnectionError(
        f"{error.message.rstrip('.')}. What listens there does not answer SQL Server's greeting.",
        code=error.code,
        hint=f"Check host and port: it may be another service, a proxy, or a server that hangs. {error.hint}",
        retryable=error.retryable,
        number=error.number,
        sqlstate=error.sqlstate,
    )


def _is_strict_refused(examination: Examination, greeting: Greeting, error: ToolError) -> bool:
    is_strict = _keyword(examination, "Encrypt").lower() == "strict"
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
    """Tell whether the driver is to verify the certificate; with strict it does, whatever else it is told."""
    encrypt = _keyword(examination, "Encrypt").lower()
    trusts = _keyword(examination, "TrustServerCertificate").lower() in _YES
    return encrypt == "strict" or (encrypt not in _NOT_DEMANDED and not trusts)


def _finding(examination: Examination, facts: dict[str, Any], said: str) -> Finding:
    settings = examination.source.settings
    if facts.get("is_encrypted") is False:
        return Finding("warning", f"{said}.", 'Set encrypt = "yes"; in a url or odbc_connect Encrypt=yes.', facts)
    if not _is_verified(examination):
        is_text = settings.url is not None or settings.odbc_connect is not None
        told = "TrustServerCertificate=yes" if is_text else "trust_server_certificate"
        return Finding(
            "warning",
            f"{said}, and its certificate is not verified: whoever stands in between could read everything.",
            f"Install the server's certificate authority on this machine and remove {told}.",
            facts,
        )
    return Finding("ok", f"{said}.", facts=facts)


CHECK = Check("encryption", "Encryption and certificate", look, on_demo=False)
