"""What recurses runs where the stack is known."""

from __future__ import annotations

import subprocess
import sys
import threading

import pytest

from mssql_mcp.gate.worker import STACK_BYTES, run_with_large_stack


def test_results_and_exceptions_come_back() -> None:
    """The caller sees what the function gives or raises."""
    assert run_with_large_stack(lambda: threading.current_thread().name).startswith("mssql-mcp-gate")
    with pytest.raises(ZeroDivisionError):
        run_with_large_stack(lambda: 1 / 0)


def test_other_threads_keep_their_stack_size() -> None:
    """The size that new threads get is the same as before."""
    run_with_large_stack(int)
    assert threading.stack_size() != STACK_BYTES


def test_many_threads_may_call_at_once() -> None:
    """Callers in several threads all get their own answer."""
    answers: dict[int, int] = {}
    threads = [
        threading.Thread(target=lambda n=n: answers.update({n: run_with_large_stack(lambda: n * n)})) for n in range(20)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == {n: n * n for n in range(20)}


@pytest.mark.skipif(not hasattr(__import__("os"), "fork"), reason="This system has no fork.")
def test_a_forked_child_has_a_worker_of_its_own() -> None:
    """After a fork the gate works in the child, whose worker thread is gone."""
    program = (
        "import os, warnings; warnings.simplefilter('ignore')\n"
        "from mssql_mcp.gate import check; check('SELECT 1 AS a')\n"
        "child = os.fork()\n"
        "if child == 0:\n"
        "    check('SELECT 2 AS b'); os._exit(7)\n"
        "print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, encoding="utf-8", timeout=60, check=False
    )
    assert done.stdout.strip() == "7", done.stderr


def test_the_gate_works_in_a_thread_with_a_small_stack() -> None:
    """A deep query from a thread with the smallest stack is answered, and the process lives."""
    program = (
        "import threading\n"
        "from mssql_mcp.gate import Refusal, check\n"
        "def work():\n"
        "    for open_, close in (('(', ')'), ('CASE WHEN 1 = 1 THEN ', ' END'), ('f(', ')'), ('NOT ', '')):\n"
        "        try: print(len(check('SELECT 1 WHERE 1 = ' + open_ * 95 + '1' + close * 95).sql))\n"
        "        except Refusal as refusal: print(refusal.code)\n"
        "threading.stack_size(128 * 1024)\n"
        "thread = threading.Thread(target=work); thread.start(); thread.join()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, encoding="utf-8", timeout=60, check=False
    )
    assert (done.returncode, len(done.stdout.split())) == (0, 4), done.stderr
