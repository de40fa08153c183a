"""No text of any size or shape takes the process's life, or more than a bounded time."""

from __future__ import annotations

import subprocess
import sys

import pytest

from mssql_mcp.gate import Refusal, check
from mssql_mcp.gate.lexer import MAX_CHARACTERS

HEADS = ("SELECT ", "SELECT a FROM t WHERE a ", "SELECT a FROM t ", "")
UNITS = (
    "(", ")", "((SELECT ", "CASE WHEN ", "NOT ", "- ", "~", "f(", "CAST(", "x IN (", "EXISTS (SELECT ", "[", "]]",
    "'", "''", '"', "/*", "*/", "/**/", "--\n", ";", ",", ",1", ".", "..", ".f()", ".a", "::f()", "{fn ", "{", "}",
    "@", "1 ", "1.", "0x", "a ", "a", "é", "\n", "\t", " AND 1=1", " OR a=1", "+1", " UNION ALL SELECT 1", " JOIN u",
    " JOIN u ON 1=1", " JOIN u CROSS JOIN v ON 1=1", ",t", " CROSS APPLY f(1)", " WHEN 1 THEN 2", " COLLATE x",
    " AT TIME ZONE 'x'", " BETWEEN 1 AND 2", " IN (1)", " LIKE 'x'", " PIVOT (SUM(a) FOR b IN ([x])) p", "INTERVAL ",
    "DISTINCT ", "TOP 1 ", "WITH ", "OVER (", "VALUES (1),", "(1),", ".value('x','int')", "->", "a -> ",
    "STRAIGHT_JOIN u ", "LATERAL ", "PRIOR ", ".5 (a) ", ". DATE :: CURRENT_ROLE( ) ", "ARRAY<", "STRUCT<", "$", "%",
    "*", "||", "SELECT ",
)  # fmt: skip


@pytest.mark.parametrize("head", HEADS)
def test_any_repetition_up_to_the_cap_is_answered(head: str) -> None:
    """Every unit, repeated up to the cap, is answered in a thread with little stack, and the process lives."""
    program = (
        "import sys, threading\n"
        "from mssql_mcp.gate import Refusal, check\n"
        f"head, units, cap = {head!r}, {UNITS!r}, {MAX_CHARACTERS}\n"
        "def work():\n"
        "    for unit in units:\n"
        "        text = head + unit * ((cap - len(head)) // len(unit))\n"
        "        try: check(text)\n"
        "        except Refusal: pass\n"
        "    print('answered', len(units))\n"
        "threading.stack_size(256 * 1024)\n"
        "thread = threading.Thread(target=work); thread.start(); thread.join()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, encoding="utf-8", timeout=300, check=False
    )
    assert (done.returncode, done.stdout.strip()) == (0, f"answered {len(UNITS)}"), done.stderr[-2000:]


def test_what_is_longer_is_not_read_at_all() -> None:
    """A text of any size beyond the cap is refused by its length alone."""
    with pytest.raises(Refusal) as refused:
        check("(" * 50_000_000)
    assert refused.value.code == "gate.too_long"
