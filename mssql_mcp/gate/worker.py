"""A thread whose stack is known to be large, for everything that recurses over a text that a stranger wrote.

sqlglot parses by recursive descent. Its compiled build recurses in C and ends the process when the stack is too small:
threads have 512 KiB on macOS and 128 KiB with musl, whatever the main thread has. Callers may come from any thread, so
parsing happens in one of our own. A thread switch costs some tens of microseconds.
"""

from __future__ import annotations

import os
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")

STACK_BYTES = 256 * 1024 * 1024
"""Address space, not memory: pages are taken when they are touched. `tests/gate/test_bounds.py` drives sqlglot to the
caps of the lexer and the proof in such a thread."""
SMALLEST_STACK_BYTES = 16 * 1024 * 1024
"""Where the address space is limited, halves are tried down to this."""

_lock = threading.Lock()
_executor: ThreadPoolExecutor | None = None


def run_with_large_stack(function: Callable[[], T]) -> T:
    """Run a function in the worker thread and give its result, or raise what it raises."""
    executor = _executor or _start()
    return executor.submit(function).result()


def _start() -> ThreadPoolExecutor:
    global _executor  # noqa: PLW0603 - one thread for the process, started when it is first needed
    with _lock:
        if _executor is None:
            _executor = _with_stack(STACK_BYTES)
        return _executor


def _with_stack(size: int) -> ThreadPoolExecutor:
    before = threading.stack_size()
    executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="mssql-mcp-gate")
    try:
        threading.stack_size(size)
        executor.submit(int).result()  # the pool starts its thread here, with the stack just set
    except (RuntimeError, ValueError):
        if size // 2 < SMALLEST_STACK_BYTES:
            raise
        return _with_stack(size // 2)
    finally:
        threading.stack_size(before)
    return executor


def _forget() -> None:
    global _executor, _lock
    _executor, _lock = None, threading.Lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget)
