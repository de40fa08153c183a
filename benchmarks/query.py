"""What a query costs beyond the driver: `run_query` and the CSV export against raw pyodbc, interleaved in one run.

    python benchmarks/query.py [--url mssql+pyodbc://...] [--rounds 30] [--calls 10000]

The server is `--url`, else `MSSQL_MCP_TEST_URL`, else what the command `mssql-mcp-test-server` prints. A table of a
thousand numbers is made there in a database of its own, which is dropped at the end. Ratios carry from one machine to
another, milliseconds do not; the share of the database is in both sides of a ratio.
"""

from __future__ import annotations

import argparse
import contextlib
import csv
import gc
import os
import secrets
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyodbc
import sqlalchemy
from pydantic import SecretStr

from mssql_mcp.connection.call import Call
from mssql_mcp.connection.drivers import installed_drivers
from mssql_mcp.connection.login import login_of
from mssql_mcp.connection.registry import Registry
from mssql_mcp.rendering import render
from mssql_mcp.settings import ConnectionSettings, LimitSettings, PoolSettings, Settings
from mssql_mcp.workspace import Query, Workspace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

DIGITS = "(VALUES (0),(1),(2),(3),(4),(5),(6),(7),(8),(9))"
TABLE = (
    "CREATE TABLE numbers (n int NOT NULL PRIMARY KEY, name nvarchar(40) NOT NULL, price decimal(12,2) NOT NULL, "
    "day date NOT NULL, moment datetime2(3) NOT NULL, share float NOT NULL, code varchar(12) NOT NULL, "
    "amount money NULL, note nvarchar(60) NULL, big bigint NOT NULL)"
)
FILL = f"""
INSERT INTO numbers SELECT n, CONCAT(N'name ', n), n * 1.25, DATEADD(day, n, '2020-01-01'),
    DATEADD(minute, n, CAST('2020-01-01' AS datetime2(3))), n / 7.0, CONCAT('C', n), n * 3,
    CASE WHEN n % 5 = 0 THEN NULL ELSE CONCAT(N'note of the row ', n) END, n * 1000003
FROM (SELECT a.d + 10 * b.d + 100 * c.d AS n FROM {DIGITS} AS a(d), {DIGITS} AS b(d), {DIGITS} AS c(d)) AS x
"""
COLUMNS = "a.n, a.name, a.price, a.day, a.moment, a.share, a.code, a.amount, a.note, a.big"
SIZES = {
    "1 row": ("SELECT 1 AS one", 1),
    "100 x 10": (f"SELECT {COLUMNS} FROM numbers AS a WHERE a.n < 100", 100),
    "1,000 x 10": (f"SELECT {COLUMNS} FROM numbers AS a", 1_000),
    "10,000 x 10": (f"SELECT {COLUMNS} FROM numbers AS a CROSS JOIN numbers AS b WHERE b.n < 10", 10_000),
}
MILLION = f"SELECT {COLUMNS} FROM numbers AS a CROSS JOIN numbers AS b"
# Nothing may be cut: what is compared is the whole way.
WIDE = LimitSettings(max_rows=10_000, row_ceiling=10_000, max_characters=10_000_000, keep_rows=0, timeout_seconds=600)
FETCH_ROWS = 1_000


def settings_of(url: sqlalchemy.URL, database: str) -> ConnectionSettings:
    return ConnectionSettings(
        server=f"{url.host},{url.port or 1433}",
        database=database,
        username=url.username,
        password=SecretStr(url.password or ""),
        trust_server_certificate=True,
        driver="pyodbc",
        pool=PoolSettings(size=16, max_overflow=0),
    )


def workspace_of(connection: ConnectionSettings, limits: LimitSettings) -> Workspace:
    settings = Settings(connections={"main": connection}, limits=limits)
    return Workspace(settings, Registry(settings))


def ask(workspace: Workspace, sql: str, seconds: float = 600) -> str:
    """Answer a query as `run_query` does: gate, runner, JSON; what comes after the answer is done after it."""
    call = Call(seconds)
    try:
        return render(workspace.query(Query(sql), call), "json")
    finally:
        deferred.append(call)


