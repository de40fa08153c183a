"""A tour of the server on the embedded sample database, seen through a real MCP client over stdio."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import anyio
from mcp import Client, StdioServerParameters

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

    from mcp.types import CallToolResult

# What the tour asks; a reader can paste it into `mssql-mcp query --demo`.
TABLE = "sales.orders"
QUESTION = """\
SELECT TOP (5) k.name AS country, COUNT(DISTINCT o.order_id) AS orders, SUM(l.line_total) AS revenue
FROM sales.order_lines AS l
JOIN sales.orders AS o ON o.order_id = l.order_id
JOIN sales.customers AS c ON c.customer_id = o.customer_id
JOIN sales.countries AS k ON k.country_code = c.country_code
GROUP BY k.name
ORDER BY revenue DESC"""
WRITE = "SELECT 1 DELETE FROM sales.orders"


@dataclass(frozen=True, slots=True)
class Part:
    """One stop of the tour.

    Attributes:
        title: What is shown.
        text: What was asked and what came back.
    """

    title: str
    text: str


def take_tour() -> Iterator[Part]:
    """Start the server as a client would, ask it, and give what it answered, stop by stop."""
    yield from anyio.run(_tour)


async def _tour() -> list[Part]:
    server = StdioServerParameters(
        command=sys.executable, args=["-m", "mssql_mcp", "serve", "--demo"], env=dict(os.environ)
    )
    async with Client(server, read_timeout_seconds=60) as client:
        return [await stop(client) for stop in STOPS]


async def _tools(client: Client) -> Part:
    tools = (await client.list_tools()).tools
    width = max(len(tool.name) for tool in tools)
    lines = [f"{tool.name:<{width}}  {(tool.description or '').split('. ')[0].rstrip('.')}." for tool in tools]
    return Part(f"tools/list: {len(tools)} tools, protocol {client.protocol_version}", "\n".join(lines))


async def _table(client: Client) -> Part:
    answer = await client.call_tool("describe_table", {"table": TABLE})
    return Part(f"describe_table: {TABLE}", _text(answer))


async def _question(client: Client) -> Part:
    answer = await client.call_tool("run_query", {"sql": QUESTION, "format": "markdown"})
    return Part("run_query: which countries buy most?", f"{QUESTION}\n\n{_text(answer)}")


async def _write(client: Client) -> Part:
    answer = await client.call_tool("run_query", {"sql": WRITE})
    said = "isError: true" if answer.is_error else "isError: false"
    return Part("run_query: a write, smuggled in without a semicolon", f"{WRITE}\n\n{said}\n{_text(answer)}")


def _text(answer: CallToolResult) -> str:
    return "\n".join(getattr(block, "text", "") for block in answer.content)


STOPS: tuple[Callable[[Any], Awaitable[Part]], ...] = (_tools, _table, _question, _write)
