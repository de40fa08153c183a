"""A kept result says what is missing of it, whose it is, and stays as it was told."""

from __future__ import annotations

import threading

import pytest

from mssql_mcp.errors import ValidationError
from mssql_mcp.execution.store import ResultStore, StoreLimits
from mssql_mcp.result import Column

COLUMNS = (Column("n", "int"), Column("text", "nvarchar(20)"))


@pytest.fixture
def store_of(tmp_path):
    """Make stores under tmp_path whose results end by themselves never."""
    made = []

    def make(**limits):
        made.append(ResultStore(StoreLimits(**limits), root=tmp_path, timer=lambda *_: lambda: None))
        return made[-1]

    yield make
    for store in made:
        store.close()


def rows(count, start=0):
    return [(number, f"row {number}") for number in range(start, start + count)]


def kept(store, count, *, connection="main"):
    writer = store.writer(COLUMNS, connection=connection, owner="ann")
    writer.append(rows(count))
    handle = writer.finish()
    assert handle is not None
    return handle


def code_of(work, *arguments, **options):
    with pytest.raises(ValidationError) as caught:
        work(*arguments, **options)
    return caught.value.code


def read(store, handle, *, max_rows=100, **options):
    return store.read(handle, owner="ann", max_rows=max_rows, max_characters=1_000_000, **options)


def test_a_cut_result_says_so_at_its_end(store_of):
    """Its CSV would look whole otherwise."""
    store = store_of(max_rows=50)
    text = "".join(store.csv(kept(store, 60), owner="ann"))
    assert text.splitlines()[:2] == ["n,text", "0,row 0"]
    assert text.splitlines()[-2:] == ["", text.splitlines()[-1]]
    assert "Only the first 50 rows were kept" in text.splitlines()[-1]
    assert "keep_rows" in text


def test_a_writer_may_have_limits_of_its_own(store_of):
    """Those of its connection."""
    store = store_of()
    writer = store.writer(COLUMNS, connection="main", owner="ann", max_rows=5)
    assert writer.append(rows(10)) == 5
    writer.discard()


def test_a_handle_tells_its_connection(store_of):
    """To its owner alone."""
    store = store_of()
    handle = kept(store, 10, connection="main")
    assert store.find(handle, owner="ann") == ("main", COLUMNS)
    assert code_of(store.find, handle, owner="bob") == "cursor.other_owner"
    assert code_of(store.find, handle, owner="ann", connection="other") == "cursor.other_connection"


def test_what_is_taken_as_complete_stays_as_it_is(store_of):
    """A writer that was left comes back too late: its rows are not added, and its end changes nothing."""
    store = store_of()
    writer = store.writer(COLUMNS, connection="main", owner="ann")
    writer.append(rows(10))
    writer.leave()
    handle = writer.handle()
    assert writer.append(rows(10, 10)) == 0
    writer.finish()
    part = read(store, handle)
    assert (len(part.rows), part.next, part.cut) == (10, None, "time")
    assert "".join(store.csv(handle, owner="ann")).count("row ") == 10


def test_a_slice_waits_a_moment_for_all_its_rows(store_of, monkeypatch):
    """Rather than giving one row a call while the others are on their way; what has come then is given."""
    store = store_of()
    writer = store.writer(COLUMNS, connection="main", owner="ann")
    writer.append(rows(1))
    monkeypatch.setattr("mssql_mcp.execution.store.PAGE_SECONDS", 0.01)
    assert len(read(store, writer.handle(), wait_seconds=60).rows) == 1
    monkeypatch.setattr("mssql_mcp.execution.store.PAGE_SECONDS", 60)
    got, asking = [], threading.Event()

    def ask():
        asking.set()
        got.append(read(store, writer.handle(), max_rows=5, wait_seconds=60))

    thread = threading.Thread(target=ask)
    thread.start()
    assert asking.wait(60)
    writer.append(rows(1, 1))
    writer.append(rows(9, 2))
    thread.join(60)
    assert len(got[0].rows) == 5
