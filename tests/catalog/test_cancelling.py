"""Cancelling what runs on a cursor."""

from __future__ import annotations

import threading

from mssql_mcp.catalog.cancelling import Cancelling


def test_what_runs_is_cancelled_until_it_ends() -> None:
    """The driver is asked for the running cursor, and asked again where the statement does not end."""
    asked: list[object] = []
    twice = threading.Event()

    def cancel(cursor: object) -> None:
        asked.append(cursor)
        if len(asked) == 2:
            twice.set()

    cancelling = Cancelling(cancel)
    cancelling.start("cursor")
    cancelling.end()
    assert twice.wait(30)
    cancelling.settle()
    assert set(asked) == {"cursor"}


def test_nothing_is_cancelled_where_nothing_runs() -> None:
    """Before a statement starts and after it has settled the driver is left alone."""
    asked: list[object] = []
    cancelling = Cancelling(asked.append)
    cancelling._end()
    cancelling.start("cursor")
    cancelling.settle()
    cancelling._end()
    assert asked == []


def test_settling_waits_for_the_driver() -> None:
    """While a cancel is in the driver, settling waits: the cursor is not closed under it."""
    entered, release, order = threading.Event(), threading.Event(), []

    def cancel(_: object) -> None:
        entered.set()
        assert release.wait(30)
        order.append("cancelled")

    cancelling = Cancelling(cancel)
    cancelling.start("cursor")
    cancelling.end()
    assert entered.wait(30)
    settling = threading.Thread(target=lambda: (cancelling.settle(), order.append("settled")))
    settling.start()
    release.set()
    settling.join(30)
    assert order == ["cancelled", "settled"]
