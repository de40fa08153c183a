"""Try transient failures again, with exponential backoff and jitter, inside the call's deadline."""

from __future__ import annotations

import random as randoms
from typing import TYPE_CHECKING, TypeVar

from mssql_mcp.connection.failures import is_transient
from mssql_mcp.errors import ToolError

if TYPE_CHECKING:
    from collections.abc import Callable

    from tenacity import RetryCallState

    from mssql_mcp.connection.call import Call
    from mssql_mcp.settings import RetrySettings

T = TypeVar("T")


def with_retry(
    work: Callable[[], T],
    settings: RetrySettings,
    call: Call,
    *,
    sleep: Callable[[float], None] | None = None,
    random: Callable[[], float] = randoms.random,
    should_retry: Callable[[BaseException], bool] = is_transient,
    try_seconds: float = 0,
) -> T:
    """Do the work; where it fails in a way that may pass, wait and do it again.

    Args:
        work: Raises our errors.
        settings: How often and how long.
        call: No wait goes beyond its deadline: then the last failure is raised instead.
        sleep: Waits so many seconds; None waits with the call, which a cancellation ends.
        random: Gives numbers from 0 to 1.
        should_retry: Tells which failures may pass.
        try_seconds: What a whole try takes: where one timed out and less time is left, no other begins, which could
            only hide the reason behind the call's deadline.

    Raises:
        ToolError: The last failure, or the call's own cancellation.
    """
    from tenacity import Retrying, retry_if_exception, stop_after_attempt

    wait = _Backoff(settings, random)

    def stop(state: RetryCallState) -> bool:
        left = call.remaining() - state.upcoming_sleep
        is_last = stop_after_attempt(settings.max_retries + 1)(state) or left <= 0 or call.is_over
        return is_last or (left < try_seconds and _timed_out(state))

    retrying = Retrying(
        sleep=sleep or call.wait,
        wait=wait,
        stop=stop,
        retry=retry_if_exception(should_retry),
        reraise=True,
    )
    return retrying(work)


def _timed_out(state: RetryCallState) -> bool:
    failure = state.outcome.exception() if state.outcome else None
    return isinstance(failure, ToolError) and failure.code == "connection.timeout"


def delay_seconds(attempt: int, settings: RetrySettings, random: Callable[[], float]) -> float:
    """Give the wait after a failed attempt: doubling from `delay_seconds` up to `max_delay_seconds`, half of it random.

    Args:
        attempt: 1 for the first one that failed.
        settings: The first and the longest wait.
        random: Gives a number from 0 to 1.
    """
    whole = min(settings.delay_seconds * 2.0 ** (attempt - 1), settings.max_delay_seconds)
    return whole * (0.5 + random() / 2)


class _Backoff:
    """`delay_seconds` in the form that tenacity calls."""

    def __init__(self, settings: RetrySettings, random: Callable[[], float]) -> None:
        self._settings = settings
        self._random = random

    def __call__(self, state: RetryCallState) -> float:
        return delay_seconds(state.attempt_number, self._settings, self._random)
