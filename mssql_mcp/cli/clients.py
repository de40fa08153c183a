"""How each MCP client is told to start this server: the shape of its file, where that lies, how it fills in secrets.

Sources: Claude Desktop https://modelcontextprotocol.io/docs/develop/connect-local-servers, Claude Code
https://code.claude.com/docs/en/mcp, VS Code https://code.visualstudio.com/docs/copilot/reference/mcp-configuration,
Cursor https://cursor.com/docs/mcp.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
import sysconfig
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mssql_mcp.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

_COMMANDS = ("mssql-mcp", "sqlserver-mcp")
_INDENT = re.compile(r"^([ \t]+)\"", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Launch:
    """What a client starts.

    Attributes:
        command: Absolute path, since a client has a nearly empty environment.
        args: Its arguments.
        env: Variables whose values may be written down.
        secrets: Names of variables whose values may not.
    """

    command: str
    args: tuple[str, ...]
    env: Mapping[str, str] = field(default_factory=dict)
    secrets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Client:
    """One MCP client.

    Attributes:
        name: As it is typed.
        title: As its maker writes it.
        key: Of the object in its file that holds the servers.
        typed: Whether an entry says that it speaks stdio.
        reference: Makes what stands in the file for the value of a secret variable.
        places: Where the file lies, by the name of the operating system.
        note: What to do afterwards.
        how_filled: How the secret gets its value.
    """

    name: str
    title: str
    key: str
    typed: bool
    reference: Callable[[str], str]
    places: Mapping[str, str]
    note: str
    how_filled: str


def executable() -> tuple[str, ...]:
    """Give the absolute path of the command that runs, or the interpreter and how it starts this package."""
    suffix = ".exe" if sys.platform == "win32" else ""
    candidates = [Path(sys.argv[0])] if Path(sys.argv[0]).stem in _COMMANDS else []
    candidates += [Path(sysconfig.get_path("scripts")) / name for name in _COMMANDS]
    for candidate in candidates:
        path = Path(os.path.abspath(candidate))  # noqa: PTH100 - a link of pipx outlives what it points to
        for form in (path, path.with_name(path.name + suffix)):
            if form.is_file() and (not suffix or form.suffix == suffix):
                return (str(form),)
    return (sys.executable, "-m", "mssql_mcp")


def entry(client: Client, launch: Launch) -> dict[str, Any]:
    """Give the object by which a client's file knows the server."""
    known: dict[str, Any] = {"type": "stdio"} if client.typed else {}
    known |= {"command": launch.command, "args": list(launch.args)}
    env = {**launch.env, **{name: client.reference(name) for name in launch.secrets}}
    return {**known, "env": env} if env else known


def document(client: Client, name: str, launch: Launch) -> dict[str, Any]:
    """Give a whole file that holds this server and what it needs."""
    whole: dict[str, Any] = {client.key: {name: entry(client, launch)}}
    if client is VSCODE and launch.secrets:
        whole = {"inputs": [_input(variable) for variable in launch.secrets], **whole}
    return whole


def claude_code_command(name: str, launch: Launch) -> str:
    """Give the command line that adds the server to Claude Code.

    `${NAME}` is filled in from the environment in the project's file only, so secrets decide the scope. An option of
    one value stands last before the name, because `--env` takes every text that follows it.
    """
    env = {**launch.env, **{variable: CLAUDE_CODE.reference(variable) for variable in launch.secrets}}
    words = ["claude", "mcp", "add"]
    for variable, value in env.items():
        words += ["--env", f"{variable}={value}"]
    words += ["--scope", "project" if launch.secrets else "user", "--transport", "stdio", name, "--"]
    words += [launch.command, *launch.args]
    return subprocess.list2cmdline(words) if sys.platform == "win32" else shlex.join(words)


def file_of(client: Client) -> Path:
    """Give the path of the client's file on this system; relative to the current folder for a project's own."""
    system = {"win32": "Windows", "darwin": "macOS"}.get(sys.platform, "Linux")
    text = client.places.get(system) or client.places["everywhere"]
    if text.startswith("%APPDATA%"):
        base = os.environ.get("APPDATA") or str(Path.home() / "AppData" / "Roaming")
        text = base + text.removeprefix("%APPDATA%")
    return Path(text).expanduser()


