"""What the pages tell a reader to type can be typed."""

from __future__ import annotations

import json
import re
import shlex
import tomllib
from pathlib import Path
from typing import Any

import click
import pytest

from mssql_mcp.cli.main import COMMANDS, cli
from mssql_mcp.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)
PROGRAMS = ("mssql-mcp", "sqlserver-mcp")


def blocks(language: str) -> list[Any]:
    """Give each code block of that language of every page, with its page and line as id."""
    found = []
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        for match in BLOCK.finditer(text):
            if match[1] == language:
                line = text.count("\n", 0, match.start()) + 1
                found.append(pytest.param(match[2], id=f"{page.relative_to(ROOT).as_posix()}:{line}"))
    return found


def calls(script: str) -> list[list[str]]:
    """Give the words of each call of our program in a block of shell commands."""
    found = []
    for line in script.splitlines():
        for part in re.split(r"&&|\|", re.sub(r"\s#\s.*", "", line)):
            words = shlex.split(part)
            if words and words[0] in PROGRAMS:
                found.append(words[1:])
    return found


def check(words: list[str]) -> None:
    """Walk from the program to the command that the words name, and look for each option there."""
    command: click.Command = cli
    context = click.Context(cli, info_name="mssql-mcp")
    for word in words:
        if word.startswith("-"):
            known = {option for parameter in command.get_params(context) for option in parameter.opts}
            assert word.partition("=")[0] in known, f"{command.name} has no option {word}"
        elif isinstance(command, click.Group):
            found = command.get_command(context, word)
            assert found is not None, f"{command.name} has no command {word}"
            command, context = found, click.Context(found, parent=context, info_name=word)


def test_the_first_block_is_the_two_commands() -> None:
    """README begins with the demo and the tests, to be copied as they stand."""
    first = BLOCK.search((ROOT / "README.md").read_text(encoding="utf-8"))
    assert first is not None
    assert first[2].splitlines() == [
        "python -m pip install . && mssql-mcp demo",
        "python -m pip install tox && tox",
    ]


@pytest.mark.parametrize("script", blocks("bash"))
def test_commands_and_options_exist(script: str) -> None:
    """Each command in a block of shell commands exists and has the options that it is given."""
    for words in calls(script):
        check(words)


@pytest.mark.parametrize("text", blocks("json"))
def test_json_blocks_are_json(text: str) -> None:
    """Each block of JSON can be read as it stands."""
    assert json.loads(text)


@pytest.mark.parametrize("text", blocks("toml"))
def test_toml_blocks_are_valid_configuration(text: str) -> None:
    """Each block of TOML is a configuration file that is accepted."""
    Settings.model_validate(tomllib.loads(text))


def test_every_command_is_in_the_readme() -> None:
    """README's table of commands has every command."""
    rows = re.findall(r"^\| `mssql-mcp ([a-z-]+)` \|", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(rows) == sorted(COMMANDS)


def test_every_tool_and_resource_is_in_the_readme() -> None:
    """README's table of tools has every tool, and its list of resources every resource."""
    from mssql_mcp.server import resources
    from mssql_mcp.server.tools import tools_of

    text = (ROOT / "README.md").read_text(encoding="utf-8")
    section = text.partition("\n## Tools\n")[2].partition("\n## ")[0]
    assert sorted(re.findall(r"^\| `([a-z_]+)` \|", section, re.MULTILINE)) == sorted(
        spec.name for spec in tools_of(("catalog", "query"))
    )
    source = Path(resources.__file__).read_text(encoding="utf-8")
    assert sorted(re.findall(r"`(mssql://[^`]+)`", section)) == sorted(
        re.findall(r'resource\("(mssql://[^"]+)"', source)
    )


def test_every_way_to_log_in_is_explained() -> None:
    """The table of docs/how-to/connect.md has each way to log in, and says which driver can do it and what it needs."""
    from mssql_mcp.connection.auth import AUTH_MODES

    page = (ROOT / "docs" / "how-to" / "connect.md").read_text(encoding="utf-8")
    rows = {
        cells[0].strip("`"): cells[1:]
        for cells in re.findall(r"^\| (`[a-z-]+`)" + r" \| ([^|]*)" * 5, page, re.MULTILINE)
    }
    assert list(rows) == ["auth", *(mode.name for mode in AUTH_MODES)]
    pyodbc = {"everywhere": "yes", "windows": "on Windows", "token": "with the package `azure-identity`"}
    for mode in AUTH_MODES:
        _, username, password, with_pyodbc, with_mssql_python = (cell.strip(" |") for cell in rows[mode.name])
        assert (username == "–") == (mode.username == "refused"), mode.name
        assert username.endswith("optional") == (mode.username == "optional"), mode.name
        assert (password == "–") == (mode.credential == "refused"), mode.name
        assert with_pyodbc == pyodbc[mode.pyodbc], mode.name
        assert with_mssql_python == ("yes" if mode.mssql_python else "no"), mode.name


def test_nobody_is_told_to_install_somebody_else_s_package() -> None:
    """The distribution `mssql-mcp` on PyPI belongs to others; no page or module tells anybody to install it."""
    wrong = re.compile(r"(?:install|uvx|pipx run|uv tool run)\s+(?:-\S+\s+)*[\"']?mssql-mcp\b")
    files = [*PAGES, ROOT / "server.json", *(ROOT / "mssql_mcp").rglob("*.py")]
    assert [path for path in files if wrong.search(path.read_text(encoding="utf-8"))] == []
    assert wrong.search("pip install -U " + "mssql-mcp")


def test_the_check_finds_what_it_is_for() -> None:
    """An option or a command that does not exist is found."""
    for words in (["query", "--no-such-option"], ["no-such-command"]):
        with pytest.raises(AssertionError):
            check(words)
    assert calls("export A=b  # mssql-mcp no\npip install . && mssql-mcp demo") == [["demo"]]
