"""`mssql-mcp inspect`, run in this process, as a pipe and as a terminal of 80 columns sees it."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING

import pytest
from command_runs import Outcome, Terminal

from mssql_mcp.cli.main import run

if TYPE_CHECKING:
    from command_runs import Command

WIDTH = 80
SEQUENCE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


@pytest.fixture
def inspect(capsys: pytest.CaptureFixture[str]) -> Command:
    """Run `mssql-mcp inspect ...` as it is typed; stdout is no terminal."""

    def running(*arguments: str) -> Outcome:
        code = run(["inspect", *arguments])
        captured = capsys.readouterr()
        return Outcome(code, captured.out, captured.err)

    return running


@pytest.fixture
def demo(inspect: Command) -> Command:
    """Run `mssql-mcp inspect ... --demo`."""
    return lambda *arguments: inspect(*arguments, "--demo")


@pytest.fixture
def screen(inspect: Command, monkeypatch: pytest.MonkeyPatch) -> Command:
    """Run `mssql-mcp inspect ...` on a terminal of 80 columns; gives what is on the screen in the end."""
    monkeypatch.setenv("COLUMNS", str(WIDTH))
    monkeypatch.setenv("TERM", "xterm")

    def running(*arguments: str) -> Outcome:
        terminal = Terminal()
        with monkeypatch.context() as patch:
            patch.setattr(sys, "stdout", terminal)
            outcome = inspect(*arguments)
        return Outcome(outcome.code, SEQUENCE.sub("", terminal.getvalue()), outcome.err)

    return running
