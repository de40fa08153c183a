"""The frame of the command line: help without imports, one line for a failure, tracebacks only when asked for."""

import pytest

from mssql_mcp.cli import main
from mssql_mcp.errors import QueryError

CANARY = "PWD=c4n4ry-Tweet"


def test_help_names_every_command(capsys):
    """A new user sees what there is."""
    assert main.run(["--help"]) == 0
    shown = capsys.readouterr().out
    assert all(name in shown for name in main.COMMANDS)


def test_the_version_is_the_distribution_s(capsys):
    """One place says it."""
    from importlib.metadata import version

    assert main.run(["--version"]) == 0
    assert capsys.readouterr().out == f"mssql-mcp {version('sqlserver-mcp')}\n"


def test_a_misspelt_command_gets_the_nearest(capsys):
    """`qeury` means query."""
    assert main.run(["qeury"]) == 2
    assert "'query'" in capsys.readouterr().err


@pytest.fixture
def failing(monkeypatch):
    """Make the command line fail with an error of one's choice."""

    def arrange(error):
        def fail(**_):
            raise error

        monkeypatch.setattr(main.cli, "main", fail)

    return arrange


def test_our_errors_are_a_line_and_a_hint(failing, capsys):
    """No traceback, the code, the exit code of its kind."""
    failing(QueryError("It failed.", code="query.failed", hint="Mend it."))
    assert main.run(["query"]) == 6
    assert capsys.readouterr().err == "Error [query.failed]: It failed.\nHint: Mend it.\n"


def test_a_defect_is_redacted_and_asks_to_be_reported(failing, capsys):
    """What an unexpected exception says may hold a secret."""
    failing(RuntimeError(f"broke at {CANARY}"))
    assert main.run(["query"]) == 1
    said = capsys.readouterr().err
    assert "RuntimeError" in said
    assert "c4n4ry" not in said
    assert "Traceback" not in said


def test_debug_shows_the_traceback_redacted(failing, capsys):
    """The place is shown, the secret is not."""
    failing(RuntimeError(f"broke at {CANARY}"))
    assert main.run(["--debug", "query"]) == 1
    said = capsys.readouterr().err
    assert "Traceback" in said
    assert "c4n4ry" not in said


def test_ctrl_c_has_the_shell_s_exit_code(failing, capsys):
    """130 is 128 and SIGINT."""
    failing(KeyboardInterrupt())
    assert main.run(["query"]) == 130
    assert capsys.readouterr().err == "Cancelled.\n"
