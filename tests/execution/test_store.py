"""A large result is continued from disk, by those who may, for as long as is said."""

from __future__ import annotations

import csv
import io
import shutil
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mssql_mcp.errors import ValidationError
from mssql_mcp.execution.store import REMEMBERED, ResultStore, StoreLimits
from mssql_mcp.result import Column

COLUMNS = (Column("n", "int"), Column("text", "nvarchar(20)"))


class Clock:
    """Seconds that pass when they are told to, and timers that ring then."""

    def __init__(self) -> None:
        self.now = 1_000.0
        self.timers: list[tuple[float, object]] = []

    def __call__(self) -> float:
        return self.now

    def timer(self, seconds, work):
        entry = (self.now + seconds, work)
        self.timers.append(entry)
        return lambda: self.timers.remove(entry)

    def ring(self, seconds: float) -> None:
        """Let time pass and do what is due."""
        self.now += seconds
        due = [entry for entry in self.timers if entry[0] <= self.now]
        for entry in due:
            self.timers.remove(entry)
            entry[1]()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store_of(tmp_path, clock):
    """Make stores under tmp_path, closed after the test."""
    made = []

    def make(**limits) -> ResultStore:
        store = ResultStore(StoreLimits(**limits), root=tmp_path, clock=clock, timer=clock.timer)
        made.append(store)
        return store

    yield make
    for store in made:
        store.close()


def rows(count, start=0):
    return [(number, f"row {number}") for number in range(start, start + count)]


def kept(store, count, *, owner="ann", connection="main", start=0):
    writer = store.writer(COLUMNS, connection=connection, owner=owner)
    writer.append(rows(count))
    handle = writer.finish(start)
    assert handle is not None
    return handle


def code_of(work, *arguments, **options):
    with pytest.raises(ValidationError) as caught:
        work(*arguments, **options)
    return caught.value.code


def read(store, handle, *, owner="ann", max_rows=100, max_characters=1_000_000, **options):
    return store.read(handle, owner=owner, max_rows=max_rows, max_characters=max_characters, **options)


def files(tmp_path):
    return list(tmp_path.rglob("*.jsonl"))


def test_a_result_is_read_in_slices(store_of):
    """Each handle leads to the next; together they are the result, in order and once."""
    store = store_of()
    handle, seen, starts = kept(store, 1_000, start=10), [], []
    while handle:
        part = read(store, handle, max_rows=137)
        seen += part.rows
        starts.append(part.start)
        handle = part.next
    assert seen == rows(990, 10)
    assert starts == list(range(10, 1_000, 137))
    assert part.columns == COLUMNS
    assert (part.is_end, part.cut) == (True, None)


@settings(max_examples=60)
@given(
    count=st.integers(1, 400),
    start=st.integers(0, 399),
    batch=st.integers(1, 150),
    max_rows=st.integers(1, 200),
    max_characters=st.integers(1, 3_000),
)
def test_slices_of_any_size_make_up_the_result(tmp_path_factory, count, start, batch, max_rows, max_characters):
    """No row is lost or doubled, whatever the sizes of batches and slices and whatever ends them."""
    store = ResultStore(root=tmp_path_factory.mktemp("kept"), timer=lambda *_: lambda: None)
    writer = store.writer(COLUMNS, connection="c", owner="o")
    for place in range(0, count, batch):
        writer.append(rows(min(batch, count - place), place))
    handle, seen = writer.finish(start), []
    while handle:
        part = store.read(handle, owner="o", max_rows=max_rows, max_characters=max_characters)
        assert 1 <= len(part.rows) <= max_rows
        seen += part.rows
        handle = part.next
    assert seen == rows(count)[start:]
    store.close()
    assert store.count == store.total_bytes == 0


def test_the_same_slice_can_be_read_again(store_of):
    """A client that lost the answer asks once more."""
    store = store_of()
    handle = kept(store, 300)
    assert read(store, handle) == read(store, handle)


def test_characters_bound_a_slice(store_of):
    """The slice says which limit ended it."""
    store = store_of()
    part = read(store, kept(store, 300), max_characters=200)
    assert (part.reason, part.limit, part.next is not None) == ("characters", 200, True)
    assert 5 < len(part.rows) < 20
    assert read(store, part.next, max_rows=3).reason == "rows"