deferred: list[Call] = []


def after() -> None:
    """Do what the worker's thread does after the answer: give the connection back."""
    while deferred:
        deferred.pop().run_deferred()


def raw(connection: Any, sql: str) -> list[Any]:
    cursor = connection.cursor()
    rows = cursor.execute(sql).fetchall()
    cursor.close()
    connection.rollback()
    return rows


def measured(work: Callable[[], Any]) -> float:
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1000


def queries(workspace: Workspace, connection: Any, rounds: int) -> None:
    print("run_query in this process / the same statement on one open pyodbc connection, medians")
    for name, (sql, rows) in SIZES.items():
        ask(workspace, sql), raw(connection, sql), after()
        ours, theirs = [], []
        count = rounds if rows > 1 else rounds * 10
        for _ in range(count):
            gc.collect() if rows >= 1_000 else None
            theirs.append(measured(lambda sql=sql: raw(connection, sql)))
            ours.append(measured(lambda sql=sql: ask(workspace, sql)))
            after()
        our, their = statistics.median(ours), statistics.median(theirs)
        print(f"  {name:12} {our:9.2f} ms / {their:9.2f} ms   ratio {our / their:5.2f}   added {our - their:6.2f} ms")


def raw_export(connection: Any, path: Path) -> int:
    cursor = connection.cursor()
    cursor.execute(MILLION)
    count = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([field[0] for field in cursor.description])
        while rows := cursor.fetchmany(FETCH_ROWS):
            writer.writerows(rows)
            count += len(rows)
    cursor.close()
    connection.rollback()
    return count


def our_export(workspace: Workspace, path: Path, sql: str = MILLION) -> int:
    from mssql_mcp.rendering.export import CsvWriter

    call = Call(3_600)
    count = 0
    with (
        workspace.stream(Query(sql), call) as result,
        path.open("w", encoding="utf-8", newline="") as file,
    ):
        writer = CsvWriter(file)
        writer.begin(result.columns)
        for chunk in result.chunks:
            writer.rows(chunk)
            count += len(chunk)
        writer.close()
    call.run_deferred()
    return count


@contextlib.contextmanager
def growth(what: str) -> Iterator[None]:
    """Print by how many megabytes the process grew at its largest, looked at a hundred times a second."""
    import psutil

    process = psutil.Process()
    gc.collect()
    before = process.memory_info().rss
    peak, done = before, threading.Event()

    def look() -> None:
        nonlocal peak
        while not done.wait(0.01):
            peak = max(peak, process.memory_info().rss)

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
        if what:
            print(f"  {what}: {max(0, peak - before) / 2**20:.1f} MB")


def exports(workspace: Workspace, connection: Any, folder: Path) -> None:
    print("CSV export of 1,000,000 rows x 10, throughput against pyodbc fetchmany and csv.writer, best of three")
    ours, theirs = [], []
    path = folder / "rows.csv"
    for _ in range(3):
        theirs.append(measured(lambda: raw_export(connection, path)))
        ours.append(measured(lambda: our_export(workspace, path)))
    our, their = min(ours), min(theirs)
    print(f"  ours {our / 1000:.1f} s / raw {their / 1000:.1f} s   throughput ratio {their / our:.2f}")


def memory(connection: ConnectionSettings) -> None:
    """Look at the growth of a process that has done the same with few rows before; runs in a process of its own."""
    print("1,000,000 rows: how much the process grows at its largest, in a process of its own")
    with tempfile.TemporaryDirectory() as folder:
        workspace = workspace_of(connection, LimitSettings())
        for what, sql in (("", SIZES["10,000 x 10"][0]), ("CSV export", MILLION)):
            with growth(what):
                our_export(workspace, Path(folder) / "rows.csv", sql)
        workspace.close()
    for what, limits in (("run_query, rest not kept", LimitSettings(keep_rows=0)), ("run_query", LimitSettings())):
        workspace = workspace_of(connection, limits)
        ask(workspace, SIZES["1,000 x 10"][0]), after()
        with growth(what + ", default limits"):
            taken = measured(lambda workspace=workspace: ask(workspace, MILLION))
            after()
        print(f"    answered in {taken:.0f} ms")
        workspace.close()


