"""The compat tools against a live server: a database of their own, through each driver, from an MCP client."""

from __future__ import annotations

import json
import secrets
from typing import TYPE_CHECKING, Any

import anyio
import pytest
from mcp import Client
from mcp.types import CallToolResult, TextContent

from mssql_mcp.connection.registry import Registry
from mssql_mcp.server.app import build_server
from mssql_mcp.server.tools import tools_of
from mssql_mcp.settings import ServerSettings, Settings
from mssql_mcp.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mssql_mcp.settings import ConnectionSettings

# Names in lower case: a server that folds them is not what is tested here.
OBJECTS = """
CREATE SCHEMA yard
;
CREATE TABLE yard.keeper (
    id int NOT NULL CONSTRAINT pk_keeper PRIMARY KEY,
    first_name nvarchar(40) NOT NULL,
    last_name nvarchar(40) NOT NULL,
    wage decimal(9,2) NULL,
    photo varbinary(20) NULL,
    CONSTRAINT uq_keeper_name UNIQUE (last_name, first_name)
)
;
CREATE TABLE yard.[a.b] (
    id int NOT NULL CONSTRAINT pk_a_b PRIMARY KEY,
    keeper_id int NOT NULL CONSTRAINT fk_a_b_keeper REFERENCES yard.keeper (id),
    hired date NOT NULL,
    note nvarchar(max) NULL
)
;
CREATE INDEX ix_a_b_keeper ON yard.[a.b] (keeper_id, hired DESC) INCLUDE (note)
;
CREATE VIEW yard.names AS SELECT id, last_name FROM yard.keeper
;
CREATE PROCEDURE yard.raise_wage @percent decimal(5,2), @since date = NULL AS SELECT @percent AS p, @since AS s
;
INSERT INTO yard.keeper (id, first_name, last_name, wage, photo) VALUES
    (1, N'Ærø', N'名前', 10.50, 0x01AB), (2, N'B', N'C', NULL, NULL), (3, N'D', N'E', -1, 0x)
"""


@pytest.fixture(scope="module")
def yard(live_admin: Callable[..., None], live_drop: Callable[[str], None]) -> Iterator[str]:
    """The name of a fresh database with OBJECTS."""
    name = f"mssql_mcp_compat_{secrets.token_hex(4)}"
    live_admin(f"CREATE DATABASE {name}")
    live_admin(*OBJECTS.split("\n;\n"), database=name)
    yield name
    live_drop(name)


class LastingRegistry(Registry):
    """Keeps its connections for the next server: the first look at a catalog costs a server more than all others."""

    def close(self) -> None:
        """Close nothing; the fixture does, at the end."""


@pytest.fixture(scope="module")
def settings(live_driver: str, live_settings: Callable[..., ConnectionSettings]) -> Settings:
    return Settings(
        connections={"live": live_settings(driver=live_driver)}, server=ServerSettings(toolsets=("compat",))
    )


@pytest.fixture(scope="module")
def registry(settings: Settings, yard: str) -> Iterator[Registry]:
    """Connections that are closed before the database is dropped to which some of them lead."""
    made = LastingRegistry(settings)
    yield made
    Registry.close(made)


@pytest.fixture
def call(settings: Settings, registry: Registry) -> Callable[..., list[CallToolResult]]:
    """Make calls one after the other, of a new server on a connection to master: `call(("ListTables", {}), ...)`."""

    def run(*calls: tuple[str, dict[str, Any]]) -> list[CallToolResult]:
        async def ask() -> list[CallToolResult]:
            async with Client(build_server(Workspace(settings, registry))) as client:
                return [await client.call_tool(name, arguments) for name, arguments in calls]

        return anyio.run(ask)

    return run


def read(result: CallToolResult) -> dict[str, Any]:
    (content,) = result.content
    assert isinstance(content, TextContent)
    assert not result.is_error, content.text
    answer: dict[str, Any] = json.loads(content.text)
    return answer


def test_a_switch_reaches_another_database(call: Callable[..., list[CallToolResult]], yard: str) -> None:
    """What was not there is there after the switch; a name that no database has changes nothing."""
    before, switched, refused, tables, data, listed = call(
        ("ListTables", {}),
        ("SwitchDatabase", {"database_name": yard.upper()}),
        ("SwitchDatabase", {"database_name": f"{yard}x"}),
        ("ListTables", {"schema_filter": "YARD"}),
        ("ReadData", {"query": "SELECT DB_NAME() AS here"}),
        ("ListDatabases", {}),
    )
    assert read(before)["database"] == "master"
    assert "yard.keeper" not in read(before)["tables"]
    assert (read(switched)["database"], read(switched)["table_count"], read(switched)["view_count"]) == (yard, 2, 1)
    assert refused.is_error
    assert refused.meta is not None
    assert refused.meta["mssql-mcp/error"]["code"] == "input.unknown_database"
    assert yard in refused.meta["mssql-mcp/error"]["nearest"]
    assert read(tables)["tables"] == ["yard.[a.b]", "yard.keeper"]
    assert read(data)["database"] == yard
    assert read(data)["data"] == [{"here": yard}]
    assert [entry["name"] for entry in read(listed)["databases"] if entry["is_current"]] == [yard]


