"""Tell whoever runs a statement which cursor it runs on, before it starts: only so can another thread cancel it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import event

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection, Engine

# Key of the execution option that holds a function of the cursor; `execution.runner` sets it on its connections.
CURSOR_OPTION = "mssql_mcp_cursor"


def announce_cursors(engine: Engine) -> None:
    """Call the connection's `CURSOR_OPTION`, where it has one, with each cursor that is about to execute."""

    @event.listens_for(engine, "before_cursor_execute")
    def _(conn: Connection, cursor: Any, statement: str, parameters: Any, context: Any, executemany: bool) -> None:
        announce = conn.get_execution_options().get(CURSOR_OPTION)
        if announce is not None:
            announce(cursor)
