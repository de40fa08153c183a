"""Every tool of the server, by toolset: reading `TOOLSETS` and its modules is reading the feature list."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mssql_mcp.server.tool import ToolSpec

# Toolset -> module here with a tuple TOOLS. Only the modules of the toolsets that are switched on are imported, since
# every client waits for the server's start.
TOOLSETS = {"catalog": "catalog", "query": "query", "compat": "compat"}


def tools_of(toolsets: Iterable[str]) -> tuple[ToolSpec, ...]:
    """Give the tools of some toolsets, in the order of `TOOLSETS`."""
    chosen = set(toolsets)
    return tuple(
        spec
        for toolset, module in TOOLSETS.items()
        if toolset in chosen
        for spec in import_module(f"mssql_mcp.server.tools.{module}").TOOLS
    )


def all_tools() -> tuple[ToolSpec, ...]:
    """Give every tool."""
    return tools_of(TOOLSETS)
