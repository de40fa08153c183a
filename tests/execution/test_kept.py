"""Rows come back as they were written, and handles mean one thing."""

from __future__ import annotations

import os

import pytest

from mssql_mcp.errors import ValidationError
from mssql_mcp.execution.folder import open_private
from mssql_mcp.execution.kept import Kept, ResultWriter, Slice, Taken, no_result, rows_of, split_handle, take
from mssql_mcp.result import Column, rows_json

COLUMNS = (Column("a", "int"), Column("", "nvarchar(max)"))
ROWS = [(1, "x"), (None, ""), (True, "\u00c6r\u00f8 \u540d\u524d \U0001f600"), (-1.5, 'q"\n\u2028'), (2, "\ud800")]


class Ledger:
    """A store that has room for everything and remembers what it was told."""

    def __init__(self, has_room: bool = True) -> None:
        self.has_room = has_room
        self.dropped = False
        self.cut: str | None = None
        self.clipped = 0

    def reserve(self, kept, size):
        kept.size += size
        return self.has_room

    def advance(self, kept, rows, offsets, clipped):
        kept.rows += rows
        self.clipped += clipped
        kept.offsets.extend(offsets)

    def settle(self, kept, *, cut):
        self.cut = cut
        return True

    def drop(self, kept):
        self.dropped = True


@pytest.fixture
def ledger() -> Ledger:
    return Ledger()


@pytest.fixture
def writer_of(tmp_path, ledger):
    """Make a writer of a file in tmp_path."""
    made = []

    def make(max_rows=1_000, max_bytes=1_000_000) -> ResultWriter:
        path = tmp_path / f"{len(made)}.jsonl"
        kept = Kept("k" * 24, COLUMNS, "c", "o", path, 0.0)
        writer = ResultWriter(ledger, kept, open_private(path), max_rows, max_bytes)
        made.append(writer)
        return writer

    yield make
    for writer in made:
        writer.discard()


def written(writer):
    return list(rows_of(writer._kept.path.open("rb")))


def test_rows_come_back_as_they_were(writer_of):
    """Every JSON scalar, every character, also half a surrogate pair and line ends inside a text."""
    writer = writer_of()
    assert writer.append(ROWS[:2]) == 2
    assert writer.append(ROWS[2:]) == 3
    assert written(writer) == ROWS
    assert [type(cell) for cell in written(writer)[2]] == [bool, str]


def test_offsets_lead_to_their_rows(writer_of):
    """Every 64th row can be found without reading what stands before it, whatever the batches were."""
    writer = writer_of()
    for size in (1, 63, 64, 65, 7, 100):
        writer.append([(number, "x" * (number % 7)) for number in range(writer.rows, writer.rows + size)])
    kept = writer._kept
    assert (writer.rows, len(kept.offsets)) == (300, 5)
    with kept.path.open("rb") as file:
        for place, offset in enumerate(kept.offsets):
            file.seek(offset)
            assert next(rows_of(file))[0] == 64 * place


def test_a_writer_stops_at_its_rows(writer_of, ledger):
    """What is not kept is counted out, and the result is known to be cut."""
    writer = writer_of(max_rows=3)
    assert (writer.append(ROWS[:2]), writer.is_full) == (2, False)
    assert (writer.append(ROWS[2:]), writer.is_full) == (1, True)
    assert (writer.append(ROWS), writer.rows) == (0, 3)
    assert writer.finish() == "k" * 24 + ".0"
    assert ledger.cut == "rows"


def test_a_writer_stops_at_its_bytes(writer_of, ledger):
    """No row is kept in part."""
    writer = writer_of(max_bytes=25)
    assert writer.append([(1, "x" * 5), (2, "y" * 5), (3, "z" * 5)]) == 2
    assert written(writer) == [(1, "xxxxx"), (2, "yyyyy")]
    assert writer.is_full
    writer.finish(cut="time")
    assert ledger.cut == "bytes"


def test_a_row_that_is_too_large_ends_the_writing(writer_of):
    """Not even the first one is kept in part."""
    writer = writer_of(max_bytes=5)
    assert (writer.append(ROWS), writer.is_full, writer.finish()) == (0, True, None)


def test_a_result_that_fits_is_not_cut(writer_of, ledger):
    """Exactly as many rows as there is room for is no loss, unless the caller gave not all of them."""
    writer = writer_of(max_rows=2)
    writer.append(ROWS[:2])
    assert writer.finish(1) == "k" * 24 + ".1"
    assert ledger.cut is None
    other = writer_of()
    other.append(ROWS)
    other.finish(cut="failure")
    assert ledger.cut == "failure"


def test_clipped_cells_are_counted_with_their_rows(writer_of, ledger):
    """The rows come back as they were, and each slice can say how many of its cells are clipped."""
    writer = writer_of()
    writer.append([("x… [9 characters]",), ("y]3",), ("z… [9 characters]",)], [1, 0, 2])
    with writer._kept.path.open("rb") as file:
        taken = take(file, COLUMNS[1:], 1_000)
    assert taken.rows == (("x… [9 characters]",), ("y]3",), ("z… [9 characters]",))
    assert (taken.clipped, ledger.clipped) == (3, 3)


def test_a_writer_that_is_stuck_is_left_with_what_it_has(writer_of, ledger):
    """Another thread says so: what was written until then can be read."""
    writer = writer_of()
    writer.append(ROWS)
    writer.leave()
    assert ledger.cut == "time"


