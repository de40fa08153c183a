"""The only module that writes to stdout and stderr: stdout is data, stderr is talk."""

from __future__ import annotations

import io
import json
import sys
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from mssql_mcp.errors import ToolError

FORMATS = ("table", "json", "csv", "markdown")


def write(text: str) -> None:
    """Write data to stdout, ending with exactly one line feed."""
    sys.stdout.write(text if text.endswith("\n") else text + "\n")


def text_stdout() -> IO[str]:
    """Give stdout for a writer of many rows: UTF-8, line ends as they are written."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", newline="")
    return sys.stdout


def write_json(value: Any) -> None:
    """Write a value as JSON, indented on a terminal and compact elsewhere; Unicode is not escaped."""
    if sys.stdout.isatty():
        write(json.dumps(value, ensure_ascii=False, indent=2))
    else:
        write(json.dumps(value, ensure_ascii=False, separators=(",", ":")))


def write_table(columns: Sequence[str], rows: Sequence[Sequence[Any]], output_format: str = "table") -> None:
    """Write rows in one of `FORMATS`; `table` fits the terminal.

    Args:
        columns: Headings.
        rows: Each as long as `columns`; None is shown as NULL in `table`, kept null in `json`.
        output_format: One of `FORMATS`; json gives a list of objects.
    """
    from mssql_mcp import rendering

    if output_format == "json":
        write_json([dict(zip(columns, row, strict=True)) for row in rows])
    elif output_format == "csv":
        write(rendering.csv_text(columns, rows))
    elif output_format == "markdown":
        write(rendering.markdown_table(columns, rows))
    else:
        _write_terminal_table(columns, rows)


def talk(text: str) -> None:
    """Say something to the person at the terminal, on stderr."""
    sys.stdout.flush()
    sys.stderr.write(text if text.endswith("\n") else text + "\n")
    sys.stderr.flush()


def report(error: ToolError) -> None:
    """Say an error: one line, then the hint and the rewrite where there are any."""
    from mssql_mcp.rendering import error_lines

    for line in error_lines(error):
        talk(line)


def console(*, stderr: bool = False) -> Console:
    """Give a rich console for stdout, or for stderr where progress is shown."""
    from rich.console import Console

    # Lines are broken for eyes only: a file or another program gets each as one line.
    is_screen = (sys.stderr if stderr else sys.stdout).isatty()
    return Console(stderr=stderr, highlight=False, soft_wrap=not is_screen)


def _write_terminal_table(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    numeric = [
        bool(rows) and all(isinstance(row[i], (int, float)) or row[i] is None for row in rows)
        for i in range(len(columns))
    ]
    for name, is_number in zip(columns, numeric, strict=True):
        table.add_column(Text(name), justify="right" if is_number else "left", overflow="fold")
    for row in rows:
        table.add_row(*(Text("NULL", style="dim") if cell is None else Text(_shown(cell)) for cell in row))
    screen = console()
    if not sys.stdout.isatty():
        screen.width = max(200, 24 * len(columns))
    screen.print(table)


def _shown(cell: Any) -> str:
    return ("yes" if cell else "no") if isinstance(cell, bool) else str(cell)
