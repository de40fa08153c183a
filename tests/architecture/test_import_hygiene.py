"""A command pays for what it uses: no import of a library that it does not need."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

HEAVY = ("sqlalchemy", "sqlglot", "mcp", "pyodbc", "mssql_python")

# Runs the command line with the arguments given, then says on stderr's last line which of HEAVY it has loaded.
PROBE = """
import json, sys
heavy = json.loads(sys.argv.pop(1))
blocked = json.loads(sys.argv.pop(1))
for name in blocked:
    sys.modules[name] = None
try:
    from mssql_mcp.__main__ import main
    code = main()
except SystemExit as end:
    code = end.code
loaded = [name for name in heavy if sys.modules.get(name) is not None]
print(json.dumps({"code": int(code or 0), "loaded": loaded}), file=sys.stderr)
"""


def run(code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        check=False,
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
    )


def command(*arguments: str, blocked: tuple[str, ...] = ()) -> tuple[dict[str, object], str]:
    outcome = run(PROBE, json.dumps(HEAVY), json.dumps(blocked), *arguments)
    assert outcome.stderr, outcome
    return json.loads(outcome.stderr.splitlines()[-1]), outcome.stdout


def test_importing_the_package_loads_nothing_else() -> None:
    """`import mssql_mcp` loads no third-party library at all."""
    outcome = run(
        "import sys; before = set(sys.modules); import mssql_mcp; "
        "print(sorted({name.partition('.')[0] for name in set(sys.modules) - before} - sys.stdlib_module_names))"
    )
    assert outcome.stdout.strip() == "['mssql_mcp']", outcome.stderr


@pytest.mark.parametrize(
    "arguments",
    [("--help",), ("--version",), ("config", "path"), ("config", "--help"), ("query", "--help"), ("serve", "--help")],
    ids=" ".join,
)
def test_a_command_that_needs_no_database_loads_no_library_for_one(arguments: tuple[str, ...]) -> None:
    """Help, the version and the configuration's path load none of SQLAlchemy, sqlglot, mcp and the drivers."""
    said, stdout = command(*arguments)
    assert said == {"code": 0, "loaded": []}
    assert stdout.strip()


def test_the_demo_works_where_no_driver_can_be_imported() -> None:
    """A query of the demo runs, and reads, on a machine on which neither driver can be imported."""
    said, stdout = command(
        "query", "--demo", "--format", "csv", "SELECT 40 + 2 AS answer", blocked=("pyodbc", "mssql_python")
    )
    assert said["code"] == 0, stdout
    assert stdout.split() == ["answer", "42"]


def test_the_demo_loads_no_driver(tmp_path: Path) -> None:
    """A query of the demo loads neither driver, even where both could be, and not the MCP library either."""
    said, _ = command("query", "--demo", "--format", "csv", "SELECT 1 AS one")
    assert {"pyodbc", "mssql_python", "mcp"}.isdisjoint(said["loaded"])  # type: ignore[arg-type]
