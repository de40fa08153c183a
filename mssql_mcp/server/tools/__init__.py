"""Every tool of the server: reading `ALL_TOOLS` is reading the feature list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mssql_mcp.server.tools.catalog import CATALOG_TOOLS
from mssql_mcp.server.tools.query import QUERY_TOOLS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mssql_mcp.server.tool import ToolSpec

ALL_TOOLS: tuple[ToolSpec, ...] = (*CATALOG_TOOLS, *QUERY_TOOLS)


def tools_of(toolsets: Iterable[str]) -> tuple[ToolSpec, ...]:
    """Give the tools of the toolsets that are switched on, in the order of `ALL_TOOLS`."""
    chosen = set(toolsets)
    return tuple(spec for spec in ALL_TOOLS if spec.toolset in chosen)
