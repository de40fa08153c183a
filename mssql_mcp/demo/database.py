"""The sample database's file: where it lies, how it is made, and how it is opened for reading.

The file's name holds a digest of this package's source and SQLite's version, so a changed generator makes a new file.
It is written beside its place and moved there in one step: two processes that build at once both end with a whole file.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import sqlite3
import tempfile
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from mssql_mcp.demo.ddl import index_statements, quote, sqlite_filter, table_statements
from mssql_mcp.errors import UnsupportedError

if TYPE_CHECKING:
    from collections.abc import Iterator

DIRECTORY_VARIABLE = "MSSQL_MCP_DEMO_DIR"
# Any number will do, as long as no other program uses it: SQLite's header keeps it for telling files apart.
APPLICATION_ID = 0x4C414D50
PAGE_BYTES = 4096
# The oldest that a Python 3.11 is likely to run with (Ubuntu 22.04). RIGHT and FULL JOIN need 3.39; the bridge says so.
OLDEST_SQLITE = (3, 37, 0)

_ALLOWED_PRAGMAS = {
    "database_list",
    "encoding",
    "foreign_key_list",
    "foreign_keys",
    "index_info",
    "index_list",
    "index_xinfo",
    "query_only",
    "read_uncommitted",
    "table_info",
    "table_list",
    "table_xinfo",
}
_ALLOWED_ACTIONS = {
    sqlite3.SQLITE_SELECT,
    sqlite3.SQLITE_READ,
    sqlite3.SQLITE_RECURSIVE,
    sqlite3.SQLITE_TRANSACTION,
    sqlite3.SQLITE_SAVEPOINT,
}


def demo_path() -> Path:
    """Give the path of the sample database, building it first where it is missing or not whole.

    It lies in the user's cache folder, or in the folder that `MSSQL_MCP_DEMO_DIR` names. A folder that cannot be
    written is replaced by one of this process in the temporary directory.

    Raises:
        UnsupportedError: This Python's SQLite is too old.
    """
    _check_sqlite()
    path = _directory() / _file_name()
    if _is_whole(path):
        return path
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        build(path)
    except (OSError, sqlite3.OperationalError):
        path = Path(_private_directory()) / _file_name()
        if not _is_whole(path):
            build(path)
    return path


def build(path: Path) -> None:
    """Make the sample database at this path, replacing what is there in one step.

    Raises:
        OSError: The folder cannot be written.
    """
    handle, name = tempfile.mkstemp(prefix=path.name + ".", suffix=".tmp", dir=path.parent)
    os.close(handle)
    temporary = Path(name)
    try:
        with contextlib.closing(sqlite3.connect(temporary, isolation_level=None)) as connection:
            _fill(connection)
        _move(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def open_demo(path: Path | None = None) -> sqlite3.Connection:
    """Open the sample database for reading, with the functions that translated statements call.

    The connection may be used from any thread, one at a time. Nothing can be written or attached: the file is opened
    read-only, and SQLite refuses every action but reading.
    """
    from mssql_mcp.demo.runtime import register

    place = path or demo_path()
    connection = sqlite3.connect(
        f"{place.resolve().as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False, isolation_level=None
    )
    register(connection)
    connection.execute("PRAGMA query_only = ON")
    try:
        # Its first use declares json_each, which the authorizer would take for making a table.
        connection.execute("SELECT 1 FROM json_each('[]')")
    except sqlite3.OperationalError:
        connection.close()
        raise UnsupportedError("The demo needs an SQLite with JSON functions.", code="unsupported.demo") from None
    connection.set_authorizer(_authorize)
    return connection


def _authorize(action: int, first: str | None, second: str | None, *_: str | None) -> int:
    if action in _ALLOWED_ACTIONS:
        return sqlite3.SQLITE_OK
    if action == sqlite3.SQLITE_FUNCTION and (second or "").lower() != "load_extension":
        return sqlite3.SQLITE_OK
    if action == sqlite3.SQLITE_PRAGMA and (first or "").lower() in _ALLOWED_PRAGMAS:
        # Pragmas whose argument is a name only read; switching query_only off would not make the file writable.
        return sqlite3.SQLITE_OK
    return sqlite3.SQLITE_DENY


def _check_sqlite() -> None:
    if sqlite3.sqlite_version_info < OLDEST_SQLITE:
        needed = ".".join(map(str, OLDEST_SQLITE))
        raise UnsupportedError(
            f"The demo needs SQLite {needed} or newer; this Python has {sqlite3.sqlite_version}.",
            code="unsupported.demo",
            hint="Use a newer Python; servers can be read with this one.",
        )


def _directory() -> Path:
    named = os.environ.get(DIRECTORY_VARIABLE)
    if named:
        return Path(named).expanduser()
    from platformdirs import user_cache_path

    return user_cache_path("mssql-mcp", appauthor=False)


@lru_cache(maxsize=1)
def _private_directory() -> str:
    return tempfile.mkdtemp(prefix="mssql-mcp-demo-")


@lru_cache(maxsize=1)
def _file_name() -> str:
    digest = hashlib.sha256()
    folder = Path(__file__).parent
    for source in sorted(folder.rglob("*.py")):
        digest.update(source.relative_to(folder).as_posix().encode())
        digest.update(source.read_bytes())
    return f"demo-{sqlite3.sqlite_version}-{digest.hexdigest()[:12]}.sqlite3"


def _is_whole(path: Path) -> bool:
    """Whether the file's header is ours and its length is what the header says (SQLite file format, section 1.3)."""
    try:
        with path.open("rb") as file:
            header = file.read(100)
        size = path.stat().st_size
    except OSError:
        return False
    if len(header) < 100 or not header.startswith(b"SQLite format 3\0"):
        return False
    pages, application = int.from_bytes(header[28:32], "big"), int.from_bytes(header[68:72], "big")
    return application == APPLICATION_ID and pages * PAGE_BYTES == size


