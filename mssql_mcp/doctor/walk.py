"""The checks in the order in which a person would look, and the walk through them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mssql_mcp.connection.failure_rule import SEE_CHECK
from mssql_mcp.doctor import driver, encryption, features, limits, login, network, rights
from mssql_mcp.doctor.examination import Examination
from mssql_mcp.doctor.outcome import Check, CheckOutcome
from mssql_mcp.errors import ToolError
from mssql_mcp.settings import RetrySettings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mssql_mcp.connection.call import Call
    from mssql_mcp.connection.source import Source


def run_checks(
    source: Source,
    call: Call,
    *,
    database: str | None = None,
    checks: tuple[Check, ...] | None = None,
) -> Iterator[CheckOutcome]:
    """Walk through the checks; each outcome comes as soon as it is known.

    The first failure ends the walk: the checks after it are skipped, since they need what broke. Nothing is changed on
    the server.

    Args:
        source: The connection to check.
        call: Deadline of the whole walk.
        database: To check; None takes the connection's own.
        checks: To walk through; None takes all.
    """
    own = _without_retries(source)
    examination = Examination(own, call, database)
    broken = ""
    try:
        for check in CHECKS if checks is None else checks:
            if broken:
                yield _skipped(check, f"Not looked at, since the check before it failed: {broken}.")
            elif source.is_demo and not check.on_demo:
                yield _skipped(check, "The sample database is a file of this machine.")
            else:
                outcome = _outcome(check, examination)
                broken = check.title if outcome.status == "failed" else ""
                yield outcome
    finally:
        examination.close()
        if own is not source:
            own.close()


def _without_retries(source: Source) -> Source:
    """A check says what it sees the first time; a source of its own leaves the pool in use alone."""
    from mssql_mcp.connection.sqlserver import SqlServerSource

    if not isinstance(source, SqlServerSource):
        return source
    return SqlServerSource(source.name, source.settings.model_copy(update={"retry": RetrySettings(max_retries=0)}))


def _outcome(check: Check, examination: Examination) -> CheckOutcome:
    try:
        found = check.look(examination)
    except ToolError as error:
        hint = error.hint.replace(SEE_CHECK, "").strip()
        facts = {key: value for key, value in error.as_dict().items() if key in ("number", "sqlstate", "nearest")}
        return CheckOutcome(check.name, check.title, "failed", error.message, hint, facts, error.code)
    return CheckOutcome(check.name, check.title, found.status, found.summary, found.hint, found.facts, found.code)


def _skipped(check: Check, why: str) -> CheckOutcome:
    return CheckOutcome(check.name, check.title, "skipped", why)


CHECKS: tuple[Check, ...] = (
    driver.CHECK,
    network.CHECK,
    encryption.CHECK,
    login.CHECK,
    rights.CHECK,
    features.CHECK,
    limits.CHECK,
)
