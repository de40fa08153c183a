"""The compat tools from an MCP client on the sample database; bugs of pyodbc-mcp-server have their tests by number.

The numbers are those of docs/how-to/migrate-from-pyodbc-mcp-server.md.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Literal

import anyio
import httpx2
import pytest
from mcp import Client
from mcp.client.streamable_http import streamable_http_client
from mcp.types import CallToolResult, TextContent
from pydantic import SecretStr

from mssql_mcp.connection.registry import Registry
from mssql_mcp.demo import schema
from mssql_mcp.server.app import Server, build_server
from mssql_mcp.server.tool import strict
from mssql_mcp.server.tools.compat import TOOLS as COMPAT_TOOLS
from mssql_mcp.settings import ConnectionSettings, RetrySettings, ServerSettings, Settings
from mssql_mcp.workspace import Workspace

if TYPE_CHECKING:
    from pathlib import Path

Mode = Literal["auto", "legacy"]

# The names and arguments of pyodbc-mcp-server 0.4, and of the two tools that its roadmap plans.
ARGUMENTS = {
    "ListTables": ["schema_filter"],
    "ListViews": ["schema_filter"],
    "DescribeTable": ["table_name"],
    "ReadData": ["query", "max_rows"],
    "GetTableRelationships": ["table_name"],
    "ListIndexes": ["table_name"],
    "ListConstraints": ["table_name"],
    "ListStoredProcedures": ["schema_filter"],
    "ListFunctions": ["schema_filter"],
    "ListTriggers": ["schema_filter"],
    "ListDatabases": [],
    "SwitchDatabase": ["database_name"],
}
TABLES = sorted(table.full_name for table in schema.TABLES)


def server_of(connection: ConnectionSettings | None = None, **settings: Any) -> Server:
    connections = {"main": connection or ConnectionSettings(demo=True)}
    made = Settings(connections=connections, server=ServerSettings(toolsets=("compat",)), **settings)
    return build_server(Workspace(made, Registry(made)))


def call(*calls: tuple[str, dict[str, Any]], mode: Mode = "auto", server: Server | None = None) -> list[CallToolResult]:
    """Make the calls one after the other through one client."""

    async def run() -> list[CallToolResult]:
        async with Client(server or server_of(), mode=mode) as client:
            return [await client.call_tool(name, arguments) for name, arguments in calls]

    return anyio.run(run)


def text_of(result: CallToolResult) -> str:
    """Give the only content of a result."""
    (content,) = result.content
    assert isinstance(content, TextContent)
    return content.text


def read(result: CallToolResult) -> dict[str, Any]:
    """Give a successful answer as the object that it is."""
    assert not result.is_error, result.content
    answer: dict[str, Any] = json.loads(text_of(result))
    return answer


def code_of(result: CallToolResult) -> str:
    """Give the code of a failed call."""
    assert result.is_error
    assert result.meta is not None
    code: str = result.meta["mssql-mcp/error"]["code"]
    assert text_of(result).startswith(f"Error [{code}]")
    return code


def answer(name: str, mode: Mode = "auto", **arguments: Any) -> dict[str, Any]:
    return read(call((name, arguments), mode=mode)[0])


def failure(name: str, **arguments: Any) -> str:
    """Give the code with which a call fails."""
    return code_of(call((name, arguments))[0])


def test_names_and_arguments_are_those_of_the_other_server() -> None:
    """A configuration, a prompt or a script that names them needs no change."""
    tools = [strict(spec) for spec in COMPAT_TOOLS]
    assert {tool.name: list(tool.parameters["properties"]) for tool in tools} == ARGUMENTS
    required = {tool.name: tool.parameters.get("required", []) for tool in tools}
    assert {name for name, given in required.items() if not given} == {
        "ListTables", "ListViews", "ListStoredProcedures", "ListFunctions", "ListTriggers", "ListDatabases",
    }  # fmt: skip
    assert required["ReadData"] == ["query"]


def test_the_toolset_is_off_by_default() -> None:
    """Nobody who does not ask for them pays for their descriptions."""
    assert "compat" not in Settings().server.toolsets


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_tables_and_views_are_listed(mode: Mode) -> None:
    """Both protocol eras get every table and view of the sample database, and where it is."""
    assert answer("ListTables", mode) == {
        "database": "Lanternworks",
        "server": "Embedded sample database",
        "table_count": len(TABLES),
        "tables": TABLES,
    }
    views = answer("ListViews", mode)
    assert views["views"] == sorted(view.full_name for view in schema.VIEWS)
    assert views["view_count"] == len(schema.VIEWS)


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_a_table_is_described(mode: Mode) -> None:
    """Each of the four tools about one table answers with its count and its list, and names the table."""
    asked = [("DescribeTable", "column"), ("ListIndexes", "index"), ("ListConstraints", "constraint")]
    for name, item in asked:
        found = answer(name, mode, table_name="sales.orders")
        many = "indexes" if item == "index" else f"{item}s"
        assert (found["database"], found["table"]) == ("Lanternworks", "sales.orders")
        assert found[f"{item}_count"] == len(found[many]) > 0
    links = answer("GetTableRelationships", mode, table_name="sales.orders")
    assert links["outgoing_count"] == len(links["outgoing_relationships"]) == 4
    assert [key["from_table"] for key in links["incoming_relationships"]].count("sales.order_lines") == 1


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_routines_and_triggers_are_listed(mode: Mode) -> None:
    """Procedures and functions are told apart; a schema filter holds for each list."""
    procedures = answer("ListStoredProcedures", mode)
    assert [entry["full_name"] for entry in procedures["procedures"]] == [
        "hr.raise_salaries",
        "production.reorder_list",
        "sales.get_customer_orders",
    ]
    assert procedures["procedure_count"] == 3
    functions = answer("ListFunctions", mode, schema_filter="sales")
    assert [entry["name"] for entry in functions["functions"]] == ["gross_price", "orders_between"]
    assert functions["schema_filter"] == "sales"
    triggers = answer("ListTriggers", mode, schema_filter="hr")
    assert [entry["table"] for entry in triggers["triggers"]] == ["hr.employees"]


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_data_is_read(mode: Mode) -> None:
    """Rows are objects, and no more of them than asked for."""
    found = answer(
        "ReadData", mode, query="SELECT name, vat_rate FROM sales.countries ORDER BY country_code", max_rows=2
    )
    assert found["columns"] == ["name", "vat_rate"]
    assert (found["row_count"], found["max_rows"], len(found["data"])) == (2, 2, 2)
    assert set(found["data"][0]) == {"name", "vat_rate"}


def test_bug_4_failures_are_errors() -> None:
    """What went wrong is marked as an error, with a code; it is no success with an `error` key."""
    assert failure("DescribeTable", table_name="sales.nothing") == "catalog.not_found"
    assert failure("GetTableRelationships", table_name="nothing") == "catalog.not_found"
    assert failure("ListTables", schema_filter="nothing") == "input.unknown_schema"
    assert failure("ReadData", query="SELECT x FROM sales.nothing") == "query.invalid_object"
    assert failure("ReadData", query="SELECT 1; DROP TABLE t") == "gate.second_statement"
    assert failure("ReadData", query="SELECT 1", max_rows=0) == "input.invalid_argument"
    assert failure("ReadData", query="SELECT 1", max_row=5) == "input.unknown_argument"


def test_bug_12_the_keys_are_the_documented_ones(repository: Path) -> None:
    """Each key of each answer stands in the migration page's table of that tool, and no tool lacks one."""
    page = (repository / "docs" / "how-to" / "migrate-from-pyodbc-mcp-server.md").read_text(encoding="utf-8")
    section = page.partition("\n## Tool by tool\n")[2].partition("\n\nThe last two")[0]
    rows = {line.split("`")[1]: line for line in section.splitlines() if line.startswith("| `")}
    assert sorted(rows) == sorted(ARGUMENTS)
    table = {"table_name": "sales.orders"}
    given: dict[str, dict[str, Any]] = {
        **dict.fromkeys(("DescribeTable", "GetTableRelationships", "ListIndexes", "ListConstraints"), table),
        "ReadData": {"query": "SELECT 1 AS a"},
        "SwitchDatabase": {"database_name": "Lanternworks"},
    }
    for name, arguments in ARGUMENTS.items():
        found = answer(name, **given.get(name, {}))
        missing = [key for key in found if f"`{key}`" not in rows[name]]
        missing += [argument for argument in arguments if f"`{argument}`" not in rows[name]]
        items = next((value for value in found.values() if isinstance(value, list)), [])
        if items and isinstance(items[0], dict) and name != "ReadData":
            missing += [key for key in {key for item in items for key in item} if f"`{key}`" not in rows[name]]
        assert missing == [], name


