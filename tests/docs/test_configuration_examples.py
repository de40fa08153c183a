"""Every configuration that a page shows can be used as it stands."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from mssql_mcp.settings.load import examine

ROOT = Path(__file__).resolve().parents[2]
BLOCK = re.compile(r"^```toml\n(.*?)^```", re.MULTILINE | re.DOTALL)
VARIABLE = re.compile(r"\$\{([A-Z_]+)\}")

EXAMPLES = [
    pytest.param(block[1], id=f"{page.relative_to(ROOT).as_posix()}:{text[: block.start()].count(chr(10)) + 1}")
    for page in sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])
    for text in [page.read_text(encoding="utf-8")]
    for block in BLOCK.finditer(text)
]


@pytest.mark.parametrize("text", EXAMPLES)
def test_each_configuration_can_be_used(text: str, tmp_path: Path) -> None:
    """Read as the program reads it, with the variables set that it refers to."""
    path = tmp_path / "example.toml"
    path.write_text(text, encoding="utf-8")
    environ = dict.fromkeys(VARIABLE.findall(text), "x")
    examined = examine(config_path=path, environ=environ, cwd=tmp_path, keyring=lambda _service, _user: "x")
    assert [str(problem) for problem in examined.problems] == []


def test_there_are_examples() -> None:
    """The pages that explain the configuration show one."""
    assert {str(example.id).partition(":")[0] for example in EXAMPLES} >= {
        "docs/how-to/configure.md",
        "docs/how-to/connect.md",
    }


def test_the_messages_that_the_page_shows_are_those_of_the_program(tmp_path: Path) -> None:
    """docs/how-to/configure.md quotes `config validate` word for word."""
    page = (ROOT / "docs" / "how-to" / "configure.md").read_text(encoding="utf-8")
    quoted = re.findall(r"^\[config\.\w+\] .*$", page, re.MULTILINE)
    path = tmp_path / "mssql-mcp.toml"
    path.write_text(
        "\n\n[limits]\nmax_row = 5\n\n"
        '[connections.sales]\nserver = "x"\nusername = "u"\npassword = "${SALES_PASSWORD}"\n',
        encoding="utf-8",
    )
    environ = {"MSSQL_MCP_LIMITS__TIMEOUT_SECONDS": "0"}
    problems = examine(config_path=path, environ=environ, cwd=tmp_path).problems
    said = [f"[{problem.code}] {problem}".replace(str(path), "/srv/warehouse.toml") for problem in problems]
    assert sorted(quoted) == sorted(said)
