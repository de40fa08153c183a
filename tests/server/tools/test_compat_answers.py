"""What the compat tools answer on the sample database; bugs of pyodbc-mcp-server have their tests by number.

The numbers are those of docs/how-to/migrate-from-pyodbc-mcp-server.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from mssql_mcp.connection.call import Call
from mssql_mcp.connection.registry import Registry
from mssql_mcp.demo import schema
from mssql_mcp.errors import DatabaseConnectionError, ObjectNotFoundError, ToolError, ValidationError
from mssql_mcp.server.tools.compat_answers import (
    Scene,
    describe_table,
    list_constraints,
    list_databases,
    list_functions,
    list_indexes,
    list_procedures,
    list_tables,
    list_triggers,
    list_views,
    read_data,
    switch_database,
    table_relationships,
)
from mssql_mcp.settings import ConnectionSettings, LimitSettings, Settings
from mssql_mcp.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Iterator

TABLES = sorted(table.full_name for table in schema.TABLES)


def workspace_of(**settings: Any) -> Workspace:
    made = Settings(connections={"demo": ConnectionSettings(demo=True)}, **settings)
    return Workspace(made, Registry(made))


@pytest.fixture(scope="module")
def demo() -> Iterator[Workspace]:
    workspace = workspace_of()
    yield workspace
    workspace.close()


@pytest.fixture
def scene(demo: Workspace) -> Scene:
    return Scene(demo, Call(60))


def test_tables_and_views_are_listed(scene: Scene) -> None:
    """Every table and view of the sample database is there, with its full count."""
    assert list_tables(scene, None) == {
        "database": "Lanternworks",
        "server": "Embedded sample database",
        "table_count": len(TABLES),
        "tables": TABLES,
    }
    views = list_views(scene, None)
    assert views["views"] == sorted(view.full_name for view in schema.VIEWS)
    assert views["view_count"] == len(schema.VIEWS)


def test_a_table_is_described(scene: Scene) -> None:
    """Each list about a table has its count, and the answer names table and database."""
    for answer, item, many in (
        (describe_table(scene, "sales.orders"), "column", "columns"),
        (list_indexes(scene, "sales.orders"), "index", "indexes"),
        (list_constraints(scene, "sales.orders"), "constraint", "constraints"),
    ):
        assert (answer["database"], answer["table"]) == ("Lanternworks", "sales.orders")
        assert answer[f"{item}_count"] == len(answer[many]) > 0
    links = table_relationships(scene, "sales.orders")
    assert links["outgoing_count"] == len(links["outgoing_relationships"]) == 4
    assert [key["from_table"] for key in links["incoming_relationships"]].count("sales.order_lines") == 1


def test_a_view_is_described_like_a_table(scene: Scene) -> None:
    """Its columns are there, and it has no keys."""
    view = describe_table(scene, "sales.order_totals")
    assert view["column_count"] == 7
    assert not any(column["is_primary_key"] for column in view["columns"])


def test_routines_and_triggers_are_listed(scene: Scene) -> None:
    """Procedures and functions are told apart; a schema filter holds for each list."""
    procedures = list_procedures(scene, None)
    assert [entry["full_name"] for entry in procedures["procedures"]] == [
        "hr.raise_salaries",
        "production.reorder_list",
        "sales.get_customer_orders",
    ]
    assert procedures["procedure_count"] == 3
    functions = list_functions(scene, "sales")
    assert [entry["name"] for entry in functions["functions"]] == ["gross_price", "orders_between"]
    assert functions["schema_filter"] == "sales"
    assert [entry["table"] for entry in list_triggers(scene, "HR")["triggers"]] == ["hr.employees"]


def test_an_empty_filter_is_none(scene: Scene) -> None:
    """Clients that fill every argument send an empty text."""
    assert list_tables(scene, "")["table_count"] == len(TABLES)
    assert list_triggers(scene, "")["trigger_count"] == 2


def test_rows_follow_the_settings() -> None:
    """Without max_rows the configured number is shown; more than the ceiling is not more than the ceiling."""
    workspace = workspace_of(limits=LimitSettings(max_rows=3, row_ceiling=5))
    usual, many = (
        read_data(Scene(workspace, Call(60)), "SELECT order_id FROM sales.orders", rows) for rows in (None, 9_999)
    )
    workspace.close()
    assert (usual["row_count"], usual["max_rows"]) == (3, 3)
    assert (many["row_count"], many["max_rows"]) == (5, 5)
    assert "up to 5" in usual["note"]
    assert "Aggregate or add" in many["note"]


def test_no_answer_is_longer_than_the_settings_allow() -> None:
    """Lists and rows alike end at the characters of one answer, give or take the head and the note."""
    workspace = workspace_of(limits=LimitSettings(max_characters=1_000))
    scene = Scene(workspace, Call(60))
    answers = (
        describe_table(scene, "sales.orders"),
        table_relationships(scene, "sales.customers"),
        read_data(scene, "SELECT * FROM sales.orders", 100),
    )
    workspace.close()
    for answer in answers:
        assert len(str(answer)) < 1_500
        assert "Showing first" in answer["note"]


def test_bug_1_names_come_from_the_connection(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """Variables of the environment that are not in force appear in no answer."""
    monkeypatch.setenv("MSSQL_SERVER", "elsewhere")
    monkeypatch.setenv("MSSQL_DATABASE", "elsewhere")
    for ask in (list_tables, list_views, list_procedures, list_functions, list_triggers):
        answer = ask(scene, None)
        assert (answer["database"], answer["server"]) == ("Lanternworks", "Embedded sample database")


def test_bug_4_what_is_not_there_is_an_error(scene: Scene) -> None:
    """An unknown table or schema is no empty answer; the nearest names are told."""
    with pytest.raises(ObjectNotFoundError) as caught:
        describe_table(scene, "sales.custmers")
    assert "sales.customers" in caught.value.nearest
    for ask in (list_tables, list_procedures, list_triggers):
        with pytest.raises(ValidationError, match="no schema sale ") as wrong:
            ask(scene, "sale")
        assert wrong.value.nearest == ("sales",)


def test_bug_5_the_note_is_true(scene: Scene) -> None:
    """A result of exactly max_rows rows is whole; one row more is not."""
    whole = read_data(scene, "SELECT TOP 3 order_id FROM sales.orders", 3)
    cut = read_data(scene, "SELECT TOP 4 order_id FROM sales.orders", 3)
    assert whole["row_count"] == cut["row_count"] == 3
    assert "note" not in whole
    assert "more exist" in cut["note"]


def test_bug_6_columns_of_one_name_stay_apart(scene: Scene) -> None:
    """Duplicate and unnamed columns each keep their cell."""
    answer = read_data(scene, "SELECT 1 AS id, 2 AS id, 3", None)
    assert answer["columns"] == ["id", "id_2", "column_3"]
    assert answer["data"] == [{"id": 1, "id_2": 2, "column_3": 3}]


def test_bug_7_values_keep_their_types(scene: Scene) -> None:
    """Numbers are numbers, truth is true, exact decimals and large integers keep every digit, binary is hex."""
    answer = read_data(
        scene,
        "SELECT 7 AS i, CAST(0.5 AS float) AS f, CAST(1 AS bit) AS b, CAST('10.50' AS decimal(9,2)) AS d, "
        "CAST(9007199254740993 AS bigint) AS big, 0x01AB AS bin, CAST('2024-05-01' AS date) AS day, NULL AS none",
        None,
    )
    assert answer["data"] == [
        {
            "i": 7,
            "f": 0.5,
            "b": True,
            "d": "10.50",
            "big": "9007199254740993",
            "bin": "0x01AB",
            "day": "2024-05-01",
            "none": None,
        }
    ]
    assert answer["column_types"][3] == "decimal(9,2)"


@pytest.mark.parametrize(
    "name",
    ["sales.orders", "SALES.Orders", "[sales].[orders]", '"sales"."orders"', "Lanternworks.sales.orders", "orders"],
)
def test_bug_9_names_are_understood(scene: Scene, name: str) -> None:
    """Brackets, quotes, a database, any case; without a schema the login's default schema counts, not dbo."""
    for ask in (describe_table, table_relationships, list_indexes, list_constraints):
        assert ask(scene, name)["table"] == "sales.orders"


