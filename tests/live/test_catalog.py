"""The catalog of a live server, read through the real driver and compared with what is known to be in it."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy.exc import SQLAlchemyError

from mssql_mcp.catalog.cache import CatalogCache
from mssql_mcp.catalog.demo import declared_catalog
from mssql_mcp.catalog.index import CatalogIndex
from mssql_mcp.catalog.inspector import read_tables
from mssql_mcp.catalog.names import ObjectName
from mssql_mcp.catalog.profile import Profiling, run_profile
from mssql_mcp.catalog.sqlserver import SqlServerReader
from mssql_mcp.connection.call import Call
from mssql_mcp.connection.registry import Registry
from mssql_mcp.connection.sqlserver import SqlServerSource
from mssql_mcp.errors import ObjectNotFoundError
from mssql_mcp.execution.limits import Limits
from mssql_mcp.execution.runner import run
from mssql_mcp.gate import check
from mssql_mcp.settings import LimitSettings, PoolSettings, Settings
from mssql_mcp.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mssql_mcp.catalog.model import Catalog, Table
    from mssql_mcp.settings import ConnectionSettings

DECLARED = declared_catalog({})


@pytest.fixture(scope="module")
def sample_source(
    live_driver: str, live_sample: Any, live_settings: Callable[..., ConnectionSettings]
) -> Iterator[SqlServerSource]:
    source = SqlServerSource("sample", live_settings(driver=live_driver, database=live_sample.database))
    yield source
    source.close()


@pytest.fixture(scope="module")
def sample(sample_source: SqlServerSource) -> Catalog:
    return SqlServerReader(sample_source).catalog(Call(120))


def pairs(sample: Catalog) -> list[tuple[Table, Table]]:
    found = [(table, sample.table(table.schema, table.name)) for table in DECLARED.tables]
    return [(declared, table) for declared, table in found if table is not None]


def test_every_table_and_view_is_there(sample: Catalog) -> None:
    """Names, kinds and schemas are those of the script, with their case."""
    wanted = {(table.schema, table.name, table.kind) for table in DECLARED.tables}
    assert {(table.schema, table.name, table.kind) for table in sample.tables} >= wanted
    assert {schema.name for schema in DECLARED.schemas} <= {schema.name for schema in sample.schemas}


def test_columns_are_those_of_the_script(sample: Catalog) -> None:
    """Every column has its name, place, type, nullability and kind; computed ones at least their name."""

    # A server over PostgreSQL keeps six digits of a second where seven were asked for.
    def told(table: Table, computed: set[str]) -> list[tuple[object, ...]]:
        return [
            (column.name,)
            if column.name in computed
            else (column.name, column.type.replace("(7)", "(6)"), column.is_nullable, column.identity is not None)
            for column in table.columns
        ]

    for declared, table in pairs(sample):
        if declared.kind == "table":
            computed = {column.name for column in declared.columns if column.computed}
            assert told(table, computed) == told(declared, computed)


def test_keys_are_those_of_the_script(sample: Catalog) -> None:
    """Primary keys, and foreign keys at both ends with their columns in order and their actions."""

    def links(keys: Any) -> set[tuple[object, ...]]:
        return {
            (key.schema, key.table, key.columns, key.referenced_table, key.referenced_columns, key.on_delete)
            for key in keys
        }

    for declared, table in pairs(sample):
        assert (table.primary_key.columns if table.primary_key else None) == (
            declared.primary_key.columns if declared.primary_key else None
        )
        assert links(table.foreign_keys) == links(declared.foreign_keys)
        assert links(table.referenced_by) == links(declared.referenced_by)


def test_indexes_are_those_of_the_script(sample: Catalog, live_sample: Any) -> None:
    """Key order, direction, included columns and uniqueness, but for those that the server refused."""
    refused = {name.rpartition(".")[2] for name in live_sample.refused if name.startswith("index ")}
    for declared, table in pairs(sample):
        wanted = [
            (index.keys, index.included, index.is_unique)
            for index in declared.indexes
            if index.name not in refused and not index.is_primary_key
        ]
        found = [(index.keys, index.included, index.is_unique) for index in table.indexes if not index.is_primary_key]
        assert sorted(map(repr, found)) == sorted(map(repr, wanted)), table.name


def test_what_is_missing_is_said(sample: Catalog) -> None:
    """Where no row count is known the answer names the part; where some are, they are right."""
    counted = {table.name: table.row_count for table in sample.tables if table.row_count is not None}
    if not counted:
        assert "row counts" in {part.part for part in sample.missing}
    else:
        assert counted["order_lines"] == 50_000
    assert all(part.reason for part in sample.missing)


def test_one_table_alone_is_the_same(sample: Catalog, sample_source: SqlServerSource) -> None:
    """A table that is read for itself is the table of the whole catalog, found in any case and quoting."""
    reader = SqlServerReader(sample_source)
    for name in (ObjectName("ORDERS", "Sales"), ObjectName("employees", "hr"), ObjectName("order_totals", "sales")):
        table, about = reader.table(Call(60), name)
        assert table == sample.table(name.schema or "", name.name)
        assert about.database == sample.database
    with pytest.raises(ObjectNotFoundError) as caught:
        reader.table(Call(60), ObjectName("custmers", "sales"))
    assert "sales.customers" in caught.value.nearest


def test_the_inspector_agrees(sample: Catalog, sample_source: SqlServerSource) -> None:
    """What SQLAlchemy's Inspector tells of columns and keys is what our own statements tell, where it can."""
    with sample_source.connect(Call(300)) as connection:
        try:
            inspected = read_tables(connection, ("hr",))
        except (SQLAlchemyError, NotImplementedError) as error:
            pytest.skip(f"This server is beyond the Inspector: {type(error).__name__}")
    for table in inspected:
        ours = sample.table(table.schema, table.name)
        assert ours is not None
        assert [column.name for column in ours.columns] == [column.name for column in table.columns]


