"""The stdio transport: stdout is the protocol, and every way of stopping is a clean one.

End of input (what hosts do), SIGTERM and SIGINT all cancel what is in flight, close the pools and end the process. The
SDK alone dies at once on SIGTERM and hangs on SIGINT with a call in flight.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from typing import TYPE_CHECKING, Any

import anyio

if TYPE_CHECKING:
    from mcp.server import MCPServer

# Between the signal and the end of the process, for the lifespan's clean-up: the reader thread is parked in readline()
# and would keep the interpreter waiting.
GRACE_SECONDS = 2.0


def serve_stdio(server: MCPServer[Any]) -> None:
    """Serve on stdin and stdout until the input ends or a signal comes."""
    if sys.platform == "win32":  # asyncio has no signal handlers there; end of input still ends the server cleanly
        server.run("stdio")
        return
    anyio.run(_serve, server)


async def _serve(server: MCPServer[Any]) -> None:
    async with anyio.create_task_group() as group:

        async def watch() -> None:
            with anyio.open_signal_receiver(signal.SIGTERM, signal.SIGINT) as signals:
                async for _ in signals:
                    last = threading.Timer(GRACE_SECONDS, os._exit, (0,))
                    last.daemon = True
                    last.start()
                    group.cancel_scope.cancel()
                    return

        group.start_soon(watch)
        await server.run_stdio_async()
        group.cancel_scope.cancel()
