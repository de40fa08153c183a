"""Start to first answer, and the cost of a call, of the server on the demo against a bare `mcp` server, in one run.

    python benchmarks/serve.py [--runs 10]

Both servers are started over stdio, in turn, and asked for their tools; then each answers its quickest call many times.
What is printed is medians in milliseconds, and ratios: only the ratios carry from one machine to another.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

BARE = """
from mcp.server import MCPServer
server = MCPServer("bare")

@server.tool(structured_output=False)
async def echo(text: str) -> str:
    "Say it again."
    return text

server.run("stdio")
"""

REQUEST = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {
        "protocolVersion": "2025-11-25",
        "capabilities": {},
        "clientInfo": {"name": "benchmark", "version": "0"},
    },
}
READY = {"jsonrpc": "2.0", "method": "notifications/initialized"}
LIST = {"jsonrpc": "2.0", "id": 2, "method": "tools/list"}


def request(number: int, tool: str, arguments: dict[str, object]) -> dict[str, object]:
    return {"jsonrpc": "2.0", "id": number, "method": "tools/call", "params": {"name": tool, "arguments": arguments}}


class Session:
    """A server on pipes, spoken to line by line."""

    def __init__(self, command: list[str]) -> None:
        self.started = time.perf_counter()
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, encoding="utf-8"
        )

    def send(self, message: dict[str, object]) -> None:
        assert self.process.stdin
        self.process.stdin.write(json.dumps(message) + "\n")
        self.process.stdin.flush()

    def ask(self, message: dict[str, object]) -> dict[str, object]:
        assert self.process.stdout
        self.send(message)
        while True:
            answer: dict[str, object] = json.loads(self.process.stdout.readline())
            if answer.get("id") == message["id"]:
                return answer

    def close(self) -> None:
        assert self.process.stdin
        self.process.stdin.close()
        self.process.wait(20)


def start(command: list[str]) -> tuple[float, float, str]:
    """Give milliseconds to the answer of initialize and of tools/list, and the list itself."""
    session = Session(command)
    session.ask(REQUEST)
    first = (time.perf_counter() - session.started) * 1000
    session.send(READY)
    listed = json.dumps(session.ask(LIST)["result"]["tools"], ensure_ascii=False, separators=(",", ":"))
    second = (time.perf_counter() - session.started) * 1000
    session.close()
    return first, second, listed


def calls(command: list[str], tool: str, arguments: dict[str, object], count: int) -> float:
    """Give the median milliseconds of a call, after a few to warm up."""
    session = Session(command)
    session.ask(REQUEST)
    session.send(READY)
    times = []
    for number in range(count + 20):
        begun = time.perf_counter()
        session.ask(request(number + 10, tool, arguments))
        times.append((time.perf_counter() - begun) * 1000)
    session.close()
    return statistics.median(times[20:])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=10)
    parser.add_argument("--calls", type=int, default=300)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "bare.py"
        script.write_text(BARE, encoding="utf-8")
        bare = [sys.executable, str(script)]
        ours = [sys.executable, "-m", "mssql_mcp", "serve", "--demo"]
        for command in (bare, ours):  # once, so that byte code and the sample database are there
            start(command)
        taken = {"bare": [], "ours": []}
        for _ in range(options.runs):
            taken["bare"].append(start(bare))
            taken["ours"].append(start(ours))
        for index, name in enumerate(("initialize", "tools/list")):
            medians = {who: statistics.median(run[index] for run in runs) for who, runs in taken.items()}
            print(
                f"start to {name}: bare {medians['bare']:.0f} ms, ours {medians['ours']:.0f} ms,"
                f" ratio {medians['ours'] / medians['bare']:.2f}"
            )
        listed = taken["ours"][0][2]
        print(f"tools/list: {len(json.loads(listed))} tools, {len(listed)} characters, about {len(listed) // 4} tokens")
        floor = calls(bare, "echo", {"text": "x"}, options.calls)
        query = calls(ours, "run_query", {"sql": "SELECT 1 AS one"}, options.calls)
        print(f"a call: bare echo {floor:.2f} ms, run_query of SELECT 1 on the demo {query:.2f} ms")
    print(f"python {sys.version.split()[0]}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