def test_the_whole_result_comes_as_csv(store_of):
    """Header and all rows, also those before the handle, in pieces; NULL and empty text stay apart."""
    store = store_of()
    writer = store.writer((Column("a", "int"), Column("b,c", "nvarchar(9)")), connection="c", owner="ann")
    values = [(number, None if number % 2 else 'x"y') for number in range(1_201)]
    writer.append(values)
    pieces = list(store.csv(writer.finish(7), owner="ann"))
    assert len(pieces) == 4
    table = list(csv.reader(io.StringIO("".join(pieces))))
    assert table[0] == ["a", "b,c"]
    assert table[1:] == [[str(a), b or ""] for a, b in values]


def test_a_handle_works_for_its_owner_alone(store_of):
    """Another client, and another connection, get an error that does not end the result."""
    store = store_of()
    handle = kept(store, 10, owner="ann", connection="main")
    assert code_of(read, store, handle, owner="bob") == "cursor.other_owner"
    assert code_of(read, store, handle, connection="other") == "cursor.other_connection"
    assert code_of(store.csv, handle, owner="bob") == "cursor.other_owner"
    assert read(store, handle, connection="main").rows == tuple(rows(10))


def test_handles_cannot_be_made_up(store_of):
    """An unknown one, a row beyond the end and another result's random part are unknown."""
    store = store_of()
    handle = kept(store, 10)
    identity = handle.partition(".")[0]
    for made_up in (f"{identity}.11", f"{identity}.99999", "A" * 24 + ".0", "nonsense"):
        assert code_of(read, store, made_up) == "cursor.unknown"
    assert len(identity) == 24
    assert identity != kept(store, 10).partition(".")[0]


def test_a_result_ends_after_its_last_use(store_of, clock, tmp_path):
    """Reading moves the end; what has ended is said to have, and its file is gone."""
    store = store_of(ttl_seconds=600)
    handle = kept(store, 10)
    clock.now += 599
    read(store, handle)
    clock.now += 599
    read(store, handle)
    clock.now += 600
    assert code_of(read, store, handle) == "cursor.expired"
    assert (files(tmp_path), store.count, store.total_bytes) == ([], 0, 0)


def test_a_result_ends_in_time_when_nobody_asks(store_of, clock, tmp_path):
    """A timer looks after it, and goes on while anything is kept."""
    store = store_of(ttl_seconds=600)
    kept(store, 10)
    clock.ring(300)
    second = kept(store, 10)
    assert len(clock.timers) == 1
    clock.ring(301)
    assert len(files(tmp_path)) == 1
    read(store, second)
    clock.ring(600)
    assert (files(tmp_path), clock.timers) == ([], [])


def test_old_results_make_room(store_of, tmp_path):
    """The one that was not used longest ends when the sizes together are too large."""
    store = store_of(max_total_bytes=4_000)
    first, second = kept(store, 100), kept(store, 100)
    used = store.total_bytes
    read(store, first)
    third = kept(store, 100)
    assert code_of(read, store, second) == "cursor.expired"
    assert read(store, first).rows == read(store, third).rows == tuple(rows(100))
    assert store.total_bytes == used <= 4_000
    assert sum(path.stat().st_size for path in files(tmp_path)) == used


def test_the_number_of_results_is_bounded(store_of):
    """The oldest goes first; one that is being written never does."""
    store = store_of(max_results=2)
    first, second = kept(store, 1), kept(store, 1)
    third = kept(store, 1)
    assert code_of(read, store, first) == "cursor.expired"
    assert read(store, second).rows == read(store, third).rows
    busy = [store.writer(COLUMNS, connection="c", owner="ann") for _ in range(2)]
    assert store.writer(COLUMNS, connection="c", owner="ann").is_full
    assert not any(writer.is_full for writer in busy)
    for writer in busy:
        writer.discard()


def test_a_result_that_is_too_large_is_cut(store_of):
    """The last slice says that the result had more rows than were kept."""
    store = store_of(max_rows=50)
    part = read(store, kept(store, 60))
    assert (len(part.rows), part.cut, part.is_end) == (50, "rows", True)
    assert part.result_set().truncation.limit == 50
    small = store_of(max_bytes=500)
    assert read(small, kept(small, 60)).cut == "bytes"


def test_no_result_is_larger_than_the_whole_store(store_of):
    """Nothing is thrown out for what cannot fit anyway."""
    store = store_of(max_total_bytes=3_000, max_bytes=10_000)
    small = kept(store, 10)
    writer = store.writer(COLUMNS, connection="c", owner="ann")
    assert writer.append(rows(1_000)) == 0
    assert writer.finish() is None
    assert read(store, small).rows == tuple(rows(10))


def test_a_writer_whose_result_has_ended_keeps_nothing(store_of, clock):
    """Expired while it waited for the server: no error, no handle."""
    store = store_of(ttl_seconds=600)
    writer = store.writer(COLUMNS, connection="c", owner="ann")
    writer.append(rows(10))
    clock.now += 601
    store.sweep()
    assert writer.append(rows(10)) == 0
    assert writer.finish() is None
    assert store.total_bytes == 0


