"""Each client is told in its own form; its file keeps everything else that it holds."""

from __future__ import annotations

import json
import shlex
import stat
import sys
from typing import TYPE_CHECKING

import pytest

from mssql_mcp.cli import clients
from mssql_mcp.cli.clients import CLAUDE_CODE, CLAUDE_DESKTOP, CLIENTS, CURSOR, VSCODE, Client, Launch
from mssql_mcp.errors import ConfigurationError

if TYPE_CHECKING:
    from pathlib import Path

LAUNCH = Launch("/bin/mssql-mcp", ("serve", "--config", "/my files/c.toml"), {"A": "1"}, ("MSSQL_PASSWORD",))


@pytest.mark.parametrize(
    ("client", "expected"),
    [
        (CLAUDE_DESKTOP, {"mcpServers": {"db": {"env": {"A": "1", "MSSQL_PASSWORD": "<MSSQL_PASSWORD>"}}}}),
        (
            CLAUDE_CODE,
            {"mcpServers": {"db": {"type": "stdio", "env": {"A": "1", "MSSQL_PASSWORD": "${MSSQL_PASSWORD}"}}}},
        ),
        (CURSOR, {"mcpServers": {"db": {"env": {"A": "1", "MSSQL_PASSWORD": "${env:MSSQL_PASSWORD}"}}}}),
        (
            VSCODE,
            {
                "inputs": [
                    {
                        "type": "promptString",
                        "id": "mssql-password",
                        "description": "MSSQL_PASSWORD of mssql-mcp",
                        "password": True,
                    }
                ],
                "servers": {"db": {"type": "stdio", "env": {"A": "1", "MSSQL_PASSWORD": "${input:mssql-password}"}}},
            },
        ),
    ],
)
def test_each_client_has_its_form(client: Client, expected: dict[str, dict[str, dict[str, object]]]) -> None:
    """The key of the servers, whether the transport is named, and what stands for a secret."""
    expected[client.key]["db"].update({"command": LAUNCH.command, "args": list(LAUNCH.args)})
    assert clients.document(client, "db", LAUNCH) == expected


def test_nothing_to_pass_leaves_out_the_environment() -> None:
    """The demo's entry is as short as it can be."""
    assert clients.document(VSCODE, "db", Launch("/bin/x", ("serve", "--demo"))) == {
        "servers": {"db": {"type": "stdio", "command": "/bin/x", "args": ["serve", "--demo"]}}
    }


@pytest.mark.skipif(sys.platform == "win32", reason="the shell of Windows quotes otherwise")
def test_the_command_for_claude_code_is_one_of_a_shell() -> None:
    """Paths with spaces stay whole, `$` is not filled in by the shell, and `--env` does not swallow the name."""
    words = shlex.split(clients.claude_code_command("db", LAUNCH))
    assert words == [
        "claude", "mcp", "add", "--env", "A=1", "--env", "MSSQL_PASSWORD=${MSSQL_PASSWORD}", "--scope", "project",
        "--transport", "stdio", "db", "--", "/bin/mssql-mcp", "serve", "--config", "/my files/c.toml",
    ]  # fmt: skip
    assert "--scope user" in clients.claude_code_command("db", Launch("/bin/x", ("serve",)))


def test_every_client_has_a_place_on_every_system() -> None:
    """Nobody is left without the file's name."""
    for client in CLIENTS:
        assert set(client.places) in ({"everywhere"}, {"macOS", "Windows", "Linux"})
        assert clients.file_of(client).suffix == ".json"


def test_the_folder_of_windows_applications_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """%APPDATA% is filled in, and what it mostly is where it is not set."""
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setenv("APPDATA", "X:/Roaming")
    assert str(clients.file_of(CLAUDE_DESKTOP)).replace("\\", "/") == "X:/Roaming/Claude/claude_desktop_config.json"
    monkeypatch.delenv("APPDATA")
    assert "Roaming" in str(clients.file_of(CLAUDE_DESKTOP))


