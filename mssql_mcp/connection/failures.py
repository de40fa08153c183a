"""Turn every exception of a driver into one of ours: the only place where driver exceptions stop.

The table is `connect_failures` and `query_failures`; what they do not know becomes `query.failed` or
`connection.failed` with the server's own sentence. Every text is redacted here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mssql_mcp.connection.connect_failures import CONNECT_FAILURES
from mssql_mcp.connection.diagnostics import Diagnostic, diagnostics_of
from mssql_mcp.connection.failure_rule import SEE_CHECK, Rule
from mssql_mcp.connection.query_failures import QUERY_FAILURES
from mssql_mcp.errors import DatabaseConnectionError, ToolError
from mssql_mcp.redact import redact

if TYPE_CHECKING:
    from collections.abc import Sequence

_LINE = re.compile(r"\bline (\d+)\b", re.IGNORECASE)
# A server's sentence is kept up to here; some hold whole values.
_MAX_TEXT = 1_000
# SQLSTATEs after which the physical connection is useless. HYT00 is absent: a slow statement breaks nothing.
_DISCONNECTED_STATES = frozenset(
    {
        "01002",
        "08001",
        "08003",
        "08004",
        "08007",
        "08S01",
        "08S02",
        "HY010",
        "HYT01",
        "IMC01",
        "IMC02",
        "IMC03",
        "IMC04",
    }
    | {"IMC05", "IMC06"}
)
# The driver refuses a connection that still has an unread answer; nobody reads it any more.
_SPOILT = re.compile(
    r"(Connection is busy with results|.*closed connection|.*connection has been closed)", re.IGNORECASE
)

FAILURES: tuple[Rule, ...] = (*CONNECT_FAILURES, *QUERY_FAILURES)

_UNKNOWN_QUERY = Rule("query.failed", "{text}", "")
_UNKNOWN_CONNECT = Rule(
    "connection.failed",
    "The connection to {server} failed: {text}",
    SEE_CHECK,
    kind=DatabaseConnectionError,
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where an error happened, for its message.

    Attributes:
        server: As a person would name it.
        database: Of the call.
        secrets: Literal secrets of the connection, which no message may hold.
        is_connecting: Whether the connection was being made.
    """

    server: str = "The server"
    database: str = ""
    secrets: tuple[str, ...] = field(default=(), repr=False)
    is_connecting: bool = False


def translate(error: BaseException, place: Place) -> ToolError:
    """Make our error of a driver's; one of ours passes unchanged.

    Args:
        error: Of pyodbc, mssql-python or SQLAlchemy, or any other: then the code is `internal`.
        place: Where it happened.
    """
    if isinstance(error, ToolError):
        return error
    records = diagnostics_of(error)
    if not records:
        return ToolError(
            f"Something unexpected went wrong: {redact(f'{type(error).__name__}: {error}', place.secrets)[:_MAX_TEXT]}",
            hint="This is a defect of mssql-mcp: please report it with the log.",
        )
    rule, record = _match(records, place.is_connecting)
    return _made(rule, record, place)


def as_of_server(error: ToolError) -> ToolError:
    """Give an error that carries a server's number the code and the hint that this number has; others pass unchanged.

    The sample database speaks with SQL Server's numbers and knows nothing of this table.
    """
    rule = next((rule for rule in QUERY_FAILURES if error.number in rule.numbers), None)
    if rule is None or error.code == rule.code:
        return error
    return rule.kind(
        error.message,
        code=rule.code,
        hint=error.hint or rule.hint,
        shell_hint=error.shell_hint or rule.shell_hint,
        retryable=error.retryable,
        number=error.number,
        line=error.line,
        nearest=error.nearest,
        details=error.details,
    )


def is_disconnect(error: BaseException) -> bool:
    """Tell whether an error means that the physical connection is gone or unusable."""
    if isinstance(error, ToolError):
        return error.code == "connection.lost"
    if getattr(error, "connection_invalidated", False) is True:
        return True
    for record in diagnostics_of(error):
        if record.state in _DISCONNECTED_STATES or (not record.is_from_server and _SPOILT.match(record.text)):
            return True
        rule = _rule_of(record, is_connecting=False)
        if rule is not None and rule.code == "connection.lost":
            return True
    return False


def is_transient(error: BaseException) -> bool:
    """Tell whether the same call may be tried again by itself.

    SQLSTATE 08* (but for what a second try cannot mend: certificate, unknown name), HYT00 while connecting, 40001, and
    the numbers of the rules that say so; nothing else.
    """
    if isinstance(error, ToolError):
        return error.retryable and error.code in _RETRIED_CODES
    records = diagnostics_of(error)
    return bool(records) and _match(records, is_connecting=False)[0].is_retried


def _match(records: Sequence[Diagnostic], is_connecting: bool) -> tuple[Rule, Diagnostic]:
    """Take the record whose rule stands first in the table: `Login failed` often comes with the reason behind it."""
    best: tuple[int, Rule, Diagnostic] | None = None
    for record in records:
        rule = _rule_of(record, is_connecting=is_connecting)
        if rule is not None and (best is None or FAILURES.index(rule) < best[0]):
            best = (FAILURES.index(rule), rule, record)
    if best is not None:
        return best[1], best[2]
    return (_UNKNOWN_CONNECT if is_connecting else _UNKNOWN_QUERY), records[0]


def _rule_of(record: Diagnostic, *, is_connecting: bool) -> Rule | None:
    phase = "connect" if is_connecting else "query"
    rules = [rule for rule in FAILURES if rule.phase in ("any", phase)]
    if record.number:
        for rule in rules:
            if record.number in rule.numbers:
                return rule
    for rule in rules:
        if rule.pattern and re.match(rule.pattern, record.text, re.IGNORECASE | re.DOTALL):
            return rule
    for rule in rules:
        if record.state and any(record.state.startswith(state) for state in rule.states):
            return rule
    return None


def _made(rule: Rule, record: Diagnostic, place: Place) -> ToolError:
    text = redact(record.text, place.secrets)[:_MAX_TEXT]
    line = _LINE.search(record.text) if rule.code == "query.syntax" else None
    message = rule.message.format(
        text=text, server=place.server or "The server", database=place.database or "the database"
    )
    return rule.kind(
        message,
        code=rule.code,
        hint=rule.hint,
        shell_hint=rule.shell_hint,
        retryable=rule.is_retried if rule.is_retryable is None else rule.is_retryable,
        # 0 and negative numbers are the driver's way of saying that there is none.
        number=record.number if record.number and record.number > 0 else None,
        line=int(line[1]) if line else None,
        sqlstate=record.state or None,
    )


_RETRIED_CODES = frozenset(rule.code for rule in FAILURES if rule.is_retried)
