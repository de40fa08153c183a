"""Options come from the declaration and end in the overrides."""

from __future__ import annotations

import click
import pytest
from click.testing import CliRunner

from mssql_mcp.cli.options import Invocation, pass_invocation
from mssql_mcp.cli.setting_options import setting_options
from mssql_mcp.settings.declaration import command_line_settings


def command(*sections: str) -> tuple[click.Command, list[Invocation]]:
    seen: list[Invocation] = []

    @click.command
    @setting_options(*sections)
    @pass_invocation
    def tested(invocation: Invocation) -> None:
        seen.append(invocation)

    return tested, seen


def test_each_setting_of_the_command_line_is_an_option() -> None:
    """None is missing, none has a name of its own, each has the declaration's help."""
    tested, _ = command()
    options = {name: parameter for parameter in tested.params for name in parameter.opts}
    assert set(options) == {setting.option for setting in command_line_settings()}
    for setting in command_line_settings():
        option = options[setting.option or ""]
        assert isinstance(option, click.Option)
        assert (option.help or "").startswith(setting.help)


def test_only_the_wanted_sections_are_there() -> None:
    """A command without a connection has no --server."""
    tested, _ = command("limits")
    assert {name for parameter in tested.params for name in parameter.opts} >= {"--max-rows", "--timeout"}
    assert "--server" not in {name for parameter in tested.params for name in parameter.opts}


def test_what_is_typed_becomes_an_override_and_nothing_else_does() -> None:
    """Texts stay texts, flags become truth values, defaults stay away."""
    tested, seen = command()
    arguments = ["--max-rows", "5", "--server", "sql1", "--trust-server-certificate", "--encrypt", "STRICT"]
    result = CliRunner().invoke(tested, arguments)
    assert result.exit_code == 0
    assert dict(seen[0].overrides) == {
        "limits.max_rows": "5",
        "connection.server": "sql1",
        "connection.trust_server_certificate": True,
        "connection.encrypt": "strict",
    }


@pytest.mark.parametrize("arguments", [["--password", "x"], ["--url", "x"], ["--encrypt", "maybe"]])
def test_what_cannot_be_typed_is_refused(arguments: list[str]) -> None:
    """Secrets have no option; a choice takes only its choices."""
    tested, seen = command()
    assert CliRunner().invoke(tested, arguments).exit_code == 2
    assert seen == []
