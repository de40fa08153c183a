"""The session's set-up is one batch of fixed statements."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mssql_mcp.connection.session import asker_of, batch, set_up_statements
from mssql_mcp.settings import SessionSettings


def test_the_defaults_are_gentle() -> None:
    """Short lock waits, lowest deadlock priority, read committed, and the name of who asks."""
    assert batch(set_up_statements(SessionSettings(), "mssql-mcp")) == (
        "SET IMPLICIT_TRANSACTIONS ON; SET LOCK_TIMEOUT 5000; SET DEADLOCK_PRIORITY LOW; "
        "SET TRANSACTION ISOLATION LEVEL READ COMMITTED; SET CONTEXT_INFO 0x6D7373716C2D6D6370;"
    )


@pytest.mark.parametrize(
    ("settings", "statement"),
    [
        (SessionSettings(lock_timeout_ms=-1), "SET LOCK_TIMEOUT -1"),
        (SessionSettings(deadlock_priority="normal"), "SET DEADLOCK_PRIORITY NORMAL"),
        (SessionSettings(isolation="snapshot"), "SET TRANSACTION ISOLATION LEVEL SNAPSHOT"),
        (SessionSettings(isolation="read uncommitted"), "SET TRANSACTION ISOLATION LEVEL READ UNCOMMITTED"),
        (SessionSettings(query_governor_cost_limit=60), "SET QUERY_GOVERNOR_COST_LIMIT 60"),
    ],
)
def test_each_setting_has_its_statement(settings: SessionSettings, statement: str) -> None:
    """What is configured is said."""
    assert statement in set_up_statements(settings, "x")


def test_an_unset_cost_limit_is_left_to_the_server() -> None:
    """0 means the server's own setting, so nothing is said."""
    assert "QUERY_GOVERNOR" not in batch(set_up_statements(SessionSettings(), "x"))


@given(st.text(st.characters(codec="utf-8"), max_size=200))
def test_no_name_leaves_the_hexadecimal(name: str) -> None:
    """Whatever the name, the statement holds hexadecimal digits of at most 128 bytes of whole characters."""
    statement = set_up_statements(SessionSettings(), name)[-1]
    if match := re.fullmatch(r"SET CONTEXT_INFO 0x((?:[0-9A-F]{2}){1,128})", statement):
        assert name.startswith(bytes.fromhex(match[1]).decode())
    else:
        assert statement == "SET TRANSACTION ISOLATION LEVEL READ COMMITTED"
        assert name == ""


def test_the_context_says_who_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Application, user and client, in that order; a name can neither break the line nor the statement."""
    monkeypatch.setattr("getpass.getuser", lambda: "ann")
    assert asker_of() == "user ann"
    assert asker_of("claude\n'; x 1.2") == "user ann; client claude '; x 1.2"
    statement = set_up_statements(SessionSettings(), "mssql-mcp", asker_of("claude-ai 1.2"))[-1]
    assert bytes.fromhex(statement.partition("0x")[2]).decode() == "mssql-mcp; user ann; client claude-ai 1.2"
    long = set_up_statements(SessionSettings(), "mssql-mcp", asker_of("\u00e9\ud800" * 200))[-1]
    assert len(bytes.fromhex(long.partition("0x")[2])) <= 128


@pytest.mark.parametrize("failure", [OSError, KeyError])
def test_a_user_without_a_name_is_none(monkeypatch: pytest.MonkeyPatch, failure: type[Exception]) -> None:
    """As in a container."""

    def fail() -> str:
        raise failure

    monkeypatch.setattr("getpass.getuser", fail)
    assert asker_of() == ""
    assert asker_of("x 1") == "client x 1"