def test_bug_10_a_filtered_list_keeps_its_order(scene: Scene) -> None:
    """The filter takes items out and moves none; it ignores case."""
    assert list_tables(scene, "SALES")["tables"] == [name for name in TABLES if name.startswith("sales.")]


def test_databases_are_listed(scene: Scene) -> None:
    """The one in use is marked, also where another than the connection's own is."""
    answer = list_databases(scene)
    assert answer == {
        "server": "Embedded sample database",
        "current_database": "Lanternworks",
        "database_count": 1,
        "databases": [{"name": "Lanternworks", "state": "ONLINE", "is_accessible": True, "is_current": True}],
    }
    gone = list_databases(Scene(scene.workspace, scene.call, "dropped"))
    assert gone["current_database"] == "dropped"
    assert not gone["databases"][0]["is_current"]


@pytest.mark.parametrize("name", ["lanternworks", "[Lanternworks]", " Lanternworks "])
def test_a_database_is_chosen_by_its_own_spelling(scene: Scene, name: str) -> None:
    """Case, brackets and spaces around it do not matter."""
    assert switch_database(scene, name) == {
        "database": "Lanternworks",
        "server": "Embedded sample database",
        "table_count": len(TABLES),
        "view_count": len(schema.VIEWS),
    }


class Elsewhere(Workspace):
    """A workspace whose settings allow every database and whose server opens none but its own."""

    failure: ToolError | None = DatabaseConnectionError("No.", code="connection.database_unavailable")

    def source(self, connection: str | None = None, database: str | None = None) -> Any:
        return super().source(connection)

    def overview(self, call: Call, *, connection: str | None = None, database: str | None = None) -> Any:
        if database and self.failure:
            raise self.failure
        return super().overview(call, connection=connection)


def test_a_database_that_cannot_be_opened_is_not_chosen() -> None:
    """One that is not listed does not exist; one that is listed says why it cannot be opened."""
    settings = Settings(connections={"demo": ConnectionSettings(demo=True)})
    scene = Scene(Elsewhere(settings, Registry(settings)), Call(60))
    with pytest.raises(ValidationError, match="no database Lanternwork,") as caught:
        switch_database(scene, "Lanternwork")
    assert caught.value.code == "input.unknown_database"
    assert caught.value.nearest == ("Lanternworks",)
    with pytest.raises(DatabaseConnectionError):
        switch_database(scene, "Lanternworks")


def test_a_server_that_opens_another_database_is_found_out() -> None:
    """What was opened is compared with what was asked for."""
    settings = Settings(connections={"demo": ConnectionSettings(demo=True)})
    workspace = Elsewhere(settings, Registry(settings))
    workspace.failure = None
    with pytest.raises(ValidationError, match="no database payroll,"):
        switch_database(Scene(workspace, Call(60)), "payroll")
