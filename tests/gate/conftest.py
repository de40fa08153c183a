"""Where the shared corpora lie, which are no part of the project."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

CORPUS_SENTENCE = "The shared corpora are not here (MSSQL_MCP_SHARED, or ../shared beside the repository)."


def read_corpus(repository: Path, name: str) -> list[dict[str, Any]]:
    folder = Path(os.environ.get("MSSQL_MCP_SHARED") or repository.parent / "shared") / "corpus"
    path = folder / name
    if not path.is_file():
        pytest.skip(CORPUS_SENTENCE)
    with path.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


@pytest.fixture(scope="session")
def honest_corpus(repository: Path) -> list[dict[str, Any]]:
    """Single SELECTs of many sources."""
    return read_corpus(repository, "select.jsonl")


@pytest.fixture(scope="session")
def forbidden_corpus(repository: Path) -> list[dict[str, Any]]:
    """Batches that do something else than read, marked `harmful` where a server would run them."""
    return read_corpus(repository, "forbidden.jsonl")
