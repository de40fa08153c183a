"""Typed settings from command line, TOML, environment and defaults; every value knows its origin."""

from __future__ import annotations

from mssql_mcp.settings.model import (
    ConnectionSettings,
    GateSettings,
    LimitSettings,
    PoolSettings,
    RetrySettings,
    ServerSettings,
    SessionSettings,
    Settings,
)

__all__ = [
    "ConnectionSettings",
    "GateSettings",
    "LimitSettings",
    "PoolSettings",
    "RetrySettings",
    "ServerSettings",
    "SessionSettings",
    "Settings",
]
