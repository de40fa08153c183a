"""Whoever runs a statement learns its cursor before it starts, and that it will be closed before it is."""

from __future__ import annotations

from contextlib import suppress
from sqlite3 import ProgrammingError
from typing import Any

import pytest
from sqlalchemy import create_engine
from sqlalchemy.exc import OperationalError

from mssql_mcp.connection.hooks import CLOSING_OPTION, CURSOR_OPTION, announce_cursors


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


@pytest.mark.parametrize("sql", ["SAVEPOINT without_a_result", "SELECT nothing"])
def test_a_cursor_is_still_open_when_its_closing_is_told(sql: str) -> None:
    """SQLAlchemy closes it where the statement failed, and where it has no result."""
    engine = create_engine("sqlite+pysqlite://")
    announce_cursors(engine)
    cursors: list[Any] = []
    told: list[str] = []

    def closing() -> None:
        cursors[0].execute("SAVEPOINT still_open")
        told.append(sql)

    with engine.connect() as connection:
        prepared = connection.execution_options(**{CURSOR_OPTION: cursors.append, CLOSING_OPTION: closing})
        with suppress(OperationalError):
            prepared.exec_driver_sql(sql)
        assert told == [sql]
        with pytest.raises(ProgrammingError):
            cursors[0].execute("SELECT 2")
        assert prepared.exec_driver_sql("SELECT 3").fetchall() == [(3,)]
        assert told == [sql]
    engine.dispose()
