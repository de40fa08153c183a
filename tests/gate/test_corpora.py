"""The gate held against large collections of other people's T-SQL."""

from __future__ import annotations

import re
from typing import Any

from mssql_mcp.gate import Refusal, check

APPLICATION_LIKE = re.compile(r"(?i)defog|benchbase|efcore|FRK|DarlingData")


def is_refused(sql: str) -> bool:
    try:
        check(sql)
    except Refusal:
        return True
    return False


def test_every_harmful_batch_is_refused(forbidden_corpus: list[dict[str, Any]]) -> None:
    """No batch of the corpus that writes, executes, blocks or reaches outside passes."""
    harmful = [row["sql"] for row in forbidden_corpus if row["harmful"]]
    assert len(harmful) > 5_000
    assert [sql for sql in harmful if not is_refused(sql)] == []


def test_honest_queries_pass(honest_corpus: list[dict[str, Any]]) -> None:
    """At most 1 % of the honest SELECTs are refused, and at most 0.3 % of those of application-like sources."""
    refused = [row for row in honest_corpus if is_refused(row["sql"])]
    assert len(refused) <= len(honest_corpus) * 0.01
    ours = [row for row in honest_corpus if APPLICATION_LIKE.match(row["source"])]
    assert len([row for row in refused if row in ours]) <= len(ours) * 0.003
