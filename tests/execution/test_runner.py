"""One approved SELECT, and of its rows what the limits allow, truthfully."""

from __future__ import annotations

import sqlite3
import threading
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest

from mssql_mcp.catalog.demo import declared_catalog
from mssql_mcp.catalog.masking import CatalogShapes
from mssql_mcp.connection.call import Call
from mssql_mcp.connection.demo import DemoSource
from mssql_mcp.errors import DatabaseConnectionError, QueryError, SecurityError
from mssql_mcp.execution.batches import MAX_ROWS as BATCH_ROWS
from mssql_mcp.execution.frame import HINT_CHARACTERS
from mssql_mcp.execution.limits import Limits
from mssql_mcp.execution.runner import maskers, run
from mssql_mcp.execution.store import ResultStore
from mssql_mcp.gate import Policy, check
from mssql_mcp.rendering import render
from mssql_mcp.result import Column
from mssql_mcp.settings import ConnectionSettings, GateSettings, PoolSettings, RetrySettings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from mssql_mcp.result import ResultSet

LIMITS = Limits(max_rows=1_000, max_characters=1_000_000, max_cell_characters=1_000, timeout_seconds=30)
SHAPES = CatalogShapes(lambda _: declared_catalog({}))


@pytest.fixture
def source() -> Iterator[DemoSource]:
    # One connection: who tries again must have given back the first one.
    pool, retry = PoolSettings(size=1, max_overflow=0), RetrySettings(max_retries=2, delay_seconds=0)
    made = DemoSource("demo", ConnectionSettings(demo=True, pool=pool, retry=retry))
    yield made
    made.close()


def ask(source: DemoSource, sql: str, policy: Policy | None = None, **changes: Any) -> ResultSet:
    values = changes.pop("values", {})
    keep = changes.pop("keep", None)
    limits = Limits(**{field: changes.get(field, getattr(LIMITS, field)) for field in LIMITS.__slots__})
    call = Call(30)
    approved = check(sql, policy or Policy(), parameters=tuple(values), schema=SHAPES)
    try:
        return run(source, approved, limits=limits, call=call, values=values, keep=keep)
    finally:
        call.run_deferred()


def numbers(count: int) -> str:
    return f"SELECT TOP ({count}) order_id - 10000 AS n FROM sales.orders ORDER BY order_id"


@pytest.mark.parametrize("count", [0, 1, BATCH_ROWS - 1, BATCH_ROWS, BATCH_ROWS + 1, 3 * BATCH_ROWS])
def test_a_result_that_fits_is_whole(source: DemoSource, count: int) -> None:
    """Also where it ends with a batch, and where the limit is its very length."""
    result = ask(source, numbers(count), max_rows=max(count, 1))
    assert [row[0] for row in result.rows] == list(range(1, count + 1))
    assert not result.is_truncated


@pytest.mark.parametrize("limit", [1, BATCH_ROWS - 1, BATCH_ROWS, BATCH_ROWS + 1])
def test_one_row_more_is_a_truncation(source: DemoSource, limit: int) -> None:
    """Exactly so many rows are kept, and the reason is the rows."""
    result = ask(source, numbers(limit + 1), max_rows=limit)
    assert result.row_count == limit
    assert result.truncation is not None
    assert (result.truncation.reason, result.truncation.limit) == ("rows", limit)


def test_characters_are_counted_as_they_are_sent(source: DemoSource) -> None:
    """The whole answer never exceeds the limit, and one row more would but for what might be said of the rows."""
    whole = ask(source, "SELECT name FROM sales.customers ORDER BY customer_id")
    cut = ask(source, "SELECT name FROM sales.customers ORDER BY customer_id", max_characters=1_000)
    assert cut.truncation is not None
    assert cut.truncation.reason == "characters"
    assert len(render(cut)) <= 1_000
    assert cut.json_rows == whole.json_rows[: len(cut.json_rows)]
    following = whole.rows[cut.row_count]
    assert len(render(cut)) + len(f',["{following[0]}"]') > 1_000 - 300


def test_the_first_row_always_comes(source: DemoSource) -> None:
    """A row that is larger than the whole answer may be is clipped by its cells, not left out."""
    result = ask(source, "SELECT REPLICATE(N'x', 900) AS x UNION ALL SELECT N'y'", max_characters=1_000)
    assert result.row_count == 1
    assert len(render(result)) <= 1_000
    assert result.truncation is not None


