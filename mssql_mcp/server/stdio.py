"""The stdio transport: stdout is the protocol, and every way of stopping is a clean one.

End of input (what hosts do), an output that nobody reads any more, SIGTERM and SIGINT all cancel what is in flight,
close the pools and end the process. The SDK alone dies at once on SIGTERM, and hangs on SIGINT with a call in flight
and on a closed output whose input stays open.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
import threading
from typing import TYPE_CHECKING

import anyio

if TYPE_CHECKING:
    from anyio.abc import TaskStatus

    from mssql_mcp.server.app import Server

# The most that the lifespan's clean-up gets after a signal. The process then ends without waiting for the thread that
# is parked in readline() on stdin and would keep the interpreter alive.
GRACE_SECONDS = 2.0


def serve_stdio(server: Server) -> None:
    """Serve on stdin and stdout until the input ends or a signal comes."""
    if sys.platform == "win32":  # asyncio has no signal handlers there; end of input still ends the server cleanly
        server.run("stdio")
        return
    anyio.run(_serve, server)


def _own_stdout() -> int | None:
    """Give a descriptor of our own for stdout, which the SDK moves elsewhere; None where there is none."""
    try:
        return os.dup(1)
    except OSError:
        return None


def _wait_until_unread(descriptor: int) -> None:
    """Wait until nobody reads what is written to a pipe or socket; without end for files."""
    import select

    poll = select.poll()
    poll.register(descriptor, 0)  # errors and hang-ups are told unasked
    poll.poll()


def _exit_when(closed: threading.Event) -> None:
    closed.wait(GRACE_SECONDS)
    os._exit(0)


async def _serve(server: Server) -> None:
    output = _own_stdout()
    async with anyio.create_task_group() as group:

        def stop() -> None:
            threading.Thread(target=_exit_when, args=(server.closed,), daemon=True).start()
            group.cancel_scope.cancel()

        def listen(loop: asyncio.AbstractEventLoop, descriptor: int) -> None:
            _wait_until_unread(descriptor)
            with contextlib.suppress(RuntimeError):  # the loop has ended meanwhile, and so has the server
                loop.call_soon_threadsafe(stop)

        async def watch(*, task_status: TaskStatus[None] = anyio.TASK_STATUS_IGNORED) -> None:
            with anyio.open_signal_receiver(signal.SIGTERM, signal.SIGINT) as signals:
                task_status.started()
                async for _ in signals:
                    stop()
                    return

        await group.start(watch)
        if output is not None:
            threading.Thread(target=listen, args=(asyncio.get_running_loop(), output), daemon=True).start()
        await server.run_stdio_async()
        group.cancel_scope.cancel()
