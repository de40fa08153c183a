"""Tell whoever runs a statement which cursor it runs on, before it starts: only so can another thread cancel it.

And tell when SQLAlchemy is about to close that cursor, because the statement failed or gave no result: a cancel that
is under way needs the cursor until it is over.
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
CLOSING_OPTION = "mssql_mcp_closing"


def announce_cursors(engine: Engine) -> None:
    """Call the connection's `CURSOR_OPTION` before each statement, and its `CLOSING_OPTION` before it is closed."""

    @event.listens_for(engine, "before_cursor_execute")
    def _(conn: Connection, cursor: Any, statement: str, parameters: Any, context: Any, executemany: bool) -> None:
        announce = conn.get_execution_options().get(CURSOR_OPTION)
        if announce is not None:
            announce(cursor)

    @event.listens_for(engine, "after_cursor_execute")
    def _(conn: Connection, cursor: Any, statement: str, parameters: Any, context: Any, executemany: bool) -> None:
        # mssql-python may take a cancel for the end of a statement that has no result.
        if not cursor.description:
            _closing(conn)

    @event.listens_for(engine, "handle_error")
    def _(context: ExceptionContext) -> None:
        if context.connection:
            _closing(context.connection)


def _closing(connection: Connection) -> None:
    closing = connection.get_execution_options().get(CLOSING_OPTION)
    if closing is not None:
        closing()
