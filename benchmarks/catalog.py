"""Figures of the catalog: time, memory and round trips at ten thousand tables, and characters of its answers.

    python benchmarks/catalog.py                     synthetic: 10,000 tables x 10 columns, and sizes of answers
    python benchmarks/catalog.py --url URL           besides: 2,000 tables on a live server, made and dropped again
    python benchmarks/catalog.py --url URL --tables 500

Times are medians and 95th percentiles in milliseconds; against the server they are told as ratios to the bare catalogue
query over the same connection in the same run, since only ratios carry from one machine to another.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import time
import tracemalloc
from typing import TYPE_CHECKING, Any

import sqlalchemy
from pydantic import SecretStr

from mssql_mcp.catalog.cache import CatalogCache
from mssql_mcp.catalog.demo import declared_catalog
from mssql_mcp.catalog.describe import describe
from mssql_mcp.catalog.describe_text import describe_text
from mssql_mcp.catalog.index import CatalogIndex
from mssql_mcp.catalog.listing import list_objects, listing_text
from mssql_mcp.catalog.map import map_text
from mssql_mcp.catalog.model import Catalog, Column, ForeignKey, Identity, PrimaryKey, Table
from mssql_mcp.catalog.names import ObjectName
from mssql_mcp.catalog.search import search_text
from mssql_mcp.catalog.sqlserver import SqlServerReader
from mssql_mcp.connection.call import Call
from mssql_mcp.connection.sqlserver import SqlServerSource
from mssql_mcp.settings import ConnectionSettings

if TYPE_CHECKING:
    from collections.abc import Callable

WORDS = """
    customer order line product category supplier stock shipment invoice payment method rate country region address
    contact employee department project task contract plan ticket comment status campaign quote price discount tax bank
    ledger budget return inspection machine document name code number date amount total note type value
