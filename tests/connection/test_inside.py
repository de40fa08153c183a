"""Whoever ends the process learns whether a driver still holds a thread."""

from __future__ import annotations

import threading

import pytest

from mssql_mcp.connection.inside import all_left, inside_driver


def test_nobody_inside_is_told_at_once() -> None:
    """Without a thread in a driver there is nothing to wait for."""
    assert all_left(0)


def test_a_thread_inside_is_told() -> None:
    """While a thread is inside, the wait ends with False; once it has left, with True."""
    entered, go = threading.Event(), threading.Event()

    def work() -> None:
        with inside_driver(), inside_driver():
            entered.set()
            assert go.wait(30)

    thread = threading.Thread(target=work)
    thread.start()
    assert entered.wait(30)
    assert not all_left(0)
    threading.Timer(0.02, go.set).start()
    assert all_left(30)
    thread.join(30)


def test_a_failure_inside_counts_as_leaving() -> None:
    """An exception leaves nobody behind."""
    with pytest.raises(ValueError, match="x"), inside_driver():
        raise ValueError("x")
    assert all_left(0)
