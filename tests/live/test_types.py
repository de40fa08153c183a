"""docs/reference/types.md says what each type looks like, and a server through either driver says the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from type_table import type_table

from mssql_mcp.connection.call import Call
from mssql_mcp.connection.registry import Registry
from mssql_mcp.errors import QueryError
from mssql_mcp.settings import Settings
from mssql_mcp.workspace import Query, Workspace

if TYPE_CHECKING:
    from collections.abc import Callable

    from mssql_mcp.settings import ConnectionSettings

# Of the table's rows; a server that has no rowversion or hierarchyid may refuse these, and no others.
LEAST_ANSWERED = 40
# What servers that are not Microsoft's describe otherwise: every decimal is numeric there, and max has a length.
OTHERWISE = {"decimal, numeric": "numeric(10,2)", "varbinary(max)": "varbinary(2)"}


@pytest.mark.parametrize("driver", ["pyodbc", "mssql-python"])
def test_the_page_on_types_is_true(live_settings: Callable[..., ConnectionSettings], driver: str) -> None:
    """Each row is asked, with another column behind it."""
    settings = Settings(connections={"live": live_settings(driver=driver)})
    workspace = Workspace(settings, Registry(settings))
    wrong, answered = [], 0
    for row in type_table():
        call = Call(60)
        try:
            result = workspace.query(Query(f"SELECT {row.expression} AS v, 7 AS seven"), call)
        except QueryError:
            continue
        finally:
            call.run_deferred()
        answered += 1
        named = row.pyodbc if driver == "pyodbc" else row.mssql_python
        if result.rows != ((row.cell, 7),):
            wrong.append(f"{row.expression} is {result.rows}")
        if result.columns[0].type not in (named, OTHERWISE.get(row.name)):
            wrong.append(f"{row.expression} is named {result.columns[0].type}")
    workspace.close()
    assert wrong == []
    assert answered >= LEAST_ANSWERED