def test_an_overview_is_a_part_of_the_whole(sample: Catalog, sample_source: SqlServerSource) -> None:
    """The overview has the same objects, in fewer round trips."""
    overview = SqlServerReader(sample_source).overview(Call(60))
    assert [(table.schema, table.name) for table in overview.tables] == [
        (table.schema, table.name) for table in sample.tables
    ]
    assert overview.round_trips < sample.round_trips / 2


def test_the_fingerprint_follows_a_new_table(
    live_source: SqlServerSource, live_database: str, live_admin: Callable[..., None]
) -> None:
    """A table that is made or dropped, and a column that is added, change the fingerprint; reading does not."""
    reader = SqlServerReader(live_source)
    first = reader.fingerprint(Call(60))
    assert first
    assert reader.fingerprint(Call(60)) == first
    live_admin("CREATE TABLE shop.passing (id int)", database=live_database)
    second = reader.fingerprint(Call(60))
    live_admin("ALTER TABLE shop.passing ADD note nvarchar(9)", database=live_database)
    third = reader.fingerprint(Call(60))
    live_admin("DROP TABLE shop.passing", database=live_database)
    assert len({first, second, third}) == 3


def test_the_fingerprint_follows_what_no_count_shows(
    live_source: SqlServerSource, live_database: str, live_admin: Callable[..., None]
) -> None:
    """A comment that changes by a letter's case, a schema, a procedure's text, a column's type."""
    reader = SqlServerReader(live_source)
    place = "N'SCHEMA', N'shop', N'TABLE', N'commented'"

    def prints(statement: str) -> str:
        live_admin(statement, database=live_database)
        return reader.fingerprint(Call(60))

    try:
        seen = [
            prints("CREATE TABLE shop.commented (id int NULL, note nvarchar(9) NULL)"),
            prints(f"EXEC sp_addextendedproperty N'MS_Description', N'who buys', {place}"),
            prints(f"EXEC sp_updateextendedproperty N'MS_Description', N'Who buys', {place}"),
            prints("CREATE SCHEMA passing"),
            prints("CREATE PROCEDURE shop.told AS SELECT 1"),
            prints("ALTER PROCEDURE shop.told AS SELECT 2"),
            prints("ALTER TABLE shop.commented ALTER COLUMN note nvarchar(10)"),
        ]
    finally:
        for kind, name in (("PROCEDURE", "shop.told"), ("SCHEMA", "passing"), ("TABLE", "shop.commented")):
            with contextlib.suppress(Exception):
                live_admin(f"DROP {kind} {name}", database=live_database)
    assert len(set(seen)) == len(seen)


def test_the_cache_hears_of_a_change(
    live_source: SqlServerSource, live_database: str, live_admin: Callable[..., None]
) -> None:
    """A table made behind our back is found by name at once, and listeners hear of it after the next look."""
    now = [0.0]
    cache = CatalogCache(SqlServerReader(live_source), clock=lambda: now[0], patience_seconds=60)
    told: list[str] = []
    cache.listen(lambda change: told.extend(map(str, change.difference.changes)))
    assert cache.catalog(Call(60)).table("shop", "late") is None
    live_admin("CREATE TABLE shop.late (id int)", database=live_database)
    try:
        assert cache.table(Call(60), ObjectName("late", "shop"))[0].name == "late"
        now[0] += 60
        assert cache.catalog(Call(60)).table("shop", "late") is not None
        assert told == ["added table shop.late"]
    finally:
        live_admin("DROP TABLE shop.late", database=live_database)
        cache.close()


