"""What the pages say of the program is what the program says of itself."""

from __future__ import annotations

import importlib.util
import re
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path
    from types import ModuleType


@pytest.fixture(scope="module")
def generate(repository: Path) -> ModuleType:
    """The script docs/generate.py as a module."""
    spec = importlib.util.spec_from_file_location("generate", repository / "docs" / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_generated_part_is_up_to_date(generate: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    """`python docs/generate.py --write` would change no page."""
    assert generate.main(["--check"]) == 0, capsys.readouterr().out


def test_every_generator_fills_a_part(generate: ModuleType) -> None:
    """None is left over, and no page asks for one that does not exist."""
    named = set()
    for page in generate.pages():
        named |= set(re.findall(r"<!-- generated:(\S+) -->", page.read_text(encoding="utf-8")))
    assert named == set(generate.GENERATORS)


def test_a_stale_page_is_found_and_written(
    generate: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """--check names it and fails, --write mends it and leaves alone what is written by hand."""
    page = tmp_path / "README.md"
    page.write_text("By hand.\n<!-- generated:thing -->\nold\n<!-- end -->\nBy hand too.\n", encoding="utf-8")
    monkeypatch.setattr(generate, "ROOT", tmp_path)
    monkeypatch.setattr(generate, "GENERATORS", {"thing": lambda: "new\n"})
    assert generate.main(["--check"]) == 1
    assert "README.md" in capsys.readouterr().out
    assert generate.main(["--write"]) == 0
    assert page.read_text(encoding="utf-8") == "By hand.\n<!-- generated:thing -->\nnew\n<!-- end -->\nBy hand too.\n"
    assert generate.main(["--check"]) == 0


def test_every_setting_is_in_the_reference(repository: Path) -> None:
    """Nobody has to read the code to find a key, an option or a short name."""
    from mssql_mcp.settings.declaration import SHORT_NAMES, all_settings

    page = (repository / "docs" / "reference" / "settings.md").read_text(encoding="utf-8")
    missing = [each.key for each in all_settings() if f"| `{each.key.rpartition('.')[2]}` |" not in page]
    missing += [each.option for each in all_settings() if each.option and f"`{each.option}`" not in page]
    missing += [name for name in SHORT_NAMES if f"`{name}`" not in page]
    assert missing == []
