"""SIGTERM ends a command as Ctrl-C does, and whoever handled it before handles it again afterwards."""

from __future__ import annotations

import signal
import threading

import pytest

from mssql_mcp.cli.termination import Terminated, interrupting


@pytest.fixture
def unhandled():
    """Let nobody else handle SIGTERM meanwhile."""
    before = signal.signal(signal.SIGTERM, signal.SIG_DFL)
    yield
    signal.signal(signal.SIGTERM, before)


def test_sigterm_interrupts(unhandled):
    """As Ctrl-C, so that the same clean-up is done."""
    with pytest.raises(KeyboardInterrupt) as raised, interrupting():
        signal.raise_signal(signal.SIGTERM)
    assert isinstance(raised.value, Terminated)
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL


def test_another_handler_is_left_alone(unhandled):
    """Whoever embeds the command line decides."""
    seen = []
    signal.signal(signal.SIGTERM, lambda number, _: seen.append(number))
    with interrupting():
        signal.raise_signal(signal.SIGTERM)
    assert seen == [signal.SIGTERM]


def test_other_threads_change_nothing(unhandled):
    """Only the main thread may set handlers."""

    def work():
        with interrupting():
            assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
