"""Groups import the command that is used, and no other."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import click
import pytest

from mssql_mcp.cli.commands import inspect
from mssql_mcp.cli.main import cli, run

if TYPE_CHECKING:
    from mssql_mcp.cli.lazy import LazyGroup

GROUPS = [cli, inspect.command]


@pytest.mark.parametrize("group", GROUPS, ids=lambda group: group.name)
def test_every_name_leads_to_a_command(group: LazyGroup) -> None:
    """Each command that the help lists can be had, under its own name, and no other name gives one."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        assert command.name in (name, "command")
    assert group.get_command(context, "nothing") is None


@pytest.mark.parametrize("group", GROUPS, ids=lambda group: group.name)
def test_every_family_is_of_the_group(group: LazyGroup) -> None:
    """No module is named for a command that does not exist."""
    assert set(group.families) <= set(group.summaries)


def test_a_misspelt_command_gets_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    """The error names the command that was meant, in either group."""
    assert run(["inspcet"]) == 2
    assert "Did you mean 'inspect'?" in capsys.readouterr().err
    assert run(["inspect", "tabels"]) == 2
    assert "Did you mean 'tables'?" in capsys.readouterr().err
    assert run(["inspect", "qqq"]) == 2
    assert "No such command 'qqq'.\n" in capsys.readouterr().err


def test_help_imports_no_command() -> None:
    """`mssql-mcp inspect --help` lists every command without importing one."""
    code = (
        "import sys\n"
        "from mssql_mcp.cli.main import run\n"
        "run(['inspect', '--help'])\n"
        "print([name for name in sys.modules if name.startswith('mssql_mcp.cli.commands.inspect.')], file=sys.stderr)\n"
    )
    outcome = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, encoding="utf-8", timeout=120, check=True
    )
    assert outcome.stderr.splitlines()[-1] == "[]"
    for name, summary in inspect.COMMANDS.items():
        assert f"  {name} " in outcome.stdout
        assert summary.split()[-1] in outcome.stdout
