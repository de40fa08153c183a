"""Values to text: JSON, CSV, Markdown and error lines. Knows no database and no terminal."""

from __future__ import annotations

from mssql_mcp.rendering.faults import error_lines, error_text
from mssql_mcp.rendering.rows import FORMATS, render
from mssql_mcp.rendering.tables import csv_text, markdown_table

__all__ = ["FORMATS", "csv_text", "error_lines", "error_text", "markdown_table", "render"]
