"""A query can be found again by whoever runs the server, where that is asked for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mssql_mcp.connection.call import Call
from mssql_mcp.connection.registry import Registry
from mssql_mcp.settings import SessionSettings, Settings
from mssql_mcp.workspace import Query, Workspace

if TYPE_CHECKING:
    from collections.abc import Callable

    from mssql_mcp.settings import ConnectionSettings


def test_the_answer_names_the_id_in_the_comment(
    live_settings: Callable[..., ConnectionSettings], live_driver: str
) -> None:
    """The text that ran ends with the id; parameters and rows are as without it, and each call has its own."""
    connection = live_settings(driver=live_driver, session=SessionSettings(trace_comment=True))
    settings = Settings(connections={"live": connection})
    workspace = Workspace(settings, Registry(settings))
    ids = set()
    for value in (1, 2):
        call = Call(60)
        result = workspace.query(Query("SELECT @a AS a -- mine", {"a": value}), call)
        call.run_deferred()
        assert result.rows == ((value,),)
        ids.add(re.fullmatch(r"Trace id: ([0-9a-f]{16})", result.notes[0])[1])
    source = workspace.source()
    statement = source.statement("SELECT ?", ("a",), {"a": 1})
    workspace.close()
    assert len(ids) == 2
    assert statement.sql == f"SELECT ? /* mssql-mcp {statement.trace} */"
    assert statement.trace not in ids


def test_nothing_is_added_unless_asked_for(live_settings: Callable[..., ConnectionSettings]) -> None:
    """By default the text that runs is the approved one, to the letter."""
    settings = Settings(connections={"live": live_settings()})
    workspace = Workspace(settings, Registry(settings))
    assert workspace.source().statement("SELECT 1", (), {}).sql == "SELECT 1"
    workspace.close()
