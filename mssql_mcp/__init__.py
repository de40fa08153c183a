"""A read-only MCP server for Microsoft SQL Server, and the same abilities on the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mssql_mcp.errors import ToolError
    from mssql_mcp.settings import Settings
    from mssql_mcp.workspace import Workspace

__all__ = ["Settings", "ToolError", "Workspace", "__version__"]

_HOMES = {
    "ToolError": "mssql_mcp.errors",
    "Settings": "mssql_mcp.settings",
    "Workspace": "mssql_mcp.workspace",
}


def __getattr__(name: str) -> Any:
    """Import a public name when it is first asked for (PEP 562), so that `import mssql_mcp` costs nothing."""
    if name == "__version__":
        from importlib.metadata import version

        return version("sqlserver-mcp")
    if name in _HOMES:
        from importlib import import_module

        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
