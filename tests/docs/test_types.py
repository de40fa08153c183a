"""docs/reference/types.md says what each type looks like, and the sample database says the same."""

from __future__ import annotations

from type_table import type_table

from mssql_mcp.connection.call import Call
from mssql_mcp.connection.registry import Registry
from mssql_mcp.errors import ToolError
from mssql_mcp.settings import ConnectionSettings, Settings
from mssql_mcp.workspace import Query, Workspace

LEAST_ROWS = 40
LEAST_ANSWERED = 35


def test_the_page_on_types_is_true_for_the_demo() -> None:
    """Each row of the table that the sample database can answer."""
    settings = Settings(connections={"demo": ConnectionSettings(demo=True)})
    workspace = Workspace(settings, Registry(settings))
    table = type_table()
    wrong, answered = [], 0
    for row in table:
        call = Call(60)
        try:
            result = workspace.query(Query(f"SELECT {row.expression} AS v"), call)
        except ToolError:
            continue
        finally:
            call.run_deferred()
        answered += 1
        if result.rows != ((row.cell,),):
            wrong.append(f"{row.expression} is {result.rows}")
    workspace.close()
    assert wrong == []
    assert len(table) >= LEAST_ROWS
    assert answered >= LEAST_ANSWERED


def test_each_type_that_a_parameter_can_have_is_on_the_page() -> None:
    """The names that `declared` reads."""
    from type_table import PAGE

    from mssql_mcp.connection import declared

    section = PAGE.read_text(encoding="utf-8").partition("## Parameters")[2]
    assert [name for name in declared._READERS if name not in section] == []
