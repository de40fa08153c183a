"""The server as a host starts it: a process that speaks the protocol on stdout, and ends cleanly whatever ends it."""

from __future__ import annotations

import contextlib
import json
import signal
import subprocess
import sys
import threading
from typing import TYPE_CHECKING, Any

import pytest
from conversations import SUBPROCESS_SECONDS, Conversation, Target, command_line, environment

from mssql_mcp.settings import ConnectionSettings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import sqlalchemy
    from anyio.from_thread import BlockingPortal

LEGACY = "2025-06-18"
SLOW = (
    "SELECT COUNT_BIG(*) AS n FROM sales.order_lines AS a, sales.order_lines AS b, sales.order_lines AS c "
    "WHERE a.quantity + b.quantity + c.quantity < 0"
)
Spoken = list[dict[str, Any]]


@pytest.fixture
def hosted(target: Target, era: str, portal: BlockingPortal) -> Iterator[Conversation]:
    """A client of a server in a process of its own."""
    from mcp import Client, StdioServerParameters

    program, *arguments = command_line("serve", on=target)
    server = StdioServerParameters(command=program, args=arguments, env=environment(target))
    client = Client(server, mode=era, read_timeout_seconds=SUBPROCESS_SECONDS)
    with portal.wrap_async_context_manager(client) as connected:
        yield Conversation(portal, connected)


class Host:
    """Starts the server and speaks the protocol line by line, so that it can be ended at any moment.

    Args:
        on: The database.
        options: Of `serve`.
        environ: To add.
    """

    def __init__(self, on: Target | None = None, *options: str, **environ: str) -> None:
        self.process = subprocess.Popen(
            command_line("serve", *options, on=on),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            env=environment(on, **environ),
        )
        self.stderr = ""
        self._drain = threading.Thread(target=self._read_stderr, daemon=True)
        self._drain.start()
        self.ask(
            "initialize",
            protocolVersion=LEGACY,
            capabilities={},
            clientInfo={"name": "test", "version": "0"},
        )
        self.say({"jsonrpc": "2.0", "method": "notifications/initialized"})

    def say(self, message: dict[str, Any]) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(message) + "\n")
        self.process.stdin.flush()

    def request(self, number: int, method: str, **params: Any) -> None:
        self.say({"jsonrpc": "2.0", "id": number, "method": method, "params": params})

    def hear(self, number: int) -> dict[str, Any]:
        """Read until the answer to a request; everything on stdout must be of the protocol."""
        assert self.process.stdout is not None
        while line := self.process.stdout.readline():
            message: dict[str, Any] = json.loads(line)
            assert message["jsonrpc"] == "2.0"
            if message.get("id") == number:
                return message
        pytest.fail(f"the server ended: {self.stderr}")

    def ask(self, method: str, **params: Any) -> dict[str, Any]:
        self.request(0, method, **params)
        return self.hear(0)

    def call(self, tool: str, **arguments: Any) -> dict[str, Any]:
        result: dict[str, Any] = self.ask("tools/call", name=tool, arguments=arguments)["result"]
        return result

    def end(self) -> int:
        """Wait for the process; stdout holds nothing but the protocol to its end."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            assert json.loads(line)["jsonrpc"] == "2.0"
        code = self.process.wait(SUBPROCESS_SECONDS)
        self._drain.join(SUBPROCESS_SECONDS)
        return code

    def close_stdin(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()

    def _read_stderr(self) -> None:
        assert self.process.stderr is not None
        self.stderr = self.process.stderr.read()


@pytest.fixture
def host() -> Iterator[Callable[..., Host]]:
    """Start servers; what still runs at the end of the test is killed."""
    started: list[Host] = []

    def make(on: Target | None = None, *options: str, **environ: str) -> Host:
        started.append(Host(on, *options, **environ))
        return started[-1]

    yield make
    for each in started:
        each.process.kill()
        each.process.wait()
        for stream in (each.process.stdin, each.process.stdout, each.process.stderr):
            if stream:
                stream.close()


def test_a_host_gets_its_answers(hosted: Conversation) -> None:
    """Tools, a description and rows over pipes, in both eras."""
    assert "run_query" in [tool.name for tool in hosted.ask(lambda client: client.list_tools()).tools]
    assert hosted.call("describe_table", table="sales.orders").text.startswith("sales.orders")
    assert hosted.query("SELECT COUNT(*) AS n FROM sales.order_lines").rows == [[50_000]]
    assert hosted.query("SELECT 1 DELETE FROM sales.orders").code == "gate.statement_word"


def test_it_ends_with_its_input(host: Any, demo: Target) -> None:
    """Hosts close the pipe to end a server."""
    server = host(demo)
    assert server.call("run_query", sql="SELECT 1 AS one")["content"]
    server.close_stdin()
    assert server.end() == 0
    assert "Traceback" not in server.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no poll")
@pytest.mark.parametrize("is_at_work", [False, True])
def test_it_ends_with_its_output(host: Any, demo: Target, is_at_work: bool) -> None:
    """A host that reads no more has gone, although it keeps the input open; also with a call in flight."""
    server = host(demo)
    if is_at_work:
        server.request(7, "tools/call", name="run_query", arguments={"sql": SLOW, "timeout_seconds": 600})
    server.process.stdout.close()
    with contextlib.suppress(BrokenPipeError):
        server.request(8, "tools/list")
    assert server.process.wait(SUBPROCESS_SECONDS) == 0
    server.process.stdout = None
    assert "Traceback" not in server.stderr


def test_half_a_character_gets_an_answer(host: Any, demo: Target) -> None:
    """A request that is no UTF-8 is refused by its id, and the next one is served."""
    server = host(demo)
    arguments = {"sql": "SELECT '\ud800' AS half"}
    answer = server.ask("tools/call", name="run_query", arguments=arguments)
    assert answer["error"]["code"] == -32600
    assert "half a character" in answer["error"]["message"]
    assert server.call("run_query", sql="SELECT '\U0001f600' AS whole")["isError"] is False


@pytest.mark.skipif(sys.platform == "win32", reason="Windows ends processes without a signal")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_with_a_signal(host: Any, demo: Target, number: int) -> None:
    """Idle as well."""
    server = host(demo)
    server.process.send_signal(number)
    assert server.end() == 0
    assert "Traceback" not in server.stderr


@pytest.mark.parametrize(
    "how",
    [
        "eof",
        pytest.param("SIGTERM", marks=pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signals")),
        pytest.param("SIGINT", marks=pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signals")),
    ],
)
def test_it_ends_with_a_call_in_flight(host: Any, target: Target, how: str) -> None:
    """A statement that would take minutes does not keep the process alive."""
    server = host(target)
    server.call("run_query", sql="SELECT 1 AS one")
    server.request(7, "tools/call", name="run_query", arguments={"sql": SLOW, "timeout_seconds": 600})
    # An answer that comes after the slow call began: both are at work at the same time.
    assert server.call("run_query", sql="SELECT 2 AS two")["isError"] is False
    if how == "eof":
        server.close_stdin()
    else:
        server.process.send_signal(getattr(signal, how))
    assert server.end() == 0
    assert "Traceback" not in server.stderr


def test_a_cancelled_request_ends_its_query(host: Any, target: Target) -> None:
    """The client's cancel frees the thread and the connection: with one of each, the next call works."""
    server = host(target, "--max-concurrent", "1")
    server.request(7, "tools/call", name="run_query", arguments={"sql": SLOW, "timeout_seconds": 600})
    server.say({"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": 7}})
    assert server.call("run_query", sql="SELECT 2 AS two")["isError"] is False