def test_a_store_without_room_ends_the_writing(tmp_path):
    """The rows so far stay."""
    ledger = Ledger(has_room=False)
    kept = Kept("k" * 24, COLUMNS, "c", "o", tmp_path / "x", 0.0)
    writer = ResultWriter(ledger, kept, open_private(tmp_path / "x"), 10, 1_000)
    assert (writer.append(ROWS), writer.is_full) == (0, True)
    writer.discard()


def test_nothing_left_to_continue_keeps_nothing(writer_of, ledger):
    """A handle that would give no row is not given."""
    writer = writer_of()
    writer.append(ROWS)
    assert (writer.finish(start=len(ROWS)), ledger.dropped) == (None, True)
    assert writer.finish() is None


def test_a_broken_disk_is_no_error(writer_of, ledger, caplog):
    """The result cannot be continued, and that is all."""
    writer = writer_of()
    os.close(writer._descriptor)
    assert (writer.append(ROWS), writer.is_full, ledger.dropped) == (0, True, True)
    assert writer.finish() is None
    assert "cannot be kept" in caplog.text


def test_a_block_that_fails_keeps_nothing(writer_of, ledger):
    """As a context manager a writer discards what was not finished, and only that."""

    def fail():
        with writer_of() as writer:
            writer.append(ROWS)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert ledger.dropped
    ledger.dropped = False
    with writer_of() as writer:
        writer.append(ROWS)
        assert writer.handle(2) == "k" * 24 + ".2"
        assert writer.finish(2) == "k" * 24 + ".2"
    assert not ledger.dropped


def test_a_writer_of_nothing_keeps_nothing(ledger):
    """Where nothing can be kept there is nothing to do."""
    writer = ResultWriter(ledger, None, -1, 10, 10)
    assert (writer.is_full, writer.rows, writer.append(ROWS), writer.handle(), writer.finish()) == (
        True,
        0,
        0,
        None,
        None,
    )
    writer.discard()


@pytest.mark.parametrize(
    "handle",
    ["", "x", "a" * 24, "a" * 24 + ".", "a" * 24 + ".-1", "a" * 24 + ".1x", "../" * 8 + "a.1", "a" * 24 + ".٣"],
)
def test_a_handle_that_is_none_is_unknown(handle):
    """Nothing of it reaches a path."""
    with pytest.raises(ValidationError) as caught:
        split_handle(handle)
    assert caught.value.code == "cursor.unknown"


def test_a_handle_has_two_parts():
    """The random part and the row."""
    assert split_handle("a-_9" * 6 + ".128") == ("a-_9" * 6, 128)


def test_characters_end_a_slice_between_rows():
    """At least one row is taken whatever its size; the sizes are those of compact JSON."""
    lines = [b'["aaaa"]\n', b'["bbbb"]\n', b'["cccc"]\n']

    def taken(count, **options):
        found = take(lines, COLUMNS[1:], count, **options)
        return len(found.rows), found.is_full

    assert taken(8) == taken(16) == (1, True)
    assert taken(17) == taken(25) == (2, True)
    assert taken(26) == (3, False)
    assert taken(14, output_format="csv") == (3, False)
    assert taken(25, output_format="markdown") == (2, True)
    assert take([], COLUMNS, 10) == Taken(())


def test_a_kept_row_that_is_larger_than_an_answer_is_made_to_fit():
    """Its texts are cut and say their length; the slice says so."""
    line = ("[" + ",".join(['"' + "x" * 90 + '"'] * 10) + "]\n").encode()
    taken = take([line, line], [COLUMNS[1]] * 10, 400)
    assert len(taken.rows) == 1
    assert len(rows_json(taken.rows)) <= 400
    assert (taken.clipped, taken.is_full) == (10, True)
    assert str(taken.rows[0][0]).endswith("… [90 characters]")


def test_a_slice_becomes_an_answer():
    """It says where it stands, how it goes on, and what was lost."""
    middle = Slice(COLUMNS, ((1, "x"),), 4, "h.5", cut=None, kept_rows=9, reason="rows", limit=1, clipped=2)
    answer = middle.result_set(3.0)
    assert (middle.is_end, answer.next, answer.is_truncated, answer.elapsed_ms) == (False, "h.5", True, 3.0)
    assert answer.notes == ("Rows 5 to 5 of the result.",)
    assert answer.clipped_cells == 2
    end = Slice(COLUMNS, ((1, "x"),), 8, None, cut=None, kept_rows=9, reason="rows", limit=1)
    assert (end.is_end, end.result_set().truncation) == (True, None)
    cut = Slice(COLUMNS, ((1, "x"),), 8, None, cut="rows", kept_rows=9, reason="rows", limit=1).result_set()
    assert cut.truncation is not None
    assert "first 9 rows" in cut.truncation.hint
    assert "keep_rows" in cut.truncation.hint
    late = Slice(COLUMNS, (), 9, None, cut="time", kept_rows=9, reason="rows", limit=1).result_set()
    assert late.truncation is not None
    assert late.truncation.reason == "time"
    assert "the time of the query was over" in late.truncation.hint
    assert late.notes == ("What is kept of the result ends at row 9.",)


def test_only_waiting_is_worth_a_retry():
    """An expired handle stays expired."""
    assert no_result("cursor.busy").retryable
    assert not no_result("cursor.expired", 600).retryable
    assert "600 s" in no_result("cursor.expired", 600).hint
