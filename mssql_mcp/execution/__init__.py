"""The only place where user SQL meets a cursor: deadlines, limits, values and cancellation."""

from __future__ import annotations

from mssql_mcp.execution.limits import Limits
from mssql_mcp.execution.runner import run
from mssql_mcp.execution.workers import Workers

__all__ = ["Limits", "Workers", "run"]
