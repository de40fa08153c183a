"""SIGTERM as Ctrl-C: the statement ends on the server, and files that are not whole are removed."""

from __future__ import annotations

import signal
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator


class Terminated(KeyboardInterrupt):
    """SIGTERM came; whoever cleans up after Ctrl-C does so now."""


@contextmanager
def interrupting() -> Iterator[None]:
    """Raise `Terminated` in the main thread when SIGTERM comes inside the block, unless somebody handles it already."""
    is_main = threading.current_thread() is threading.main_thread()
    if not is_main or signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL:
        yield
        return
    signal.signal(signal.SIGTERM, _raise)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)


def _raise(_number: int, _frame: Any) -> None:
    raise Terminated
