"""What is kept between calls: the rest of truncated results, plans, answers to repeated questions.

Each part is made when it is first used.
"""

from __future__ import annotations

import threading
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mssql_mcp.connection.call import Call
    from mssql_mcp.connection.source import Source
    from mssql_mcp.execution.cache import ResultCache
    from mssql_mcp.execution.limits import Limits
    from mssql_mcp.execution.plans import PlanStore
    from mssql_mcp.execution.runner import Keep
    from mssql_mcp.execution.store import ResultStore
    from mssql_mcp.gate import Approved
    from mssql_mcp.result import ResultSet
    from mssql_mcp.settings import LimitSettings

Confirmation = tuple[str, str, str]
"""A text that a server has confirmed: connection, database, fingerprint."""

MEGABYTE = 1024 * 1024
# All kept results together, as a multiple of what one may take.
TOTAL_SHARE = 4
# Texts that the server itself has confirmed to be one SELECT.
MAX_CONFIRMED = 2_000


class Memory:
    """The memory of one workspace. Safe from any thread.

    Args:
        limits: General limits; how much of results is kept, and how long.
    """

    def __init__(self, limits: LimitSettings) -> None:
        self._limits = limits
        self._lock = threading.Lock()
        self._answers: dict[str, ResultCache] = {}
        self._confirmed: dict[Confirmation, None] = {}

    @cached_property
    def results(self) -> ResultStore:
        """The rest of truncated results, on disk."""
        from mssql_mcp.execution.store import ResultStore, StoreLimits

        size = self._limits.keep_megabytes * MEGABYTE
        return ResultStore(
            StoreLimits(
                max_rows=self._limits.keep_rows,
                max_bytes=size,
                max_total_bytes=TOTAL_SHARE * size,
                ttl_seconds=self._limits.keep_seconds,
            )
        )

    @cached_property
    def plans(self) -> PlanStore:
        """Execution plans, compressed."""
        from mssql_mcp.execution.plans import PlanStore

        return PlanStore()

    def is_confirmed(self, key: Confirmation) -> bool:
        """Say whether the server itself has confirmed a text, in that database, to be one SELECT."""
        with self._lock:
            return key in self._confirmed

    def confirm(self, key: Confirmation) -> None:
        """Remember that it has."""
        with self._lock:
            self._confirmed.pop(key, None)
            self._confirmed[key] = None
            while len(self._confirmed) > MAX_CONFIRMED:
                del self._confirmed[next(iter(self._confirmed))]

    def keeper(self, connection: str, limits: LimitSettings, owner: str | None) -> Keep | None:
        """Give what makes the writer of a truncated result; None where nothing is to be kept.

        Args:
            connection: Its name.
            limits: Of that connection.
            owner: Key of the client that may continue; None keeps nothing.
        """
        if owner is None or limits.keep_rows == 0:
            return None
        size = limits.keep_megabytes * MEGABYTE
        return lambda columns: self.results.writer(
            columns, connection=connection, owner=owner, max_rows=limits.keep_rows, max_bytes=size
        )

    def resume(
        self, cursor: str, call: Call, *, owner: str, connection: str | None, limits: Callable[[str], Limits]
    ) -> ResultSet:
        """Give the next rows of a truncated result.

        Args:
            cursor: The handle of the answer before.
            call: Deadline, also for rows that are still being read.
            owner: Key of the client; only it may continue its results.
            connection: That the call names; None takes the cursor's own.
            limits: Gives those of the cursor's connection.

        Raises:
            ValidationError: `cursor.*`; the handle is unknown, over, or somebody else's.
            QueryError: `query.too_wide`; not a row fits into an answer.
        """
        from mssql_mcp.execution.budget import written
        from mssql_mcp.execution.frame import frame_of, too_wide

        name, columns = self.results.find(cursor, owner=owner, connection=connection)
        within = limits(name)
        frame = frame_of(columns, within.max_characters, within.output_format)
        part = self.results.read(
            cursor,
            owner=owner,
            max_rows=within.max_rows,
            max_characters=frame.room,
            output_format=within.output_format,
            wait_seconds=call.remaining() / 2,
        )
        if part.note and (least := len(written(part.rows, within.output_format))) > frame.room:
            what = f"The next row takes {least} characters, however short its texts are cut"
            raise too_wide(what, columns, within.max_characters)
        result = part.result_set(elapsed_ms=round(call.elapsed_ms, 1))
        return replace(result, columns=frame.columns, notes=(*frame.notes, *result.notes))

    def remembered(
        self,
        answer: Callable[[], ResultSet],
        *,
        source: Source,
        approved: Approved,
        values: Mapping[str, object],
        database: str | None,
        limits: Limits,
        seconds: float,
        is_steady: Callable[[Callable[[str], bool]], bool],
    ) -> ResultSet:
        """Give the answer from memory where it is known and young enough, else ask for it and remember it.

        Args:
            answer: Asks the server.
            source: The connection.
            approved: The gate's key; text and policy.
            values: Of the named parameters.
            database: That the query runs in; None is the connection's own.
            limits: Of the answer.
            seconds: How long an answer is remembered; 0 asks each time.
            is_steady: Tells whether what the query reads changes with the data alone; gets what judges a text.
        """
        if seconds <= 0:
            return answer()
        from mssql_mcp.execution.cache import ResultCache, cache_key, is_cacheable

        if not is_cacheable(approved.sql) or not is_steady(is_cacheable):
            return answer()
        with self._lock:
            known = self._answers.setdefault(source.name, ResultCache(ttl_seconds=seconds))
        key = cache_key(
            approved,
            values=values,
            connection=source.name,
            database=database or source.settings.database,
            principal=source.settings.username or "",
            limits=limits,
        )
        result = known.get(key)
        if result is None:
            result = answer()
            known.put(key, result)
        return result

    def sweep(self) -> None:
        """Remove what processes that are gone have left on disk; makes nothing."""
        from mssql_mcp.execution import folder

        folder.sweep()

    def close(self) -> None:
        """Remove everything that lies on disk."""
        if "results" in self.__dict__:
            self.results.close()