def test_long_cells_are_clipped_and_counted(source: DemoSource) -> None:
    """Each says its full length."""
    result = ask(source, "SELECT REPLICATE(N'x', 50) AS x, N'short' AS y", max_cell_characters=16)
    assert result.rows == (("xxxxxxxxxxxxxxxx… [50 characters]", "short"),)
    assert result.clipped_cells == 1


@pytest.mark.parametrize(("changes", "count"), [({"max_rows": 3}, 3), ({"max_characters": 700}, 5), ({}, 10)])
def test_only_cells_that_are_shown_are_counted(source: DemoSource, changes: dict[str, int], count: int) -> None:
    """Whatever limit ends the result."""
    result = ask(
        source, "SELECT TOP (10) REPLICATE(N'x', 50) AS x FROM sales.orders", max_cell_characters=16, **changes
    )
    assert (result.row_count, result.clipped_cells) == (count, count)


def test_values_are_bound(source: DemoSource) -> None:
    """By name, each as often as it stands in the text."""
    result = ask(source, "SELECT @a AS a, @b AS b, @a AS c", values={"a": 1, "b": "x"})
    assert result.rows == ((1, "x", 1),)


def test_masks_are_applied_to_what_is_shown(source: DemoSource) -> None:
    """A masked column never leaves as it is, whatever the query calls it."""
    policy = Policy.from_settings(GateSettings(mask_partial=("hr.employees.email",)), database="Lanternworks")
    result = ask(source, "SELECT email AS x FROM hr.employees WHERE employee_id = 1", policy)
    ((shown,),) = result.rows
    assert "@" not in str(shown)
    assert str(shown).endswith("mple")


def test_a_result_with_other_columns_than_expected_is_not_shown(source: DemoSource) -> None:
    """Masks have places; where number or names of the columns differ, nobody knows which is which."""
    policy = Policy.from_settings(GateSettings(mask_partial=("hr.employees.email",)), database="Lanternworks")
    approved = check("SELECT email, 1 + 1 FROM hr.employees", policy, schema=SHAPES)
    columns = (Column("EMAIL", "nvarchar"), Column("", "int"))
    assert [mask is not None for mask in maskers(approved, columns)] == [True, False]
    for others in (columns[:1], (Column("name", "nvarchar"), columns[1])):
        with pytest.raises(SecurityError) as refused:
            maskers(approved, others)
        assert refused.value.code == "policy.masked_column"


def test_a_truncated_result_can_be_kept(source: DemoSource, tmp_path: Path) -> None:
    """The rest is read after the answer; the handle leads through all of it."""
    store = ResultStore(root=tmp_path, timer=lambda *_: lambda: None)
    try:
        result = ask(
            source,
            numbers(2_000),
            max_rows=10,
            keep=lambda columns: store.writer(columns, connection="demo", owner="ann"),
        )
        assert result.next is not None
        rows = list(result.rows)
        following: str | None = result.next
        while following:
            part = store.read(following, owner="ann", max_rows=700, max_characters=100_000)
            rows += part.rows
            following = part.next
        assert [row[0] for row in rows] == list(range(1, 2_001))
    finally:
        store.close()


def test_nothing_is_kept_of_a_whole_result(source: DemoSource) -> None:
    """No file, no handle."""
    result = ask(source, numbers(3), keep=lambda _: pytest.fail("there is no rest"))
    assert result.next is None


def test_a_transient_failure_is_tried_again(source: DemoSource) -> None:
    """A SELECT only reads, so nothing is lost by running it once more."""
    failures = [QueryError("Deadlock.", code="query.deadlock", number=1205, retryable=True)] * 2
    decoded = source.decoded

    def fail_twice(rows: Any, columns: Any) -> Any:
        if failures:
            raise failures.pop()
        return decoded(rows, columns)

    source.decoded = fail_twice  # type: ignore[method-assign]
    assert ask(source, "SELECT 1 AS one").rows == ((1,),)
    assert failures == []


