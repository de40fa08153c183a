"""Whoever looks for the tests of a module knows where they are."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

# Modules with functions of their own that are tested elsewhere, and where.
ELSEWHERE = {
    "mssql_mcp/__init__.py": "tests/architecture/test_public_api.py",
    "mssql_mcp/__main__.py": "tests/architecture/test_import_hygiene.py",
    "mssql_mcp/connection/source.py": "tests/connection",  # a protocol; its two implementations are tested
    # What a command does is seen from outside, on the demo and on a live server alike.
    "mssql_mcp/cli/ask.py": "tests/e2e/test_cli.py",
    "mssql_mcp/cli/export.py": "tests/e2e/test_export.py",
    "mssql_mcp/cli/commands/check.py": "tests/e2e/test_cli.py",
    "mssql_mcp/cli/commands/query.py": "tests/e2e/test_cli.py",
    "mssql_mcp/cli/commands/demo.py": "tests/server/test_tour.py",
    "mssql_mcp/cli/commands/serve.py": "tests/e2e/test_stdio.py",
}
# The demo's translator is one compiler in many small modules: what each does is seen in the answers to T-SQL, which
# tests/demo asks by family of functions and clauses.
FAMILIES = {"mssql_mcp/demo/": "tests/demo/test_bridge.py"}


def has_functions(module: Path) -> bool:
    tree = ast.parse(module.read_text(encoding="utf-8"))
    return any(isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) for node in ast.walk(tree))


def place_of_tests(module: Path, repository: Path) -> str:
    inside = module.relative_to(repository / "mssql_mcp")
    name = inside.parent.name if inside.stem == "__init__" else inside.stem
    return (repository / "tests" / inside.parent / f"test_{name}.py").relative_to(repository).as_posix()


def test_every_module_with_functions_has_a_test_module(repository: Path) -> None:
    """`mssql_mcp/gate/lexer.py` is tested in `tests/gate/test_lexer.py`, and so for each module that does something."""
    missing = {}
    for module in sorted((repository / "mssql_mcp").rglob("*.py")):
        name = module.relative_to(repository).as_posix()
        family = next((place for folder, place in FAMILIES.items() if name.startswith(folder)), None)
        expected = ELSEWHERE.get(name) or family or place_of_tests(module, repository)
        if has_functions(module) and not (repository / expected).exists():
            missing[name] = expected
    assert not missing, "\n".join(f"{name} has no {expected}" for name, expected in missing.items())


def test_every_exception_to_the_rule_is_still_needed(repository: Path) -> None:
    """An entry of the list above names a module that exists and has no test module in the usual place."""
    for name in ELSEWHERE:
        module = repository / name
        assert module.exists(), name
        assert not (repository / place_of_tests(module, repository)).exists(), name


def test_every_test_has_its_promise_in_one_line(repository: Path) -> None:
    """Each test says in its docstring's first line what it promises."""
    silent = [
        f"{path.relative_to(repository).as_posix()}:{node.lineno} {node.name}"
        for path in sorted((repository / "tests").rglob("test_*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.name.startswith("test_")
        and not ast.get_docstring(node)
    ]
    assert silent == []