def test_round_trips_do_not_grow(
    live_source: SqlServerSource, live_database: str, live_admin: Callable[..., None]
) -> None:
    """Forty tables more take the same number of statements."""
    before = SqlServerReader(live_source).catalog(Call(120))
    live_admin(
        *(f"CREATE TABLE shop.many{number} (id int PRIMARY KEY)" for number in range(40)), database=live_database
    )
    try:
        after = SqlServerReader(live_source).catalog(Call(120))
    finally:
        live_admin(*(f"DROP TABLE shop.many{number}" for number in range(40)), database=live_database)
    assert len(after.tables) == len(before.tables) + 40
    assert after.round_trips == before.round_trips


def test_a_wide_table_with_a_type_that_has_no_order_has_a_profile(
    live_driver: str,
    live_database: str,
    live_settings: Callable[..., ConnectionSettings],
    live_admin: Callable[..., None],
) -> None:
    """A hundred columns need no more connections than one, and what a server cannot tell of char(n) costs only that."""
    columns = ", ".join(f"C{number} int" for number in range(100))
    live_admin(
        f"CREATE TABLE shop.wide ({columns}, Code char(3))",
        "INSERT INTO shop.wide (C0, C99, Code) VALUES (1, 7, 'abc'), (2, 7, 'abc'), (3, NULL, NULL)",
        database=live_database,
    )
    pool = PoolSettings(size=1, max_overflow=0)
    connection = live_settings(driver=live_driver, database=live_database).model_copy(update={"pool": pool})
    settings = Settings(connections={"live": connection})
    workspace = Workspace(settings, Registry(settings))
    call = Call(60)
    try:
        profile = workspace.profile("shop.wide", call).profile
    finally:
        call.run_deferred()
        workspace.close()
        live_admin("DROP TABLE shop.wide", database=live_database)
    found = {column.name: column for column in profile.columns}
    assert (profile.sampled, len(found)) == (3, 101)
    assert (found["C99"].nulls, found["C99"].top, found["C50"].nulls) == (1, (("7", 2),), 3)
    code = found["Code"]
    assert (code.nulls, code.distinct, code.max_length) == (1, 1, 3)
    assert code.minimum == ("abc" if "minimum" not in code.failed else None)


def test_a_join_path_runs(sample: Catalog, sample_source: SqlServerSource, ask: Callable[..., Any]) -> None:
    """A found path is a FROM clause that the server takes."""
    paths = CatalogIndex(sample).join_paths(["sales.order_lines", "hr.employees", "sales.countries"])
    assert paths
    for path in paths:
        assert len(ask(sample_source, f"SELECT TOP (1) 1 AS one {path.sql()}")) <= 1


def test_databases_are_listed(sample_source: SqlServerSource, live_sample: Any) -> None:
    """The sample is among the databases, online; master is a system database."""
    found = {database.name.casefold(): database for database in SqlServerReader(sample_source).databases(Call(60))}
    assert found[live_sample.database.casefold()].state == "ONLINE"
    assert not found[live_sample.database.casefold()].is_system
    assert found["master"].is_system


def test_a_profile_counts_right(sample: Catalog, sample_source: SqlServerSource, ask: Callable[..., Any]) -> None:
    """The facts of a profile are those of plain queries; a large table is sampled or its first rows looked at."""
    limits = Limits.of(LimitSettings(max_rows=1000, max_characters=100_000))

    def through(sql: str) -> Any:
        call = Call(60)
        rows = run(sample_source, check(sql), limits=limits, call=call).rows
        call.run_deferred()
        return rows

    employees = sample.table("hr", "employees")
    assert employees is not None
    profile = run_profile(Profiling(employees), through)
    assert profile.sampled == 96
    (nulls, cities, least) = ask(
        sample_source,
        "SELECT COUNT(*) - COUNT(left_on), COUNT(DISTINCT given_name), MIN(employee_id) FROM hr.employees",
    )[0]
    found = {column.name: column for column in profile.columns}
    assert (found["left_on"].nulls, found["given_name"].distinct) == (nulls, cities)
    assert found["employee_id"].minimum == least
    lines = sample.table("sales", "order_lines")
    assert lines is not None
    assert 0 < run_profile(Profiling(lines, columns=["quantity"], sample_rows=1_000), through).sampled <= 1_000