def test_what_was_tried_already_is_not_tried_again(source: DemoSource) -> None:
    """A connection that could not be had after all its retries is told at once."""
    tries = []

    def refuse(*_: Any) -> Any:
        tries.append(1)
        raise DatabaseConnectionError("Down.", code="connection.refused", retryable=True)

    source.connect = refuse  # type: ignore[method-assign]
    with pytest.raises(DatabaseConnectionError):
        ask(source, "SELECT 1 AS one")
    assert len(tries) == 1


def test_without_a_handle_no_cursor_is_promised(source: DemoSource, tmp_path: Path) -> None:
    """Nothing can be gone on with where no row is kept beyond those that are shown, or nothing is kept at all."""
    store = ResultStore(root=tmp_path, timer=lambda *_: lambda: None)

    def keep(columns: Any) -> Any:
        return store.writer(columns, connection="demo", owner="ann", max_rows=50)

    try:
        for options in ({"max_rows": 100, "keep": keep}, {"max_rows": 100}, {"max_characters": 1_000, "max_rows": 400}):
            result = ask(source, numbers(500), **options)
            assert result.truncation is not None
            assert result.next is None
            assert "cursor" not in result.truncation.hint
        assert store.count == 0
        result = ask(source, numbers(500), max_rows=49, keep=keep)
        assert result.truncation is not None
        assert result.next is not None
        assert "go on with `next` as cursor" in result.truncation.hint
    finally:
        store.close()


class Ended:
    """Ends a call at the batch that begins with a row, as a deadline does."""

    def __init__(self, source: DemoSource, row: int, end: Callable[[], None]) -> None:
        self.decoded, self.row, self.end, self.seen = source.decoded, row, end, 0

    def __call__(self, rows: Any, columns: Any) -> Any:
        if self.seen >= self.row:
            self.end()
            raise sqlite3.OperationalError("interrupted")
        self.seen += len(rows)
        return self.decoded(rows, columns)


def test_rows_that_came_in_time_are_the_answer(source: DemoSource) -> None:
    """The reason is the time, and there is nothing to go on with: the statement was ended."""
    call = Call(30)
    source.decoded = Ended(source, 20, call.expire)  # type: ignore[method-assign]
    result = run(source, check(numbers(500)), limits=LIMITS, call=call, keep=lambda _: pytest.fail("nothing is left"))
    call.run_deferred()
    assert [row[0] for row in result.rows] == list(range(1, result.row_count + 1))
    assert 20 <= result.row_count < 500
    assert result.truncation is not None
    assert (result.truncation.reason, result.truncation.limit, result.next) == ("time", 30, None)
    assert "longer timeout" in result.truncation.hint
    assert source.engine().pool.checkedout() == 0  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("row", "end", "expected"), [(0, "expire", "query.timeout"), (20, "cancel", "query.cancelled")]
)
def test_without_a_row_or_a_caller_it_is_an_error(source: DemoSource, row: int, end: str, expected: str) -> None:
    """A deadline before the first row, and a cancel at any time."""
    call = Call(30)
    source.decoded = Ended(source, row, getattr(call, end))  # type: ignore[method-assign]
    with pytest.raises(QueryError) as caught:
        run(source, check(numbers(500)), limits=LIMITS, call=call)
    call.run_deferred()
    assert caught.value.code == expected


@pytest.mark.parametrize(("end", "cut"), [("expire", "time"), ("nothing", "failure")])
def test_a_rest_that_was_not_read_to_its_end_says_so(source: DemoSource, tmp_path: Path, end: str, cut: str) -> None:
    """What came until then can be read; the connection is free again."""
    store = ResultStore(root=tmp_path, timer=lambda *_: lambda: None)
    call = Call(30)
    source.decoded = Ended(source, 200, getattr(call, end, lambda: None))  # type: ignore[method-assign]
    try:
        limits = Limits(**{**{name: getattr(LIMITS, name) for name in LIMITS.__slots__}, "max_rows": 10})
        result = run(
            source,
            check(numbers(2_000)),
            limits=limits,
            call=call,
            keep=lambda columns: store.writer(columns, connection="demo", owner="ann"),
        )
        assert result.next is not None
        call.run_deferred()
        part = store.read(result.next, owner="ann", max_rows=2_000, max_characters=1_000_000)
        assert (part.next, part.cut) == (None, cut)
        assert part.rows[0] == (11,)
        assert len(part.rows) >= 190
        assert source.engine().pool.checkedout() == 0  # type: ignore[attr-defined]
    finally:
        store.close()


