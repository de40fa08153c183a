"""Cancel what a cursor runs, from another thread, without pulling the cursor away from under the driver.

A driver's cancel works on the statement's handle and crashes the process where that is freed meanwhile. So `settle`
stands before everything that closes a cursor or its connection: it waits for a cancel that is in the driver and lets
none begin after it.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

# A cancel that comes just before the statement starts has no effect: it is asked for again after these pauses.
PAUSES_SECONDS = (0.1, 0.4, 1.5)


class Cancelling:
    """The way of ending what runs on one connection, one cursor after the other.

    Args:
        cancel: Asks the driver to end what runs on a cursor; may wait for the server.
    """

    def __init__(self, cancel: Callable[[Any], None]) -> None:
        self._cancel = cancel
        self._cursor: Any = None
        self._driver = threading.Lock()
        self._idle = threading.Event()
        self._idle.set()

    def start(self, cursor: Any) -> None:
        """Take the cursor that is about to run."""
        self._cursor = cursor
        self._idle.clear()

    def end(self) -> None:
        """Ask the driver to end what runs, if anything does. Safe from any thread; waits for nothing."""
        threading.Thread(target=self._end, name="mssql-mcp-cancel", daemon=True).start()

    def settle(self) -> None:
        """Wait until no cancel is in the driver, and let none begin: only then may the cursor be closed."""
        self._idle.set()
        with self._driver:
            self._cursor = None

    def _end(self) -> None:
        for pause in PAUSES_SECONDS:
            with self._driver:
                if self._idle.is_set():
                    return
                self._cancel(self._cursor)
            if self._idle.wait(pause):
                return
