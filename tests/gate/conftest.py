"""Large corpora of T-SQL, which are no part of this repository."""

from __future__ import annotations

import json
from typing import Any

import pytest
from corpora import collection


def read_corpus(name: str) -> list[dict[str, Any]]:
    with collection(f"corpus/{name}").open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


@pytest.fixture(scope="session")
def honest_corpus() -> list[dict[str, Any]]:
    """Single SELECTs of many sources."""
    return read_corpus("select.jsonl")


@pytest.fixture(scope="session")
def forbidden_corpus() -> list[dict[str, Any]]:
    """Batches that do something else than read, marked `harmful` where a server would run them."""
    return read_corpus("forbidden.jsonl")
