"""Answer the same question again from memory, for a while, where that was asked for.

Off unless somebody configures a time to live. Only whole answers are kept: no errors, none that the time limit cut,
none that has a rest on disk, which belongs to one client. A text is left out where the server may answer otherwise each
time it is asked, whatever the data: functions of time, chance and session, the server's own state, and functions of the
database's owner; also where it reads such a thing under a name, which only the catalog tells (`catalog.steadiness`).
When in doubt it is left out. An answer from the cache says so, and how old it is.
"""

from __future__ import annotations

import hashlib
import re
import threading
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from cachetools import TTLCache

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mssql_mcp.execution.limits import Limits
    from mssql_mcp.gate import Approved
    from mssql_mcp.result import ResultSet

# Built-in functions whose value does not follow from their arguments and the data alone; those of session, security and
# server state too. Pages:
# https://learn.microsoft.com/sql/relational-databases/user-defined-functions/deterministic-and-nondeterministic-functions
# https://learn.microsoft.com/sql/t-sql/functions/system-functions-transact-sql, .../security-functions-transact-sql,
# .../date-and-time-data-types-and-functions-transact-sql, .../metadata-functions-transact-sql; the last line: ODBC's.
_VOLATILE = """
    CURRENT_DATE CURRENT_TIME CURRENT_TIMESTAMP CURRENT_TIMEZONE CURRENT_TIMEZONE_ID GETDATE GETUTCDATE SYSDATETIME
    SYSDATETIMEOFFSET SYSUTCDATETIME
    NEWID NEWSEQUENTIALID RAND CRYPT_GEN_RANDOM TABLESAMPLE ENCRYPTBYASYMKEY ENCRYPTBYCERT ENCRYPTBYKEY
    ENCRYPTBYPASSPHRASE
    APP_NAME CONNECTIONPROPERTY CONTEXT_INFO CURRENT_REQUEST_ID CURRENT_TRANSACTION_ID CURRENT_USER CURSOR_STATUS
    DATABASE_PRINCIPAL_ID GETANSINULL HAS_DBACCESS HAS_PERMS_BY_NAME HOST_ID HOST_NAME IS_MEMBER IS_ROLEMEMBER
    IS_SRVROLEMEMBER LOGINPROPERTY MIN_ACTIVE_ROWVERSION ORIGINAL_DB_NAME ORIGINAL_LOGIN PERMISSIONS PWDCOMPARE
    ROWCOUNT_BIG SCHEMA_ID SCHEMA_NAME SCOPE_IDENTITY SESSION_CONTEXT SESSION_ID SESSION_USER SUSER_ID SUSER_NAME
    SUSER_SID SUSER_SNAME SYSTEM_USER USER USER_ID USER_NAME XACT_STATE
    APPLOCK_MODE APPLOCK_TEST COL_LENGTH COL_NAME COLUMNPROPERTY DATABASEPROPERTYEX DB_ID DB_NAME FILEPROPERTY
    FULLTEXTCATALOGPROPERTY FULLTEXTSERVICEPROPERTY IDENT_CURRENT INDEXPROPERTY OBJECT_DEFINITION OBJECT_ID OBJECT_NAME
    OBJECTPROPERTY OBJECTPROPERTYEX SERVERPROPERTY STATS_DATE TYPE_ID TYPEPROPERTY
    SYS INFORMATION_SCHEMA OPENQUERY OPENROWSET OPENDATASOURCE
    NOW CURDATE CURTIME DATABASE
"""
VOLATILE_WORDS = frozenset(_VOLATILE.split())

# In a canonical text there are no comments and no "quoted" names; the content of brackets counts as words.
# A quote within brackets begins no string.
_QUOTED = re.compile(r"'(?:[^']|'')*'|(\[(?:[^\]]|\]\])*\])")
_WORD = re.compile(r"@@|[A-Za-z_][A-Za-z0-9_]*")
# A function with a qualified name belongs to somebody who may have put anything into it.
_QUALIFIED_CALL = re.compile(r"\.\s*(?:\[(?:[^\]]|\]\])*\]|[A-Za-z_#][\w@$#]*)\s*\(")