def test_a_database_may_stand_in_the_table_s_name(call: Callable[..., list[CallToolResult]], yard: str) -> None:
    """Three parts reach another database without a switch; what is listed is taken back."""
    columns, indexes, links, constraints = map(
        read,
        call(
            ("DescribeTable", {"table_name": f"[{yard}].yard.[a.b]"}),
            ("ListIndexes", {"table_name": f"{yard}.yard.[a.b]"}),
            ("GetTableRelationships", {"table_name": f"{yard}.yard.keeper"}),
            ("ListConstraints", {"table_name": f"{yard}.yard.keeper"}),
        ),
    )
    assert (columns["database"], columns["table"]) == (yard, "yard.[a.b]")
    by_name = {column["name"]: column for column in columns["columns"]}
    assert by_name["id"]["is_primary_key"] is True
    assert by_name["keeper_id"]["foreign_key"] == {"references_table": "yard.keeper", "references_column": "id"}
    assert (by_name["note"]["type"], by_name["note"]["max_length"]) == ("nvarchar", -1)
    (index,) = [index for index in indexes["indexes"] if not index["is_primary_key"]]
    assert (index["columns"], index["included_columns"]) == ("keeper_id, hired DESC", ["note"])
    assert [key["from_table"] for key in links["incoming_relationships"]] == ["yard.[a.b]"]
    uniques = [entry for entry in constraints["constraints"] if entry["type"] == "UNIQUE"]
    assert [entry["columns"] for entry in uniques] == [["last_name", "first_name"]]


def test_values_come_through_the_real_driver(call: Callable[..., list[CallToolResult]], yard: str) -> None:
    """Decimals keep their scale, binary is hex, NULL is null, and the note is true."""
    switch = ("SwitchDatabase", {"database_name": yard})
    sql = "SELECT first_name, wage, photo, id, id FROM yard.keeper ORDER BY id"
    _, cut, whole = call(
        switch, ("ReadData", {"query": sql, "max_rows": 2}), ("ReadData", {"query": sql, "max_rows": 3})
    )
    assert read(cut)["data"] == [
        {"first_name": "Ærø", "wage": "10.50", "photo": "0x01AB", "id": 1, "id_2": 1},
        {"first_name": "B", "wage": None, "photo": None, "id": 2, "id_2": 2},
    ]
    assert "more exist" in read(cut)["note"]
    assert "note" not in read(whole)


def test_procedures_tell_their_defaults(call: Callable[..., list[CallToolResult]], yard: str) -> None:
    """The server's catalog does not know them; the text does, where it may be read."""
    (_, result) = call(("SwitchDatabase", {"database_name": yard}), ("ListStoredProcedures", {}))
    (procedure,) = read(result)["procedures"]
    assert procedure["full_name"] == "yard.raise_wage"
    if "missing" not in read(result):
        assert procedure["parameters"] == "@percent decimal(5,2), @since date = NULL"


def test_failures_are_errors(call: Callable[..., list[CallToolResult]]) -> None:
    """What the server and the gate refuse is marked as an error."""
    for result in call(
        ("ReadData", {"query": "SELECT * FROM dbo.nothing_here"}), ("ReadData", {"query": "DROP TABLE t"})
    ):
        assert result.is_error


ARGUMENTS: dict[str, dict[str, Any]] = {
    "DescribeTable": {"table_name": "yard.keeper"},
    "GetTableRelationships": {"table_name": "yard.keeper"},
    "ListConstraints": {"table_name": "yard.keeper"},
    "ListIndexes": {"table_name": "yard.keeper"},
    "ReadData": {"query": "SELECT id FROM yard.keeper"},
}


def test_bug_13_every_tool_answers_from_a_real_database(call: Callable[..., list[CallToolResult]], yard: str) -> None:
    """Each one, asked about objects that are there."""
    names = [tool.name for tool in tools_of(("compat",))]
    switch = ("SwitchDatabase", {"database_name": yard})
    rest = [name for name in names if name != "SwitchDatabase"]
    first, *answers = call(switch, *((name, ARGUMENTS.get(name, {})) for name in rest))
    assert read(first)["database"] == yard
    for name, answer in zip(rest, answers, strict=True):
        assert name == "ListDatabases" or read(answer)["database"] == yard, name
