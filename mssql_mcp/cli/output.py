"""The only module that writes to stdout and stderr: stdout is data, stderr is talk."""

from __future__ import annotations

import io
import json
import sys
from contextlib import suppress
from typing import IO, TYPE_CHECKING, Any, cast

from mssql_mcp.errors import OutputError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from mssql_mcp.cli.grid import Layout
    from mssql_mcp.errors import ToolError

# Control characters as signs: data must not ring the bell, move the cursor or paint the screen. Line feed, tab stay.
_VISIBLE = {
    **{code: chr(0x2400 + code) for code in range(0x20) if chr(code) not in "\n\t"},
    0x7F: "\u2421",
    **{code: f"<{code:02X}>" for code in range(0x80, 0xA0)},
}
FORMATS = ("table", "json", "csv", "markdown")


def write(text: str) -> None:
    """Write data to stdout, ending with exactly one line feed; a terminal gets no control characters of the data's."""
    whole = text if text.endswith("\n") else text + "\n"
    sys.stdout.write(whole.translate(_VISIBLE) if sys.stdout.isatty() else whole)


def text_stdout() -> IO[str]:
    """Give stdout for a writer of many rows: line ends as they are; a terminal gets no control characters."""
    if sys.stdout.isatty():
        return cast("IO[str]", _Screen(sys.stdout))
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(newline="")
    return sys.stdout


class _Screen(io.TextIOBase):
    """A terminal that gets control characters as signs."""

    def __init__(self, terminal: IO[str]) -> None:
        self._terminal = terminal

    def write(self, text: str) -> int:
        return self._terminal.write(text.translate(_VISIBLE))

    def flush(self) -> None:
        self._terminal.flush()


def write_json(value: Any) -> None:
    """Write a value as JSON, indented on a terminal and compact elsewhere; Unicode is not escaped."""
    if sys.stdout.isatty():
        write(json.dumps(value, ensure_ascii=False, indent=2))
    else:
        write(json.dumps(value, ensure_ascii=False, separators=(",", ":")))


def write_table(
    columns: Sequence[str], rows: Sequence[Sequence[Any]], output_format: str = "table", *, null: str = "NULL"
) -> None:
    """Write rows in one of `FORMATS`; `table` fits the terminal.

    Args:
        columns: Headings.
        rows: Each as long as `columns`; None is kept null in `json`.
        output_format: One of `FORMATS`; json gives a list of objects.
        null: What `table` shows for None.
    """
    from mssql_mcp import rendering

    if output_format == "json":
        write_json([dict(zip(columns, row, strict=True)) for row in rows])
    elif output_format == "csv":
        write(rendering.csv_text(columns, rows))
    elif output_format == "markdown":
        write(rendering.markdown_table(columns, rows))
    else:
        write_rows(columns, rows, null=null)


def write_rows(
    columns: Sequence[str],
    rows: Sequence[Sequence[Any]],
    layout: Layout = "table",
    *,
    null: str = "NULL",
    numbers: Sequence[bool] = (),
    file: IO[str] | None = None,
) -> None:
    """Write rows for people.

    Args:
        columns: Headings.
        rows: Each as long as `columns`.
        layout: A table, records (a line for each value), or a table that becomes records where it does not fit.
        null: What is shown for None.
        numbers: Of each column whether its texts are numbers; those that hold numbers need not be named.
        file: Text file; None is stdout.
    """
    from mssql_mcp.cli.grid import print_rows

    names = [_shown(name) for name in columns]
    texts = [[null if cell is None else _shown(cell) for cell in row] for row in rows]
    is_right = [_is_number(cells) for cells in zip(*rows, strict=True)] or [False] * len(names)
    is_right = [either or told for either, told in zip(is_right, numbers or is_right, strict=True)]
    nulls = [[cell is None for cell in row] for row in rows]
    print_rows(console(file=file), names, texts, nulls, is_right, layout)


def talk(text: str) -> None:
    """Say something to the person at the terminal, on stderr, after all that was written to stdout.

    Raises:
        OutputError: What was written cannot be brought to stdout.
        ReaderGoneError: Nobody reads it any more.
    """
    sys.stdout.flush()
    complain(text)


def complain(text: str) -> None:
    """Say on stderr what went wrong; where nobody can be told, go on."""
    with suppress(OSError):
        sys.stderr.write(text if text.endswith("\n") else text + "\n")
        sys.stderr.flush()


def report(error: ToolError) -> None:
    """Say an error: one line, then the hint and the rewrite where there are any."""
    from mssql_mcp.cli.streams import ReaderGoneError
    from mssql_mcp.rendering import error_lines

    # What stdout does not take is told at the end, where its rest is written.
    with suppress(OSError, OutputError, ReaderGoneError):
        sys.stdout.flush()
    for line in error_lines(error, is_shell=True):
        complain(line)


def console(*, stderr: bool = False, file: IO[str] | None = None) -> Console:
    """Give a rich console for stdout, for stderr where progress is shown, or for a text file."""
    from rich.console import Console

    # Lines are broken for eyes only: a file or another program gets each as one line.
    is_screen = file is None and (sys.stderr if stderr else sys.stdout).isatty()
    return Console(stderr=stderr, file=file, highlight=False, soft_wrap=not is_screen)


def _is_number(cells: Sequence[Any]) -> bool:
    values = [cell for cell in cells if cell is not None]
    return bool(values) and all(isinstance(value, int | float) for value in values)


def _shown(cell: Any) -> str:
    return ("yes" if cell else "no") if isinstance(cell, bool) else str(cell).translate(_VISIBLE)
