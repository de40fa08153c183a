"""Keep catalogs in files between runs: a fast start, and metadata while the server is down.

A snapshot is JSON in gzip: `{"format": 1, "of": "...", "catalog": {...}}`, every value of the model as an object of the
fields that differ from their defaults; `of` says which server, database and login it was read from, where a connection
keeps it for itself. It holds names, definitions and comments of a database, no rows, no credentials; it is
written beside its place and moved there in one step, readable by its owner only.
"""

from __future__ import annotations

import dataclasses
import gzip
import hashlib
import json
import os
import re
import tempfile
import types
import typing
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from mssql_mcp.catalog import model, table
from mssql_mcp.catalog.model import Catalog
from mssql_mcp.errors import ConfigurationError

FORMAT = 1
SUFFIX = ".catalog.json.gz"
LEVEL = 6  # of gzip: higher ones take longer and save little


def save_snapshot(catalog: Catalog, path: Path, *, of: str = "") -> None:
    """Write a catalog to a file, replacing it in one step; nobody but its owner can read it.

    Args:
        catalog: What to write.
        path: Where to.
        of: What it was read from; empty where that does not matter to whoever reads it.

    Raises:
        ConfigurationError: `config.snapshot`: the file cannot be written.
    """
    document = {"format": FORMAT, "of": of, "catalog": encode(catalog)}
    text = json.dumps(document, separators=(",", ":"), ensure_ascii=False)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # mkstemp makes the file with mode 0600, before anything is in it.
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=path.name, suffix=".part")
        try:
            with (
                os.fdopen(handle, "wb") as raw,
                gzip.GzipFile(fileobj=raw, mode="wb", compresslevel=LEVEL, mtime=0) as file,
            ):
                file.write(text.encode())
            Path(temporary).replace(path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise ConfigurationError(
            f"The snapshot {path.name} cannot be written: {error.strerror}.", code="config.snapshot"
        ) from None


def load_snapshot(path: Path, *, of: str | None = None) -> Catalog:
    """Read a catalog from a file.

    Args:
        path: The file.
        of: What it must have been read from; None for anything.

    Raises:
        ConfigurationError: `config.snapshot`: there is no such file, it is no snapshot of this version, or it was read
            from something else.
    """
    try:
        document = json.loads(gzip.decompress(path.read_bytes()))
        if document["format"] != FORMAT:
            raise ConfigurationError(
                f"The snapshot {path.name} was written by another version.",
                code="config.snapshot",
                hint="Write it anew.",
            )
        if of is not None and document.get("of", "") != of:
            raise ConfigurationError(
                f"The snapshot {path.name} is of another server, database or login.",
                code="config.snapshot",
                hint="Write it anew.",
            )
        catalog: Catalog = decode(Catalog, document["catalog"])
    except (OSError, EOFError, ValueError, KeyError, TypeError) as error:
        raise ConfigurationError(
            f"The snapshot {path.name} cannot be read: {type(error).__name__}.",
            code="config.snapshot",
            hint="Write it anew.",
        ) from None
    return catalog


class SnapshotFolder:
    """The snapshots of one connection's databases; failures to write or read cost nothing but the snapshot.

    Args:
        folder: Where they lie.
        connection: Name of the connection; part of the files' names.
        identity: Where the connection leads and as whom: what was read elsewhere, or as somebody else, is not taken.
    """

    def __init__(self, folder: Path, connection: str, identity: str) -> None:
        self._folder = folder
        self._connection = connection
        self._identity = identity
        self._key = hashlib.blake2b(identity.encode(), digest_size=8).hexdigest()

    def path(self, database: str | None) -> Path:
        """Give the file of a database; None is the connection's own."""
        name = f"{self._connection}.{database.casefold()}" if database else self._connection
        return self._folder / f"{re.sub(r'[^A-Za-z0-9_.-]', _escaped, name)}.{self._key}{SUFFIX}"

    def save(self, catalog: Catalog, database: str | None) -> bool:
        """Write a catalog; tell whether that worked."""
        try:
            save_snapshot(catalog, self.path(database), of=self._identity)
        except ConfigurationError:
            return False
        return True

    def load(self, database: str | None) -> Catalog | None:
        """Read a catalog; None where there is none that can be used."""
        try:
            return load_snapshot(self.path(database), of=self._identity)
        except ConfigurationError:
            return None


def encode(value: Any) -> Any:
    """Turn a value of the model into JSON; fields at their defaults are left out."""
    if dataclasses.is_dataclass(value):
        return {
            name: encode(found)
            for name, default, _ in _fields(typing.cast("Any", type(value)))
            if (found := getattr(value, name)) != default
        }
    if isinstance(value, tuple):
        return [encode(item) for item in value]
    return value.isoformat() if isinstance(value, datetime) else value


def decode(kind: Any, value: Any) -> Any:
    """Turn JSON back into a value of the model.

    Raises:
        KeyError: A field is unknown.
        TypeError: A field is missing or of the wrong shape.
    """
    if value is None or isinstance(value, bool | int | float):
        return value
    origin = typing.get_origin(kind)
    if origin in (typing.Union, types.UnionType):
        return decode(next(part for part in typing.get_args(kind) if part is not type(None)), value)
    if origin is tuple:
        inside = typing.get_args(kind)[0]
        return tuple(decode(inside, item) for item in value)
    if dataclasses.is_dataclass(kind):
        hints = {name: hint for name, _, hint in _fields(typing.cast("Any", kind))}
        return kind(**{name: decode(hints[name], item) for name, item in value.items()})  # type: ignore[operator]
    return datetime.fromisoformat(value) if kind is datetime else value


@cache
def _fields(kind: Any) -> tuple[tuple[str, Any, Any], ...]:
    """Give name, default and type of each field that a constructor takes."""
    hints = typing.get_type_hints(kind, vars(model) | vars(table) | {"datetime": datetime})
    return tuple((field.name, field.default, hints[field.name]) for field in dataclasses.fields(kind) if field.init)


def _escaped(match: re.Match[str]) -> str:
    return f"%{ord(match[0]):x}"
