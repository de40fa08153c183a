"""`mssql-mcp inspect` as a whole: every command explains itself, fits the screen and works on the demo."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from inspect import cleandoc
from typing import TYPE_CHECKING

import click
import pytest

from mssql_mcp.cli.commands.inspect import COMMANDS, command
from mssql_mcp.cli.output import FORMATS

if TYPE_CHECKING:
    from command_runs import Command

# The commands that list rows, with an argument where they need one.
LISTS = (
    ("databases",),
    ("schemas",),
    ("tables",),
    ("views",),
    ("relations", "employees"),
    ("indexes",),
    ("constraints",),
    ("triggers",),
    ("procedures",),
    ("functions",),
    ("search", "order"),
    ("profile", "employees"),
)
IDENTIFIER = re.compile(r"\b(?:PK|FK|UQ|UX|IX|CK|DF|TR)_\w+")


def found(name: str) -> click.Command:
    context = click.Context(command)
    inside = command.get_command(context, name)
    assert inside is not None
    return inside


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself(name: str) -> None:
    """Its help says what it is for, shows examples of itself, and describes every option."""
    inside = found(name)
    assert inside.help is not None
    assert f"\b\nExamples:\n  mssql-mcp inspect {name} " in cleandoc(inside.help)
    options = [parameter for parameter in inside.params if isinstance(parameter, click.Option)]
    silent = [option.name for option in options if not option.help and option.name != "output_format"]
    assert silent == []
    assert "--connection" in {name for option in options for name in option.opts}


@pytest.mark.parametrize("arguments", LISTS, ids=" ".join)
def test_every_list_has_every_format(demo: Command, arguments: tuple[str, ...]) -> None:
    """table, json, csv and markdown; as many rows in each that can be counted."""
    counts = set()
    for output_format in FORMATS:
        outcome = demo(*arguments, "--format", output_format)
        assert outcome.code == 0
        assert outcome.out
        if output_format in ("json", "csv"):
            counts.add(len(outcome.json) if output_format == "json" else len(outcome.lines) - 1)
    assert len(counts) == 1
    assert counts != {0}


@pytest.mark.parametrize("arguments", LISTS, ids=" ".join)
def test_every_list_fits_a_terminal_of_80_columns(screen: Command, demo: Command, arguments: tuple[str, ...]) -> None:
    """No line is longer, and no name is broken in two."""
    outcome = screen(*arguments, "--demo")
    assert outcome.code == 0
    assert max(map(len, outcome.out.splitlines())) <= 80
    whole = demo(*arguments, "--format", "table").out
    assert set(IDENTIFIER.findall(outcome.out)) == set(IDENTIFIER.findall(whole))


def test_an_unknown_connection_is_not_found(demo: Command) -> None:
    """Exit code 8, as for a database that the connection does not have."""
    assert demo("tables", "--connection", "nowhere").code == 8
    assert demo("tables", "--database", "nowhere").code == 8


def test_without_a_connection_the_next_step_is_said(inspect: Command) -> None:
    """Exit code 3 and what to do."""
    outcome = inspect("tables")
    assert (outcome.code, outcome.out) == (3, "")
    assert "--demo" in outcome.err


@pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals are a thing of Unix")
def test_a_real_terminal_sees_a_spinner_and_then_a_table() -> None:
    """Through a pseudo-terminal: the spinner is wiped out before the table, which fits."""
    import fcntl
    import pty
    import struct
    import termios

    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 25, 80, 0, 0))
    process = subprocess.Popen(
        [sys.executable, "-m", "mssql_mcp", "inspect", "tables", "--schema", "hr", "--demo"],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env={**os.environ, "TERM": "xterm"},
    )
    os.close(theirs)
    seen = b""
    try:
        while chunk := os.read(ours, 4096):
            seen += chunk
    except OSError:  # Linux says so when the other end is closed
        pass
    finally:
        os.close(ours)
    assert process.wait(60) == 0
    text = seen.decode()
    assert "Reading the catalog" in text
    table = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", text.rpartition("\x1b[2K")[2]).splitlines()
    assert table[0].split() == ["schema", "table", "rows", "comment"]
    assert table[2].split()[:3] == ["hr", "departments", "12"]
    assert max(map(len, table)) <= 80
