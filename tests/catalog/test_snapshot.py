"""Catalogs in files."""

from __future__ import annotations

import gzip
import json
import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from mssql_mcp.catalog.demo import declared_catalog
from mssql_mcp.catalog.model import Catalog, MissingPart, Sequence, Table, UserType
from mssql_mcp.catalog.snapshot import SnapshotFolder, decode, encode, load_snapshot, save_snapshot
from mssql_mcp.catalog.sqlserver import SqlServerReader
from mssql_mcp.connection.call import Call
from mssql_mcp.errors import ConfigurationError

if TYPE_CHECKING:
    from pathlib import Path


def test_a_catalog_comes_back_as_it_was(small_server: Any, invoices: Table, tmp_path: Path) -> None:
    """Every field of every kind of object survives the file."""
    read = SqlServerReader(small_server).catalog(Call(30))
    whole = Catalog(
        database="Shop",
        tables=(*read.tables, invoices),
        routines=read.routines,
        triggers=read.triggers,
        synonyms=read.synonyms,
        sequences=(Sequence("dbo", "n", "int", is_cycling=True),),
        types=(*read.types, UserType("dbo", "t", "alias", base="int", is_nullable=False)),
        schemas=read.schemas,
        missing=(MissingPart("sizes", "Denied.", "VIEW DATABASE STATE"),),
        read_at=datetime(2026, 1, 2, 3, 4, 5, 6, tzinfo=UTC),
        fingerprint="f",
        comment="Ünïcode 🏮",
    )
    for catalog in (read, whole, declared_catalog({"sales.orders": 5})):
        save_snapshot(catalog, tmp_path / "c.gz")
        assert load_snapshot(tmp_path / "c.gz") == catalog


def test_only_the_owner_can_read_it(tmp_path: Path) -> None:
    """The file is private, and no half-written one is left beside it."""
    path = tmp_path / "folder" / "c.gz"
    save_snapshot(Catalog(database="S"), path)
    if os.name == "posix":
        assert path.stat().st_mode & 0o777 == 0o600
    assert [found.name for found in path.parent.iterdir()] == ["c.gz"]


def test_the_same_catalog_gives_the_same_bytes(tmp_path: Path) -> None:
    """Written twice, the file is the same."""
    for name in ("a", "b"):
        save_snapshot(declared_catalog({}).__class__(database="S", comment="x" * 99), tmp_path / name)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_defaults_take_no_room() -> None:
    """Only what differs from its default is written."""
    assert encode(Table("dbo", "T")) == {"schema": "dbo", "name": "T"}
    assert decode(Table, {"schema": "dbo", "name": "T"}) == Table("dbo", "T")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not gzip",
        gzip.compress(b"not json"),
        gzip.compress(b"[]"),
        gzip.compress(json.dumps({"format": 99, "catalog": {}}).encode()),
        gzip.compress(json.dumps({"format": 1, "catalog": {"unknown": 1}}).encode()),
        gzip.compress(json.dumps({"format": 1, "catalog": {"database": "S", "tables": [{"x": 1}]}}).encode()),
        gzip.compress(b"{}")[:-4],
    ],
)
def test_what_is_no_snapshot_is_refused(tmp_path: Path, content: bytes) -> None:
    """A damaged file or one of another version is told as such, and counts as none for a folder."""
    folder = SnapshotFolder(tmp_path, "shop", "sql1")
    folder.path(None).write_bytes(content)
    with pytest.raises(ConfigurationError) as caught:
        load_snapshot(folder.path(None))
    assert caught.value.code == "config.snapshot"
    assert folder.load(None) is None


def test_a_folder_that_cannot_be_written_costs_nothing(tmp_path: Path) -> None:
    """Where the folder is a file, saving fails quietly."""
    (tmp_path / "file").write_text("x", encoding="utf-8")
    assert SnapshotFolder(tmp_path / "file", "shop", "sql1").save(Catalog(database="S"), None) is False
    with pytest.raises(ConfigurationError):
        save_snapshot(Catalog(database="S"), tmp_path / "file" / "x")


def test_names_of_databases_are_no_paths(tmp_path: Path) -> None:
    """Whatever a database is called, its file stays in the folder, and two names have two files."""
    folder = SnapshotFolder(tmp_path, "shop", "sql1")
    paths = {folder.path(name) for name in (None, "a/b", "a\\b", "..", "Ä", "a b", "a_b")}
    assert len(paths) == 7
    assert all(path.parent == tmp_path for path in paths)
    assert folder.save(Catalog(database="x"), "../up")
    assert folder.load("../UP") == Catalog(database="x")


def test_what_was_read_elsewhere_is_not_taken(tmp_path: Path) -> None:
    """A connection that leads to another server, database or login finds nothing, even in a file of its name."""
    old, new = SnapshotFolder(tmp_path, "shop", "sql1"), SnapshotFolder(tmp_path, "shop", "sql2")
    assert old.save(Catalog(database="S"), None)
    assert new.load(None) is None
    old.path(None).rename(new.path(None))
    assert new.load(None) is None
    with pytest.raises(ConfigurationError, match="another server"):
        load_snapshot(new.path(None), of="sql2")
    assert load_snapshot(new.path(None)) == Catalog(database="S")