def merge(path: Path, addition: Mapping[str, Any], name: str, *, force: bool) -> Path | None:
    """Add a server to a client's file, which keeps everything else that it holds.

    Args:
        path: The client's file; made where it does not exist.
        addition: What `document` gives.
        name: Of the server.
        force: Replace a server of this name.

    Returns:
        Where the former file is kept; None where there was none.

    Raises:
        ConfigurationError: The file is not plain JSON (`config.syntax`), it has a server of this name
            (`config.exists`), or it cannot be written (`config.not_written`).
    """
    path = path.resolve()
    # Bytes that are no UTF-8 make the text no JSON, which is refused below.
    text = path.read_text(encoding="utf-8-sig", errors="surrogateescape") if path.is_file() else ""
    whole = _parsed(path, text)
    for key, value in addition.items():
        if isinstance(value, list):
            ours = {item["id"] for item in value}
            whole[key] = [item for item in whole.get(key, []) if item.get("id") not in ours] + value
            continue
        servers = whole.setdefault(key, {})
        if name in servers and not force:
            raise ConfigurationError(
                f"{path} has a server {name} already.",
                code="config.exists",
                hint="Replace it with --force, or give this one another --name.",
            )
        servers.update(value)
    indent = _INDENT.search(text)
    new = json.dumps(whole, ensure_ascii=False, indent=indent[1] if indent else 2) + "\n"
    return _replace(path, new, text)


def _parsed(path: Path, text: str) -> dict[str, Any]:
    whole: Any
    try:
        whole = json.loads(text) if text.strip() else {}
    except ValueError:
        whole = None
    if any("\udc80" <= character <= "\udcff" for character in text):
        whole = None
    tables = isinstance(whole, dict) and all(isinstance(whole.get(key, {}), dict) for key in ("mcpServers", "servers"))
    if not tables or not isinstance(whole.get("inputs", []), list):
        raise ConfigurationError(
            f"{path} is not plain JSON with servers in it, so it is left as it is.",
            code="config.syntax",
            hint="Comments are no JSON. Run the command again without --write and paste what it prints.",
        )
    return dict(whole)


def _replace(path: Path, new: str, old: str) -> Path | None:
    """Write the file beside the old one and put it in its place in one step; keep the old one."""
    backup: Path | None = None
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        mode = path.stat().st_mode & 0o777 if path.exists() else 0o600
        if path.exists():
            backup = next(
                kept
                for number in range(1, sys.maxsize)
                if not (kept := path.with_name(f"{path.name}.bak{number if number > 1 else ''}")).exists()
            )
            backup.write_text(old, encoding="utf-8")
            backup.chmod(mode)
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        with open(descriptor, "w", encoding="utf-8") as file:  # noqa: PTH123 - the descriptor has the mode
            file.write(new)
        beside.replace(path)
    except OSError as error:
        with suppress(OSError):
            beside.unlink(missing_ok=True)
        problem = ConfigurationError(f"{path} cannot be written: {error.strerror}.", code="config.not_written")
        raise problem from None
    return backup


def _input(variable: str) -> dict[str, Any]:
    return {
        "type": "promptString",
        "id": _input_id(variable),
        "description": f"{variable} of mssql-mcp",
        "password": True,
    }


def _input_id(variable: str) -> str:
    return variable.lower().replace("_", "-")


CLAUDE_DESKTOP = Client(
    name="claude-desktop",
    title="Claude Desktop",
    key="mcpServers",
    typed=False,
    reference=lambda variable: f"<{variable}>",
    places={
        "macOS": "~/Library/Application Support/Claude/claude_desktop_config.json",
        "Windows": "%APPDATA%\\Claude\\claude_desktop_config.json",
        "Linux": "~/.config/Claude/claude_desktop_config.json",
    },
    note="Quit Claude Desktop wholly and start it again.",
    how_filled="Claude Desktop fills in no references: put the value in by hand, or keep the password in the "
    "configuration file as ${keyring:service/user}.",
)
CLAUDE_CODE = Client(
    name="claude-code",
    title="Claude Code",
    key="mcpServers",
    typed=True,
    reference=lambda variable: f"${{{variable}}}",
    places={"everywhere": ".mcp.json"},
    note="`claude mcp list` shows whether it is there.",
    how_filled="Claude Code fills the value in from the environment in which it is started.",
)
VSCODE = Client(
    name="vscode",
    title="VS Code",
    key="servers",
    typed=True,
    reference=lambda variable: f"${{input:{_input_id(variable)}}}",
    places={"everywhere": ".vscode/mcp.json"},
    note="The file of all your projects opens with the command `MCP: Open User Configuration`.",
    how_filled="VS Code asks for the value when it first starts the server, and keeps it.",
)
CURSOR = Client(
    name="cursor",
    title="Cursor",
    key="mcpServers",
    typed=False,
    reference=lambda variable: f"${{env:{variable}}}",
    places={"everywhere": "~/.cursor/mcp.json"},
    note="A single project's file is .cursor/mcp.json in its folder.",
    how_filled="Cursor fills the value in from the environment in which it is started.",
)

CLIENTS: Sequence[Client] = (CLAUDE_DESKTOP, CLAUDE_CODE, VSCODE, CURSOR)
