"""What a person sees: a terminal of eighty columns, a pipe that closes, Ctrl-C; where Python has terminals."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from typing import TYPE_CHECKING

import pytest
from conversations import SUBPROCESS_SECONDS, command_line, environment

if TYPE_CHECKING:
    from pathlib import Path

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
    ("query", "SELECT TOP (3) * FROM sys.columns"),
    ("query", "SELECT N'日本語の長い文字列がここにあります' AS wide, REPLICATE('x', 200) AS long"),
]


def on_a_terminal(*arguments: str, on: Target, out: Path | None = None) -> tuple[int, str]:
    """Run a command whose stdout is a terminal, or with `out` its stderr; gives its exit code and what that showed."""
    import pty
    import termios

    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (50, COLUMNS))
    process = subprocess.Popen(
        command_line(*arguments, on=on),
        stdout=out.open("wb") if out else theirs,
        stderr=theirs if out else subprocess.PIPE,
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
    return process.returncode, shown.decode() or (talk or b"").decode()


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


@pytest.mark.parametrize("output_format", ["csv", "jsonl"])
def test_rows_go_to_the_file_and_their_number_to_the_terminal(demo: Target, tmp_path: Path, output_format: str) -> None:
    """Whoever sends stdout to a file sees how far it is, and finds every row in the file."""
    file = tmp_path / "rows"
    sql = "SELECT order_id, line_no FROM sales.order_lines"
    code, shown = on_a_terminal("query", sql, "--format", output_format, on=demo, out=file)
    assert code == 0, shown
    lines = file.read_text(encoding="utf-8").splitlines()
    first = lines[1].split(",") if output_format == "csv" else json.loads(lines[1])
    assert len(first) == 2
    assert f"{len(lines) - 1} rows in" in shown
    assert " rows \x1b" in shown  # the progress, before the last line
    assert lines[1] not in shown


@pytest.mark.parametrize("output_format", ["csv", "jsonl"])
def test_rows_on_a_terminal_cannot_drive_it(demo: Target, output_format: str) -> None:
    """Escape sequences in the data are shown, and the terminal does not obey them."""
    sql = "SELECT CHAR(27) + '[31mred' + CHAR(7) + NCHAR(155) + N'2J' AS shown"
    code, shown = on_a_terminal("query", sql, "--format", output_format, on=demo)
    assert code == 0, shown
    assert "[31mred" in shown
    assert not {"\x1b", "\x07", "\x9b"} & set(shown)


def test_a_terminal_gets_no_bytes(demo: Target) -> None:
    """Parquet goes to a file."""
    code, shown = on_a_terminal("query", "SELECT 1 AS one", "--format", "parquet", on=demo)
    assert code == 2
    assert "[input.out]" in shown


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


LONG = (
    "SELECT order_id FROM sales.order_lines UNION ALL "
    "SELECT COUNT_BIG(*) FROM sales.order_lines AS a, sales.order_lines AS b WHERE a.quantity + b.quantity < 0"
)


@pytest.mark.parametrize(
    ("sent", "code", "said"),
    [(signal.SIGINT, 130, b"Cancelled"), (signal.SIGTERM, 143, b"Ended by SIGTERM")],
    ids=["Ctrl-C", "SIGTERM"],
)
def test_a_signal_ends_the_query(target: Target, sent: signal.Signals, code: int, said: bytes) -> None:
    """The program ends at once with the shell's exit code, though the statement would take minutes."""
    process = subprocess.Popen(
        command_line("query", LONG, "--timeout", "600", on=target),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(target),
    )
    assert process.stdout is not None
    process.stdout.readline()  # the names: now the statement runs
    process.send_signal(sent)
    try:
        _, talk = process.communicate(timeout=SUBPROCESS_SECONDS)
    finally:
        process.kill()
    assert process.returncode == code, talk
    assert said in talk
    assert b"Traceback" not in talk


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM], ids=["Ctrl-C", "SIGTERM"])
def test_a_signal_leaves_no_unfinished_file(demo: Target, tmp_path: Path, sent: signal.Signals) -> None:
    """What was there before stays as it was."""
    place = tmp_path / "rows.csv"
    place.write_text("before", encoding="utf-8")
    process = subprocess.Popen(
        command_line("query", LONG, "--format", "csv", "--out", str(place), "--timeout", "600", on=demo),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env=environment(demo),
    )
    while len(list(tmp_path.iterdir())) == 1:
        assert process.poll() is None
    process.send_signal(sent)
    try:
        _, talk = process.communicate(timeout=SUBPROCESS_SECONDS)
    finally:
        process.kill()
    assert process.returncode == 128 + sent, talk
    assert [(file.name, file.read_text(encoding="utf-8")) for file in tmp_path.iterdir()] == [("rows.csv", "before")]


def test_a_person_who_starts_the_server_is_told_what_it_is() -> None:
    """On a terminal it would seem to hang; and without a connection it can do nothing."""
    import pty

    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        command_line("serve"), stdin=theirs, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment()
    )
    os.close(theirs)
    assert process.stderr is not None
    said = process.stderr.readline() + process.stderr.readline()
    process.kill()
    out, _ = process.communicate(timeout=SUBPROCESS_SECONDS)
    os.close(ours)
    assert out == b""
    assert b"mssql-mcp client-config" in said
    assert b"mssql-mcp config init" in said
