"""Stream a result to stdout or a file, with a progress line on a terminal's stderr."""

from __future__ import annotations

import sys
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mssql_mcp.cli import output
from mssql_mcp.cli.ask import ask
from mssql_mcp.cli.destination import opened
from mssql_mcp.rendering.export import WRITERS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

    from mssql_mcp.cli.grid import Layout
    from mssql_mcp.cli.options import Invocation
    from mssql_mcp.connection.call import Call
    from mssql_mcp.result import Cell, Column
    from mssql_mcp.workspace import Query, Workspace

# Numbers of which an answer holds the digits as text, since JSON would lose some.
EXACT_NUMBERS = frozenset({"bigint", "decimal", "money", "numeric", "smallmoney"})


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written: how many rows, in how many seconds, whether the query has more, and what is to be said."""

    rows: int
    seconds: float
    has_more: bool
    notes: tuple[str, ...] = ()


def export(
    invocation: Invocation, query: Query, output_format: str, out: Path | None, timeout_seconds: float | None
) -> Exported:
    """Write every row of a query, or the first `max_rows` of it.

    Args:
        invocation: Whose settings and connection.
        query: What to run.
        output_format: One of `WRITERS`.
        out: Where to; None is stdout. A file gets its name only when it is whole.
        timeout_seconds: Deadline; None takes the connection's limit.
    """
    kind, is_text = WRITERS[output_format]

    def work(workspace: Workspace, call: Call) -> Exported:
        count = 0
        is_shown = out is not None or not sys.stdout.isatty()
        with _progress(is_shown=is_shown) as report, workspace.stream(query, call) as result:
            writer = kind(file)
            writer.begin(result.columns)
            for chunk in result.chunks:
                writer.rows(chunk)
                count += len(chunk)
                report(count)
            writer.close()
            has_more = result.has_more()
        return Exported(count, call.elapsed_ms / 1000, has_more, result.notes)

    # Opened by the caller's thread, which a signal always reaches: no driver keeps an unfinished file.
    with opened(out, is_text=is_text) as file:
        return ask(invocation, work, timeout_seconds=timeout_seconds)


def text_to(out: Path | None, text: str) -> None:
    """Write a text to a file, or to stdout without one."""
    if out is None:
        output.write(text)
        return
    with opened(out, is_text=True) as file:
        file.write(text if text.endswith("\n") else text + "\n")


def table_to(out: Path | None, columns: Sequence[Column], rows: Sequence[Sequence[Cell]], layout: Layout) -> None:
    """Write rows for people to a file, or to stdout without one."""
    names = [column.name for column in columns]
    numbers = [column.type.partition("(")[0] in EXACT_NUMBERS for column in columns]
    if out is None:
        output.write_rows(names, rows, layout, numbers=numbers)
        return
    with opened(out, is_text=True) as file:
        output.write_rows(names, rows, layout, numbers=numbers, file=file)


def _progress(*, is_shown: bool) -> AbstractContextManager[Callable[[int], None]]:
    """Show how many rows there are, on a terminal that does not show the rows themselves; say nothing elsewhere."""
    return _bar() if is_shown and sys.stderr.isatty() else nullcontext(lambda _: None)


@contextmanager
def _bar() -> Iterator[Callable[[int], None]]:
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.completed:,.0f} rows"), TimeElapsedColumn())
    with Progress(
        *columns,
        console=output.console(stderr=True),
        transient=True,
        # Else rich takes sys.stdout away, and the rows that are written to it go to the terminal.
        redirect_stdout=False,
        redirect_stderr=False,
    ) as progress:
        task = progress.add_task("rows", total=None)
        yield lambda count: progress.update(task, completed=count)
