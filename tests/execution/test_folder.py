"""Private files end with their process, and no other process's files do."""

from __future__ import annotations

import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from mssql_mcp.execution import folder
from mssql_mcp.execution.folder import PrivateFolder, default_root, open_private, private, remove_orphans

posix = pytest.mark.skipif(sys.platform == "win32", reason="POSIX modes and signals")

# Makes a folder with a file, says where, and waits for the end of its input, as a server does.
OWNER = """
import sys
from pathlib import Path
from mssql_mcp.execution.folder import PrivateFolder
kept = PrivateFolder(Path(sys.argv[1]))
(kept.path / "rows").write_text("secret", encoding="utf-8")
print(kept.path, flush=True)
sys.stdin.read()
"""


@pytest.fixture
def owner(tmp_path):
    """Another process that holds a folder under tmp_path, and that folder."""
    process = subprocess.Popen(
        [sys.executable, "-c", OWNER, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
    path = Path(process.stdout.readline().strip())
    assert (path / "rows").exists()
    yield process, path
    process.kill()
    process.communicate(timeout=60)


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


@posix
def test_only_the_user_can_look_inside(tmp_path):
    """The root, the folder and its files have no rights for others, also where the root had."""
    root = tmp_path / "root"
    root.mkdir(mode=0o755)
    kept = PrivateFolder(root)
    os.close(open_private(kept.path / "file"))
    assert [mode(path) for path in (root, kept.path, kept.path / "file")] == [0o700, 0o700, 0o600]
    kept.close()


def test_a_file_is_made_and_never_taken_over(tmp_path):
    """What is there already, a link too, is not written to."""
    os.close(open_private(tmp_path / "file"))
    with pytest.raises(FileExistsError):
        open_private(tmp_path / "file")


@pytest.mark.parametrize("is_lock_gone", [True, False])
def test_a_folder_that_was_cleaned_away_is_made_again(tmp_path, is_lock_gone):
    """By somebody who empties caches: a server lives for long."""
    kept = PrivateFolder(tmp_path)
    first = kept.path
    shutil.rmtree(first)
    if is_lock_gone:
        first.with_name(first.name + ".lock").unlink()
    path, descriptor = kept.new_file("rows")
    os.close(descriptor)
    assert path.parent == kept.path != first
    assert remove_orphans(tmp_path) == 0
    assert path.exists()
    with pytest.raises(FileExistsError):
        kept.new_file("rows")
    kept.close()
    assert list(tmp_path.iterdir()) == []


def test_closing_leaves_nothing(tmp_path):
    """Folder, files and lock are gone, and closing twice is once."""
    kept = PrivateFolder(tmp_path)
    (kept.path / "rows").write_text("x", encoding="utf-8")
    kept.close()
    kept.close()
    assert list(tmp_path.iterdir()) == []


def test_the_end_of_the_process_leaves_nothing(owner, tmp_path):
    """A process that ends by itself removes its folder."""
    process, _ = owner
    process.communicate("", timeout=60)
    assert process.returncode == 0
    assert list(tmp_path.iterdir()) == []


def test_a_living_process_keeps_its_folder(owner, tmp_path):
    """Whoever starts beside it does not touch it; so does this process beside itself."""
    _, path = owner
    mine = PrivateFolder(tmp_path)
    other = PrivateFolder(tmp_path)
    assert remove_orphans(tmp_path) == 0
    assert (path / "rows").read_text(encoding="utf-8") == "secret"
    assert mine.path.is_dir()
    assert other.path.is_dir()
    mine.close()
    other.close()
    assert (path / "rows").exists()


def test_a_killed_process_is_cleaned_up_after(owner, tmp_path):
    """The next one removes the folder and the lock of one that could not."""
    process, path = owner
    process.kill()
    process.communicate(timeout=60)
    assert path.is_dir()
    mine = PrivateFolder(tmp_path)
    assert not path.exists()
    assert sorted(tmp_path.iterdir()) == sorted([mine.path, tmp_path / f"{mine.path.name}.lock"])
    mine.close()


@posix
def test_a_terminated_process_is_cleaned_up_after(owner, tmp_path):
    """SIGTERM, which ends Python without its exit handlers, leaves an orphan and not a leak."""
    process, path = owner
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=60)
    assert remove_orphans(tmp_path) == 1
    assert not path.exists()


def test_a_folder_that_cannot_be_removed_is_left_to_the_next(tmp_path, monkeypatch):
    """Its lock stays beside it, so that somebody finds it again."""
    kept = PrivateFolder(tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr(folder.shutil, "rmtree", lambda *_, **__: None)
        kept.close()
        assert remove_orphans(tmp_path) == 0
    assert remove_orphans(tmp_path) == 1
    assert list(tmp_path.iterdir()) == []


def test_files_that_are_not_ours_stay(tmp_path):
    """A folder without a lock, and a lock without a folder, are no reason to remove anything else."""
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes.txt").write_text("x", encoding="utf-8")
    (tmp_path / "123-gone.lock").write_text("", encoding="utf-8")
    PrivateFolder(tmp_path).close()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["notes", "notes.txt"]


@posix
def test_a_file_system_without_locks_loses_nothing(tmp_path, monkeypatch):
    """What cannot be judged is left alone, and a folder is made all the same."""
    (tmp_path / "123-other").mkdir()
    (tmp_path / "123-other.lock").write_text("", encoding="utf-8")

    def without_locks(*_):
        raise OSError(38, "Function not implemented")

    monkeypatch.setattr(folder.fcntl, "flock", without_locks)
    kept = PrivateFolder(tmp_path)
    assert kept.path.is_dir()
    assert (tmp_path / "123-other").is_dir()
    kept.close()


@posix
def test_a_lock_that_was_taken_for_an_orphan_is_not_used(tmp_path, monkeypatch):
    """Another process may remove the new file before it is locked; then a new one is made."""
    real, seen = folder._try_lock, []

    def late(descriptor):
        if not seen:
            (lock,) = tmp_path.glob("*.lock")
            lock.unlink()
            seen.append(lock)
        return real(descriptor)

    monkeypatch.setattr(folder, "_try_lock", late)
    kept = PrivateFolder(tmp_path)
    assert seen
    assert (tmp_path / f"{kept.path.name}.lock").exists()
    assert kept.path.name != seen[0].stem
    kept.close()


@posix
def test_a_lock_that_is_always_taken_is_an_error(tmp_path, monkeypatch):
    """There is no endless loop."""
    monkeypatch.setattr(folder, "_try_lock", lambda _: False)
    with pytest.raises(OSError, match="no folder can be made"):
        PrivateFolder(tmp_path)


@posix
def test_a_root_of_another_user_is_not_used(tmp_path, monkeypatch):
    """A folder that somebody else prepared, or a link, is refused; results go to the temporary directory."""
    (tmp_path / "link").symlink_to(tmp_path, target_is_directory=True)
    with pytest.raises(NotADirectoryError):
        private(tmp_path / "link")
    monkeypatch.setattr(os, "geteuid", lambda: tmp_path.stat().st_uid + 1)
    with pytest.raises(PermissionError):
        private(tmp_path)
    monkeypatch.undo()
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    kept = PrivateFolder(tmp_path / "link")
    assert temporary in kept.path.parents
    assert mode(kept.path.parent) == 0o700
    kept.close()
    assert list(temporary.iterdir()) == []


@posix
def test_a_forked_child_leaves_its_parent_s_folder(tmp_path):
    """Only the process that made it removes it."""
    kept = PrivateFolder(tmp_path)
    folder._remove(os.getpid() + 1, kept.path, tmp_path / "x.lock", -1)
    assert kept.path.is_dir()
    kept.close()


def test_the_usual_root_is_in_the_user_s_cache():
    """It is the program's own."""
    assert default_root().name == "results"
    assert "mssql-mcp" in default_root().parts


def test_leftovers_go_where_the_usual_folder_exists(tmp_path):
    """A start removes what a killed process left, and makes nothing."""
    assert folder.sweep(tmp_path / "nothing") == 0
    assert not (tmp_path / "nothing").exists()
    living = PrivateFolder(tmp_path)
    left = tmp_path / "123-left"
    left.mkdir()
    (left / "rows.jsonl").write_text("[1]", encoding="utf-8")
    (tmp_path / "123-left.lock").touch()
    assert folder.sweep(tmp_path) == 1
    assert not left.exists()
    assert living.path.is_dir()
    living.close()
