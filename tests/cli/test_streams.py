"""Every command finds usable streams, and says why it cannot write; seen from outside, as a shell starts it."""

from __future__ import annotations

import errno
import io
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from conversations import DEMO, SUBPROCESS_SECONDS, command_line, environment

from mssql_mcp.cli.streams import ReaderGoneError, Target, cannot_write, no_folder
from mssql_mcp.errors import OutputError

if TYPE_CHECKING:
    from collections.abc import Callable

FULL = Path("/dev/full")
NAMES = "SELECT DISTINCT name FROM sales.customers WHERE UNICODE(name) > 255"
needs_shell = pytest.mark.skipif(sys.platform == "win32", reason="Redirects of a POSIX shell")
needs_full = pytest.mark.skipif(not FULL.exists(), reason="This system has no device that is always full")


def run(*arguments: str, redirect: str = "", **environ: str) -> subprocess.CompletedProcess[bytes]:
    """Run a command on the demo in a process of its own, with a redirect of the shell."""
    command = command_line(*arguments, on=DEMO)
    if redirect:
        command = ["/bin/sh", "-c", f'"$@" {redirect}', "sh", *command]
    return subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=SUBPROCESS_SECONDS,
        check=False,
        env={**environment(), **environ},
    )


@pytest.mark.parametrize("encoding", ["cp1252", "cp932", "ascii"])
@pytest.mark.parametrize(
    "arguments",
    [
        ("query", NAMES, "--format", "json"),
        ("query", NAMES, "--format", "markdown"),
        ("query", NAMES, "--format", "table"),
        ("inspect", "profile", "sales.customers"),
    ],
    ids=lambda arguments: " ".join((arguments[0], arguments[-1])),
)
def test_data_is_utf_8_whatever_the_computer_s_encoding(arguments: tuple[str, ...], encoding: str) -> None:
    """A pipe or a file gets the characters that are in the data."""
    done = run(*arguments, PYTHONIOENCODING=encoding)
    assert done.returncode == 0, done.stderr
    assert "灯台照明" in done.stdout.decode()


WRITE_HALF = """
import sys
from mssql_mcp.cli import output, streams

streams.prepare()
output.write(chr(0xD83D))
sys.exit(streams.finish(0))
"""


def test_half_a_character_is_written_as_an_escape() -> None:
    """What nvarchar may hold and UTF-8 may not is no reason to give nothing."""
    done = subprocess.run(
        [sys.executable, "-c", WRITE_HALF],
        capture_output=True,
        timeout=SUBPROCESS_SECONDS,
        check=False,
        env=environment(),
    )
    assert (done.returncode, done.stdout.strip()) == (0, b"\\ud83d"), done.stderr


@needs_shell
@needs_full
@pytest.mark.parametrize(
    "arguments",
    [("query", "SELECT 1 AS x"), ("config", "show"), ("inspect", "tables"), ("query", NAMES, "--format", "json")],
    ids=" ".join,
)
@pytest.mark.parametrize(("redirect", "reason"), [(">/dev/full", errno.ENOSPC), (">&-", errno.EBADF)])
def test_a_stdout_that_takes_nothing_is_told(arguments: tuple[str, ...], redirect: str, reason: int) -> None:
    """A full disk and a closed stdout: one sentence, an exit code of its own, no traceback."""
    done = run(*arguments, redirect=redirect)
    assert done.returncode == 12
    said = done.stderr.decode()
    assert said.startswith(f"Error [output.stdout]: Cannot write to standard output: {os.strerror(reason)}.\n")
    assert "Traceback" not in said
    assert "Exception ignored" not in said


@needs_shell
@needs_full
def test_a_stderr_that_takes_nothing_changes_nothing() -> None:
    """Talk is lost, data is not."""
    done = run("query", "SELECT 1 AS x", redirect="2>/dev/full")
    assert (done.returncode, done.stdout) == (0, b"x\n1\n")
    done = run("query", "SELECT 1/0 AS x", redirect="2>&-")
    assert (done.returncode, done.stdout, done.stderr) == (6, b"", b"")


