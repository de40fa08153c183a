"""A whole result, chunk by chunk, in the values of an answer."""

from __future__ import annotations

import tracemalloc
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from mssql_mcp.catalog.demo import declared_catalog
from mssql_mcp.catalog.masking import CatalogShapes
from mssql_mcp.connection.call import Call
from mssql_mcp.connection.demo import DemoSource
from mssql_mcp.errors import QueryCancelledError, QueryError, SecurityError
from mssql_mcp.execution.limits import Limits
from mssql_mcp.execution.runner import run
from mssql_mcp.execution.stream import CHUNK_ROWS, stream
from mssql_mcp.gate import Policy, check
from mssql_mcp.settings import ConnectionSettings, GateSettings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mssql_mcp.catalog.model import Catalog

WIDE = Limits(max_rows=100_000, max_characters=10_000_000, max_cell_characters=1_000_000, timeout_seconds=30)
SHAPES = CatalogShapes(lambda _: declared_catalog({}))


@pytest.fixture
def source() -> Iterator[DemoSource]:
    made = DemoSource("demo", ConnectionSettings(demo=True))
    yield made
    made.close()


def chunks_of(source: DemoSource, sql: str, policy: Policy | None = None, **options: Any) -> list[list[list[Any]]]:
    call = options.pop("call", None) or Call(30)
    values = options.get("values") or {}
    approved = check(sql, policy or Policy(), parameters=tuple(values), schema=SHAPES)
    try:
        with stream(source, approved, call=call, **options) as rows:
            return [[list(row) for row in chunk] for chunk in rows.chunks]
    finally:
        call.run_deferred()


@pytest.mark.parametrize("count", [0, 1, CHUNK_ROWS - 1, CHUNK_ROWS, CHUNK_ROWS + 1, 3 * CHUNK_ROWS])
def test_every_row_comes_once(source: DemoSource, count: int) -> None:
    """In order, in chunks of a bounded size, none of them empty."""
    chunks = chunks_of(source, f"SELECT TOP ({count}) order_id FROM sales.orders ORDER BY order_id")
    assert [row[0] for chunk in chunks for row in chunk] == list(range(10_001, 10_001 + count))
    assert all(0 < len(chunk) <= CHUNK_ROWS for chunk in chunks)


@pytest.mark.parametrize("there", [0, 1, 2, CHUNK_ROWS, CHUNK_ROWS + 1, 2 * CHUNK_ROWS, 2 * CHUNK_ROWS + 1])
@pytest.mark.parametrize("limit", [1, CHUNK_ROWS, 2 * CHUNK_ROWS, None])
def test_what_is_left_out_is_known(source: DemoSource, there: int, limit: int | None) -> None:
    """One row more than asked is fetched and not given, so that nobody has to guess."""
    sql = f"SELECT TOP ({there}) order_id FROM sales.orders ORDER BY order_id"
    call = Call(30)
    with stream(source, check(sql, Policy()), call=call, max_rows=limit) as rows:
        given = [row[0] for chunk in rows.chunks for row in chunk]
        has_more = rows.has_more()
    call.run_deferred()
    assert given == list(range(10_001, 10_001 + min(there, there if limit is None else limit)))
    assert has_more is (limit is not None and there > limit)


@pytest.mark.parametrize("limit", [1, CHUNK_ROWS, CHUNK_ROWS + 1])
def test_the_rows_can_be_bounded(source: DemoSource, limit: int) -> None:
    """It stops there."""
    chunks = chunks_of(source, "SELECT order_id FROM sales.orders", max_rows=limit)
    assert sum(map(len, chunks)) == limit


@pytest.mark.parametrize(
    "table", ["hr.employees", "production.quality_tests", "production.warehouses", "sales.payments", "sales.countries"]
)
def test_values_are_those_of_an_answer(source: DemoSource, table: str) -> None:
    """Converted column by column, they are what the runner converts cell by cell."""
    sql = f"SELECT * FROM {table}"
    streamed = [row for chunk in chunks_of(source, sql) for row in chunk]
    call = Call(30)
    answered = run(source, check(sql, Policy()), limits=WIDE, call=call)
    call.run_deferred()
    assert streamed == [list(row) for row in answered.rows]


def test_values_are_bound(source: DemoSource) -> None:
    """As in an answer."""
    assert chunks_of(source, "SELECT @a AS a", values={"a": "x"}) == [[["x"]]]


def test_masks_are_applied(source: DemoSource) -> None:
    """An export shows no more than an answer."""
    policy = Policy.from_settings(GateSettings(mask_hidden=("hr.employees.salary",)), database="Lanternworks")
    ((row,),) = chunks_of(source, "SELECT salary, 1 AS one FROM hr.employees WHERE employee_id = 1", policy)
    assert row == [None, 1]


def test_an_error_among_the_rows_is_ours(source: DemoSource) -> None:
    """Rows that came before it do not hide it."""
    with pytest.raises(QueryError) as caught:
        chunks_of(source, "SELECT 10 / (order_id - 13000) AS x FROM sales.orders ORDER BY order_id")
    assert caught.value.code == "query.divide_by_zero"


def test_a_cancel_ends_the_reading(source: DemoSource) -> None:
    """Between two chunks as well."""
    call = Call(30)
    approved = check("SELECT * FROM sales.order_lines", Policy())

    def read() -> None:
        with stream(source, approved, call=call) as rows:
            for _ in rows.chunks:
                call.cancel()

    with pytest.raises(QueryCancelledError):
        read()
    call.run_deferred()


def test_memory_stays_flat(source: DemoSource) -> None:
    """Fifty thousand rows take no more than a few chunks of them."""
    call = Call(60)
    approved = check("SELECT order_id, line_no, product_id, line_total FROM sales.order_lines", Policy())
    count = 0
    with stream(source, approved, call=call) as rows:
        tracemalloc.start()
        for chunk in rows.chunks:
            count += len(chunk)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    call.run_deferred()
    assert count == 50_000
    assert peak < 4_000_000


def test_columns_that_the_gate_has_not_seen_are_not_shown(source: DemoSource) -> None:
    """Masks that do not fit the result cover nothing for certain, so nothing of it is given."""
    fewer = CatalogShapes(lambda _: without_a_column(declared_catalog({})))
    policy = Policy.from_settings(GateSettings(mask_hidden=("sales.customers.phone",)), database="demo")
    approved = check("SELECT * FROM sales.customers", policy, schema=fewer)
    call = Call(30)
    try:
        with pytest.raises(SecurityError) as streamed, stream(source, approved, call=call):
            pass
        with pytest.raises(SecurityError) as collected:
            run(source, approved, limits=WIDE, call=call)
    finally:
        call.run_deferred()
    assert streamed.value.code == collected.value.code == "policy.masked_column"


def without_a_column(catalog: Catalog) -> Catalog:
    """Give the catalog as it was before its tables got their last column."""
    return replace(catalog, tables=tuple(replace(table, columns=table.columns[:-1]) for table in catalog.tables))


def test_large_cells_come_in_small_chunks(source: DemoSource) -> None:
    """A thousand of a megabyte each would not fit into memory."""
    sql = "SELECT TOP (60) REPLICATE(CAST(N'x' AS nvarchar(max)), 400000) AS x FROM sales.orders"
    chunks = [len(chunk) for chunk in chunks_of(source, sql)]
    assert sum(chunks) == 60
    assert max(chunks) <= 10
