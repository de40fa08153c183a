"""Errors that arise while SQLite runs a statement: kept aside, then handed out as ours.

SQLite knows only that "a user-defined function raised an exception"; the real one waits here, one for each thread,
until `failure` asks for it. A function runs in the thread that steps its statement, so the newest one of the thread is
the one that SQLite speaks of.
"""

from __future__ import annotations

import functools
import threading
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from mssql_mcp.errors import QueryCancelledError, QueryError, ToolError, UnsupportedError

if TYPE_CHECKING:
    from collections.abc import Callable

P = ParamSpec("P")
R = TypeVar("R")

_kept = threading.local()
_ANOTHER_WAY = "Put the question in another way, or ask a real SQL Server."


def keeping(function: Callable[P, R]) -> Callable[P, R]:
    """Wrap a function that SQLite calls, so that what it raises is kept for `failure`."""

    @functools.wraps(function)
    def call(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return function(*args, **kwargs)
        except Exception as error:
            _kept.error = error
            raise

    return call


def failure(error: BaseException) -> ToolError:
    """Turn an exception of the demo's connection into ours.

    Args:
        error: What sqlite3 raised, or what SQLAlchemy wrapped around it (`orig`). A `ToolError` is given back as it is.
    """
    if isinstance(error, ToolError):
        return error
    inner = getattr(error, "orig", None) or error
    if isinstance(inner, ToolError):
        return inner
    text = str(inner)
    if "user-defined" in text:
        return _kept_failure(text)
    for words, make in _FAILURES:
        if words in text:
            return make(text)
    return UnsupportedError(
        f"The demo's SQLite cannot run this statement: {text}.", code="unsupported.demo", hint=_ANOTHER_WAY
    )


def _kept_failure(text: str) -> ToolError:
    kept = getattr(_kept, "error", None)
    _kept.error = None
    if isinstance(kept, ToolError):
        return kept
    return UnsupportedError(
        f"The demo could not work this out: {kept or text}.", code="unsupported.demo", hint=_ANOTHER_WAY
    )


def _too_much(text: str) -> ToolError:
    return UnsupportedError(f"The statement is more than the demo's SQLite can hold: {text}.", code="unsupported.demo")


def _read_only(_text: str) -> ToolError:
    return UnsupportedError("The demo can only be read.", code="unsupported.demo")


def _damaged(_text: str) -> ToolError:
    return UnsupportedError(
        "The file of the sample database is damaged.",
        code="unsupported.demo",
        hint="Delete it (it lies in the user's cache folder, or in MSSQL_MCP_DEMO_DIR); it is made anew.",
    )


# Words in SQLite's message, and what is made of it.
_FAILURES: tuple[tuple[str, Callable[[str], ToolError]], ...] = (
    ("interrupted", lambda _: QueryCancelledError("The statement was ended before it was done.")),
    (
        "integer overflow",
        lambda _: QueryError("Arithmetic overflow error converting expression to data type bigint.", number=8115),
    ),
    ("malformed", _damaged),
    ("not a database", _damaged),
    ("attempt to write", _read_only),
    ("not authorized", _read_only),
    ("prohibited", _read_only),
    ("too many", _too_much),
    ("too big", _too_much),
    ("too large", _too_much),
    ("parser stack overflow", _too_much),
    ("out of memory", _too_much),
)