def test_the_command_that_runs_is_named_by_its_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The script that was called, else one of this installation, else the interpreter."""
    script = tmp_path / ("mssql-mcp.exe" if sys.platform == "win32" else "mssql-mcp")
    script.touch()
    monkeypatch.setattr(sys, "argv", [str(tmp_path / "mssql-mcp"), "client-config"])
    assert clients.executable() == (str(script),)
    monkeypatch.setattr(sys, "argv", ["pytest"])
    monkeypatch.setattr("sysconfig.get_path", lambda _: str(tmp_path))
    assert clients.executable() == (str(script),)
    script.unlink()
    assert clients.executable() == (sys.executable, "-m", "mssql_mcp")


def test_a_missing_file_is_made_for_its_owner_alone(tmp_path: Path) -> None:
    """Somebody may come to put a password into it."""
    path = tmp_path / "new" / "mcp.json"
    addition = clients.document(CURSOR, "db", LAUNCH)
    assert clients.merge(path, addition, "db", force=False) is None
    assert json.loads(path.read_text(encoding="utf-8")) == addition
    if sys.platform != "win32":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_other_servers_and_settings_stay(tmp_path: Path) -> None:
    """Values, order, indentation, characters and mode; the former file is kept, and so is every earlier one."""
    path = tmp_path / "mcp.json"
    before = '{\n\t"theme": "dünkel",\n\t"mcpServers": {\n\t\t"other": {"command": "x"}\n\t},\n\t"last": 1\n}\n'
    path.write_text(before, encoding="utf-8")
    path.chmod(0o640)
    backup = clients.merge(path, clients.document(CURSOR, "db", LAUNCH), "db", force=False)
    assert backup is not None
    assert backup.read_text(encoding="utf-8") == before
    text = path.read_text(encoding="utf-8")
    whole = json.loads(text)
    assert list(whole) == ["theme", "mcpServers", "last"]
    assert list(whole["mcpServers"]) == ["other", "db"]
    assert "\n\t" in text
    assert "dünkel" in text
    if sys.platform != "win32":
        assert stat.S_IMODE(path.stat().st_mode) == 0o640
    again = clients.merge(path, clients.document(CURSOR, "db", LAUNCH), "db", force=True)
    assert again is not None
    assert again != backup
    assert [each.name for each in sorted(tmp_path.iterdir())] == ["mcp.json", "mcp.json.bak", "mcp.json.bak2"]


def test_a_server_of_the_name_is_not_replaced_unless_told(tmp_path: Path) -> None:
    """--force replaces it, and asks for no input twice."""
    path = tmp_path / "mcp.json"
    path.write_text(
        '{"servers": {"db": {"command": "mine"}}, "inputs": [{"id": "mssql-password"}, {"id": "x"}]}', "utf-8"
    )
    addition = clients.document(VSCODE, "db", LAUNCH)
    with pytest.raises(ConfigurationError) as caught:
        clients.merge(path, addition, "db", force=False)
    assert caught.value.code == "config.exists"
    assert "mine" in path.read_text(encoding="utf-8")
    clients.merge(path, addition, "db", force=True)
    whole = json.loads(path.read_text(encoding="utf-8"))
    assert whole["servers"]["db"]["command"] == LAUNCH.command
    assert [item["id"] for item in whole["inputs"]] == ["x", "mssql-password"]


@pytest.mark.parametrize(
    "text", ['{"a": "\udcff"}', "{,}", '{"a": 1} // why', "[]", '{"mcpServers": []}', '{"inputs": {}}', "5"]
)
def test_a_file_that_is_not_understood_is_left_alone(tmp_path: Path, text: str) -> None:
    """Comments would be lost, and a guess could destroy what the client needs."""
    path = tmp_path / "mcp.json"
    before = text.encode("utf-8", "surrogateescape")
    path.write_bytes(before)
    with pytest.raises(ConfigurationError) as caught:
        clients.merge(path, clients.document(CURSOR, "db", LAUNCH), "db", force=True)
    assert caught.value.code == "config.syntax"
    assert path.read_bytes() == before
    assert [each.name for each in tmp_path.iterdir()] == ["mcp.json"]


def test_an_empty_file_and_a_link_are_filled(tmp_path: Path) -> None:
    """A link to a file that is kept elsewhere stays a link."""
    target = tmp_path / "kept.json"
    target.touch()
    path = tmp_path / "mcp.json"
    try:
        path.symlink_to(target)
    except OSError:
        pytest.skip("this system makes no links here")
    clients.merge(path, clients.document(CURSOR, "db", LAUNCH), "db", force=False)
    assert path.is_symlink()
    assert "db" in json.loads(target.read_text(encoding="utf-8"))["mcpServers"]


def test_what_cannot_be_written_is_told(tmp_path: Path) -> None:
    """A folder that is a file is an error of its own."""
    (tmp_path / "file").touch()
    with pytest.raises(ConfigurationError) as caught:
        clients.merge(tmp_path / "file" / "mcp.json", clients.document(CURSOR, "db", LAUNCH), "db", force=False)
    assert caught.value.code == "config.not_written"
