"""End a running statement from another thread, and never touch it once its cursor may be closed.

A driver's cancel comes from a thread of its own and crashes the process where the statement's handle is freed
meanwhile. So `settle` stands before everything that closes a cursor or a connection: it waits for a cancel that is in
the driver, and lets none begin after it. A cancel belongs to the statement for which it was asked: it never meets
another one that runs on the same connection later.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from mssql_mcp.connection.hooks import CLOSING_OPTION, CURSOR_OPTION
from mssql_mcp.connection.inside import inside_driver

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

    from mssql_mcp.connection.call import Call
    from mssql_mcp.connection.source import Source

# A cancel that comes just before the statement starts has no effect: it is asked for again after these pauses.
PAUSES_SECONDS = (0.1, 0.4, 1.5)


class _Statement:
    """What runs on a cursor.

    Attributes:
        cursor: The driver's; None once it may be closed.
        is_over: Set just before that.
    """

    def __init__(self, cursor: Any) -> None:
        self.cursor = cursor
        self.is_over = threading.Event()


class Ending:
    """How the statements of one connection are ended, one after the other.

    Args:
        source: Knows the driver.
        call: Whose end is theirs.

    Attributes:
        is_asked: Whether somebody asked for the end of one; what the connection does then is not known.
    """

    def __init__(self, source: Source, call: Call) -> None:
        self.is_asked = False
        self._source = source
        self._call = call
        self._connection: Connection | None = None
        self._statement: _Statement | None = None
        self._driver = threading.Lock()

    def over(self, connection: Connection) -> Connection:
        """Give the connection with the options by which this hears when a statement starts, and when it closes."""
        self._connection = connection
        return connection.execution_options(**{CURSOR_OPTION: self._starting, CLOSING_OPTION: self.settle})

    def _starting(self, cursor: Any) -> None:
        """Take the cursor just before it executes, so that another thread can cancel it."""
        self.settle()
        self._statement = _Statement(cursor)
        # After it can be ended, not before: an end that comes between the two is not lost.
        self._call.check()

    def end(self) -> None:
        """Ask the driver to end what runs, if anything does. Safe from any thread; waits for nothing.

        The driver's cancel waits until the server has answered it, which a server at work may do late or never.
        """
        statement = self._statement
        if statement is None or statement.is_over.is_set():
            return
        self.is_asked = True
        threading.Thread(target=self._cancel, args=(statement,), name="mssql-mcp-cancel", daemon=True).start()

    def _cancel(self, statement: _Statement) -> None:
        """Cancel, and again a little later, until the statement is over."""
        with inside_driver():
            for pause in (0.0, *PAUSES_SECONDS):
                if statement.is_over.wait(pause):
                    return
                with self._driver:
                    if statement.is_over.is_set():
                        return
                    self._source.cancel(self._connection, statement.cursor)

    def settle(self) -> None:
        """Wait until no cancel is in the driver, and let none begin: only then may what it works on be closed.

        For the thread that works with the connection.
        """
        statement, self._statement = self._statement, None
        if statement is not None:
            statement.is_over.set()
            with self._driver:
                # A cursor that nobody else holds is closed here, not in a thread that waits to cancel it again.
                statement.cursor = None
