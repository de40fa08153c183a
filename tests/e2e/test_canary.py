"""A password that is configured appears nowhere: no output, no log, no error, no traceback, of no command."""

from __future__ import annotations

import contextlib
import json
import subprocess
import threading
from typing import TYPE_CHECKING, Any

import pytest
from conversations import Target, command_line, environment

from mssql_mcp.cli.main import COMMANDS
from mssql_mcp.settings import ConnectionSettings

if TYPE_CHECKING:
    from pathlib import Path

    import sqlalchemy

Spawn = Any
# With the marks that end a value in ODBC strings, URLs, TOML and shells; each part of it alone would be a leak as well.
CANARY = "c4nary'pw;}]@:/#x"
PARTS = ("c4nary", CANARY, "}]@:/#x")
PREFIX = "MSSQL_MCP_CONNECTIONS__MAIN__"
# Each command that there is, some of them in several ways; `serve` and `demo` have tests of their own.
WAYS = (
    ("query", "SELECT 1 AS one"),
    ("query", "SELECT 1 AS one", "--format", "json"),
    ("query", "SELECT 1 AS one", "--plan"),
    ("query", "SELECT 1 DELETE FROM t"),
    ("inspect", "tables"),
    ("inspect", "databases"),
    ("inspect", "table", "dbo.t"),
    ("inspect", "gate", "SELECT 1 AS one"),
    ("check",),
    ("check", "--format", "json"),
    ("check", "--script"),
    ("config", "show"),
    ("config", "show", "--format", "json"),
    ("config", "validate"),
    ("config", "path"),
    ("client-config", "claude-desktop"),
    ("client-config", "claude-code"),
    ("client-config", "vscode"),
    ("client-config", "cursor"),
)
# How the password can be given, and to whom: ADDRESS and URL stand for the server's.
CONFIGURED = {
    "fields": {"SERVER": "ADDRESS", "USERNAME": "reader", "PASSWORD": CANARY},
    "odbc_connect": {
        "ODBC_CONNECT": "Driver={ODBC Driver 18 for SQL Server};Server=ADDRESS;UID=reader;PWD={c4nary'pw;}}]@:/#x};"
        "Encrypt=yes;TrustServerCertificate=yes"
    },
    "url": {
        "URL": "mssql+pyodbc://reader:c4nary%27pw%3B%7D%5D%40%3A%2F%23x@URL/master"
        "?driver=ODBC+Driver+18+for+SQL+Server&Encrypt=yes&TrustServerCertificate=yes"
    },
    "broken_url": {"URL": "mssql+pyodbc://reader:c4nary'pw;}]@:/#x@URL/master"},
    "url_with_raw_at": {"URL": "mssql+pyodbc://reader:x@c4nary@URL/master"},
    "url_as_server": {"SERVER": "mssql+pyodbc://reader:c4nary@URL/master"},
    "login_as_server": {"SERVER": "reader:c4nary@127.0.0.1"},
    "odbc_without_semicolon": {"ODBC_CONNECT": "Server=ADDRESS;UID=reader;Driver=x PWD=c4nary"},
    "broken_odbc": {"ODBC_CONNECT": "Server=ADDRESS;UID=reader;PWD={c4nary'pw;"},
}


def configured(how: str, address: str) -> dict[str, str]:
    """Give the keys that configure a server at `host,port` in one of the ways of `CONFIGURED`."""
    url = address.replace(",", ":")
    return {
        name: text.replace("ADDRESS", address).replace("@URL/", f"@{url}/") for name, text in CONFIGURED[how].items()
    }


def environ_of(how: str, address: str) -> dict[str, str]:
    """Give the environment that configures it."""
    more = {"LOGIN_TIMEOUT_SECONDS": "5", "RETRY__MAX_RETRIES": "0"}
    return {PREFIX + name: text for name, text in (configured(how, address) | more).items()}


def leaks(text: str) -> list[str]:
    """Give the lines of a text that hold the canary, as it is or as JSON or a URL write it."""
    written = {*PARTS, *(json.dumps(part)[1:-1] for part in PARTS), "c4nary%27"}
    return [line for line in text.splitlines() if any(part in line for part in written)]


@pytest.mark.parametrize("how", list(CONFIGURED))
@pytest.mark.parametrize("arguments", WAYS, ids=" ".join)
def test_no_command_shows_it(invoke: Any, arguments: tuple[str, ...], how: str) -> None:
    """Neither where it works nor where the server is down, with the traceback that `--debug` shows."""
    nowhere = Target("nowhere", ConnectionSettings(), environ=environ_of(how, "127.0.0.1,1"))
    done = invoke(*arguments, "--debug", on=nowhere) if arguments[0] != "config" else invoke(*arguments, on=nowhere)
    assert leaks(done.out + done.err) == []


