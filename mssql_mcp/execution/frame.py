"""What stands around the rows of an answer, and what room it leaves them.

An answer is its columns, its rows and what is said of them; `limits.max_characters` bounds all of it. What is said is
not known before the rows are, so room is held for the most that it may be. Where the columns leave little room, their
types go first: they can be asked for, rows cannot be guessed. Where the names alone leave none, there is no answer, and
the error says which names there are.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mssql_mcp.errors import QueryError
from mssql_mcp.rendering import FORMATS, render
from mssql_mcp.result import Column, ResultSet, Truncation

if TYPE_CHECKING:
    from collections.abc import Sequence

# The most that may be said behind the rows: the hint of a truncated answer, the handle that continues it, and that it
# comes from the cache, or where a slice stands.
HINT_CHARACTERS = 200
HANDLE_CHARACTERS = 40
NOTE_CHARACTERS = 60
MANY = 10_000_000
# Types are shown where they leave at least this share of the answer to the rows.
LEAST_SHARE = 4
# Of the names in the error that says that there are too many.
NAMES_CHARACTERS = 1_000


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands around rows.

    Attributes:
        columns: As they are shown; without types where those took too much.
        room: Characters that the rows may have.
        notes: Sentences for the reader.
    """

    columns: tuple[Column, ...]
    room: int
    notes: tuple[str, ...]


def frame_of(
    columns: Sequence[Column], max_characters: int, output_format: str = "json", notes: Sequence[str] = ()
) -> Frame:
    """Give what stands around the rows of an answer.

    Args:
        columns: Of the result.
        max_characters: Of the whole answer.
        output_format: One of `rendering.FORMATS`; for any other the rows alone are counted (`Limits`).
        notes: That the answer will have in any case.

    Raises:
        QueryError: `query.too_wide`; the names of the columns leave no room.
    """
    shown, said = tuple(columns), tuple(notes)
    if output_format not in FORMATS:
        return Frame(shown, max_characters, said)
    room = max_characters - _size(shown, output_format, said)
    if room < max_characters // LEAST_SHARE:
        shown = tuple(Column(column.name, "") for column in columns)
        said = (*said, f"The types are left out: the names of {len(shown)} columns take much of the answer.")
        room = max_characters - _size(shown, output_format, said)
    if room <= 0:
        raise too_wide(f"The names of the {len(shown)} columns leave no room for rows", shown, max_characters)
    return Frame(shown, room, said)


def too_wide(what: str, columns: Sequence[Column], max_characters: int) -> QueryError:
    """Make the error for a result of which not a row fits into an answer.

    Args:
        what: Is too long; the beginning of a sentence.
        columns: Of the result.
        max_characters: Of the whole answer.
    """
    names, room = [], min(NAMES_CHARACTERS, max_characters // 2)
    for column in columns:
        room -= len(column.name) + 2
        if room < 0:
            break
        names.append(column.name or "(unnamed)")
    are, end = ("They are", "") if len(names) == len(columns) else ("The first are", ", ...")
    first = f" {are}: {', '.join(names)}{end}"
    step = "Select the columns that you need instead of all"
    return QueryError(
        f"{what}: an answer may have {max_characters} characters.",
        code="query.too_wide",
        hint=f"{step}.{first}",
        shell_hint=f"{step}, or take --format csv or jsonl; limits.max_characters is the setting.{first}",
    )


def _size(columns: tuple[Column, ...], output_format: str, notes: tuple[str, ...]) -> int:
    """Count the characters of an answer without its rows, however much is said of them."""
    most = ResultSet(
        columns=columns,
        rows=(),
        truncation=Truncation("characters", 0, "." * HINT_CHARACTERS),
        clipped_cells=MANY,
        next="." * HANDLE_CHARACTERS,
        notes=(*notes, "." * NOTE_CHARACTERS),
    )
    # The number of rows, and the end of the last one's line.
    return len(render(most, output_format)) + len(str(MANY))
