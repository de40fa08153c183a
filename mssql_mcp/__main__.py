"""`python -m mssql_mcp`, and what the installed commands call."""

from __future__ import annotations

import sys
from typing import NoReturn

# What a driver gets to come back at the end: enough for a rollback, not for a query.
PATIENCE_SECONDS = 1.0


def main() -> int:
    """Run the command line; return its exit code."""
    try:
        return _run()
    except KeyboardInterrupt:
        # Before the command line was there to say so itself, or after it.
        sys.stderr.write("Cancelled.\n")
        _leave(130)


def _run() -> int:
    from mssql_mcp.cli import streams
    from mssql_mcp.cli.exit_codes import ExitCode

    streams.prepare()
    from mssql_mcp.cli.main import run

    code = streams.finish(run())
    inside = sys.modules.get("mssql_mcp.connection.inside")
    # An interrupt that came inside an `exec` (a dataclass being imported) would else become the exit code later.
    is_interrupted = code in (ExitCode.CANCELLED, ExitCode.TERMINATED)
    if is_interrupted or (inside is not None and not inside.all_left(PATIENCE_SECONDS)):
        _leave(code)
    return code


def _leave(code: int) -> NoReturn:
    """End the process at once: an orderly end would wait for the driver that holds a thread, and then abort."""
    import atexit
    import contextlib
    import os
    import threading

    # As multiprocessing does before it leaves in the same way; but no longer than so: mssql-python's own function waits
    # for the thread that is in the driver.
    last = threading.Thread(target=atexit._run_exitfuncs, daemon=True)  # noqa: SLF001
    last.start()
    last.join(PATIENCE_SECONDS)
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):
            stream.flush()
    os._exit(code)


if __name__ == "__main__":
    sys.exit(main())
