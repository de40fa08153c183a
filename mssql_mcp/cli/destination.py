"""Where an export goes: stdout, or a file that has its name only once it is whole.

Links are followed, so that what they name is replaced and not they. What is there and no regular file (a pipe with a
name, a device) is written to as it is. A file that is replaced keeps its mode; a new one gets what the umask says.
"""

from __future__ import annotations

import os
import secrets
import stat
import sys
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from mssql_mcp.cli import output
from mssql_mcp.errors import ValidationError

if TYPE_CHECKING:
    from collections.abc import Iterator

# Of the name, before what makes an unfinished file's name its own: file systems allow 255 bytes.
_NAME_CHARACTERS = 40
_TEXT: dict[str, Any] = {"encoding": "utf-8", "newline": ""}


@contextmanager
def opened(out: Path | None, *, is_text: bool) -> Iterator[IO[Any]]:
    """Open stdout, or a file beside its place that is moved there when the block ends well and removed when not.

    Raises:
        ValidationError: `input.out`; the file cannot be written, or a terminal would get bytes.
    """
    if out is None:
        yield _stdout(is_text=is_text)
        return
    try:
        there = out.stat() if out.exists() else None
        if there is not None and not stat.S_ISREG(there.st_mode):
            with out.open("w" if is_text else "wb", **(_TEXT if is_text else {})) as file:
                yield file
            return
        with _replacing(Path(os.path.realpath(out)), there, is_text=is_text) as file:
            yield file
    except BrokenPipeError:
        raise
    except OSError as error:
        reason = error.strerror or str(error)
        raise ValidationError(
            f"{out} cannot be written: {reason}.",
            code="input.out",
            hint="Name a file in a folder that exists and that you may write to, with room for the rows.",
        ) from None


@contextmanager
def _replacing(place: Path, there: os.stat_result | None, *, is_text: bool) -> Iterator[IO[Any]]:
    """Write beside the place; the umask makes a new file's mode, the file that is there its successor's."""
    unfinished = place.with_name(f".{place.name[:_NAME_CHARACTERS]}.{secrets.token_hex(6)}")
    mode = 0o666 if there is None else stat.S_IMODE(there.st_mode)
    try:
        with open(
            unfinished,
            "x" if is_text else "xb",
            opener=lambda path, flags: os.open(path, flags, mode & 0o777),
            **(_TEXT if is_text else {}),
        ) as file:
            if there is not None:
                unfinished.chmod(mode)
            yield file
        unfinished.replace(place)
    except BaseException:
        with suppress(OSError):
            unfinished.unlink(missing_ok=True)
        raise


def _stdout(*, is_text: bool) -> IO[Any]:
    if is_text:
        return output.text_stdout()
    if sys.stdout.isatty():
        raise ValidationError(
            "A terminal cannot show this format.", code="input.out", hint="Give --out PATH, or send stdout to a file."
        )
    return sys.stdout.buffer
