"""The files of the process as every command may rely on them: there, in UTF-8, with failures that say why.

A program may be started with any of them closed, and a redirect on Windows has the encoding of the computer's country.
"""

from __future__ import annotations

import errno
import io
import os
import sys
from contextlib import suppress
from typing import IO, TYPE_CHECKING, Any

from mssql_mcp.errors import ConfigurationError, OutputError

if TYPE_CHECKING:
    from mssql_mcp.errors import ToolError

# Half a character of nvarchar is no text; in JSON this is the escape for it, elsewhere it can at least be seen.
UNWRITABLE = "backslashreplace"


class ReaderGoneError(Exception):
    """The reader of our output has gone: `| head` has what it wanted.

    It is no OSError, so that no library takes it for a failure of its own.
    """


class Target(io.FileIO):
    """A file that says what could not be written, and why.

    Args:
        descriptor: Open for writing.
        name: As a person knows the file; empty is standard output.
        closefd: Whether closing this closes the descriptor.
    """

    def __init__(self, descriptor: int, name: str = "", *, closefd: bool = True) -> None:
        super().__init__(descriptor, "w", closefd=closefd)
        self.place = name

    def write(self, data: Any, /) -> Any:
        """Write some bytes.

        Raises:
            OutputError: The system would not take them.
            ReaderGoneError: Nobody reads them any more.
        """
        try:
            return super().write(data)
        except BrokenPipeError:
            raise ReaderGoneError from None
        except OSError as error:
            # What Windows says of a pipe that was closed at the other end.
            if sys.platform == "win32" and error.errno == errno.EINVAL and not self.place:
                raise ReaderGoneError from None
            raise cannot_write(self.place, error) from None


def cannot_write(name: str, error: OSError) -> OutputError:
    """Make the error for what could not be written.

    Args:
        name: Of the file; empty is standard output.
        error: Of the system.
    """
    reason = error.strerror or type(error).__name__
    hint = "What was written is not whole."
    if error.errno in (errno.ENOENT, errno.ENOTDIR):
        hint = "Make the folder first, or name another file."
    elif error.errno == errno.EISDIR:
        hint = "Name a file, not a folder."
    elif error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        hint = "Name a file in a folder where you may write."
    elif error.errno == errno.EBADF:
        hint = "It was closed when the program was started."
    elif name:
        hint = "The file is as it was before."
    if not name:
        return OutputError(f"Cannot write to standard output: {reason}.", code="output.stdout", hint=hint)
    return OutputError(f"Cannot write to {name}: {reason}.", code="output.file", hint=hint)


def no_folder() -> ConfigurationError | None:
    """Make the error for a current folder that is no longer there; None where it is."""
    try:
        os.getcwd()  # noqa: PTH109 - only whether it can be had
    except OSError as error:
        return ConfigurationError(
            f"The current folder cannot be used: {error.strerror}.",
            code="config.no_folder",
            hint="It may have been removed; change to another one (cd) and run the command again.",
        )
    return None


def prepare() -> None:
    """Make the three standard streams usable: once, at the start of the process."""
    if sys.stdin is None:
        sys.stdin = open(os.open(os.devnull, os.O_RDONLY), encoding="utf-8")  # noqa: SIM115, PTH123 - as long as we live
    if sys.stdout is None:
        # Nobody may take the number for another file, and whoever writes to it is told.
        sys.stdout = _guarded(os.open(os.devnull, os.O_RDONLY))
    elif sys.stdout.isatty():
        _say_what_can_be_said(sys.stdout)
    else:
        sys.stdout.flush()
        sys.stdout = _guarded(
            sys.stdout.fileno(),
            line_buffering=getattr(sys.stdout, "line_buffering", False),
            write_through=getattr(sys.stdout, "write_through", False),
        )
    if sys.stderr is None:
        sys.stderr = open(os.open(os.devnull, os.O_WRONLY), "w", encoding="utf-8")  # noqa: SIM115, PTH123
    elif sys.stderr.isatty():
        _say_what_can_be_said(sys.stderr)
    elif isinstance(sys.stderr, io.TextIOWrapper):
        sys.stderr.reconfigure(encoding="utf-8", errors=UNWRITABLE)


def finish(code: int) -> int:
    """Write what stdout still holds, and give the exit code: the given one, unless the end of the data was lost."""
    code = _finish_stdout(code)
    try:
        sys.stderr.flush()
    except (OSError, ValueError):
        # Talk that nobody can have is no failure; Python's own flush at the end would make it one.
        _let_go(sys.stderr)
    return code


def _finish_stdout(code: int) -> int:
    from mssql_mcp.cli import output
    from mssql_mcp.cli.exit_codes import ExitCode, exit_code_of

    failure: ToolError | None = None
    try:
        sys.stdout.flush()
    except ReaderGoneError:
        pass
    except OutputError as error:
        failure = error
    except OSError as error:
        failure = cannot_write("", error)
    else:
        return code
    # Python's own flush at the end would complain about what is left.
    _let_go(sys.stdout)
    if failure is not None and code != ExitCode.OUTPUT:
        output.report(failure)
        return code or int(exit_code_of(failure))
    return code


def _let_go(stream: IO[str]) -> None:
    """Lead a stream to where everything can be written."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _guarded(descriptor: int, **options: Any) -> IO[str]:
    raw = Target(descriptor, closefd=False)
    return io.TextIOWrapper(io.BufferedWriter(raw), encoding="utf-8", errors=UNWRITABLE, **options)


def _say_what_can_be_said(terminal: IO[str]) -> None:
    """Let a terminal of few characters show a question mark for the others."""
    if isinstance(terminal, io.TextIOWrapper):
        terminal.reconfigure(errors="replace")
