"""What every test can rely on: no setting leaks in from the machine, and none leaks out of the test."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import hypothesis
import hypothesis.configuration
import platformdirs
import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

# Fixtures that several folders use; the folder stands in `pythonpath` of pyproject.toml.
pytest_plugins = ["callers", "conversations", "corpora", "live_sample", "live_server"]

ROOT = Path(__file__).resolve().parents[1]

PREFIXES = ("MSSQL_", "ODBC_DRIVER", "NO_COLOR", "FORCE_COLOR", "COLUMNS")

# What speaks to the tests and not to the product; the live fixtures and the demo's tests read them.
FOR_TESTS = frozenset({"MSSQL_MCP_TEST_URL", "MSSQL_MCP_DEMO_DIR"})

# pytest itself changes these while a test runs.
PYTEST_OWN = frozenset({"PYTEST_CURRENT_TEST"})

# Property tests are judged by what they find, not by a clock; CI has hypothesis' own profile, which is deterministic.
hypothesis.configuration.set_hypothesis_home_dir(ROOT / ".hypothesis")
if "CI" not in os.environ:
    hypothesis.settings.register_profile("mssql-mcp", deadline=None)
    hypothesis.settings.load_profile("mssql-mcp")


def environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name not in PYTEST_OWN}


@pytest.fixture(scope="session")
def repository() -> Path:
    """The folder that holds pyproject.toml."""
    return ROOT


@pytest.fixture(scope="session", autouse=True)
def demo_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """One demo database for the whole run, outside the user's cache; subprocesses find it too."""
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("demo")
        patch.setenv("MSSQL_MCP_DEMO_DIR", str(folder))
        yield folder


@pytest.fixture(autouse=True)
def unchanged_environ() -> Iterator[None]:
    """Fail a test that leaves the environment otherwise than it found it."""
    before = environment()
    yield
    assert environment() == before


@pytest.fixture(autouse=True)
def clean_environ(unchanged_environ: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Hide the settings that the machine's own environment holds."""
    for name in list(os.environ):
        if name.startswith(PREFIXES) and name not in FOR_TESTS:
            monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def empty_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder for the whole run; making one for each of thousands of tests would cost too much."""
    return tmp_path_factory.mktemp("home")


@pytest.fixture(autouse=True)
def no_discovered_config(clean_environ: None, monkeypatch: pytest.MonkeyPatch, empty_home: Path) -> Iterator[Path]:
    """Run in an empty folder and with an empty user's configuration folder, here and in subprocesses.

    Gives the configuration folder. What a test leaves in either is removed after it.
    """
    config, work = empty_home / "config", empty_home / "work"
    for folder in (config, work):
        folder.mkdir(exist_ok=True)
    monkeypatch.chdir(work)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(config))
    monkeypatch.setenv("XDG_CONFIG_DIRS", str(config))
    if sys.platform == "win32":
        # The known folders of Windows come from its API, not from the environment.
        monkeypatch.setattr(platformdirs, "user_config_dir", lambda *_args, **_options: str(config))
        monkeypatch.setattr(platformdirs, "user_config_path", lambda *_args, **_options: config)
    elif sys.platform == "darwin":
        monkeypatch.setenv("HOME", str(empty_home))
    yield config
    for folder in (config, work):
        if any(folder.iterdir()):
            shutil.rmtree(folder)
            folder.mkdir()
