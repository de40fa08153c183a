"""What a person sees: a terminal of eighty columns, a pipe that closes, Ctrl-C; where Python has terminals."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from typing import TYPE_CHECKING

import pytest
from conversations import SUBPROCESS_SECONDS, command_line, environment

if TYPE_CHECKING:
    from conversations import Target

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pseudo-terminals in Python")

COLUMNS = 80
COMMANDS = [
    ("inspect", "tables"),
    ("inspect", "views"),
    ("inspect", "schemas"),
    ("inspect", "databases"),
    ("inspect", "relations", "sales.orders"),
    ("inspect", "indexes", "sales.orders"),
    ("query", "SELECT TOP (3) customer_id, name, email, city, credit_limit, created_at FROM sales.customers"),
    ("query", "SELECT N'日本語の長い文字列がここにあります' AS wide, REPLICATE('x', 200) AS long"),
]


def on_a_terminal(*arguments: str, on: Target) -> tuple[int, str]:
    """Run a command whose stdout is a terminal; gives its exit code and what it showed."""
    import pty
    import termios

    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (50, COLUMNS))
    process = subprocess.Popen(
        command_line(*arguments, on=on),
        stdout=theirs,
        stderr=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
        env=environment(on, TERM="xterm-256color"),
    )
    os.close(theirs)
    shown = bytearray()

    def read() -> None:
        while True:
            try:
                piece = os.read(ours, 65_536)
            except OSError:  # Linux says so when the other end is closed
                return
            if not piece:
                return
            shown.extend(piece)

    reader = threading.Thread(target=read)
    reader.start()
    _, talk = process.communicate(timeout=SUBPROCESS_SECONDS)
    reader.join(SUBPROCESS_SECONDS)
    os.close(ours)
    return process.returncode, shown.decode() or talk.decode()


@pytest.mark.parametrize("arguments", COMMANDS, ids=lambda arguments: " ".join(arguments)[:32])
def test_tables_fit_the_terminal(demo: Target, arguments: tuple[str, ...]) -> None:
    """No line is wider than the eighty columns that are there, also where characters are two columns wide."""
    from rich.cells import cell_len
    from rich.text import Text

    code, shown = on_a_terminal(*arguments, on=demo)
    assert code == 0, shown
    lines = [Text.from_ansi(line).plain for line in shown.replace("\r\n", "\n").split("\n")]
    assert len(lines) > 2
    assert [line for line in lines if cell_len(line) > COLUMNS] == []


def test_a_pipe_that_closes_is_no_error(demo: Target) -> None:
    """`mssql-mcp query ... | head -1` ends quietly, however much is left."""
    process = subprocess.Popen(
        command_line("query", "SELECT * FROM sales.order_lines", on=demo),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(demo),
    )
    assert process.stdout is not None
    assert process.stdout.readline().startswith(b"order_id,")
    process.stdout.close()
    assert process.stderr is not None
    talk = process.stderr.read()
    assert process.wait(SUBPROCESS_SECONDS) == 0, talk
    assert b"Traceback" not in talk
    assert b"BrokenPipe" not in talk
    process.stderr.close()


def test_ctrl_c_ends_the_query(target: Target) -> None:
    """The program ends at once with 130, though the statement would take minutes."""
    sql = (
        "SELECT order_id FROM sales.order_lines UNION ALL "
        "SELECT COUNT_BIG(*) FROM sales.order_lines AS a, sales.order_lines AS b WHERE a.quantity + b.quantity < 0"
    )
    process = subprocess.Popen(
        command_line("query", sql, "--timeout", "600", on=target),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(target),
    )
    assert process.stdout is not None
    process.stdout.readline()  # the names: now the statement runs
    process.send_signal(signal.SIGINT)
    _, talk = process.communicate(timeout=SUBPROCESS_SECONDS)
    assert process.returncode == 130, talk
    assert b"Cancelled" in talk
    assert b"Traceback" not in talk
