"""`mssql-mcp client-config` prints what a client needs to get the configuration that is in force here."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any, Protocol

import pytest

from mssql_mcp.cli.clients import CLIENTS
from mssql_mcp.cli.commands.client_config import CARRIED
from mssql_mcp.cli.main import run

CANARY = "canary-4711-tweet"
NAMES = [client.name for client in CLIENTS]


class ClientConfig(Protocol):
    def __call__(self, *arguments: str) -> tuple[int, str, str]: ...


@pytest.fixture
def client_config(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> ClientConfig:
    """Run `mssql-mcp client-config ...`; gives exit code, stdout and stderr."""
    for name in CARRIED:
        monkeypatch.delenv(name, raising=False)

    def running(*arguments: str) -> tuple[int, str, str]:
        code = run(["client-config", *arguments])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return running


def entry_in(text: str) -> dict[str, Any]:
    whole = json.loads(text)
    servers = whole.get("mcpServers") or whole["servers"]
    entry: dict[str, Any] = servers["mssql"]
    return entry


@pytest.mark.parametrize("name", NAMES)
def test_the_demo_needs_no_configuration(client_config: ClientConfig, name: str) -> None:
    """One argument, nothing of the environment, and the place of the file on stderr."""
    code, out, err = client_config(name, "--demo", "--json")
    assert code == 0
    entry = entry_in(out)
    assert entry["args"][-2:] == ["serve", "--demo"]
    assert "env" not in entry
    assert ".json" in err


def test_the_printed_command_starts_this_program(client_config: ClientConfig) -> None:
    """With an empty environment, as a client has it, the path leads to the program."""
    entry = entry_in(client_config("cursor", "--demo")[1])
    assert Path(entry["command"]).is_absolute()
    before = entry["args"][: entry["args"].index("serve")]
    environ = {name: os.environ[name] for name in ("SYSTEMROOT",) if name in os.environ}
    done = subprocess.run(
        [entry["command"], *before, "--version"],
        env=environ,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    )
    assert done.stdout.startswith("mssql-mcp ")


def test_a_client_can_start_what_is_printed(client_config: ClientConfig) -> None:
    """An MCP client that takes the entry as it stands, and passes on no environment, lists the tools."""
    import asyncio

    from mcp import Client
    from mcp.client.stdio import StdioServerParameters, stdio_client

    entry = entry_in(client_config("cursor", "--demo")[1])

    async def names() -> set[str]:
        parameters = StdioServerParameters(command=entry["command"], args=entry["args"], env={})
        with Path("stderr.txt").open("w", encoding="utf-8") as errors:
            async with Client(stdio_client(parameters, errlog=errors)) as client:
                return {tool.name for tool in (await client.list_tools()).tools}

    assert "run_query" in asyncio.run(names())


def test_the_file_and_the_choices_are_passed_on(client_config: ClientConfig) -> None:
    """Absolute path of the file, connection, database; what the file says itself is not repeated."""
    Path("mssql-mcp.toml").write_text("[connections.a]\nserver = 'x'\n[connections.b]\n", encoding="utf-8")
    _, out, _ = client_config("vscode", "--connection", "b", "--database", "Sales")
    path = str(Path("mssql-mcp.toml").absolute())
    assert entry_in(out)["args"][-7:] == ["serve", "--config", path, "--connection", "b", "--database", "Sales"]
    assert "env" not in entry_in(out)


def test_what_the_environment_says_is_written_down_but_secrets(
    client_config: ClientConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Plain values as they are, secret ones as the client's reference, the file's variables alike."""
    Path("mssql-mcp.toml").write_text(
        "[connections.a]\nserver = '${HOST}'\nusername = 'u'\npassword = '${PW}'\n[connections.b]\nusername = 'u'\n",
        "utf-8",
    )
    environ = {
        "HOST": "sql1",
        "PW": CANARY,
        "MSSQL_MCP_CONNECTIONS__B__PASSWORD": CANARY,
        "MSSQL_MCP_LIMITS__MAX_ROWS": "7",
        "MSSQL_SERVER": "not used, since the file names one",
        "KRB5CCNAME": "/tmp/krb5cc",
    }
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    _, out, err = client_config("cursor")
    assert entry_in(out)["env"] == {
        "KRB5CCNAME": "/tmp/krb5cc",
        "HOST": "sql1",
        "MSSQL_MCP_LIMITS__MAX_ROWS": "7",
        "PW": "${env:PW}",
        "MSSQL_MCP_CONNECTIONS__B__PASSWORD": "${env:MSSQL_MCP_CONNECTIONS__B__PASSWORD}",
    }
    assert "MSSQL_MCP_CONNECTIONS__B__PASSWORD, PW: Cursor" in err


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "environ",
    [
        {"MSSQL_SERVER": "x", "MSSQL_USERNAME": "u", "MSSQL_PASSWORD": CANARY},
        {"MSSQL_URL": f"mssql+pyodbc://u:{CANARY}@h/d"},
        {"MSSQL_MCP_CONNECTIONS": f'{{"a": {{"username": "u", "password": "{CANARY}"}}}}'},
        {"MSSQL_SERVER": "x", "MSSQL_MCP_CONNECTIONS__A__APPLICATION_NAME": f"mssql://u:{CANARY}@h"},
    ],
)
def test_no_client_is_given_a_secret(
    client_config: ClientConfig, monkeypatch: pytest.MonkeyPatch, name: str, environ: dict[str, str]
) -> None:
    """Neither on stdout nor on stderr nor in a file."""
    for variable, value in environ.items():
        monkeypatch.setenv(variable, value)
    code, out, err = client_config(name)
    assert code == 0
    assert CANARY not in out + err
    assert next(reversed(environ)) in out
    assert client_config(name, "--write", "--file", "written.json")[0] == 0
    assert CANARY not in Path("written.json").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", NAMES)
