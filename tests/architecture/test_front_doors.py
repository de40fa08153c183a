"""Each front door says its own next step: a person at a shell is not sent to a tool that only an MCP client has."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from mssql_mcp.server.tools import tools_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# Texts that only an MCP client is given.
FOR_ASSISTANTS = {
    "mssql_mcp/catalog/definitions.py",
    "mssql_mcp/catalog/search.py",
    "mssql_mcp/execution/kept.py",
    "mssql_mcp/execution/runner.py",  # the command line says for itself how to see more
}
TOOLS = "|".join(tool.name for tool in tools_of(("catalog", "query")))
WORDS = re.compile(rf"\b({TOOLS})\b|`parameters`|parameters argument|\bcursor\.$")


def is_said(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and bool(WORDS.search(node.value))


def docstrings(tree: ast.AST) -> set[ast.AST]:
    return {
        node.value for node in ast.walk(tree) if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }


def lonely(tree: ast.AST) -> Iterator[ast.AST]:
    """Give the texts with words of MCP that stand in no call which has other words for the shell."""
    excused = docstrings(tree)
    for call in ast.walk(tree):
        if not isinstance(call, ast.Call):
            continue
        typed = [keyword.value for keyword in call.keywords if keyword.arg == "shell_hint"]
        if typed and not any(is_said(node) for node in ast.walk(typed[0])):
            given = [*call.args, *(keyword.value for keyword in call.keywords)]
            excused |= {node for value in given for node in ast.walk(value)}
    yield from (node for node in ast.walk(tree) if is_said(node) and node not in excused)


def test_no_hint_sends_a_shell_to_a_tool(repository: Path) -> None:
    """Whoever names a tool or an argument of one in a hint, names the command beside it."""
    found = []
    for path in sorted((repository / "mssql_mcp").rglob("*.py")):
        name = path.relative_to(repository).as_posix()
        if not name.startswith("mssql_mcp/server/") and name not in FOR_ASSISTANTS:
            tree = ast.parse(path.read_text(encoding="utf-8"))
            found += [f"{name}:{getattr(node, 'lineno', 0)}" for node in lonely(tree)]
    assert found == []


def test_the_words_are_found() -> None:
    """The test above would see one."""
    (node,) = lonely(ast.parse('raise Error("No.", hint="Call list_tables.")'))
    assert isinstance(node, ast.Constant)
    assert list(lonely(ast.parse('raise Error("No.", hint="Call list_tables.", shell_hint="Run inspect.")'))) == []
