"""Whoever runs a statement learns its cursor before it starts."""

from __future__ import annotations

from typing import Any

from sqlalchemy import create_engine

from mssql_mcp.connection.hooks import CURSOR_OPTION, announce_cursors


def test_the_cursor_is_announced_before_it_executes() -> None:
    """The function of the execution option gets each cursor that is about to run, and only there."""
    engine = create_engine("sqlite+pysqlite://")
    announce_cursors(engine)
    seen: list[Any] = []
    with engine.connect() as connection:
        connection.exec_driver_sql("SELECT 1")
        assert seen == []
        prepared = connection.execution_options(**{CURSOR_OPTION: seen.append})
        result = prepared.exec_driver_sql("SELECT 1")
        assert seen == [result.cursor]
    engine.dispose()
