"""A spinner on a terminal, silence elsewhere."""

from __future__ import annotations

import sys

import pytest
from command_runs import Terminal

from mssql_mcp.cli.progress import waiting


def test_a_terminal_sees_what_is_done(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """The spinner says what is done, on stderr only, and is wiped out in the end."""
    monkeypatch.setenv("TERM", "xterm")
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    with waiting("Reading [the] catalog"):
        pass
    assert "Reading [the] catalog" in terminal.getvalue()
    assert terminal.getvalue().endswith("\x1b[2K")
    assert capsys.readouterr().out == ""


def test_each_step_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever waits long sees what for."""
    monkeypatch.setenv("TERM", "xterm")
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    with waiting("Reading the catalog") as say:
        say("columns (7 of 19)")
    assert "Reading the catalog: columns (7 of 19)" in terminal.getvalue()


def test_nobody_else_sees_anything(capsys: pytest.CaptureFixture[str]) -> None:
    """A file or a pipe gets not one character of it."""
    with waiting("Reading the catalog") as say:
        say("columns")
    assert capsys.readouterr() == ("", "")


def test_an_error_passes_through(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the work raises is raised, and the terminal is left as it was."""
    monkeypatch.setenv("TERM", "xterm")
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    with pytest.raises(KeyboardInterrupt), waiting("Reading"):
        raise KeyboardInterrupt
    assert terminal.getvalue().count("\x1b[?25h") == terminal.getvalue().count("\x1b[?25l") == 1