def test_a_rest_whose_driver_is_stuck_ends_with_what_there_is(source: DemoSource, tmp_path: Path) -> None:
    """Nobody waits for rows that nobody fetches."""
    store = ResultStore(root=tmp_path, timer=lambda *_: lambda: None)
    call = Call(30)
    try:
        result = run(
            source,
            check(numbers(500)),
            limits=Limits(max_rows=10, max_characters=100_000, max_cell_characters=100, timeout_seconds=30),
            call=call,
            keep=lambda columns: store.writer(columns, connection="demo", owner="ann"),
        )
        source.decoded = Ended(source, 0, call.abandon)  # type: ignore[method-assign]
        call.run_deferred()
        assert result.next is not None
        part = store.read(result.next, owner="ann", max_rows=2_000, max_characters=1_000_000)
        assert (part.next, part.cut) == (None, "time")
    finally:
        store.close()


def test_clipped_cells_are_counted_where_the_result_goes_on(source: DemoSource, tmp_path: Path) -> None:
    """In each slice, and in the whole."""
    store = ResultStore(root=tmp_path, timer=lambda *_: lambda: None)
    sql = "SELECT TOP (90) CASE WHEN order_id % 3 = 0 THEN REPLICATE(N'x', 50) ELSE N'short' END AS x FROM sales.orders"
    try:
        result = ask(
            source,
            f"{sql} ORDER BY order_id",
            max_rows=10,
            max_cell_characters=16,
            keep=lambda columns: store.writer(columns, connection="demo", owner="ann"),
        )
        assert result.next is not None
        part = store.read(result.next, owner="ann", max_rows=20, max_characters=100_000).result_set()
        for answer in (result, part):
            assert answer.clipped_cells == sum("50 characters" in str(row[0]) for row in answer.rows) > 0
        text = "".join(store.csv(result.next, owner="ann"))
        assert text.endswith("\n\n(Clipped cells: 30 (each ends with its full length).)\n")
    finally:
        store.close()


@pytest.mark.parametrize("output_format", ["json", "csv", "markdown"])
def test_an_answer_keeps_its_size_in_its_own_format(source: DemoSource, output_format: str) -> None:
    """Escapes count, and one row alone is made to fit."""
    many = "SELECT TOP (100) REPLICATE(N'|', 50) AS x FROM sales.orders"
    wide = ", ".join(f"REPLICATE(N'|', 90) AS x{number}" for number in range(60))
    for sql in (many, f"SELECT {wide} UNION ALL SELECT {wide}", f"SELECT {wide}"):
        result = ask(source, sql, max_characters=5_000, output_format=output_format)
        assert 4_000 < len(render(result, output_format)) <= 5_000
    assert result.truncation is None
    assert result.clipped_cells == 60
    assert "One row alone takes more than" in result.notes[-1]


def test_what_has_come_can_be_taken_while_the_driver_is_stuck(source: DemoSource) -> None:
    """By another thread, which touches no cursor: whole batches, and the reason is the time."""
    call, came = Call(30), []
    decoded, batches = source.decoded, 0

    def stuck(rows: Any, columns: Any) -> Any:
        nonlocal batches
        batches += 1
        taking = threading.Thread(target=lambda: came.append(call.part()))
        taking.start()
        taking.join()
        return decoded(rows, columns)

    source.decoded = stuck  # type: ignore[method-assign]
    result = run(source, check(numbers(100)), limits=LIMITS, call=call, notes=("Said before.",))
    assert came[0] is None
    assert len(came) == batches > 2
    for part, following in pairwise(came[1:]):
        assert 0 < part.row_count < following.row_count < 100
    for part in came[1:]:
        assert list(part.rows) == list(result.rows)[: part.row_count]
        assert part.truncation.reason == "time"
        assert "has not answered" in part.truncation.hint
        assert part.notes == result.notes == ("Said before.",)
        assert len(part.truncation.hint) <= HINT_CHARACTERS
    assert call.part() is None
    call.run_deferred()
