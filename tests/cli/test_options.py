"""Shared options may stand before or behind the command, and only what was typed counts."""

import click
from click.testing import CliRunner

from mssql_mcp.cli.options import Invocation, pass_invocation, shared_options


def seen(*arguments):
    """Run a group with one command and give the invocation that the command gets."""
    found = []

    @click.group
    @shared_options
    def group():
        """Group."""

    @group.command
    @shared_options
    @pass_invocation
    def leaf(invocation):
        """Leaf."""
        found.append(invocation)

    outcome = CliRunner().invoke(group, list(arguments))
    assert outcome.exit_code == 0, outcome.output
    return found[0]


def test_an_option_counts_wherever_it_stands():
    """Before the command, behind it, and behind it wins."""
    assert seen("--connection", "a", "leaf").connection == "a"
    assert seen("leaf", "--connection", "b").connection == "b"
    assert seen("--connection", "a", "leaf", "-c", "b").connection == "b"


def test_what_was_not_typed_stays_open():
    """An option's absence is no wish."""
    assert seen("leaf") == Invocation()


def test_demo_leaves_every_other_source_out(monkeypatch):
    """`--demo` works beside a configuration that names a server."""
    monkeypatch.setenv("MSSQL_SERVER", "sql01.example.com")
    settings = seen("leaf", "--demo").load().settings
    assert list(settings.connections) == ["demo"]
    assert settings.connections["demo"].demo
