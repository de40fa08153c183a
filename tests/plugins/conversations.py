"""Both front doors of the product, on the demo and on the live server: MCP clients and the command line."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest
from anyio.from_thread import start_blocking_portal
from pydantic import SecretStr

from mssql_mcp.cli.main import run
from mssql_mcp.connection.drivers import installed_drivers
from mssql_mcp.connection.registry import Registry
from mssql_mcp.settings import ConnectionSettings, Settings
from mssql_mcp.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from anyio.from_thread import BlockingPortal
    from mcp import Client

ERAS = ("auto", "legacy")
# A subprocess imports the whole product; on a busy machine that takes its time.
SUBPROCESS_SECONDS = 120
CONNECTION = "main"


@dataclass(frozen=True)
class Target:
    """A database to ask.

    Attributes:
        name: `demo`, `live-pyodbc` or `live-mssql-python`.
        connection: Its settings.
        options: What to add to a command line.
        environ: What to add to the environment.
        lacks: What the live server refused of the sample; empty on the demo.
    """

    name: str
    connection: ConnectionSettings
    options: tuple[str, ...] = ()
    environ: dict[str, str] = field(default_factory=dict)
    lacks: tuple[str, ...] = ()

    @property
    def is_demo(self) -> bool:
        """Whether no server is behind it."""
        return self.connection.demo

    def settings(self, **changes: Any) -> Settings:
        """Give settings whose only connection this is."""
        return Settings(connections={CONNECTION: self.connection}, **changes)

    def workspace(self, **changes: Any) -> Workspace:
        """Open a workspace on it."""
        settings = self.settings(**changes)
        return Workspace(settings, Registry(settings))


@dataclass(frozen=True)
class Answer:
    """What a tool answered.

    Attributes:
        text: Its content.
        is_error: Whether it failed.
        error: The facts of the failure; empty where there is none.
    """

    text: str
    is_error: bool
    error: dict[str, Any]

    @property
    def json(self) -> Any:
        """The content as JSON."""
        assert not self.is_error, self.text
        return json.loads(self.text)

    @property
    def rows(self) -> list[list[Any]]:
        """The rows of a result in JSON."""
        rows: list[list[Any]] = self.json["rows"]
        return rows

    @property
    def code(self) -> str:
        """The error's code; empty where there is none."""
        return str(self.error.get("code", ""))


class Conversation:
    """An MCP client that is spoken to from ordinary functions.

    Args:
        portal: Where its event loop runs.
        client: The SDK's.
    """

    def __init__(self, portal: BlockingPortal, client: Client) -> None:
        self._portal = portal
        self.client = client

    def call(self, tool: str, /, **arguments: Any) -> Answer:
        """Call a tool."""
        result = self._portal.call(lambda: self.client.call_tool(tool, arguments))
        text = "\n".join(block.text for block in result.content)
        error = (result.meta or {}).get("mssql-mcp/error", {})
        assert bool(error) == bool(result.is_error), text
        return Answer(text, bool(result.is_error), error)

    def query(self, sql: str, **arguments: Any) -> Answer:
        """Call `run_query`."""
        return self.call("run_query", sql=sql, **arguments)

    def read(self, uri: str) -> str:
        """Read a resource of one text."""
        (content,) = self._portal.call(lambda: self.client.read_resource(uri)).contents
        return str(content.text)

    def ask(self, work: Callable[[Client], Any]) -> Any:
        """Do anything else with the client: `work` gives an awaitable."""
        return self._portal.call(lambda: work(self.client))


@dataclass(frozen=True)
class Invoked:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """What stands on stdout, as JSON."""
        return json.loads(self.out)


def conversation(portal: BlockingPortal, workspace: Workspace, **options: Any) -> AbstractContextManager[Client]:
    """Connect a client to a server in this process, which closes the workspace at the end."""
    from mcp import Client

    from mssql_mcp.server.app import build_server

    return portal.wrap_async_context_manager(Client(build_server(workspace), **options))


def live_target(name: str, request: pytest.FixtureRequest) -> Target:
    """Make the target of a driver on the live server; skip where it is not installed."""
    driver = name.removeprefix("live-")
    installed = installed_drivers()
    if driver == "pyodbc" and installed.pyodbc_error:
        pytest.skip(f"pyodbc cannot be imported: {installed.pyodbc_error}")
    if driver == "mssql-python" and not installed.mssql_python:
        pytest.skip("mssql-python is not installed")
    sample = request.getfixturevalue("live_sample")
    connection = request.getfixturevalue("live_settings")(driver=driver, database=sample.database)
    return Target(name, connection, environ=environ_of(connection), lacks=sample.refused)


