"""Masks look through the catalog, and cover what the settings say."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mssql_mcp.catalog.masking import CatalogShapes, classified_columns
from mssql_mcp.catalog.model import Catalog, Column, Computed, Table
from mssql_mcp.connection.call import Call
from mssql_mcp.connection.registry import Registry
from mssql_mcp.errors import DatabaseConnectionError, QueryError, SecurityError
from mssql_mcp.gate import Policy, check
from mssql_mcp.settings import ConnectionSettings, GateSettings, Settings
from mssql_mcp.workspace import Query, Workspace

MASKED = GateSettings(
    mask_hidden=("sales.customers.phone",),
    mask_partial=("sales.customers.email",),
    mask_hashed=("sales.customers.city",),
)


@pytest.fixture
def ask():
    workspace = Workspace(*_opened())

    def run(sql):
        call = Call(60)
        try:
            return workspace.query(Query(sql), call).rows
        finally:
            call.run_deferred()

    yield run
    workspace.close()


def _opened():
    settings = Settings(connections={"demo": ConnectionSettings(demo=True)}, gate=MASKED)
    return settings, Registry(settings)


def test_values_are_covered_each_as_its_rule_says(ask) -> None:
    """Hidden is null, partial shows an end, hashed keeps equal values equal."""
    rows = ask("SELECT phone, email, city FROM sales.customers WHERE customer_id IN (3, 4, 5)")
    assert {row[0] for row in rows} == {None}
    assert all(row[1] is None or row[1].startswith("****") for row in rows)
    cities = ask("SELECT city FROM sales.customers")
    assert all(len(row[0]) == 16 for row in cities)
    assert 1 < len({row[0] for row in cities}) < len(cities)


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT c.phone AS innocent FROM sales.customers AS c",
        "SELECT x FROM (SELECT phone AS x FROM sales.customers) AS d",
        "WITH w AS (SELECT * FROM sales.customers) SELECT phone FROM w",
        "SELECT phone FROM sales.customers UNION ALL SELECT phone FROM sales.customers",
    ],
)
def test_no_other_name_shows_a_hidden_value(ask, sql) -> None:
    """Aliases, derived tables, CTEs and set operations do not uncover what is hidden."""
    seen = {row[0] for row in ask(sql)}
    assert not any(str(value).startswith("+00 ") for value in seen)


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT name FROM sales.customers WHERE phone LIKE '+00 1%'",
        "SELECT LEFT(phone, 3) FROM sales.customers",
        "SELECT MAX(phone) FROM sales.customers",
        "SELECT name FROM sales.customers ORDER BY phone",
        "SELECT phone FROM sales.customers UNION SELECT name FROM sales.customers",
    ],
)
def test_a_masked_column_cannot_be_asked_about(ask, sql) -> None:
    """Conditions, functions, aggregates and order would tell what the mask hides."""
    with pytest.raises(SecurityError) as caught:
        ask(sql)
    assert caught.value.code == "policy.masked_column"


def test_a_preview_is_masked_too() -> None:
    """The resource that shows first rows goes the same way as a query."""
    workspace = Workspace(*_opened())
    call = Call(60)
    result = workspace.preview("sales.customers", 5, call)
    place = [column.name for column in result.columns].index("phone")
    assert {row[place] for row in result.rows} == {None}
    call.run_deferred()
    workspace.close()


class _Elsewhere(Workspace):
    """A workspace whose connection string leads to another database than its settings name."""

    def overview(self, call, *, connection=None, database=None):
        return replace(super().overview(call, connection=connection, database=database), database="Elsewhere")


def test_a_rule_names_the_database_that_is_read() -> None:
    """Not the one of the settings, which a connection string need not lead to."""
    gate = GateSettings(mask_hidden=("Elsewhere.sales.customers.phone",))
    settings = Settings(connections={"demo": ConnectionSettings(demo=True)}, gate=gate)
    workspace = _Elsewhere(settings, Registry(settings))
    call = Call(60)
    try:
        approved = workspace.approve(Query("SELECT phone FROM sales.customers"), call)
    finally:
        call.run_deferred()
        workspace.close()
    assert approved.masks == ("hidden",)


class _OtherSchema(Workspace):
    """A workspace whose login's bare names live in another schema than dbo."""

    def overview(self, call, *, connection=None, database=None):
        return replace(super().overview(call, connection=connection, database=database), default_schema="sales")


