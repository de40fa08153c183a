"""The configuration file is found where it is said to be, and read with lines and references."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from mssql_mcp.errors import ConfigurationError
from mssql_mcp.settings.file import lines_of_keys, locate, read_file, user_path

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no file modes")


def no_keyring(service: str, user: str) -> None:
    raise AssertionError((service, user))


def test_the_order_of_places(tmp_path: Path) -> None:
    """`--config` wins over MSSQL_MCP_CONFIG, that over the current folder, that over the user's folder."""
    user_path().parent.mkdir(parents=True, exist_ok=True)
    for path in (tmp_path / "a.toml", tmp_path / "b.toml", tmp_path / "mssql-mcp.toml", user_path()):
        path.touch()
    environ = {"MSSQL_MCP_CONFIG": "b.toml"}
    assert locate(Path("a.toml"), environ, tmp_path).path == tmp_path / "a.toml"
    assert locate(None, environ, tmp_path).path == tmp_path / "b.toml"
    assert locate(None, {}, tmp_path).path == tmp_path / "mssql-mcp.toml"
    (tmp_path / "mssql-mcp.toml").unlink()
    assert locate(None, {}, tmp_path).path == user_path()
    user_path().unlink()
    assert locate(None, {}, tmp_path).path is None
    assert [place.label for place in locate(None, {}, tmp_path).places] == [
        "current folder",
        "user's configuration folder",
    ]


def test_a_named_file_must_exist(tmp_path: Path) -> None:
    """A misspelt `--config` never means another file."""
    (tmp_path / "mssql-mcp.toml").touch()
    with pytest.raises(ConfigurationError, match=r"nowhere\.toml") as caught:
        locate(Path("nowhere.toml"), {}, tmp_path)
    assert caught.value.code == "config.not_found"
    with pytest.raises(ConfigurationError, match="MSSQL_MCP_CONFIG"):
        locate(None, {"MSSQL_MCP_CONFIG": "nowhere.toml"}, tmp_path)


@POSIX
def test_a_file_that_somebody_else_put_there_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where others may write, a planted file could send our password elsewhere; a named file is trusted."""
    path = tmp_path / "mssql-mcp.toml"
    path.touch()
    if os.geteuid() == 0:
        os.chown(path, 1234, -1)
    monkeypatch.setattr(os, "geteuid", lambda: 4321)
    with pytest.raises(ConfigurationError) as caught:
        locate(None, {}, tmp_path)
    assert caught.value.code == "config.foreign_file"
    assert locate(path, {}, tmp_path).path == path


def test_each_key_has_its_line() -> None:
    """Headers, dotted keys, inline tables and what spans lines: the line is where the statement begins."""
    text = """\
# comment

default_connection = "a"
[limits]
max_rows = 5  # why
timeout_seconds =    2.5

[connections.a]
server = \"\"\"
x\"\"\"
databases = [
  "one", # [not.a.header]
  "two",
]
pool = { size = 3, max_overflow = 1 }
retry.max_retries = 2
[connections . "b c" . pool]
size = 1
"""
    assert lines_of_keys(text) == {
        "default_connection": 3,
        "limits": 4,
        "limits.max_rows": 5,
        "limits.timeout_seconds": 6,
        "connections": 8,
        "connections.a": 8,
        "connections.a.server": 9,
        "connections.a.databases": 11,
        "connections.a.pool": 15,
        "connections.a.pool.size": 15,
        "connections.a.pool.max_overflow": 15,
        "connections.a.retry": 16,
        "connections.a.retry.max_retries": 16,
        "connections.b c": 17,
        "connections.b c.pool": 17,
        "connections.b c.pool.size": 18,
    }


def test_windows_line_ends_and_the_byte_order_mark_are_read(tmp_path: Path) -> None:
    """Notepad's files work."""
    path = tmp_path / "x.toml"
    path.write_bytes(b"\xef\xbb\xbf[limits]\r\nmax_rows = 5\r\n")
    found = read_file(path, {}, no_keyring)
    assert found.problems == []
    assert str(found.entries["limits.max_rows"].origin) == f"{path}:2"


def test_broken_toml_names_its_line_and_hints_at_backslashes(tmp_path: Path) -> None:
    """The commonest mistake, a named instance in double quotes, is explained."""
    path = tmp_path / "x.toml"
    path.write_text('[connections.a]\nserver = "host\\inst"\n', encoding="utf-8")
    (problem,) = read_file(path, {}, no_keyring).problems
    assert problem.origin == f"{path}:2"
    assert "single quotes" in problem.hint
    path.write_text("a = \n", encoding="utf-8")
    (problem,) = read_file(path, {}, no_keyring).problems
    assert (problem.code, problem.hint) == ("config.syntax", "")


def test_a_backslash_that_became_a_tab_is_not_taken(tmp_path: Path) -> None:
    """`"host\\test"` in double quotes is `host`, a tab and `est`: nobody means that."""
    path = tmp_path / "x.toml"
    path.write_text('[connections.a]\nserver = "host\\test"\n', encoding="utf-8")
    (problem,) = read_file(path, {}, no_keyring).problems
    assert problem.key == "connections.a.server"
    assert "single quotes" in problem.hint


def test_a_file_that_is_no_text_is_a_problem(tmp_path: Path) -> None:
    """Neither bytes that are no UTF-8 nor a folder raise anything else."""
    path = tmp_path / "x.toml"
    path.write_bytes(b"a = '\xff'")
    assert read_file(path, {}, no_keyring).problems[0].code == "config.syntax"
    assert read_file(tmp_path, {}, no_keyring).problems[0].code == "config.not_found"


def test_references_in_texts_and_lists_are_resolved_and_remembered(tmp_path: Path) -> None:
    """The origin says which variables went into a value."""
    path = tmp_path / "x.toml"
    path.write_text(
        '[connections.a]\nserver = "${HOST}"\ndatabases = ["${ONE}", "two"]\nport = "${PORT}"\n', encoding="utf-8"
    )
    found = read_file(path, {"HOST": "h", "ONE": "1", "PORT": "9"}, no_keyring)
    assert found.problems == []
    assert found.entries["connections.a.databases"].value == ["1", "two"]
    assert str(found.entries["connections.a.server"].origin) == f"{path}:2 with HOST"
    assert list(found.names) == ["a"]


def test_an_unset_variable_names_key_line_and_variable(tmp_path: Path) -> None:
    """The person who reads the error knows what to set and where it is used."""
    path = tmp_path / "x.toml"
    path.write_text('[connections.a]\n\npassword = "${SALES_PASSWORD}"\n', encoding="utf-8")
    (problem,) = read_file(path, {}, no_keyring).problems
    assert (problem.code, problem.variable) == ("config.unset_variable", "SALES_PASSWORD")
    assert problem.message == (
        f"connections.a.password ({path}:3): the environment variable SALES_PASSWORD is not set."
    )


@POSIX
def test_a_password_that_others_may_read_is_warned_of(tmp_path: Path) -> None:
    """Only a literal one, and only in a file that is open to others."""
    path = tmp_path / "x.toml"
    path.write_text('[connections.a]\nusername = "u"\npassword = "secret"\n', encoding="utf-8")
    path.chmod(0o644)
    (warning,) = read_file(path, {}, no_keyring).warnings
    assert "chmod 600" in warning
    path.chmod(0o600)
    assert read_file(path, {}, no_keyring).warnings == []
    path.write_text('[connections.a]\nusername = "u"\npassword = "${P}"\n', encoding="utf-8")
    path.chmod(0o644)
    assert read_file(path, {"P": "x"}, no_keyring).warnings == []