def test_a_slow_database_does_not_hold_the_list_of_tools(host: Any, target: Target) -> None:
    """While every thread of the connection is busy, the protocol goes on."""
    server = host(target, "--max-concurrent", "1")
    server.request(7, "tools/call", name="run_query", arguments={"sql": SLOW, "timeout_seconds": 600})
    assert len(server.ask("tools/list")["result"]["tools"]) > 5
    server.say({"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": 7}})


def test_it_starts_while_the_database_is_down(host: Any) -> None:
    """It lists its tools, and says in each call that the server is not there."""
    nowhere = Target("nowhere", ConnectionSettings(), environ={"MSSQL_MCP_CONNECTIONS__MAIN__SERVER": "127.0.0.1,1"})
    server = host(nowhere, MSSQL_MCP_CONNECTIONS__MAIN__USERNAME="reader", MSSQL_MCP_CONNECTIONS__MAIN__PASSWORD="x")
    assert len(server.ask("tools/list")["result"]["tools"]) > 5
    answer = server.call("run_query", sql="SELECT 1 AS one", timeout_seconds=20)
    assert answer["isError"]
    code = answer["_meta"]["mssql-mcp/error"]["code"]
    assert code in {"connection.refused", "connection.driver_missing"}


@pytest.mark.live
@pytest.mark.parametrize("driver", ["pyodbc", "mssql-python"])
def test_it_finds_the_database_when_it_is_back(
    host: Any, live_url: sqlalchemy.URL, live_settings: Any, driver: str
) -> None:
    """Down at the start, then there, then gone, then back: each call says how it is now."""
    from conversations import environ_of
    from tcp_proxy import TcpProxy

    proxy = TcpProxy((live_url.host or "127.0.0.1", live_url.port or 1433))
    try:
        proxy.refuse()
        connection = live_settings(driver=driver, server=proxy.server)
        retries = {"MSSQL_MCP_CONNECTIONS__MAIN__RETRY__MAX_RETRIES": "0"}
        server = host(Target("proxied", connection, environ=environ_of(connection) | retries))
        assert len(server.ask("tools/list")["result"]["tools"]) > 5
        for _ in range(2):
            refused = server.call("run_query", sql="SELECT 1 AS one", timeout_seconds=20)
            assert refused["_meta"]["mssql-mcp/error"]["code"] == "connection.refused"
            proxy.listen_again()
            assert server.call("run_query", sql="SELECT 1 AS one", timeout_seconds=60)["isError"] is False
            proxy.refuse()
        server.close_stdin()
        assert server.end() == 0
        assert "Traceback" not in server.stderr
    finally:
        proxy.close()
