"""Modules stay small enough to be read in one sitting."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

MAX_LINES = 400


def test_no_module_is_longer_than_the_limit(repository: Path) -> None:
    """No module of the package, the tests, the docs or the benchmarks is longer than 400 lines."""
    sizes = {
        path.relative_to(repository).as_posix(): len(path.read_text(encoding="utf-8").splitlines())
        for folder in ("mssql_mcp", "tests", "docs", "benchmarks")
        for path in (repository / folder).rglob("*.py")
    }
    assert "mssql_mcp/errors.py" in sizes
    assert {name: lines for name, lines in sizes.items() if lines > MAX_LINES} == {}


def test_no_junk_drawer(repository: Path) -> None:
    """No module is named after nothing."""
    junk = {"utils", "util", "helpers", "helper", "common", "misc"}
    modules = list((repository / "mssql_mcp").rglob("*.py"))
    assert modules
    assert [path for path in modules if path.stem in junk or path.parent.name in junk] == []
