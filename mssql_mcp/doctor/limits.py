"""Is the session as gentle as it was asked to be, and how far away is the server?"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from mssql_mcp.doctor.outcome import Check, Finding

if TYPE_CHECKING:
    from mssql_mcp.doctor.examination import Examination

# https://learn.microsoft.com/sql/relational-databases/system-dynamic-management-views/sys-dm-exec-sessions-transact-sql
ISOLATION_NUMBERS = {1: "read uncommitted", 2: "read committed", 3: "repeatable read", 4: "serializable", 5: "snapshot"}
# A round trip that takes longer makes every step of a conversation feel it.
SLOW_MS = 200.0


def look(examination: Examination) -> Finding:
    """Compare the session with its settings and time a round trip.

    Raises:
        ToolError: The connection is gone.
    """
    facts: dict[str, Any] = {"round_trip_ms": _round_trip(examination)}
    problems = []
    if facts["round_trip_ms"] > SLOW_MS:
        problems.append(f"a round trip takes {facts['round_trip_ms']} ms")
    if not examination.source.is_demo:
        problems += _session(examination, facts)
    pool = examination.source.settings.pool
    facts |= {"pool_size": pool.size, "pool_max_overflow": pool.max_overflow}
    if problems:
        return Finding("warning", f"Works, but {'; '.join(problems)}.", facts=facts)
    return Finding("ok", f"A round trip takes {facts['round_trip_ms']} ms.", facts=facts)


def _round_trip(examination: Examination) -> float:
    examination.rows("ping")
    started = time.monotonic()
    examination.rows("ping")
    return round((time.monotonic() - started) * 1000, 1)


def _session(examination: Examination, facts: dict[str, Any]) -> list[str]:
    rows = examination.optional_rows("session")
    if not rows:
        return ["the server does not show the session's own settings"]
    wanted = examination.source.settings.session
    facts |= rows[0]
    level = ISOLATION_NUMBERS.get(rows[0]["transaction_isolation_level"], "unknown")
    facts["transaction_isolation_level"] = level
    problems = []
    if level != wanted.isolation:
        problems.append(f"the isolation level is {level} and not {wanted.isolation}")
    if rows[0]["lock_timeout"] != wanted.lock_timeout_ms:
        problems.append(f"the lock timeout is {rows[0]['lock_timeout']} ms and not {wanted.lock_timeout_ms}")
    return problems


CHECK = Check("limits", "Session and limits", look)