def callers(connection: ConnectionSettings, calls: int) -> None:
    print(f"{calls} calls of one row, each with its own marker")
    for count in (1, 16, 64):
        others = frozenset(threading.enumerate())
        workspace = workspace_of(connection, LimitSettings(max_concurrent=16, timeout_seconds=120))
        lane = workspace.lane()
        times: list[float] = []

        def call(number: int, workspace: Workspace = workspace, lane: Any = lane, times: list[float] = times) -> None:
            call = Call(120)
            started = time.perf_counter()
            result = workspace.workers.run(
                call,
                lambda: workspace.query(Query("SELECT @me AS me", {"me": number}), call),
                lane=lane.name,
                size=lane.size,
            )
            times.append((time.perf_counter() - started) * 1000)
            assert result.rows == ((number,),)

        with ThreadPoolExecutor(count) as pool:
            started = time.perf_counter()
            list(pool.map(call, range(calls)))
            seconds = time.perf_counter() - started
        pool_of_engine: Any = workspace.registry.source().engine().pool
        deadline = time.perf_counter() + 10
        while (pool_of_engine.checkedout() or lane.busy) and time.perf_counter() < deadline:
            time.sleep(0.01)
        p95 = statistics.quantiles(times, n=20)[-1]
        print(
            f"  {count:3} callers: {calls / seconds:7.0f} calls/s   median {statistics.median(times):6.1f} ms"
            f"   p95 {p95:6.1f} ms   connections {pool_of_engine.checkedin()}, left out {pool_of_engine.checkedout()},"
            f" jobs left {lane.busy}"
        )
        workspace.close()
        pool_of_engine.dispose()
        deadline = time.perf_counter() + 10
        while (left := [thread for thread in threading.enumerate() if thread not in others]) and (
            time.perf_counter() < deadline
        ):
            time.sleep(0.01)
        print(f"      after closing: {len(left)} threads left")


def server_url(given: str | None) -> sqlalchemy.URL:
    text = given or os.environ.get("MSSQL_MCP_TEST_URL")
    if not text and (command := shutil.which("mssql-mcp-test-server")):
        text = subprocess.run([command], check=True, capture_output=True, text=True).stdout.strip()
    if not text:
        sys.exit("no server: give --url, or set MSSQL_MCP_TEST_URL")
    return sqlalchemy.make_url(text)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--url")
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("--calls", type=int, default=10_000)
    parser.add_argument("--memory-in", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    url = server_url(chosen.url)
    if chosen.memory_in:
        memory(settings_of(url, chosen.memory_in))
        return
    database = f"mssql_mcp_benchmark_{secrets.token_hex(4)}"
    admin = settings_of(url, "master")
    text = login_of(admin, installed_drivers()).string.reveal
    master = pyodbc.connect(text(), autocommit=True)
    master.execute(f"CREATE DATABASE {database}")
    try:
        settings = settings_of(url, database)
        connection = pyodbc.connect(login_of(settings, installed_drivers()).for_database(database).string.reveal())
        for statement in (TABLE, FILL):
            connection.execute(statement)
            connection.commit()
        workspace = workspace_of(settings, WIDE)
        queries(workspace, connection, chosen.rounds)
        with tempfile.TemporaryDirectory() as folder:
            exports(workspace, connection, Path(folder))
        workspace.close()
        sys.stdout.flush()
        environ = {**os.environ, "MSSQL_MCP_TEST_URL": url.render_as_string(hide_password=False)}
        subprocess.run([sys.executable, __file__, "--memory-in", database], check=True, env=environ)
        callers(settings, chosen.calls)
        connection.close()
    finally:
        drop(master, database)


def drop(master: Any, database: str) -> None:
    """Drop the database, which the server allows only once it has noticed that everybody has left."""
    for _ in range(100):
        with contextlib.suppress(pyodbc.Error):
            master.execute(f"DROP DATABASE {database}")
            return
        time.sleep(0.1)


if __name__ == "__main__":
    main()
