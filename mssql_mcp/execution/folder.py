"""A private folder of this process, for files that must not outlive it, however it ends.

`<root>/<pid>-<random>/` holds the files (0700); `<root>/<pid>-<random>.lock` beside it is locked by the operating
system for as long as the process lives. A lock that can be taken belongs to a process that is gone, so its folder is
removed by whoever comes next; process ids, which are used again and differ between containers, decide nothing. A folder
whose lock cannot be judged (a file system without locks) is left alone.
"""

from __future__ import annotations

import json
import logging
import os
import secrets
import shutil
import stat
import sys
import tempfile
import time
import weakref
from contextlib import suppress
from pathlib import Path

log = logging.getLogger(__name__)

PREFIX = "mssql-mcp-"
_LOCK_SUFFIX = ".lock"
# Beyond every content: on Windows a locked byte cannot be read by others.
_LOCK_OFFSET = 1 << 30
_ATTEMPTS = 10

if sys.platform == "win32":
    import msvcrt

    def _try_lock(descriptor: int) -> bool | None:
        """Take the lock of an open file; False where another one holds it."""
        os.lseek(descriptor, _LOCK_OFFSET, os.SEEK_SET)
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _try_lock(descriptor: int) -> bool | None:
        """Take the lock of an open file; False where another one holds it, None where this file system has no locks."""
        try:
            # flock and not lockf: the latter would let this very process take a lock that it already has.
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError:
            return None
        return True


def default_root() -> Path:
    """Give the folder in the user's cache under which every process has its own."""
    import platformdirs

    return platformdirs.user_cache_path("mssql-mcp", appauthor=False) / "results"


class PrivateFolder:
    """A folder that only this user can read, removed at `close` and at the end of the process.

    Folders of processes that are gone are removed when a new one is made.

    Args:
        root: Where it is made; None takes the user's cache, and a fresh folder in the temporary directory where that
            cannot be used or belongs to another user.

    Raises:
        OSError: No folder can be made at all.
    """

    def __init__(self, root: Path | None = None) -> None:
        self._root = root
        self._make()

    def _make(self) -> None:
        root = self._root
        try:
            base = private(root or default_root())
        except OSError as error:
            base = Path(tempfile.mkdtemp(prefix=PREFIX))
            log.info("Results are kept in %s, since the usual folder cannot be used: %s", base, error)
        remove_orphans(base)
        self.path, lock, descriptor = _claim(base)
        self._finalizer = weakref.finalize(self, _remove, os.getpid(), self.path, lock, descriptor)

    def new_file(self, name: str) -> tuple[Path, int]:
        """Make a file, and the folder again where somebody has cleaned it away; gives its path and its descriptor.

        Raises:
            OSError: It cannot be made.
        """
        try:
            return self.path / name, open_private(self.path / name)
        except FileNotFoundError:
            self.close()
            self._make()
            return self.path / name, open_private(self.path / name)

    def close(self) -> None:
        """Remove the folder and everything in it; a second time does nothing."""
        self._finalizer()


def private(folder: Path) -> Path:
    """Make a folder that only this user can enter, or see that it is one.

    Raises:
        OSError: It cannot be made, is no folder, or belongs to another user.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode):
        raise NotADirectoryError(f"{folder} is no folder of its own")
    if sys.platform != "win32":
        if found.st_uid != os.geteuid():
            raise PermissionError(f"{folder} belongs to another user")
        if stat.S_IMODE(found.st_mode) & 0o077:
            folder.chmod(0o700)
    return folder


def remove_orphans(root: Path) -> int:
    """Remove the folders of processes that are gone, and count them; never touches that of a living process."""
    removed = 0
    for lock in root.glob(f"*{_LOCK_SUFFIX}"):
        with suppress(OSError):
            removed += _remove_orphan(lock)
    return removed


def sweep(root: Path | None = None) -> int:
    """Remove the folders of processes that are gone where the usual folder exists, and count them; makes nothing."""
    base = root or default_root()
    try:
        base.lstat()
        return remove_orphans(private(base))
    except OSError:
        return 0


def open_private(path: Path) -> int:
    """Make a file that only this user can read, and open it for writing.

    Raises:
        OSError: It cannot be made, or is there already.
    """
    flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
    return os.open(path, flags, 0o600)


def _remove_orphan(lock: Path) -> bool:
    descriptor = os.open(lock, os.O_RDWR | getattr(os, "O_NOFOLLOW", 0))
    try:
        if not _try_lock(descriptor):
            return False
        folder = lock.with_suffix("")
        shutil.rmtree(folder, ignore_errors=True)
    finally:
        os.close(descriptor)
    # After the close, since Windows removes no open file; nobody else uses the name, which is random and made but once.
    return _unlink_lock(folder, lock)


def _claim(root: Path) -> tuple[Path, Path, int]:
    """Make a locked folder; the lock is there before the folder, so that no folder is ever seen without one."""
    for _ in range(_ATTEMPTS):
        folder = root / f"{os.getpid()}-{secrets.token_hex(6)}"
        lock = root / (folder.name + _LOCK_SUFFIX)
        descriptor = open_private(lock)
        is_locked = _try_lock(descriptor)
        # Between its making and its locking another process may have taken the file for an orphan's and removed it.
        if is_locked is not False and _is_same_file(lock, descriptor):
            # For people who look into the folder; nothing reads it.
            os.write(descriptor, json.dumps({"pid": os.getpid(), "started": int(time.time())}).encode())
            folder.mkdir(mode=0o700)
            return folder, lock, descriptor
        os.close(descriptor)
    raise OSError(f"no folder can be made in {root}")


def _is_same_file(path: Path, descriptor: int) -> bool:
    try:
        return os.path.samestat(path.lstat(), os.fstat(descriptor))
    except OSError:
        return False


def _unlink_lock(folder: Path, lock: Path) -> bool:
    """Remove a lock whose folder is gone; beside one that could not be removed it stays, for the next to try."""
    if folder.exists():
        return False
    with suppress(OSError):
        lock.unlink(missing_ok=True)
    return True


def _remove(pid: int, folder: Path, lock: Path, descriptor: int) -> None:
    """Remove the folder and its lock; a forked child leaves its parent's alone."""
    if os.getpid() != pid:
        return
    shutil.rmtree(folder, ignore_errors=True)
    with suppress(OSError):
        os.close(descriptor)
    _unlink_lock(folder, lock)
    # What a fallback in the temporary directory leaves; a shared root is not empty or stays for the next process.
    if lock.parent.name.startswith(PREFIX):
        with suppress(OSError):
            lock.parent.rmdir()
