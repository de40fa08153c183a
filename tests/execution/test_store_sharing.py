"""Results are written and read at the same time, by many, in flat memory."""

from __future__ import annotations

import threading
import tracemalloc

import pytest

from mssql_mcp.errors import ValidationError
from mssql_mcp.execution.store import ResultStore, start_timer
from mssql_mcp.result import Column

COLUMNS = (Column("n", "int"), Column("text", "nvarchar(20)"))


@pytest.fixture
def store(tmp_path):
    """A store under tmp_path whose results end by themselves never."""
    made = ResultStore(root=tmp_path, timer=lambda *_: lambda: None)
    yield made
    made.close()


def rows(count, start=0):
    return [(number, f"row {number}") for number in range(start, start + count)]


def code_of(work, *arguments, **options):
    with pytest.raises(ValidationError) as caught:
        work(*arguments, **options)
    return caught.value.code


def read(store, handle, **options):
    return store.read(handle, owner="ann", max_rows=100, max_characters=1_000_000, **options)


def test_rows_can_be_read_while_more_are_written(store):
    """A handle can be given before the last row has come; what is not there yet is waited for, or busy."""
    writer = store.writer(COLUMNS, connection="c", owner="ann")
    writer.append(rows(10))
    part = read(store, writer.handle())
    assert (len(part.rows), part.is_end) == (10, False)
    assert code_of(read, store, part.next) == "cursor.busy"
    assert code_of(store.csv, part.next, owner="ann") == "cursor.busy"
    waiting, got = threading.Event(), []

    def wait():
        waiting.set()
        got.append(read(store, part.next, wait_seconds=60))

    thread = threading.Thread(target=wait)
    thread.start()
    waiting.wait(60)
    writer.append(rows(5, 10))
    thread.join(60)
    assert got[0].rows == tuple(rows(5, 10))
    handle = writer.finish(10)
    assert read(store, handle).is_end


def test_who_waits_for_a_discarded_result_is_told(store):
    """It has ended, and nobody waits for its rows to the end of the wait."""
    writer = store.writer(COLUMNS, connection="c", owner="ann")
    handle, waiting, codes = writer.handle(), threading.Event(), []

    def wait():
        waiting.set()
        codes.append(code_of(read, store, handle, wait_seconds=60))

    thread = threading.Thread(target=wait)
    thread.start()
    waiting.wait(60)
    writer.discard()
    thread.join(60)
    assert codes == ["cursor.expired"]


def test_memory_stays_flat(store):
    """Writing and reading 50,000 rows takes less than one megabyte beyond the rows at hand."""
    batch = [(number, "x" * 40) for number in range(500)]
    tracemalloc.start()
    writer = store.writer(COLUMNS, connection="c", owner="ann")
    for _ in range(100):
        writer.append(batch)
    handle = writer.finish(49_900)
    assert len(read(store, handle).rows) == 100
    assert sum(piece.count("\n") for piece in store.csv(handle, owner="ann")) == 50_001
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert store.total_bytes > 2_000_000
    assert peak < 1_000_000


def test_many_threads_write_and_read_their_own(store):
    """No row of one is seen by another."""
    wrong = []

    def work(number):
        owner = f"client {number}"
        writer = store.writer(COLUMNS, connection="c", owner=owner)
        for _ in range(20):
            writer.append([(number, owner)] * 10)
        handle, seen = writer.finish(), []
        while handle:
            part = store.read(handle, owner=owner, max_rows=33, max_characters=10_000)
            seen += part.rows
            handle = part.next
        if seen != [(number, owner)] * 200:
            wrong.append(number)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert wrong == []
    assert store.count == 16


def test_the_default_timer_rings():
    """A real one, once: it keeps no process alive and can be called off."""
    rung = threading.Event()
    start_timer(0.0, rung.set)
    assert rung.wait(60)
    start_timer(3_600.0, rung.clear)()
    assert rung.is_set()


def test_a_handle_at_the_end_gives_no_rows_and_no_error(store):
    """Whoever read as fast as rows were written may hold a handle after which nothing came."""
    writer = store.writer(COLUMNS, connection="main", owner="ann")
    writer.append(rows(5))
    following = read(store, writer.handle()).next
    assert following is not None
    writer.finish()
    last = read(store, following)
    assert (last.rows, last.next, last.cut) == ((), None, None)
    assert last.result_set().notes == ("The result ends at row 5.",)
