"""End a running statement from another thread, and never touch it once its cursor may be closed.

A driver's cancel comes from a thread of its own and crashes the process where the statement's handle is freed
meanwhile. So `settle` stands before everything that closes a cursor or a connection: it waits for a cancel that is in
the driver, and lets none begin after it.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from mssql_mcp.connection.hooks import CURSOR_OPTION, FAILED_OPTION
from mssql_mcp.connection.inside import inside_driver

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

    from mssql_mcp.connection.call import Call
    from mssql_mcp.connection.source import Source

# A cancel is asked for, and asked for again after these pauses.
CANCEL_PAUSES_SECONDS = (0.1, 0.4, 1.5)


class Ending:
    """How the statements of one connection are ended.

    Args:
        source: Knows the driver.
        call: Whose end is theirs.

    Attributes:
        is_asked: Whether somebody asked for the end; what the connection does then is not known.
    """

    def __init__(self, source: Source, call: Call) -> None:
        self.is_asked = False
        self._source = source
        self._call = call
        self._connection: Connection | None = None
        self._cursor: Any = None
        self._driver = threading.Lock()
        self._settled = threading.Event()

    def over(self, connection: Connection) -> Connection:
        """Give the connection with the options by which this hears of every statement that starts and fails on it."""
        self._settled.clear()
        self._connection = connection
        return connection.execution_options(**{CURSOR_OPTION: self._starting, FAILED_OPTION: self.settle})

    def _starting(self, cursor: Any) -> None:
        """Take the cursor just before it executes, so that another thread can cancel it."""
        self._cursor = cursor
        self._call.check()

    def end(self) -> None:
        """Ask the driver to end what runs. Called from another thread, which must not wait.

        The driver's cancel waits until the server has answered it, which a server at work may do late or never.
        """
        if self._settled.is_set():
            return
        self.is_asked = True
        threading.Thread(target=self._cancel, name="mssql-mcp-cancel", daemon=True).start()

    def _cancel(self) -> None:
        """Cancel, and again a little later: a cancel that comes just before the statement starts has no effect."""
        with inside_driver():
            for pause in CANCEL_PAUSES_SECONDS:
                with self._driver:
                    if self._settled.is_set():
                        return
                    self._source.cancel(self._connection, self._cursor)
                if self._settled.wait(pause):
                    return

    def settle(self) -> None:
        """Wait until no cancel is in the driver, and let none begin: only then may what it works on be closed."""
        self._settled.set()
        with self._driver:
            pass
