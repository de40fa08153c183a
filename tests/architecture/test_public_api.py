"""What `import mssql_mcp` offers is fixed, and costs nothing until it is used."""

from __future__ import annotations

import importlib.metadata
import os
from pathlib import Path

import pytest

import mssql_mcp

PUBLIC = ["Settings", "ToolError", "Workspace", "__version__"]


def test_the_public_names_are_these() -> None:
    """A name is added to the public ones, or taken away, on purpose only."""
    assert sorted(mssql_mcp.__all__) == PUBLIC
    assert dir(mssql_mcp) == PUBLIC


@pytest.mark.parametrize("name", PUBLIC)
def test_each_public_name_is_there(name: str) -> None:
    """Every public name leads to something."""
    assert getattr(mssql_mcp, name) is not None


def test_the_version_is_the_distribution_s() -> None:
    """The version is said once, in pyproject.toml."""
    assert mssql_mcp.__version__ == importlib.metadata.version("sqlserver-mcp")


def test_an_unknown_name_is_an_attribute_error() -> None:
    """A misspelt name fails as it does on any module."""
    with pytest.raises(AttributeError, match="has no attribute 'Workspaces'"):
        mssql_mcp.Workspaces  # noqa: B018


def test_both_commands_are_installed() -> None:
    """The distribution installs `mssql-mcp` and `sqlserver-mcp`, which are the same program."""
    scripts = {
        point.name: point.value
        for point in importlib.metadata.distribution("sqlserver-mcp").entry_points
        if point.group == "console_scripts"
    }
    assert scripts == {"mssql-mcp": "mssql_mcp.__main__:main", "sqlserver-mcp": "mssql_mcp.__main__:main"}


@pytest.mark.skipif("TOX_ENV_NAME" not in os.environ, reason="outside tox the checkout itself may be what is tested")
def test_tox_tests_the_built_wheel(repository: Path) -> None:
    """What tox tests is the installed package, not the folder of the same name in the checkout."""
    assert not Path(mssql_mcp.__file__).is_relative_to(repository / "mssql_mcp")
