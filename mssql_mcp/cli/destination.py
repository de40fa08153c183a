"""Where an export goes: stdout, or a file that has its name only once it is whole.

Links are followed, so that what they name is replaced and not they. What is there and no regular file (a pipe with a
name, a device) is written to as it is. A file that is replaced keeps its mode; a new one gets what the umask says.
"""

from __future__ import annotations

import io
import os
import secrets
import stat
import sys
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from mssql_mcp.cli import output
from mssql_mcp.cli.streams import UNWRITABLE, Target, cannot_write
from mssql_mcp.errors import ValidationError

if TYPE_CHECKING:
    from collections.abc import Iterator

# Of the name, before what makes an unfinished file's name its own: file systems allow 255 bytes.
_NAME_CHARACTERS = 40


@contextmanager
def opened(out: Path | None, *, is_text: bool) -> Iterator[IO[Any]]:
    """Open stdout, or a file beside its place that is moved there when the block ends well and removed when not.

    Raises:
        OutputError: `output.file`; the file cannot be written.
        ValidationError: `input.out`; a terminal would get bytes.
    """
    if out is None:
        yield _stdout(is_text=is_text)
        return
    with _saying(out):
        there = out.stat() if out.exists() else None
    if there is not None and not stat.S_ISREG(there.st_mode):
        with _saying(out):
            descriptor = os.open(out, os.O_WRONLY | getattr(os, "O_BINARY", 0))
        with _file(descriptor, out, is_text=is_text) as file:
            yield file
        return
    with _replacing(out, there, is_text=is_text) as file:
        yield file


@contextmanager
def _replacing(out: Path, there: os.stat_result | None, *, is_text: bool) -> Iterator[IO[Any]]:
    """Write beside the place; the umask makes a new file's mode, the file that is there its successor's."""
    place = Path(os.path.realpath(out))
    unfinished = place.with_name(f".{place.name[:_NAME_CHARACTERS]}.{secrets.token_hex(6)}")
    mode = 0o666 if there is None else stat.S_IMODE(there.st_mode)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    try:  # before the file is there: a signal may come as soon as it is
        with _saying(out):
            descriptor = os.open(unfinished, flags, mode & 0o777)
        with _file(descriptor, out, is_text=is_text) as file:
            if there is not None:
                with _saying(out):
                    unfinished.chmod(mode)
            yield file
        with _saying(out):
            unfinished.replace(place)
    except BaseException:
        with suppress(OSError):
            unfinished.unlink(missing_ok=True)
        raise


@contextmanager
def _saying(out: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise cannot_write(str(out), error) from None


@contextmanager
def _file(descriptor: int, out: Path, *, is_text: bool) -> Iterator[IO[Any]]:
    """Open a file that says its own name where it cannot be written; no error of a reader's is taken for one of it."""
    binary = io.BufferedWriter(Target(descriptor, str(out)))
    file = io.TextIOWrapper(binary, encoding="utf-8", errors=UNWRITABLE, newline="") if is_text else binary
    try:
        yield file
    except BaseException:
        with suppress(Exception):
            file.close()
        raise
    file.close()


def _stdout(*, is_text: bool) -> IO[Any]:
    if is_text:
        return output.text_stdout()
    if sys.stdout.isatty():
        raise ValidationError(
            "A terminal cannot show this format.", code="input.out", hint="Give --out PATH, or send stdout to a file."
        )
    return sys.stdout.buffer
