"""The log goes to stderr, from its level up, and holds no secret."""

import logging

import pytest

from mssql_mcp.observability.logs import configure


@pytest.fixture(autouse=True)
def restored():
    """Leave the root logger as it was."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = handlers, level


def test_lines_go_to_stderr_and_never_to_stdout(capsys):
    """stdout belongs to data or to the protocol."""
    configure("info")
    logging.getLogger("mssql_mcp.x").info("hello")
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err.endswith("INFO mssql_mcp.x: hello\n")


def test_what_is_below_the_level_is_not_said(capsys):
    """A quiet server is quiet."""
    configure("warning")
    logging.getLogger("mssql_mcp.x").info("hello")
    assert capsys.readouterr().err == ""


def test_secrets_are_masked_in_messages_arguments_and_tracebacks(capsys):
    """Known ones wherever they stand, others where they look like one."""
    configure("debug", ["c4n4ry"])
    log = logging.getLogger("mssql_mcp.x")
    log.debug("url %s and PWD=0ther-1;", "mssql+pyodbc://sa:th1rd@h/d")
    try:
        int("c4n4ry")
    except ValueError:
        log.exception("it broke")
    shown = capsys.readouterr().err
    assert "Traceback" in shown
    assert not any(secret in shown for secret in ("c4n4ry", "0ther-1", "th1rd"))
