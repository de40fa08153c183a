"""What stands around rows is counted before they come, and never turns out larger."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mssql_mcp.errors import QueryError
from mssql_mcp.execution.budget import fit, told_in
from mssql_mcp.execution.frame import HANDLE_CHARACTERS, HINT_CHARACTERS, NOTE_CHARACTERS, frame_of, too_wide
from mssql_mcp.rendering import FORMATS, render
from mssql_mcp.result import Column, ResultSet, Truncation

NAMES = st.text(st.characters(codec="utf-8"), max_size=40)


@settings(max_examples=100)
@given(
    names=st.lists(NAMES, min_size=1, max_size=60),
    type_name=st.sampled_from(["int", "nvarchar(max)"]),
    max_characters=st.integers(1_000, 20_000),
    output_format=st.sampled_from(FORMATS),
    notes=st.lists(st.just('A "note".'), max_size=2),
    cell=st.sampled_from([1, None, "text", '|"', 1.5]),
)
def test_an_answer_is_never_larger_than_it_may_be(names, type_name, max_characters, output_format, notes, cell):
    """Whatever the columns are called, and however much is said of the rows that fill the room."""
    columns = tuple(Column(name, type_name) for name in names)
    try:
        frame = frame_of(columns, max_characters, output_format, notes)
    except QueryError:
        assert sum(map(len, names)) * (1 if output_format == "json" else 2) > max_characters / 10
        return
    rows = [(cell,) * len(names)] * 20_000
    rows = rows[: fit(rows, frame.room + 1, output_format)]
    said = Truncation("characters", 0, "h" * HINT_CHARACTERS)
    answer = ResultSet(
        columns=frame.columns,
        rows=rows,
        truncation=said,
        clipped_cells=len(rows) * len(names),
        next="n" * HANDLE_CHARACTERS,
        notes=(*frame.notes, "x" * NOTE_CHARACTERS),
    )
    assert len(render(answer, output_format)) <= max_characters


@pytest.mark.parametrize("output_format", FORMATS)
def test_types_go_before_rows_do(output_format):
    """They are shown where there is room, and their absence is told."""
    few = tuple(Column(f"c{number}", "decimal(38,10)") for number in range(10))
    many = tuple(Column(f"c{number}", "decimal(38,10)") for number in range(900))
    assert frame_of(few, 20_000, output_format).columns == few
    frame = frame_of(many, 20_000, output_format)
    assert frame.columns == tuple(Column(column.name, "") for column in many)
    assert frame.notes == ("The types are left out: the names of 900 columns take much of the answer.",)
    answer = render(ResultSet(frame.columns, ()), output_format)
    assert "decimal" not in answer
    assert "type" not in answer


def test_a_terminal_shows_names_of_any_length():
    """It has no window that they could fill; the rows are counted alone."""
    columns = tuple(Column("c" * 100, "int") for _ in range(1_000))
    frame = frame_of(columns, 20_000, "records", ["Said."])
    assert (frame.columns, frame.room, frame.notes) == (columns, 20_000, ("Said.",))


def test_names_are_told_as_far_as_an_error_has_room():
    """All of few, the first of many, and what to do in a terminal."""
    error = too_wide("It is too wide", [Column("a", "int"), Column("", "int")], 1_000)
    assert error.hint.endswith("They are: a, (unnamed)")
    error = too_wide("It is too wide", [Column("a" * 60, "int")] * 500, 20_000)
    assert error.hint.endswith("a, ...")
    assert len(error.hint) < 1_200
    assert "--format csv" in error.shell_hint


def test_a_note_takes_its_text_and_what_separates_it():
    """In every format no more."""
    for output_format in FORMATS:
        one = ResultSet((Column("a", "int"),), (), notes=("First.",))
        two = ResultSet((Column("a", "int"),), (), notes=("First.", "Second."))
        assert len(render(two, output_format)) - len(render(one, output_format)) <= told_in("Second.")