def test_a_url_in_the_place_of_a_server_is_not_repeated(
    client_config: ClientConfig, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """It is refused, and its password is told to nobody."""
    monkeypatch.setenv("MSSQL_SERVER", f"mssql://u:{CANARY}@h")
    code, out, err = client_config(name)
    assert code == 3
    assert "config.server" in err
    assert CANARY not in out + err


def test_a_variable_that_is_only_set_in_the_client_is_no_error(client_config: ClientConfig) -> None:
    """The shell need not hold the password; whatever a weaker source says of that key is not passed on."""
    Path("mssql-mcp.toml").write_text("[connections.a]\nusername = 'u'\npassword = '${PW}'\n", encoding="utf-8")
    code, out, _ = client_config("cursor")
    assert code == 0
    assert entry_in(out)["env"] == {"PW": "${env:PW}"}


def test_a_configuration_that_cannot_be_used_is_refused(client_config: ClientConfig) -> None:
    """A client would show a server that never starts."""
    Path("mssql-mcp.toml").write_text("[limits]\nmax_row = 1\n", encoding="utf-8")
    code, out, err = client_config("cursor")
    assert (code, out) == (3, "")
    assert "limits.max_rows" in err


def test_nothing_configured_is_warned_of(client_config: ClientConfig) -> None:
    """A server without a connection answers no question."""
    assert "--demo" in client_config("vscode")[2]


@pytest.mark.skipif(sys.platform == "win32", reason="the shell of Windows quotes otherwise")
def test_claude_code_gets_a_command(client_config: ClientConfig) -> None:
    """One line for a shell; --json prints the file instead."""
    _, out, err = client_config("claude-code", "--demo", "--name", "sample")
    words = shlex.split(out)
    assert words[:3] == ["claude", "mcp", "add"]
    assert words[words.index("--") - 1] == "sample"
    assert words[-2:] == ["serve", "--demo"]
    assert "Run it in a shell" in err


def test_write_adds_to_the_client_s_file(client_config: ClientConfig) -> None:
    """stdout is the file's path; a second time needs --force and keeps the former file."""
    code, out, _ = client_config("vscode", "--demo", "--write")
    path = Path(".vscode/mcp.json")
    assert (code, Path(out.strip())) == (0, path)
    assert entry_in(path.read_text(encoding="utf-8"))["args"][-1] == "--demo"
    assert client_config("vscode", "--demo", "--write")[0] == 3
    code, _, err = client_config("vscode", "--demo", "--write", "--force")
    assert code == 0
    assert "mcp.json.bak" in err


def test_a_cache_that_is_emptied_is_warned_of(
    client_config: ClientConfig, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """What uvx runs today is gone tomorrow."""
    script = tmp_path / "uv" / "archive-v0" / "bin" / ("mssql-mcp.exe" if sys.platform == "win32" else "mssql-mcp")
    script.parent.mkdir(parents=True)
    script.touch()
    monkeypatch.setattr(sys, "argv", [str(script)])
    assert "uv tool install" in client_config("cursor", "--demo")[2]
