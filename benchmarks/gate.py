"""What the gate costs: time a statement on honest queries, and that the cost grows with the text and no faster.

    python benchmarks/gate.py [--corpus select.jsonl] [--rounds 3]

Without a corpus (JSON lines with `sql` and perhaps `source`) the project's own accepted texts are measured. Remembered
verdicts and the search for rewrites are left out: each text is checked in full. Times are of this machine; the ratios
travel. Refused texts are counted by the rule that refused, and by source.
"""

from __future__ import annotations

import argparse
import contextlib
import gc
import json
import statistics
import time
from collections import Counter
from pathlib import Path

from mssql_mcp.gate.check import OPEN, approve
from mssql_mcp.gate.fault import Fault
from mssql_mcp.gate.lexer import MAX_CHARACTERS

CASES = Path(__file__).resolve().parents[1] / "tests" / "gate" / "cases" / "accepted"

# Texts whose length can be chosen: what stands before, the part that is repeated, what stands after.
GROWING = {
    "list of values": ("SELECT a FROM t WHERE a IN (1", ", 12345", ")"),
    "select list": ("SELECT a", ", t.column_name AS other_name", " FROM t"),
    "conditions": ("SELECT a FROM t WHERE a = 1", " AND column_name = 12345", ""),
    "sums": ("SELECT a", " + 12345", " FROM t"),
    "UNION ALL": ("SELECT a FROM t", " UNION ALL SELECT a FROM t", ""),
    "joins": ("SELECT 1 FROM t", " JOIN u ON u.a = t.a", ""),
    "CASE WHEN": ("SELECT CASE a", " WHEN 1 THEN 'x'", " END FROM t"),
    "rows of VALUES": ("SELECT * FROM (VALUES (1, 'a')", ", (2, 'b')", ") v (a, b)"),
    "expressions": ("WITH a AS (SELECT 1 AS x)", ", b AS (SELECT 1 AS x)", " SELECT * FROM a"),
    "calls": ("SELECT f(1)", ", f(a, g(b))", ""),
    "string": ("SELECT '", "xxxxxxxx", "'"),
    "comments": ("SELECT 1", " /* a comment */", ""),
    "nested comments": ("SELECT 1 /* ", "/**/", " */"),
    "semicolons": ("SELECT 1", ";", ""),
    "unclosed": ("SELECT '", "''", ""),
    "open parentheses": ("SELECT ", "(", "1"),
}
SIZES = (MAX_CHARACTERS // 8, MAX_CHARACTERS // 4, MAX_CHARACTERS // 2, MAX_CHARACTERS - 1)


def read_rows(corpus: Path | None) -> list[dict[str, str]]:
    paths = [corpus] if corpus else sorted(CASES.glob("*.jsonl"))
    rows: list[dict[str, str]] = []
    for path in paths:
        with path.open(encoding="utf-8") as lines:
            rows += [json.loads(line) for line in lines]
    return rows


def seconds(text: str) -> tuple[float, str]:
    """Check a text once; give the time and the verdict."""
    started = time.perf_counter()
    try:
        approve(text, OPEN, {})
        verdict = "approved"
    except Fault as fault:
        verdict = fault.code
    return time.perf_counter() - started, verdict


def bare_seconds(text: str) -> float:
    """Time sqlglot alone on the same text."""
    import sqlglot

    started = time.perf_counter()
    with contextlib.suppress(Exception):
        sqlglot.parse(text, read="tsql")
    return time.perf_counter() - started


def quantile(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def measure_corpus(texts: list[str], rounds: int) -> None:
    best = [min(seconds(text)[0] for _ in range(rounds)) for text in texts]
    bare = [min(bare_seconds(text) for _ in range(rounds)) for text in texts]
    verdicts = [seconds(text)[1] for text in texts]
    print(f"{len(texts)} texts, {verdicts.count('approved')} approved")
    print(f"gate:    median {statistics.median(best) * 1e3:.3f} ms, p99 {quantile(best, 0.99) * 1e3:.2f} ms")
    print(f"sqlglot: median {statistics.median(bare) * 1e3:.3f} ms, p99 {quantile(bare, 0.99) * 1e3:.2f} ms")
    print(f"ratio of the sums: {sum(best) / sum(bare):.2f}")


def count_refusals(rows: list[dict[str, str]]) -> None:
    verdicts = [(row.get("source", "own").split(":")[0], seconds(row["sql"])[1]) for row in rows]
    refused = [(source, verdict) for source, verdict in verdicts if verdict != "approved"]
    print(f"\n{len(refused)} of {len(rows)} refused ({100 * len(refused) / len(rows):.2f} %)")
    for rule, count in Counter(verdict for _, verdict in refused).most_common():
        print(f"  {rule:24} {count}")
    of_source = Counter(source for source, _ in verdicts)
    for source, count in sorted(Counter(source for source, _ in refused).items()):
        print(f"  {source:24} {count} of {of_source[source]}")


def measure_growth(rounds: int) -> None:
    print(f"\nms at {', '.join(f'{size:,}' for size in SIZES)} characters; 2.0 a doubling is linear")
    for name, (before, unit, after) in GROWING.items():
        times, verdict = [], ""
        for size in SIZES:
            text = before + unit * ((size - len(before) - len(after)) // len(unit)) + after
            runs = [seconds(text) for _ in range(rounds)]
            times.append(min(run[0] for run in runs) * 1e3)
            verdict = runs[0][1]
        growth = (times[-1] / times[0]) ** (1 / (len(SIZES) - 1))
        print(f"{name:18}", " ".join(f"{value:8.1f}" for value in times), f"  x{growth:.2f} a doubling  {verdict}")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    options.add_argument("--corpus", type=Path, help="JSON lines with `sql` and perhaps `source`")
    options.add_argument("--rounds", type=int, default=3, help="the best of so many runs counts")
    given = options.parse_args()
    seconds("SELECT 1")  # sqlglot is imported, the worker thread started
    gc.collect()
    gc.freeze()
    rows = read_rows(given.corpus)
    measure_corpus([row["sql"] for row in rows], given.rounds)
    count_refusals(rows)
    measure_growth(given.rounds)


if __name__ == "__main__":
    main()
