"""The right reader for a connection."""

from __future__ import annotations

from typing import Any

from mssql_mcp.catalog.demo import DemoReader
from mssql_mcp.catalog.reader import reader_for
from mssql_mcp.catalog.sqlserver import SqlServerReader


def test_each_source_has_its_reader(small_server: Any) -> None:
    """A server is read from sys.*, the demo from what declares it."""
    assert isinstance(reader_for(small_server), SqlServerReader)
    small_server.is_demo = True
    assert isinstance(reader_for(small_server), DemoReader)
