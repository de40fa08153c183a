"""Tell whoever runs a statement which cursor it runs on, before it starts: only so can another thread cancel it.

And tell when it failed, before its cursor is closed: a cancel that is under way needs the cursor until it is over.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import event

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection, Engine
    from sqlalchemy.engine.interfaces import ExceptionContext

# Keys of the execution options that hold a function of the cursor, and one without arguments; `Ending` sets both on
# its connections.
CURSOR_OPTION = "mssql_mcp_cursor"
FAILED_OPTION = "mssql_mcp_failed"


def announce_cursors(engine: Engine) -> None:
    """Call the connection's `CURSOR_OPTION` before each statement, and its `FAILED_OPTION` after one that failed."""

    @event.listens_for(engine, "before_cursor_execute")
    def _(conn: Connection, cursor: Any, statement: str, parameters: Any, context: Any, executemany: bool) -> None:
        announce = conn.get_execution_options().get(CURSOR_OPTION)
        if announce is not None:
            announce(cursor)

    @event.listens_for(engine, "handle_error")
    def _(context: ExceptionContext) -> None:
        failed = context.connection and context.connection.get_execution_options().get(FAILED_OPTION)
        if failed:
            failed()
