"""Stream a result to stdout or a file, with a progress line on a terminal's stderr."""

from __future__ import annotations

import sys
import tempfile
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from mssql_mcp.cli import output
from mssql_mcp.cli.ask import ask
from mssql_mcp.rendering.export import WRITERS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from mssql_mcp.cli.options import Invocation
    from mssql_mcp.connection.call import Call
    from mssql_mcp.workspace import Query, Workspace


def export(
    invocation: Invocation, query: Query, output_format: str, out: Path | None, timeout_seconds: float | None
) -> tuple[int, float]:
    """Write every row of a query.

    Args:
        invocation: Whose settings and connection.
        query: What to run.
        output_format: One of `WRITERS`.
        out: Where to; None is stdout. A file gets its name only when it is whole.
        timeout_seconds: Deadline; None takes the connection's limit.

    Returns:
        How many rows were written, in how many seconds.
    """
    kind, is_text = WRITERS[output_format]

    def work(workspace: Workspace, call: Call) -> tuple[int, float]:
        count = 0
        with (
            _progress() as report,
            workspace.stream(query, call) as result,
            _opened(out, is_text=is_text) as file,
        ):
            writer = kind(file)
            writer.begin(result.columns)
            for chunk in result.chunks:
                writer.rows(chunk)
                count += len(chunk)
                report(count)
            writer.close()
        return count, call.elapsed_ms / 1000

    return ask(invocation, work, timeout_seconds=timeout_seconds)


def to_file(out: Path | None, text: str) -> None:
    """Write a text to a file, or to stdout without one."""
    if out is None:
        output.write(text)
        return
    with _opened(out, is_text=True) as file:
        file.write(text if text.endswith("\n") else text + "\n")


@contextmanager
def _opened(out: Path | None, *, is_text: bool) -> Iterator[IO[Any]]:
    """Open stdout, or a file beside its place that is moved there when the block ends well."""
    if out is None:
        yield output.text_stdout() if is_text else sys.stdout.buffer
        return
    place = Path(out)
    options: dict[str, Any] = {"mode": "w", "encoding": "utf-8", "newline": ""} if is_text else {"mode": "wb"}
    with tempfile.NamedTemporaryFile(dir=place.parent, prefix=f".{place.name}.", delete=False, **options) as file:
        unfinished = Path(file.name)
        try:
            yield file
        except BaseException:
            file.close()
            unfinished.unlink(missing_ok=True)
            raise
    unfinished.replace(place)


def _progress() -> AbstractContextManager[Callable[[int], None]]:
    """Show how many rows there are, on a terminal; say nothing elsewhere."""
    return _bar() if sys.stderr.isatty() else nullcontext(lambda _: None)


@contextmanager
def _bar() -> Iterator[Callable[[int], None]]:
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.completed:,.0f} rows"), TimeElapsedColumn())
    with Progress(*columns, console=output.console(stderr=True), transient=True) as progress:
        task = progress.add_task("rows", total=None)
        yield lambda count: progress.update(task, completed=count)