def test_bug_15_the_server_is_there_while_the_database_is_not() -> None:
    """Tools are listed, and each call says what is wrong, until the database is back."""
    nowhere = ConnectionSettings(
        server="127.0.0.1,9",
        username="u",
        password=SecretStr("p"),
        login_timeout_seconds=1,
        retry=RetrySettings(max_retries=0),
    )

    async def run() -> tuple[int, CallToolResult]:
        async with Client(server_of(nowhere)) as client:
            return len((await client.list_tools()).tools), await client.call_tool("ListTables", {})

    count, result = anyio.run(run)
    assert count == len(COMPAT_TOOLS)
    assert code_of(result).startswith("connection.")


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_a_switch_lasts(mode: Mode) -> None:
    """Later calls work in the chosen database, under its own spelling, and ReadData says so."""
    before, switched, after = map(
        read,
        call(
            ("ReadData", {"query": "SELECT 1 AS a"}),
            ("SwitchDatabase", {"database_name": "lanternworks"}),
            ("ReadData", {"query": "SELECT 1 AS a"}),
            mode=mode,
        ),
    )
    assert "database" not in before
    assert switched == {
        "database": "Lanternworks",
        "server": "Embedded sample database",
        "table_count": len(TABLES),
        "view_count": len(schema.VIEWS),
    }
    assert after["database"] == "Lanternworks"


