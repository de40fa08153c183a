"""The process ends although a driver holds a thread, and although the driver's own last function waits for it."""

from __future__ import annotations

import subprocess
import sys

SUBPROCESS_SECONDS = 120
SCRIPT = """
import atexit
import threading

from mssql_mcp import __main__

__main__.PATIENCE_SECONDS = 0.05
atexit.register(threading.Event().wait)
print("last words")
__main__._leave(7)
"""


def test_the_end_waits_for_no_driver() -> None:
    """What was printed is there, and the exit code is the command's."""
    ended = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        check=False,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=SUBPROCESS_SECONDS,
    )
    assert (ended.returncode, ended.stdout, ended.stderr) == (7, "last words\n", "")
