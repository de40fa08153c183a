"""The tree works anywhere: nothing in it names a folder of the machine on which it was written."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

FOLDERS = ("mssql_mcp", "tests", "docs", "benchmarks", ".github", ".ci")
SUFFIXES = frozenset({".py", ".md", ".toml", ".ini", ".yml", ".yaml", ".json", ".sql", ".txt", ".cfg", ""})

# /opt/microsoft and /opt/homebrew are where Microsoft's driver and Homebrew install themselves on everybody's machine;
# /home/you and /Users/you are how the documentation writes a home folder.
MACHINE = re.compile(
    r"(?<![\w.:/-])(?:/(?:work|root|opt(?!/microsoft|/mssql|/homebrew))/|/(?:home|Users)/(?!you\b|app\b))|[A-Z]:\\\\?Users\\\\?(?!you\b)"
)


def text_files(repository: Path) -> list[Path]:
    inside = [path for folder in FOLDERS for path in (repository / folder).rglob("*")]
    found = [*repository.glob("*"), *inside]
    return [
        path
        for path in found
        if path.is_file()
        and path.suffix in SUFFIXES
        and "__pycache__" not in path.parts
        and not path.name.startswith(".coverage")
    ]


def test_no_file_names_a_folder_of_one_machine(repository: Path) -> None:
    """No source, test, page or configuration file holds a path that exists on one machine only."""
    files = text_files(repository)
    assert repository / "pyproject.toml" in files
    found = [
        f"{path.relative_to(repository).as_posix()}:{number} {match.group()}"
        for path in files
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if (match := MACHINE.search(line))
    ]
    assert found == []


def test_the_pattern_finds_what_it_is_for() -> None:
    """A path of a machine is found; Microsoft's own folder, a placeholder and a URL are not."""
    for top in ("home", "opt", "root", "Users"):
        assert MACHINE.search(f"in /{top}/somebody/x"), top
    for fine in ("/opt/microsoft/msodbcsql18", "/home/you/x", "https://example.com/home/x", "a/work/b"):
        assert not MACHINE.search(fine), fine