@needs_shell
def test_a_closed_stdin_is_an_empty_one() -> None:
    """A query without a text says so; a server without a client ends."""
    done = run("query", redirect="<&-")
    assert done.returncode == 2
    assert done.stderr.startswith(b"Error [input.no_text]")
    done = run("serve", redirect="<&-")
    assert (done.returncode, done.stdout) == (0, b""), done.stderr


@needs_shell
@pytest.mark.parametrize("arguments", [("inspect", "tables"), ("demo",), ("--help",)], ids=" ".join)
def test_a_reader_that_is_gone_is_no_error(arguments: tuple[str, ...]) -> None:
    """Whoever closes the pipe has what it wanted, whatever the command and however little it wrote."""
    process = subprocess.Popen(
        command_line(*arguments, on=DEMO),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(),
    )
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    talk = process.stderr.read()
    process.stderr.close()
    assert process.wait(SUBPROCESS_SECONDS) == 0, talk
    assert b"Traceback" not in talk
    assert b"Exception ignored" not in talk


@needs_shell
def test_a_folder_that_is_gone_is_told(tmp_path: Path) -> None:
    """A removed current folder is nobody's defect."""
    gone = tmp_path / "gone"
    gone.mkdir()
    for arguments in ('query "SELECT 1 AS x" --demo', "config init --here"):
        gone.mkdir(exist_ok=True)
        script = f'cd "{gone}" && rmdir "{gone}" && exec "{sys.executable}" -m mssql_mcp {arguments}'
        done = subprocess.run(
            ["/bin/sh", "-c", script],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=SUBPROCESS_SECONDS,
            check=False,
            env={**environment(), "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        )
        assert done.returncode == 3, done.stderr
        assert done.stderr.startswith(b"Error [config.no_folder]")
    assert no_folder() is None


BEFORE_THE_COMMAND_LINE = """
import sys

class Interrupted:
    def find_spec(self, name, path=None, target=None):
        if name == "mssql_mcp.cli.main":
            raise KeyboardInterrupt

sys.meta_path.insert(0, Interrupted())
from mssql_mcp.__main__ import main
sys.exit(main())
"""


def test_ctrl_c_before_anything_runs_is_quiet() -> None:
    """While the program is still being loaded, too: 130 and one word."""
    done = subprocess.run(
        [sys.executable, "-c", BEFORE_THE_COMMAND_LINE],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=SUBPROCESS_SECONDS,
        check=False,
        env=environment(),
    )
    assert (done.returncode, done.stderr.splitlines()) == (130, [b"Cancelled."])


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ENOENT, "folder"),
        (errno.EISDIR, "not a folder"),
        (errno.EACCES, "may write"),
        (errno.ENOSPC, "as it was"),
        (errno.EIO, "as it was"),
    ],
)
def test_what_cannot_be_written_comes_with_what_to_do(number: int, words: str) -> None:
    """The reason is the system's, the next step ours."""
    error = cannot_write("rows.csv", OSError(number, os.strerror(number)))
    assert error.code == "output.file"
    assert error.message == f"Cannot write to rows.csv: {os.strerror(number)}."
    assert words in error.hint


def target_of(opened: Callable[[], int], name: str) -> Any:
    return io.BufferedWriter(Target(opened(), name))


@needs_full
def test_a_target_says_its_name() -> None:
    """Whichever library writes to it."""
    file = target_of(lambda: os.open(FULL, os.O_WRONLY), "rows.csv")
    file.write(b"x")
    with pytest.raises(OutputError, match=r"rows\.csv"):
        file.flush()
    with pytest.raises(OutputError):
        file.close()


def test_a_target_without_a_reader_says_so() -> None:
    """By an exception that no library takes for a failure of the system."""
    ours, theirs = os.pipe()
    os.close(ours)
    file = target_of(lambda: theirs, "")
    file.write(b"x")
    with pytest.raises(ReaderGoneError):
        file.flush()
    with pytest.raises(ReaderGoneError):
        file.close()
