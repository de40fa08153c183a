"""The wheel has what the program needs, and nothing else."""

from __future__ import annotations

import importlib.metadata
import os
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.skipif(
    "TOX_ENV_NAME" not in os.environ, reason="looks at the installed wheel, which tox makes"
)


def installed() -> set[str]:
    files = importlib.metadata.files("sqlserver-mcp") or []
    return {file.as_posix() for file in files}


def test_every_file_of_the_package_is_in_the_wheel(repository: Path) -> None:
    """Modules, T-SQL files and the typing marker are installed."""
    package = repository / "mssql_mcp"
    kinds = {".py", ".sql", ".typed", ".json", ".csv"}
    sources = {
        path.relative_to(repository).as_posix()
        for path in package.rglob("*")
        if path.is_file() and (path.suffix in kinds or path.name == "py.typed")
    }
    assert "mssql_mcp/py.typed" in sources
    assert sorted(sources - installed()) == []


def test_the_wheel_installs_no_other_package() -> None:
    """Tests, documentation and benchmarks stay in the source distribution."""
    tops = {name.partition("/")[0] for name in installed() if not name.startswith("..")}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"mssql_mcp"}


def test_the_licence_is_in_the_wheel() -> None:
    """The wheel carries its licence."""
    assert any(name.endswith(".dist-info/licenses/LICENSE") for name in installed())
