"""At no boundary between two tokens of an honest query can a statement begin that the gate does not see."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

from mssql_mcp.gate.check import OPEN, approve
from mssql_mcp.gate.fault import Fault
from mssql_mcp.gate.lexer import canonical, tokenize
from mssql_mcp.gate.neighbours import pair

if TYPE_CHECKING:
    from pathlib import Path

    from scriptdom import Oracle

TAILS = (
    "THROW", "RECEIVE * FROM q", "SEND ON CONVERSATION 'x'", "GET CONVERSATION GROUP x FROM q", "FETCH c",
    "FETCH NEXT", "MOVE CONVERSATION x TO y", "ENABLE TRIGGER x ON t", "DISABLE TRIGGER x ON t",
    "END CONVERSATION 'x'", "USE hint", "SELECT 2", "(SELECT 2)", "((SELECT 2))", "x ((SELECT 2))",
    "AS x ((SELECT 2))", "x (SELECT 2)", ", x ((SELECT 2))", "WITH c AS (SELECT 1 a) SELECT a FROM c",
    "x WITH c AS (SELECT 1 a) SELECT a FROM c", "MERGE t USING u ON 1=1", "FETCH NEXT (SELECT 2)",
    "FETCH FIRST ((SELECT 2))", "FETCH APPROX NEXT (SELECT 2)", "rows FETCH NEXT (SELECT 2)", "OFFSET (SELECT 2)",
    "WITH TIES (SELECT 2)", "ALL (SELECT 2)", "USE x", "END", "x MERGE JOIN", "MERGE UNION SELECT 2", "x: SELECT 2",
    "GO SELECT 2", "x RECEIVE * FROM q", "AS x THROW", "DELETE t", "x EXEC p", "INTO z", "* (SELECT 2)",
    "COPY", "GET", "x SEND", "ENABLE FROM t", "DISABLE, x", "MOVE WHERE 1 = 1", "RENAME JOIN u ON 1 = 1",
    "x GET, y COPY", "ENABLE ON 1 = 1", "MOVE ON x", "SEND UNION SELECT 2", "COPY ORDER BY 1 THROW", "GET FROM q",
    "LOAD", "LOAD DATABASE x", "x LOAD", ", LOAD",
    "AS LOAD",
)  # fmt: skip
STEP = int(os.environ.get("MSSQL_MCP_BOUNDARY_STEP", "1"))


def own_texts(repository: Path) -> list[str]:
    folder = repository / "tests" / "gate" / "cases" / "accepted"
    lines = [line for path in sorted(folder.glob("*.jsonl")) for line in path.read_text(encoding="utf-8").splitlines()]
    return [json.loads(line)["sql"] for line in lines]


def outer_prefixes(text: str) -> list[str]:
    """Give what stands before each boundary that lies in no parentheses."""
    tokens = tokenize(text, {})
    partner = pair(tokens)
    prefixes, index = [], 0
    while index < len(tokens):
        index = partner[index] + 1 if partner[index] > index else index + 1
        prefixes.append(canonical(tokens[:index]))
    return prefixes


def test_no_boundary_lets_a_statement_in(oracle: Oracle, repository: Path) -> None:
    """Each beginning of an accepted text, followed by each way to begin a statement, is refused or harmless."""
    seen = {prefix: None for text in own_texts(repository) for prefix in outer_prefixes(text)}
    judged, wrong = 0, []
    for prefix in list(seen)[::STEP]:
        for tail in TAILS:
            try:
                approved = approve(f"{prefix} {tail}", OPEN, {})
            except Fault:
                continue
            judged += 1
            opinion = oracle.judge(approved.sql)
            if opinion.kind not in ("query", "syntax"):
                wrong.append((opinion.kind, approved.sql))
    assert judged > 1_000 // STEP
    assert wrong == []