def environ_of(connection: ConnectionSettings) -> dict[str, str]:
    """Give the environment that configures a connection as users do."""
    named = ("server", "database", "driver", "username", "password", "encrypt", "trust_server_certificate")
    values = {name: getattr(connection, name) for name in named}
    return {
        f"MSSQL_MCP_CONNECTIONS__{CONNECTION.upper()}__{name.upper()}": (
            value.get_secret_value() if isinstance(value, SecretStr) else str(value)
        )
        for name, value in values.items()
        if value is not None
    }


DEMO = Target("demo", ConnectionSettings(demo=True), options=("--demo",))


@pytest.fixture(
    scope="session",
    params=[
        "demo",
        pytest.param("live-pyodbc", marks=pytest.mark.live),
        pytest.param("live-mssql-python", marks=pytest.mark.live),
    ],
)
def target(request: pytest.FixtureRequest) -> Target:
    """The demo, and the sample database on the live server through each driver."""
    return DEMO if request.param == "demo" else live_target(request.param, request)


@pytest.fixture(scope="session")
def demo() -> Target:
    """The demo alone."""
    return DEMO


@pytest.fixture(scope="session")
def portal() -> Iterator[BlockingPortal]:
    """An event loop in a thread of its own."""
    with start_blocking_portal() as made:
        yield made


@pytest.fixture(scope="session", params=ERAS)
def era(request: pytest.FixtureRequest) -> str:
    """The protocol's eras: since 2026-07-28, and before."""
    mode: str = request.param
    return mode


@pytest.fixture(scope="session")
def assistant(target: Target, era: str, portal: BlockingPortal) -> Iterator[Conversation]:
    """An MCP client of a server in this process."""
    with conversation(portal, target.workspace(), mode=era) as client:
        yield Conversation(portal, client)


@pytest.fixture(scope="session")
def demo_assistant(portal: BlockingPortal) -> Iterator[Conversation]:
    """An MCP client of a server in this process, on the demo, in today's era."""
    with conversation(portal, DEMO.workspace()) as client:
        yield Conversation(portal, client)


@pytest.fixture
def converse(portal: BlockingPortal) -> Iterator[Callable[..., Conversation]]:
    """Open further conversations, ended after the test: `converse(workspace, mode="legacy")`."""
    ending = []

    def make(workspace: Workspace, **options: Any) -> Conversation:
        context = conversation(portal, workspace, **options)
        client = context.__enter__()
        ending.append(context)
        return Conversation(portal, client)

    yield make
    for context in reversed(ending):
        context.__exit__(None, None, None)


@pytest.fixture
def invoke(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Invoked]:
    """Run a command in this process: `invoke("query", "SELECT 1", on=target, stdin="")`."""

    def make(*arguments: str, on: Target | None = None, stdin: str = "") -> Invoked:
        for name, value in (on.environ if on else {}).items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(sys, "stdin", io.StringIO(stdin))
        capsys.readouterr()
        code = run([*arguments, *(on.options if on else ())])
        out, err = capsys.readouterr()
        return Invoked(code, out, err)

    return make


@pytest.fixture
def spawn() -> Callable[..., Invoked]:
    """Run a command in a process of its own: `spawn("query", "SELECT 1", on=target)`."""

    def make(*arguments: str, on: Target | None = None, stdin: str = "", **environ: str) -> Invoked:
        done = subprocess.run(
            command_line(*arguments, on=on),
            input=stdin,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=SUBPROCESS_SECONDS,
            check=False,
            env=environment(on, **environ),
        )
        return Invoked(done.returncode, done.stdout, done.stderr)

    return make


def command_line(*arguments: str, on: Target | None = None) -> list[str]:
    """Give the whole command line of a command."""
    return [sys.executable, "-m", "mssql_mcp", *arguments, *(on.options if on else ())]


def environment(on: Target | None = None, **more: str) -> dict[str, str]:
    """Give the environment of a command."""
    return {**os.environ, "PYTHONIOENCODING": "utf-8", **(on.environ if on else {}), **more}
