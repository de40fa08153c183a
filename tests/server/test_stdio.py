"""The stdio transport leaves at once when it is told to; tests/e2e/test_stdio.py ends real servers in every way."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

SERVE = """
import sys, threading, time
from mssql_mcp.server import stdio

class Server:
    closed = threading.Event()

    async def run_stdio_async(self):
        import anyio
        print("ready", flush=True)
        try:
            await anyio.sleep_forever()
        finally:
            {clean_up}

stdio.GRACE_SECONDS = 0.2
stdio.serve_stdio(Server())
"""


def serve(clean_up: str) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", SERVE.format(clean_up=clean_up)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        env=dict(os.environ),
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


@pytest.mark.skipif(sys.platform == "win32", reason="Windows ends processes without a signal")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_clean_up_is_waited_for(number: int) -> None:
    """What stands in the lifespan's end is done before the process is gone."""
    process = serve("print('clean', flush=True); self.closed.set()")
    process.send_signal(number)
    out, _ = process.communicate(timeout=60)
    assert (out, process.returncode) == ("clean\n", 0)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no poll")
def test_an_output_that_nobody_reads_ends_it() -> None:
    """The input stays open, and nothing is written."""
    process = serve("self.closed.set()")
    assert process.stdout is not None
    process.stdout.close()
    assert process.wait(60) == 0
    assert process.stdin is not None
    process.stdin.close()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows ends processes without a signal")
def test_a_clean_up_that_hangs_is_not_waited_for() -> None:
    """The process ends after the grace, whatever a driver does."""
    process = serve("time.sleep(600)")
    process.send_signal(signal.SIGTERM)
    out, _ = process.communicate(timeout=60)
    assert (out, process.returncode) == ("", 0)
