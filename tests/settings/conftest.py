"""Reading a configuration as a program would, without the machine's own environment and files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

import pytest

from mssql_mcp.settings.load import Examined, Loaded, examine, load

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


class Read(Protocol):
    def __call__(self, toml: str = "", **sources: Any) -> Loaded: ...


class Look(Protocol):
    def __call__(self, toml: str = "", **sources: Any) -> Examined: ...


def no_keyring(service: str, user: str) -> str | None:
    raise AssertionError(f"nobody asked for {service}/{user}")


def arguments(folder: Path, toml: str, sources: dict[str, Any]) -> Mapping[str, Any]:
    if toml:
        (folder / "mssql-mcp.toml").write_text(toml, encoding="utf-8")
        (folder / "mssql-mcp.toml").chmod(0o600)
    return {"environ": {}, "cwd": folder, "keyring": no_keyring, **sources}


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Load the text of a configuration file, an environment (`environ`) and typed options (`cli`)."""

    def reading(toml: str = "", **sources: Any) -> Loaded:
        return load(**arguments(tmp_path, toml, sources))

    return reading


@pytest.fixture
def look(tmp_path: Path) -> Look:
    """Examine the same instead of raising."""

    def looking(toml: str = "", **sources: Any) -> Examined:
        return examine(**arguments(tmp_path, toml, sources))

    return looking
