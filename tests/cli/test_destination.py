"""An export replaces what it may and nothing else, and leaves nothing unfinished."""

from __future__ import annotations

import os
import stat
import sys
import threading
from typing import TYPE_CHECKING

import pytest

from mssql_mcp.cli.destination import opened
from mssql_mcp.errors import OutputError

if TYPE_CHECKING:
    from pathlib import Path

on_posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has neither modes nor pipes with names")


def write(place: Path, text: str = "new\n") -> None:
    with opened(place, is_text=True) as file:
        file.write(text)


def mode(place: Path) -> int:
    return stat.S_IMODE(place.stat().st_mode)


@on_posix
@pytest.mark.parametrize("before", [0o644, 0o640, 0o755, 0o600])
def test_a_file_that_is_replaced_keeps_its_mode(tmp_path: Path, before: int) -> None:
    """Whoever could read the file before can read the new one, and nobody else."""
    place = tmp_path / "rows.csv"
    place.write_text("old", encoding="utf-8")
    place.chmod(before)
    write(place)
    assert (place.read_text(encoding="utf-8"), mode(place)) == ("new\n", before)


@on_posix
@pytest.mark.parametrize("umask", [0o022, 0o077, 0o002])
def test_a_new_file_gets_the_mode_of_the_umask(tmp_path: Path, umask: int) -> None:
    """As the shell would make it."""
    before = os.umask(umask)
    try:
        write(tmp_path / "rows.csv")
    finally:
        os.umask(before)
    assert mode(tmp_path / "rows.csv") == 0o666 & ~umask


@on_posix
def test_links_are_followed(tmp_path: Path) -> None:
    """The file that a link names is replaced, or made; the link stays."""
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    for name in ("there.csv", "not_yet.csv"):
        link = tmp_path / name
        link.symlink_to(folder / name)
    (folder / "there.csv").write_text("old", encoding="utf-8")
    for name in ("there.csv", "not_yet.csv"):
        write(tmp_path / name)
        assert (tmp_path / name).is_symlink()
        assert (folder / name).read_text(encoding="utf-8") == "new\n"


@on_posix
def test_a_pipe_with_a_name_is_written_to(tmp_path: Path) -> None:
    """It stays a pipe, and its reader gets the rows."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    read: list[str] = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_text(encoding="utf-8")))
    reader.start()
    write(pipe)
    reader.join()
    assert read == ["new\n"]
    assert pipe.is_fifo()


@on_posix
def test_a_device_is_written_to(tmp_path: Path) -> None:
    """`--out /dev/null`, through a link too, does not make a file of it."""
    link = tmp_path / "nothing"
    link.symlink_to("/dev/null")
    write(link)
    assert link.is_char_device()


def test_a_failure_leaves_what_was_there(tmp_path: Path) -> None:
    """And no unfinished file beside it, also after Ctrl-C."""
    place = tmp_path / "rows.csv"
    place.write_text("old", encoding="utf-8")

    def fail() -> None:
        with opened(place, is_text=True) as file:
            file.write("half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    assert [(file.name, file.read_text(encoding="utf-8")) for file in tmp_path.iterdir()] == [("rows.csv", "old")]


def test_a_name_of_the_greatest_length_can_be_written(tmp_path: Path) -> None:
    """The unfinished file's name is no longer than the file system allows."""
    place = tmp_path / ("x" * 251 + ".csv")
    write(place)
    assert place.read_text(encoding="utf-8") == "new\n"


def test_a_place_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    """A folder that does not exist is no defect of ours."""
    with pytest.raises(OutputError) as failed:
        write(tmp_path / "missing" / "rows.csv")
    assert failed.value.code == "output.file"
    assert "rows.csv" in failed.value.message


def test_bytes_are_kept(tmp_path: Path) -> None:
    """Parquet is no text."""
    with opened(tmp_path / "rows.parquet", is_text=False) as file:
        file.write(b"\x00\r\n")
    assert (tmp_path / "rows.parquet").read_bytes() == b"\x00\r\n"
