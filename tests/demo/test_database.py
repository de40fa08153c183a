"""The sample database's file: always the same, always whole, never written."""

from __future__ import annotations

import contextlib
import hashlib
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from mssql_mcp.demo import database
from mssql_mcp.demo.database import build, demo_path, open_demo
from mssql_mcp.demo.faults import failure
from mssql_mcp.errors import UnsupportedError


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_two_builds_have_the_same_bytes(tmp_path: Path, demo_folder: Path) -> None:
    """The same generator makes the same file, byte for byte."""
    build(tmp_path / "one.sqlite3")
    build(tmp_path / "other.sqlite3")
    assert digest(tmp_path / "one.sqlite3") == digest(tmp_path / "other.sqlite3") == digest(demo_path())


def test_a_build_leaves_nothing_else_behind(tmp_path: Path) -> None:
    """The temporary file is gone after the build."""
    build(tmp_path / "one.sqlite3")
    assert [path.name for path in tmp_path.iterdir()] == ["one.sqlite3"]


def test_the_path_is_kept_and_not_built_again(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A whole file is used as it is."""
    monkeypatch.setenv(database.DIRECTORY_VARIABLE, str(tmp_path / "folder"))
    first = demo_path()
    before = first.stat().st_mtime_ns
    assert demo_path() == first
    assert first.stat().st_mtime_ns == before
    assert first.parent == tmp_path / "folder"


@pytest.mark.parametrize("damage", ["empty", "cut", "other", "text"])
def test_a_damaged_file_is_made_anew(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, demo_folder: Path, damage: str
) -> None:
    """What is not a whole file of ours is replaced."""
    source = demo_path()
    good = digest(source)
    monkeypatch.setenv(database.DIRECTORY_VARIABLE, str(tmp_path))
    path = tmp_path / source.name
    path.write_bytes(source.read_bytes())
    assert demo_path() == path
    whole = path.read_bytes()
    if damage == "other":
        path.unlink()
        with contextlib.closing(sqlite3.connect(path)) as connection:
            connection.execute("CREATE TABLE t (a)")
    else:
        path.write_bytes({"empty": b"", "cut": whole[: len(whole) // 2], "text": b"hello" * 100}[damage])
    assert digest(demo_path()) == good


def test_a_folder_that_cannot_be_made_is_replaced_by_a_temporary_one(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A file in the folder's place does not stop the demo."""
    (tmp_path / "file").write_text("no folder", encoding="utf-8")
    monkeypatch.setenv(database.DIRECTORY_VARIABLE, str(tmp_path / "file"))
    path = demo_path()
    assert path.parent != tmp_path / "file"
    with contextlib.closing(open_demo(path)) as connection:
        assert connection.execute('SELECT COUNT(*) FROM "sales.order_lines"').fetchone() == (50_000,)


def test_two_processes_may_build_at_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Both end with the same whole file."""
    monkeypatch.setenv(database.DIRECTORY_VARIABLE, str(tmp_path))
    command = [sys.executable, "-c", "from mssql_mcp.demo.database import demo_path; print(demo_path())"]
    processes = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True, encoding="utf-8") for _ in range(2)]
    found = {digest(Path(process.communicate(timeout=60)[0].strip())) for process in processes}
    assert [process.returncode for process in processes] == [0, 0]
    assert found == {digest(demo_path())}
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO \"sales.order_statuses\" VALUES (9, 'X', 'X', 0)",
        'UPDATE "hr.employees" SET salary = 1',
        'DELETE FROM "sales.orders"',
        "CREATE TABLE t (a)",
        "CREATE TEMP TABLE t (a)",
        'DROP TABLE "sales.orders"',
        "ATTACH DATABASE 'other.db' AS other",
        "PRAGMA writable_schema = ON",
        "PRAGMA query_only = OFF; INSERT INTO \"sales.order_statuses\" VALUES (9, 'X', 'X', 0)",
        "VACUUM",
        "SELECT load_extension('x')",
    ],
)
def test_nothing_can_be_written(demo_folder: Path, statement: str) -> None:
    """Every statement that is not a read fails, also on the raw connection."""
    with contextlib.closing(open_demo()) as connection:
        with pytest.raises((sqlite3.Error, sqlite3.Warning)):
            connection.executescript(statement)
        assert connection.execute('SELECT COUNT(*) FROM "sales.order_statuses"').fetchone() == (7,)


def test_a_write_is_told_in_our_words(demo_folder: Path) -> None:
    """SQLite's refusal becomes one of our errors."""
    with contextlib.closing(open_demo()) as connection:
        with pytest.raises(sqlite3.Error) as caught:
            connection.execute('DELETE FROM "sales.orders"')
        error = failure(caught.value)
    assert isinstance(error, UnsupportedError)
    assert error.message == "The demo can only be read."


def test_a_connection_serves_other_threads(demo_folder: Path) -> None:
    """A pool hands a connection from thread to thread."""
    found: list[int] = []
    with contextlib.closing(open_demo()) as connection:

        def read() -> None:
            found.append(connection.execute('SELECT COUNT(*) FROM "sales.orders"').fetchone()[0])

        thread = threading.Thread(target=read)
        thread.start()
        thread.join()
    assert found == [15_604]


def test_any_folder_will_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Blanks and marks that mean something in a URI are only characters of a name."""
    source = demo_path()
    folder = tmp_path / "a b#c%20d"
    folder.mkdir()
    (folder / source.name).write_bytes(source.read_bytes())
    monkeypatch.setenv(database.DIRECTORY_VARIABLE, str(folder))
    with contextlib.closing(open_demo()) as connection:
        assert connection.execute('SELECT COUNT(*) FROM "sales.order_statuses"').fetchone() == (7,)


def test_an_old_sqlite_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """The version that is needed stands in the message."""
    monkeypatch.setattr(database, "OLDEST_SQLITE", (99, 0, 0))
    with pytest.raises(UnsupportedError, match=r"needs SQLite 99\.0\.0"):
        demo_path()


def test_foreign_keys_hold(demo_folder: Path) -> None:
    """Every reference leads somewhere, over schemas too."""
    with contextlib.closing(sqlite3.connect(demo_path())) as connection:
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