@pytest.mark.parametrize(
    ("gate", "code"),
    [
        (GateSettings(deny_schemas=("sales",)), "policy.denied_object"),
        (GateSettings(allow_objects=("dbo.customers",)), "policy.denied_object"),
        (GateSettings(mask_hidden=("sales.customers.phone",)), "policy.masked_column"),
    ],
)
def test_a_bare_name_is_looked_for_in_the_schema_of_the_login(gate, code) -> None:
    """Rules hold for the table that the server will read, which need not be one of dbo."""
    settings = Settings(connections={"demo": ConnectionSettings(demo=True)}, gate=gate)
    workspace = _OtherSchema(settings, Registry(settings))
    call = Call(60)
    try:
        with pytest.raises(SecurityError) as caught:
            workspace.approve(Query("SELECT name FROM customers WHERE phone = '1'"), call)
    finally:
        call.run_deferred()
        workspace.close()
    assert caught.value.code == code


def test_what_a_star_leaves_out_and_what_is_computed_reaches_the_gate() -> None:
    """Hidden and sparse columns have no place in a star; a column set shows the sparse ones."""
    columns = (
        Column("id", "int"),
        Column("note", "nvarchar(9)", marks=("sparse",)),
        Column("since", "datetime2", marks=("hidden",)),
        Column("twice", "int", computed=Computed("([id]*(2))")),
        Column("all", "xml", marks=("column set",)),
    )
    catalog = Catalog(database="Shop", tables=(Table(schema="dbo", name="t", columns=columns),))
    shape = CatalogShapes(lambda _: catalog).find("", "dbo", "t")
    assert shape is not None
    assert shape.not_in_star == {"note", "since"}
    assert shape.computed == (("twice", "([id]*(2))"), ("all", "[note]"))


def test_a_catalog_that_cannot_be_read_refuses() -> None:
    """Fail closed: without the shapes nothing is shown."""

    def down(_: str) -> None:
        raise DatabaseConnectionError("The server is down.")

    with pytest.raises(DatabaseConnectionError):
        CatalogShapes(down).find("", "sales", "customers")


def _shapes(*tables, classified=None):
    catalogs = {
        "": Catalog(database="Shop", tables=tables),
        "two": Catalog(database="two", tables=tables),
    }
    return CatalogShapes(catalogs.__getitem__, classified)


PEOPLE = Table("dbo", "people", columns=(Column("id", "int"), Column("ssn", "char(11)")))
CLASSIFIED = Policy(mask_classified="hidden", database="Shop")


def test_what_another_database_classifies_is_masked_there() -> None:
    """Each database that a query names is asked for its own sensitive columns, each time."""
    asked = []

    def classified(database):
        asked.append(database)
        return (("dbo", "people", "ssn"),) if database == "two" else ()

    for _ in range(2):
        shapes = _shapes(PEOPLE, classified=classified)
        sql = "SELECT p.ssn, q.ssn, q.id FROM people AS p CROSS JOIN two.dbo.people AS q"
        assert check(sql, CLASSIFIED, schema=shapes).masks == (None, "hidden", None)
    assert asked == ["", "two", "", "two"]


def test_what_is_classified_now_is_masked_now() -> None:
    """Two answers about one query are told apart by what is remembered, too."""
    sensitive = []
    shapes = [_shapes(PEOPLE, classified=lambda _: tuple(sensitive)) for _ in range(2)]
    before = check("SELECT ssn FROM people", CLASSIFIED, schema=shapes[0])
    sensitive.append(("dbo", "people", "ssn"))
    texts = [before, check("SELECT ssn FROM people", CLASSIFIED, schema=shapes[1])]
    assert [text.masks for text in texts] == [(), ("hidden",)]
    assert texts[0].fingerprint != texts[1].fingerprint


def test_a_history_table_is_masked_as_the_table_whose_rows_it_keeps() -> None:
    """Former values are as secret as those of now."""
    now = replace(PEOPLE, temporal="system-versioned", history_table="old.people_history")
    history = replace(PEOPLE, schema="old", name="people_history", temporal="history")
    shapes = _shapes(now, history, classified=lambda _: (("dbo", "people", "ssn"),))
    assert check("SELECT id, ssn FROM old.people_history", CLASSIFIED, schema=shapes).masks == (None, "hidden")
    by_name = Policy.from_settings(GateSettings(mask_hashed=("dbo.people.ssn",)), database="Shop")
    assert check("SELECT id, ssn FROM old.people_history", by_name, schema=shapes).masks == (None, "hashed")


def test_the_server_says_which_columns_are_sensitive(small_server) -> None:
    """The view names them by number; without one there is nothing."""
    assert classified_columns(small_server, Call(30)) == ()
    table = small_server.add
    table("sys.sensitivity_classifications", {"class": 1, "major_id": 100, "minor_id": 3})
    assert classified_columns(small_server, Call(30)) == (("dbo", "Customer", "Phone"),)


def test_a_login_that_cannot_see_what_is_sensitive_reads_nothing(small_server) -> None:
    """The view shows such a login no rows, which must not pass for a database without sensitive columns."""
    small_server.sees_definitions = 0
    with pytest.raises(QueryError) as caught:
        classified_columns(small_server, Call(30))
    assert caught.value.code == "query.permission_denied"