def test_a_store_full_of_unfinished_results_takes_no_more(store_of):
    """What is being written is never thrown out for something else."""
    store = store_of(max_total_bytes=3_000)
    busy = [store.writer(COLUMNS, connection="c", owner="ann") for _ in range(3)]
    assert [writer.append(rows(100)) for writer in busy] == [100, 100, 0]
    assert len(read(store, busy[0].handle()).rows) == len(read(store, busy[1].handle()).rows) == 100
    for writer in busy:
        writer.discard()


def test_a_file_that_cannot_be_removed_yet_is_removed_later(store_of, tmp_path, monkeypatch):
    """Windows keeps a file while somebody reads it."""

    def refuse(*_, **__):
        raise PermissionError("in use")

    store = store_of(max_results=1)
    kept(store, 1)
    with monkeypatch.context() as patch:
        patch.setattr(Path, "unlink", refuse)
        kept(store, 1)
        assert (store.count, len(files(tmp_path))) == (1, 2)
    store.sweep()
    assert len(files(tmp_path)) == 1


def test_a_file_that_somebody_removed_is_expired(store_of, tmp_path):
    """The system's cleaner of temporary files may come by."""
    store = store_of()
    handle = kept(store, 10)
    for path in files(tmp_path):
        path.unlink()
    assert code_of(read, store, handle) == "cursor.expired"
    assert store.count == 0


def test_results_are_kept_again_after_somebody_cleaned_up(store_of, tmp_path):
    """The whole folder was removed while the server lived."""
    store = store_of()
    lost = kept(store, 10)
    for path in files(tmp_path):
        shutil.rmtree(path.parent)
    handle = kept(store, 10)
    assert read(store, handle).rows == tuple(rows(10))
    with pytest.raises(ValidationError) as caught:
        read(store, lost)
    assert (caught.value.code, "no room" in caught.value.hint) == ("cursor.expired", True)


def test_a_disk_that_cannot_be_written_to_is_no_error(tmp_path, caplog, monkeypatch):
    """Results are not continued, and that is all."""

    def fail(*_, **__):
        raise PermissionError("read-only file system")

    monkeypatch.setattr("mssql_mcp.execution.store.PrivateFolder", fail)
    store = ResultStore(root=tmp_path)
    writer = store.writer(COLUMNS, connection="c", owner="ann")
    assert (writer.append(rows(1)), writer.finish(), writer.is_full) == (0, None, True)
    assert "read-only file system" in caplog.text
    store.close()


def test_closing_leaves_no_file(store_of, clock, tmp_path):
    """Nothing is kept afterwards, and no timer rings."""
    store = store_of()
    handle = kept(store, 10)
    store.close()
    assert list(tmp_path.iterdir()) == []
    assert clock.timers == []
    assert code_of(read, store, handle) == "cursor.expired"
    assert store.writer(COLUMNS, connection="c", owner="ann").is_full
    store.close()


def test_nothing_is_made_before_the_first_result(store_of, tmp_path):
    """A server that never truncates touches no disk."""
    store = store_of()
    store.sweep()
    assert list(tmp_path.iterdir()) == []
    kept(store, 1)
    assert len(files(tmp_path)) == 1


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX modes")
def test_files_are_private(store_of, tmp_path):
    """Nobody else reads what a query gave."""
    kept(store_of(), 1)
    (file,) = files(tmp_path)
    assert [oct(path.stat().st_mode)[-3:] for path in (file, file.parent)] == ["600", "700"]


def test_only_so_many_ended_handles_are_remembered(store_of):
    """Memory is bounded also by number; a handle that is forgotten is unknown."""
    store = store_of(max_results=1)
    first = kept(store, 1)
    for _ in range(REMEMBERED + 1):
        kept(store, 1)
    assert code_of(read, store, first) == "cursor.unknown"
    assert len(store._ended) == REMEMBERED


def test_results_of_a_root_are_apart(tmp_path, clock):
    """Two stores beside each other do not see each other's results."""
    one = ResultStore(root=tmp_path, clock=clock, timer=clock.timer)
    two = ResultStore(root=tmp_path, clock=clock, timer=clock.timer)
    handle = kept(one, 3)
    kept(two, 3)
    assert code_of(read, two, handle) == "cursor.unknown"
    two.close()
    assert read(one, handle).rows == tuple(rows(3))
    one.close()
    assert list(Path(tmp_path).iterdir()) == []