""".split()  # noqa: SIM905 - a list of words
TYPES = ("int", "nvarchar(50)", "datetime2(7)", "decimal(18,2)", "bit", "nvarchar(200)")
QUESTIONS = (
    "order",
    "customer order",
    "id",
    "e",
    "status code",
    "zzz",
    "ledger",
    "invoice payment",
    "tax",
    "machine 77",
)


def synthetic(count: int, columns: int = 10, seed: int = 1) -> Catalog:
    """Make a database of so many tables, each linked to an earlier one."""
    chance = random.Random(seed)
    tables: list[Table] = []
    for number in range(count):
        name = "".join(word.title() for word in chance.sample(WORDS, 2)) + str(number)
        listed = [Column(f"{name}Id", "int", is_nullable=False, identity=Identity(1, 1))]
        keys = []
        if tables:
            other = chance.choice(tables)
            listed.append(Column(f"{other.name}Id", "int"))
            keys.append(
                ForeignKey(f"FK_{number}", "dbo", name, (f"{other.name}Id",), "dbo", other.name, (f"{other.name}Id",))
            )
        while len(listed) < columns:
            words = "".join(word.title() for word in chance.sample(WORDS, 2))
            listed.append(Column(f"{words}{len(listed)}", chance.choice(TYPES), is_nullable=chance.random() < 0.4))
        tables.append(
            Table(
                "dbo",
                name,
                columns=tuple(listed),
                primary_key=PrimaryKey(f"PK_{number}", (f"{name}Id",)),
                foreign_keys=tuple(keys),
                row_count=chance.randrange(10**6),
            )
        )
    return Catalog(database="Synthetic", tables=tuple(tables))


def timed(work: Callable[[], Any], runs: int) -> tuple[float, float]:
    """Give median and 95th percentile in milliseconds."""
    taken = []
    for _ in range(runs):
        began = time.perf_counter()
        work()
        taken.append((time.perf_counter() - began) * 1000)
    taken.sort()
    return statistics.median(taken), taken[max(0, int(len(taken) * 0.95) - 1)]


def told(what: str, value: object) -> None:
    print(f"{what:64} {value}")


def show_scale(count: int) -> None:
    print(f"== {count:,} tables x 10 columns, synthetic")
    tracemalloc.start()
    catalog = synthetic(count)
    told("memory of the catalog, MB", round(tracemalloc.get_traced_memory()[0] / 1e6, 1))
    before = tracemalloc.get_traced_memory()[0]
    index = CatalogIndex(catalog)
    index.search("x")
    told("memory of the search index, MB", round((tracemalloc.get_traced_memory()[0] - before) / 1e6, 1))
    tracemalloc.stop()
    fresh = CatalogIndex(catalog)
    told("building the search index, ms", round(timed(lambda: CatalogIndex(catalog).search("x"), 3)[0]))
    told("guessing links, copies and code tables, ms", round(timed(lambda: CatalogIndex(catalog).hints, 3)[0]))
    fresh.search("x")
    turns = iter(range(10**9))
    middle, late = timed(lambda: fresh.search(QUESTIONS[next(turns) % len(QUESTIONS)]), 300)
    told("search, ms: median, p95", f"{middle:.1f}, {late:.1f}")
    names = [table.name for table in random.Random(2).sample(catalog.tables, 40)]
    fresh.join_paths(names[:2])
    turns = iter(range(10**9))
    middle, late = timed(lambda: fresh.join_paths([names[n := next(turns) % 39], names[n + 1]]), 39)
    told("join path between two random tables, ms: median, p95", f"{middle:.1f}, {late:.1f}")
    middle, late = timed(lambda: listing_text(catalog, list_objects(catalog, pattern="order*")), 20)
    told("list by pattern, ms: median, p95", f"{middle:.1f}, {late:.1f}")
    middle, late = timed(lambda: catalog.table("dbo", names[0].upper()), 1000)
    told("find one table by name, ms: median, p95", f"{middle:.4f}, {late:.4f}")
    middle, late = timed(lambda: map_text(catalog, fresh.hints, budget=20_000), 3)
    told("map cut to 20,000 characters, ms: median, p95", f"{middle:.0f}, {late:.0f}")
    fresh.map(budget=20_000)
    middle, late = timed(lambda: fresh.map(budget=20_000), 1000)
    told("the same map again, ms: median, p95", f"{middle:.4f}, {late:.4f}")
    smaller = synthetic(2_000)
    middle, late = timed(lambda: listing_text(smaller, list_objects(smaller)), 1000)
    told("list of 2,000 tables, first page, ms: median, p95", f"{middle:.2f}, {late:.2f}")


def show_sizes() -> None:
    print("== characters of answers")
    demo = declared_catalog({"sales.orders": 15_000, "sales.order_lines": 50_000})
    index = CatalogIndex(demo)
    told(f"map of the demo, {columns_of(demo)} columns, with all comments", len(index.map(budget=10**6)))
    for count, columns in ((65, 600 / 65), (200, 10)):
        catalog = synthetic(count, round(columns))
        whole = CatalogIndex(catalog).map(budget=10**6)
        told(f"map of {count} tables, {columns_of(catalog)} columns, without comments", len(whole))
    two_hundred = synthetic(200)
    told("list of 200 tables", len(listing_text(two_hundred, list_objects(two_hundred))))
    told("the same as a JSON list of schema.table", len(json.dumps(peer_list(two_hundred), indent=2)))
    wide = wide_table()
    for detail in ("summary", "full"):
        told(f"a table of 30 columns, {detail}, text", len(describe_text(wide, detail=detail)))
        compact = json.dumps(describe(wide, detail=detail), separators=(",", ":"))
        told(f"a table of 30 columns, {detail}, compact JSON", len(compact))
    told("the same in pyodbc-mcp-server's format", len(json.dumps(peer_table(wide), indent=2)))
    ten = CatalogIndex(synthetic(10_000))
    told("search for a common word, 20 hits", len(search_text("order", ten.search("order"))))


def columns_of(catalog: Catalog) -> int:
    return sum(len(table.columns) for table in catalog.tables)


def wide_table() -> Table:
    base = synthetic(60, 30).tables[50]
    return Table(base.schema, base.name, columns=base.columns, primary_key=base.primary_key,
                 foreign_keys=base.foreign_keys, row_count=1234)  # fmt: skip


def peer_list(catalog: Catalog) -> dict[str, Any]:
    """The same facts in the shape that pyodbc-mcp-server 0.4 documents for its lists."""
    names = [f"{table.schema}.{table.name}" for table in catalog.tables]
    return {"database": catalog.database, "server": "localhost", "table_count": len(names), "tables": names}


def peer_table(table: Table) -> dict[str, Any]:
    """The same facts in the shape that pyodbc-mcp-server 0.4 documents for one table."""
    keys = set(table.primary_key.columns) if table.primary_key else set()
    links = {key.columns[0]: key for key in table.foreign_keys}
    columns = []
    for column in table.columns:
        name, _, size = column.type.partition("(")
        facts: dict[str, Any] = {"name": column.name, "type": name, "nullable": column.is_nullable}
        if size:
            facts["max_length"] = size.rstrip(")")
        facts["is_primary_key"] = column.name in keys
        if link := links.get(column.name):
            facts["foreign_key"] = {
                "references_table": f"{link.referenced_schema}.{link.referenced_table}",
                "references_column": link.referenced_columns[0],
            }
        columns.append(facts)
    return {"table": f"{table.schema}.{table.name}", "column_count": len(columns), "columns": columns}


def show_live(url: str, count: int) -> None:
    print(f"== {count:,} tables on a live server")
    parsed = sqlalchemy.make_url(url)
    settings = ConnectionSettings(
        server=f"{parsed.host},{parsed.port or 1433}",
        username=parsed.username,
        password=SecretStr(parsed.password or ""),
        trust_server_certificate=True,
    )
    source = SqlServerSource("benchmark", settings)
    name = f"mssql_mcp_scale_{count}"
    run_alone(source, f"CREATE DATABASE {name}")
    there = SqlServerSource("benchmark", settings.model_copy(update={"database": name}))
    try:
        fill(there, count)
        compare(there)
    finally:
        there.close()
        run_alone(source, f"DROP DATABASE {name}")


def run_alone(source: SqlServerSource, *statements: str) -> None:
    with source.connect(Call(3600)) as connection:
        raw = connection.connection.dbapi_connection
        for statement in ("SET IMPLICIT_TRANSACTIONS OFF", *statements, "SET IMPLICIT_TRANSACTIONS ON"):
            cursor = raw.cursor()
            cursor.execute(statement)
            cursor.close()


def fill(source: SqlServerSource, count: int) -> None:
    statements = [
        f"CREATE TABLE dbo.Thing{number:05} (Thing{number:05}Id int IDENTITY(1,1) PRIMARY KEY, "
        + (f"ParentId int REFERENCES dbo.Thing{number - 1:05} (Thing{number - 1:05}Id), " if number else "")
        + "Name nvarchar(50) NOT NULL, Code varchar(20), Amount decimal(12,2), Placed datetime2(3), Flag bit, "
        + "Note nvarchar(max))"
        for number in range(count)
    ]
    began = time.perf_counter()
    run_alone(source, *statements)
    told("making the tables, s", round(time.perf_counter() - began, 1))


def compare(source: SqlServerSource) -> None:
    # Two statements, since joining them costs some servers a hundred times what the two take.
    bare_names = "SELECT SCHEMA_NAME(t.schema_id), t.name, t.object_id FROM sys.tables AS t"
    bare_rows = (
        "SELECT p.object_id, SUM(p.rows) FROM sys.partitions AS p WHERE p.index_id IN (0, 1) GROUP BY p.object_id"
    )
    bare_columns = (
        "SELECT c.name, y.name, c.max_length, c.is_nullable FROM sys.columns AS c "
        "JOIN sys.types AS y ON y.user_type_id = c.user_type_id WHERE c.object_id = OBJECT_ID('dbo.Thing00007')"
    )
    with source.connect(Call(60)) as connection:
        first = timed(lambda: [connection.exec_driver_sql(each).fetchall() for each in (bare_names, bare_rows)], 3)[0]
        one = timed(lambda: connection.exec_driver_sql(bare_columns).fetchall(), 3)[0]
    told("bare queries for tables and rows, ms", round(first))
    told("bare query for one table's columns, ms", round(one))
    lazy = SqlServerReader(source)
    overview = lazy.overview(Call(600))
    middle = timed(lambda: lazy.overview(Call(600)), 3)[0]
    told("cold list_tables: round trips, ratio to the bare query", f"{overview.round_trips}, {middle / first:.1f}")
    about = lazy.table(Call(600), ObjectName("Thing00007", "dbo"))[1]
    middle = timed(lambda: lazy.table(Call(600), ObjectName("Thing00007", "dbo")), 3)[0]
    told("cold describe_table: round trips, ratio to the bare query", f"{about.round_trips}, {middle / one:.1f}")
    cache = CatalogCache(SqlServerReader(source), check_seconds=3600)
    began = time.perf_counter()
    catalog = cache.catalog(Call(3600))
    took = (time.perf_counter() - began) * 1000
    told(
        "whole catalog: tables, columns, round trips",
        f"{len(catalog.tables)}, {columns_of(catalog)}, {catalog.round_trips}",
    )
    told("whole catalog: ms, ratio to the bare query for tables", f"{took:.0f}, {took / first:.1f}")
    told("what could not be read", ", ".join(part.part for part in catalog.missing) or "nothing")
    fingerprint = timed(lambda: SqlServerReader(source).fingerprint(Call(60)), 5)[0]
    told("fingerprint: ms, ratio to the bare query for tables", f"{fingerprint:.0f}, {fingerprint / first:.1f}")
    middle, late = timed(lambda: listing_text(found := cache.overview(Call(60)), list_objects(found)), 200)
    told("list_tables from memory, ms: median, p95", f"{middle:.2f}, {late:.2f}")
    middle, late = timed(lambda: describe_text(cache.table(Call(60), ObjectName("thing00007"))[0]), 200)
    told("describe_table from memory, ms: median, p95", f"{middle:.3f}, {late:.3f}")
    cache.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--url", help="SQLAlchemy URL of a server on which a database may be made and dropped")
    parser.add_argument("--tables", type=int, default=2_000, help="tables to make there")
    parser.add_argument("--count", type=int, default=10_000, help="tables of the synthetic database")
    options = parser.parse_args()
    show_sizes()
    show_scale(options.count)
    if options.url:
        show_live(options.url, options.tables)


if __name__ == "__main__":
    main()
