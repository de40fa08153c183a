"""Every code that a failure can carry is explained, so that a hint can point at the page."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from mssql_mcp.settings import ConnectionSettings, Settings

if TYPE_CHECKING:
    from pathlib import Path

FAMILIES = ("catalog", "config", "connection", "cursor", "gate", "input", "output", "policy", "query", "unsupported")
CODE = re.compile(rf"(?:{'|'.join(FAMILIES)})\.[a-z][a-z0-9_]*")
WHOLE_FAMILIES = {"internal", "unsupported"}
# What looks like a code and is none.
FILE_NAMES = {"config.toml"}
HEADING = re.compile(r"^#{2,4} `([a-z_.0-9]+)`$", re.MULTILINE)


def setting_names() -> set[str]:
    """Dotted names of settings look like codes: `gate.max_joins`, and `connection.server` for the connection in use."""
    sections = {name: getattr(field.annotation, "model_fields", {}) for name, field in Settings.model_fields.items()}
    sections["connection"] = ConnectionSettings.model_fields
    return {f"{section}.{key}" for section, keys in sections.items() for key in keys}


def codes_in(tree: ast.AST) -> set[str]:
    """Give the texts that are error codes: whole string constants of that form, wherever they stand."""
    return {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and CODE.fullmatch(node.value)
    }


def codes_of_package(repository: Path) -> set[str]:
    found: set[str] = set(WHOLE_FAMILIES)
    settings = repository / "mssql_mcp" / "settings"
    for module in (repository / "mssql_mcp").rglob("*.py"):
        codes = codes_in(ast.parse(module.read_text(encoding="utf-8")))
        found |= codes - setting_names() if module.is_relative_to(settings) else codes
    return found - FILE_NAMES


def documented(repository: Path) -> list[str]:
    page = (repository / "docs" / "reference" / "errors.md").read_text(encoding="utf-8")
    return HEADING.findall(page)


def test_every_code_of_the_package_is_documented(repository: Path) -> None:
    """docs/reference/errors.md has a heading for each code that the package can give."""
    codes = codes_of_package(repository)
    assert "query.timeout" in codes
    assert sorted(codes - set(documented(repository))) == []


def test_every_documented_code_exists(repository: Path) -> None:
    """docs/reference/errors.md explains no code that nothing gives."""
    assert sorted(set(documented(repository)) - codes_of_package(repository)) == []


def test_every_code_is_explained_once_and_in_order(repository: Path) -> None:
    """The headings of docs/reference/errors.md are sorted within their family, without a repetition."""
    codes = documented(repository)
    assert len(codes) == len(set(codes))
    for family in FAMILIES:
        of_family = [code for code in codes if code.split(".")[0] == family]
        assert of_family == sorted(of_family)


def test_every_exit_code_is_documented(repository: Path) -> None:
    """docs/reference/exit-codes.md has a row for each exit code, and no other."""
    from mssql_mcp.cli.exit_codes import ExitCode

    page = (repository / "docs" / "reference" / "exit-codes.md").read_text(encoding="utf-8")
    rows = {(int(number), name) for number, name in re.findall(r"^\| (\d+) \| `([A-Z_]+)` \|", page, re.MULTILINE)}
    assert rows == {(code.value, code.name) for code in ExitCode}
