"""Random changes of honest queries never make the gate approve what Microsoft's parser sees as something else.

`MSSQL_MCP_FUZZ_MUTANTS` and `MSSQL_MCP_FUZZ_SEED` ask for more mutants, or others.
"""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from random import Random
from typing import TYPE_CHECKING

from mutation import mutate

from mssql_mcp.gate.check import OPEN, approve
from mssql_mcp.gate.fault import Fault

if TYPE_CHECKING:
    from pathlib import Path

    from scriptdom import Oracle

MUTANTS = int(os.environ.get("MSSQL_MCP_FUZZ_MUTANTS", "20000"))
SEED = int(os.environ.get("MSSQL_MCP_FUZZ_SEED", "20250101"))
DECLARED = {"p1": "p1", "x": "x"}
HARMLESS = frozenset(("query", "syntax"))
"""A text with a syntax error is refused as a whole by the server: nothing of its batch runs."""

_MARKS = re.compile(r"'(?:[^']|'')*'|\[(?:[^\]]|\]\])*\]|\?")


def seeds(repository: Path) -> list[str]:
    """Give the project's own accepted texts."""
    folder = repository / "tests" / "gate" / "cases" / "accepted"
    lines = [line for path in sorted(folder.glob("*.jsonl")) for line in path.read_text(encoding="utf-8").splitlines()]
    return [json.loads(line)["sql"] for line in lines]


def with_names(sql: str) -> str:
    """Put a variable for each mark, as the driver does: Microsoft's parser knows no marks."""
    return _MARKS.sub(lambda mark: "@p1" if mark.group() == "?" else mark.group(), sql)


def hunt(oracle: Oracle, texts: list[str], mutants: int, seed: int) -> tuple[Counter[str], list[str]]:
    """Make mutants, and hold each approved one against the parser with QUOTED_IDENTIFIER on and off."""
    random, seen, bypasses = Random(seed), Counter[str](), list[str]()
    for _ in range(mutants):
        mutant = mutate(random, texts)
        try:
            approved = approve(mutant, OPEN, DECLARED)
        except Fault as fault:
            seen[fault.code] += 1
            continue
        seen["approved"] += 1
        for quoted in (True, False):
            kind = oracle.judge(with_names(approved.sql), quoted_identifier=quoted).kind
            seen[kind] += 1
            if kind not in HARMLESS:
                bypasses.append(f"{kind}: {mutant!r} is executed as {approved.sql!r}")
    return seen, bypasses


def test_no_mutant_bypasses_the_gate(oracle: Oracle, repository: Path) -> None:
    """Whatever is approved is, to Microsoft's parser, one query that only reads, or nothing that could run."""
    seen, bypasses = hunt(oracle, seeds(repository), MUTANTS, SEED)
    print(f"{MUTANTS} mutants of seed {SEED}:", dict(seen.most_common()))
    assert bypasses == []
    assert seen["approved"] > MUTANTS / 20
    assert seen["query"] > MUTANTS / 50


def test_the_hunt_finds_what_a_naive_gate_lets_through(oracle: Oracle, repository: Path) -> None:
    """The mutants are dangerous: of those that merely begin with SELECT, many are something else."""
    random, texts = Random(SEED), seeds(repository)
    mutants = [mutate(random, texts) for _ in range(2_000)]
    kinds = Counter(oracle.judge(text).kind for text in mutants if text.lstrip().upper().startswith("SELECT"))
    assert kinds["other"] + kinds["several"] + kinds["into"] > 50