def test_only_what_may_be_named_and_opened_can_be_chosen() -> None:
    """A refused switch changes nothing."""
    refused, data = call(("SwitchDatabase", {"database_name": "payroll"}), ("ReadData", {"query": "SELECT 1 AS a"}))
    assert code_of(refused) == "input.unknown_database"
    assert "database" not in read(data)
    assert failure("SwitchDatabase", database_name=" ") == "input.unknown_database"


def test_sessions_over_http_switch_for_themselves() -> None:
    """One client's choice is not another's, where the protocol has sessions."""

    async def run() -> list[dict[str, Any]]:
        server = server_of()
        app = server.streamable_http_app()
        url = "http://127.0.0.1:8000"
        transport = httpx2.ASGITransport(app=app)
        select = {"query": "SELECT 1 AS a"}
        async with (
            server.session_manager.run(),
            httpx2.AsyncClient(transport=transport, base_url=url) as one,
            httpx2.AsyncClient(transport=transport, base_url=url) as two,
            Client(streamable_http_client(f"{url}/mcp", http_client=one), mode="legacy") as first,
            Client(streamable_http_client(f"{url}/mcp", http_client=two), mode="legacy") as second,
        ):
            await first.call_tool("SwitchDatabase", {"database_name": "Lanternworks"})
            return [read(await client.call_tool("ReadData", select)) for client in (first, second)]

    switched, other = anyio.run(run)
    assert switched["database"] == "Lanternworks"
    assert "database" not in other