@pytest.mark.parametrize("how", list(CONFIGURED))
def test_a_file_that_holds_it_is_not_quoted(invoke: Any, tmp_path: Path, how: str) -> None:
    """Also where the file cannot be used: the error names the key, not the value."""
    keys = "\n".join(f"{name.lower()} = {json.dumps(text)}" for name, text in configured(how, "127.0.0.1,1").items())
    path = tmp_path / "config.toml"
    for more in ("", "port = 'x'\n", "pasword = 'c4nary'\n", "passwort 'c4nary'\n", "username = 'c4nary\n"):
        path.write_text(f"[connections.main]\n{keys}\n{more}", encoding="utf-8")
        for arguments in (("config", "validate"), ("config", "show"), ("query", "SELECT 1 AS one")):
            done = invoke(*arguments, "--config", str(path))
            assert leaks(done.out + done.err) == [], (more, arguments)


def test_every_command_is_tried() -> None:
    """A new command has to show that it keeps the secret, too."""
    assert {way[0] for way in WAYS} | {"serve", "demo"} == set(COMMANDS)


@pytest.mark.parametrize("how", list(CONFIGURED))
def test_the_server_does_not_show_it(how: str) -> None:
    """Neither in an answer nor in its log, which says everything at the level `debug`."""
    spoken = serve_and_ask(environ_of(how, "127.0.0.1,1"))
    assert leaks(spoken) == []


@pytest.mark.live
@pytest.mark.parametrize("how", ["fields", "odbc_connect", "url"])
@pytest.mark.parametrize("driver", ["pyodbc", "mssql-python"])
@pytest.mark.parametrize("arguments", [("query", "SELECT 1 AS one"), ("check",), ("inspect", "tables")], ids=" ".join)
def test_a_refused_login_does_not_show_it(
    invoke: Any, live_url: sqlalchemy.URL, arguments: tuple[str, ...], how: str, driver: str
) -> None:
    """A server that knows the password is wrong."""
    environ = environ_of(how, address_of(live_url)) | {
        f"{PREFIX}TRUST_SERVER_CERTIFICATE": "true",
        f"{PREFIX}DRIVER": driver,
    }
    if how == "url":
        del environ[f"{PREFIX}DRIVER"]
    done = invoke(*arguments, "--debug", on=Target("refused", ConnectionSettings(), environ=environ))
    assert done.code in {3, 4, 10}, done.err
    assert leaks(done.out + done.err) == []


@pytest.mark.live
def test_a_server_whose_login_is_refused_does_not_show_it(live_url: sqlalchemy.URL) -> None:
    """Neither in an answer nor in its log."""
    spoken = serve_and_ask(environ_of("fields", address_of(live_url)) | {f"{PREFIX}TRUST_SERVER_CERTIFICATE": "true"})
    assert "connection.login_failed" in spoken
    assert leaks(spoken) == []


def address_of(url: sqlalchemy.URL) -> str:
    """Give a server's `host,port`."""
    return f"{url.host},{url.port}"


def serve_and_ask(environ: dict[str, str]) -> str:
    """Start the server, call a tool and read a resource, end it; gives all that it said on stdout and stderr."""
    requests = (
        {"id": 0, "method": "initialize", "params": {
            "protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "test", "version": "0"}}},
        {"method": "notifications/initialized"},
        {"id": 1, "method": "tools/call", "params": {"name": "run_query", "arguments": {"sql": "SELECT 1 AS one"}}},
        {"id": 2, "method": "tools/call", "params": {"name": "list_tables", "arguments": {}}},
        {"id": 3, "method": "resources/read", "params": {"uri": "mssql://info"}},
    )  # fmt: skip
    process = subprocess.Popen(
        command_line("serve", "--log-level", "debug"),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        env=environment(**environ),
    )
    assert process.stdin
    assert process.stdout
    assert process.stderr
    log: list[str] = []
    reader = threading.Thread(target=lambda: log.append(process.stderr.read() if process.stderr else ""))
    reader.start()
    spoken = []
    for request in requests:
        try:
            process.stdin.write(json.dumps({"jsonrpc": "2.0", **request}) + "\n")
            process.stdin.flush()
        except BrokenPipeError:  # settings that cannot be used end the server at once
            break
        while "id" in request and (line := process.stdout.readline()):
            spoken.append(line)
            if json.loads(line).get("id") == request["id"]:
                break
    with contextlib.suppress(BrokenPipeError):
        process.stdin.close()
    spoken.append(process.stdout.read())
    process.wait(60)
    reader.join(60)
    process.stdout.close()
    process.stderr.close()
    return "".join([*spoken, *log])