def _move(temporary: Path, path: Path) -> None:
    try:
        temporary.replace(path)
    except PermissionError:
        # Windows does not replace a file that another process has open; then that one is whole already.
        if not _is_whole(path):
            raise


def _fill(connection: sqlite3.Connection) -> None:
    from mssql_mcp.demo.rows import Generator
    from mssql_mcp.demo.runtime import register
    from mssql_mcp.demo.system import system_rows

    register(connection)
    for statement in _settings():
        connection.execute(statement)
    connection.execute("BEGIN")
    for statement in table_statements():
        connection.execute(statement)
    rows = Generator().run()
    for name, table_rows in rows.items():
        _insert(connection, name, table_rows)
    for statement in index_statements():
        connection.execute(statement)

    def count_rows(table: str, condition: str) -> int:
        where = f" WHERE {sqlite_filter(condition)}" if condition else ""
        (count,) = connection.execute(f"SELECT COUNT(*) FROM {quote(table)}{where}").fetchone()
        return int(count)

    for name, system_table in system_rows(count_rows).items():
        _insert(connection, name, system_table)
    for statement in _views():
        connection.execute(statement)
    connection.execute("ANALYZE")
    connection.execute("COMMIT")


def _settings() -> Iterator[str]:
    yield f"PRAGMA page_size = {PAGE_BYTES}"
    yield "PRAGMA encoding = 'UTF-8'"
    yield "PRAGMA journal_mode = OFF"
    yield "PRAGMA synchronous = OFF"
    yield f"PRAGMA application_id = {APPLICATION_ID}"


def _insert(connection: sqlite3.Connection, name: str, rows: list[tuple[object, ...]]) -> None:
    if rows:
        marks = ", ".join("?" * len(rows[0]))
        connection.executemany(f"INSERT INTO {quote(name)} VALUES ({marks})", rows)


def _views() -> Iterator[str]:
    from mssql_mcp.demo import schema
    from mssql_mcp.demo.bridge import translate

    for view in schema.VIEWS:
        query = view.definition.split(" AS\n", 1)[1].rstrip(";")
        names = ", ".join(quote(column.name) for column in view.columns)
        yield f"CREATE VIEW {quote(view.full_name)} ({names}) AS {translate(query).sql}"
