"""The project's own collections of texts: refused ones, each with its reason, and accepted ones."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from mssql_mcp.gate import Refusal, check

if TYPE_CHECKING:
    from pathlib import Path


def read_cases(repository: Path, kind: str) -> dict[str, list[dict[str, str]]]:
    folder = repository / "tests" / "gate" / "cases" / kind
    return {
        path.stem: [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        for path in sorted(folder.glob("*.jsonl"))
    }


def test_every_forbidden_text_is_refused_for_its_reason(repository: Path) -> None:
    """Each text of cases/refused is refused by the rule that is written beside it."""
    cases = read_cases(repository, "refused")
    assert sum(map(len, cases.values())) >= 400
    wrong = []
    for name, rows in cases.items():
        for row in rows:
            assert row["reason"], name
            try:
                check(row["sql"])
            except Refusal as refusal:
                if refusal.code != row["code"]:
                    wrong.append((name, refusal.code, row["sql"]))
            else:
                wrong.append((name, "passed", row["sql"]))
    assert wrong == []


def test_every_honest_text_passes(repository: Path) -> None:
    """Each text of cases/accepted passes, and so does what would be executed, unchanged."""
    cases = read_cases(repository, "accepted")
    assert sum(map(len, cases.values())) >= 150
    for rows in cases.values():
        for row in rows:
            approved = check(row["sql"])
            assert check(approved.sql).sql == approved.sql


@pytest.mark.parametrize("kind", ["refused", "accepted"])
def test_no_text_stands_twice(repository: Path, kind: str) -> None:
    """The collections hold no text twice."""
    texts = [row["sql"] for rows in read_cases(repository, kind).values() for row in rows]
    assert len(texts) == len(set(texts))