@dataclass(frozen=True, slots=True)
class _Entry:
    result: ResultSet
    kept_at: float
    size: int


def is_cacheable(sql: str) -> bool:
    """Say whether a canonical text gives the same rows as long as the data stays the same."""
    text = _QUOTED.sub(lambda quoted: quoted[1] or "''", sql)
    if _QUALIFIED_CALL.search(text):
        return False
    return all(word != "@@" and word.upper() not in VOLATILE_WORDS for word in _WORD.findall(text))


def cache_key(
    approved: Approved,
    *,
    values: Mapping[str, Any],
    connection: str,
    database: str,
    principal: str,
    limits: Limits,
) -> str | None:
    """Give the key under which a query's answer is kept; None where it must not be.

    Args:
        approved: The gate's key; its fingerprint covers text and policy.
        values: Of the named parameters; they are hashed and not kept. 1, 1.0 and true are different values.
        connection: Name of the connection.
        database: That the query runs in.
        principal: Who the server takes the caller for; rows can depend on it.
        limits: Of the answer; the timeout does not count.
    """
    if not is_cacheable(approved.sql):
        return None
    bound = sorted((name.lower(), repr(value)) for name, value in values.items())
    size = (limits.max_rows, limits.max_characters, limits.max_cell_characters, limits.output_format)
    parts = (approved.sql, approved.fingerprint, approved.parameter_order, bound, connection, database, principal, size)
    # repr escapes every quote, so that no two questions are written alike.
    return hashlib.sha256(repr(parts).encode("utf-8", "surrogatepass")).hexdigest()


class ResultCache:
    """Answers by key, bounded in bytes and in time. Safe from any thread.

    Args:
        ttl_seconds: From the keeping of an answer to its end; 0 keeps nothing.
        max_bytes: Of all answers together, measured as JSON; the one that was not used longest makes room.
        clock: Monotonic seconds.
    """

    def __init__(
        self,
        *,
        ttl_seconds: float,
        max_bytes: int = 16 * 1024 * 1024,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.ttl_seconds = ttl_seconds
        self._clock = clock
        self._lock = threading.Lock()
        self._entries: TTLCache[str, _Entry] = TTLCache(
            maxsize=max_bytes, ttl=ttl_seconds, timer=clock, getsizeof=lambda entry: entry.size
        )

    def get(self, key: str | None) -> ResultSet | None:
        """Give the kept answer with a note of its age; None where there is none."""
        if key is None or self.ttl_seconds <= 0:
            return None
        with self._lock:
            entry = self._entries.get(key)
        if entry is None:
            return None
        age = self._clock() - entry.kept_at
        note = f"From the cache: the answer is {age:.0f} s old."
        return replace(entry.result, elapsed_ms=0.0, notes=(*entry.result.notes, note))

    def put(self, key: str | None, result: ResultSet) -> bool:
        """Keep an answer where it may be kept; says whether it was."""
        if key is None or self.ttl_seconds <= 0 or result.next is not None:
            return False
        if result.truncation and result.truncation.reason == "time":
            return False
        entry = _Entry(result, self._clock(), _size(result))
        with self._lock:
            try:
                self._entries[key] = entry
            except ValueError:  # larger than the whole cache
                return False
        return True

    def clear(self) -> None:
        """Forget every answer."""
        with self._lock:
            self._entries.clear()

    def __len__(self) -> int:
        with self._lock:
            self._entries.expire()
            return len(self._entries)


def _size(result: ResultSet) -> int:
    """Measure an answer: its rows as JSON, its columns, and what an entry takes by itself."""
    columns = sum(len(column.name) + len(column.type) for column in result.columns)
    return len(result.json_rows.encode("utf-8", "surrogatepass")) + columns + 500
