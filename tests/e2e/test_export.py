"""What a query sends elsewhere, on the demo and on a live server: streams, files, and what is said of them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from mssql_mcp.insight.explain import PlanXml
from mssql_mcp.workspace import Workspace

if TYPE_CHECKING:
    from conversations import Target

Invoke = Any
CUSTOMERS = "SELECT customer_id, name, credit_limit, is_active FROM sales.customers WHERE customer_id <= 3"
ORDER = " ORDER BY customer_id"


def test_rows_as_json_lines(invoke: Invoke, target: Target) -> None:
    """A line an array, the names first."""
    done = invoke("query", CUSTOMERS + ORDER, "--format", "jsonl", on=target)
    lines = [json.loads(line) for line in done.out.splitlines()]
    assert lines[0] == ["customer_id", "name", "credit_limit", "is_active"]
    assert [line[0] for line in lines[1:]] == [1, 2, 3]


def test_rows_as_parquet(invoke: Invoke, target: Target, tmp_path: Path) -> None:
    """A file with types, for those who have pyarrow."""
    parquet = pytest.importorskip("pyarrow.parquet")
    path = tmp_path / "rows.parquet"
    done = invoke("query", CUSTOMERS + ORDER, "--format", "parquet", "--out", str(path), on=target)
    assert done.code == 0, done.err
    assert parquet.read_table(path).column("customer_id").to_pylist() == [1, 2, 3]


def test_all_rows_are_streamed(invoke: Invoke, target: Target) -> None:
    """The fact table whole: no limit but the deadline."""
    done = invoke("query", "SELECT order_id, line_no, line_total FROM sales.order_lines", "--timeout", "300", on=target)
    assert done.code == 0, done.err
    assert done.out.count("\n") == 50_001
    assert "50000 rows" in done.err


@pytest.mark.parametrize("output_format", ["csv", "jsonl"])
def test_a_bounded_export_says_so(invoke: Invoke, target: Target, output_format: str) -> None:
    """Where rows are left out by --max-rows, and only there, it is told on stderr."""
    sql = "SELECT TOP (8) order_id FROM sales.orders"
    done = invoke("query", sql, "--format", output_format, "--max-rows", "7", on=target)
    assert (done.code, done.out.count("\n")) == (0, 8)
    assert done.err.splitlines()[1:] == ["More rows exist than the 7 of --max-rows; leave it out for all of them."]
    done = invoke("query", sql, "--format", output_format, "--max-rows", "8", on=target)
    assert (done.code, done.out.count("\n")) == (0, 9)
    assert done.err.count("\n") == 1


@pytest.mark.parametrize(
    ("name", "beginning"),
    [
        ("rows.csv", "x\n1"),
        ("rows", "x\n1"),
        ("rows.JSON", '{"columns"'),
        ("rows.jsonl", '["x"]'),
        ("rows.md", "| x |"),
        ("rows.parquet", "PAR1"),
    ],
)
def test_the_name_of_a_file_says_its_format(
    invoke: Invoke, demo: Target, tmp_path: Path, name: str, beginning: str
) -> None:
    """Where --format does not; a file that is called Parquet holds no CSV."""
    if name.endswith("parquet"):
        pytest.importorskip("pyarrow")
    assert invoke("query", "SELECT 1 AS x", "--out", str(tmp_path / name), on=demo).code == 0
    assert (tmp_path / name).read_bytes().startswith(beginning.encode())
    done = invoke("query", "SELECT 1 AS x", "--out", str(tmp_path / name), "--format", "csv", on=demo)
    assert (done.code, (tmp_path / name).read_bytes()) == (0, b"x\n1\n")


@pytest.mark.parametrize("output_format", ["table", "records"])
def test_a_file_gets_the_text_that_was_asked_for(
    invoke: Invoke, target: Target, tmp_path: Path, output_format: str
) -> None:
    """A table is no JSON because it goes to a file; what a pipe gets is the same."""
    sql = "SELECT 1 AS a, CAST(NULL AS int) AS b, N'日本' AS c"
    path = tmp_path / "rows.txt"
    assert invoke("query", sql, "--format", output_format, "--out", str(path), on=target).code == 0
    text = path.read_text(encoding="utf-8")
    assert text == invoke("query", sql, "--format", output_format, on=target).out
    first, *_, last = text.splitlines()
    assert first.split() == (["a", "b", "c"] if output_format == "table" else ["──", "row", "1", "─" * 16])
    assert last.split()[-1] == "日本"


def test_a_file_appears_when_it_is_whole(invoke: Invoke, target: Target, tmp_path: Path) -> None:
    """A query that fails leaves neither the file nor a part of it."""
    path = tmp_path / "rows.csv"
    assert invoke("query", "SELECT 1/0 AS x", "--out", str(path), on=target).code == 6
    assert list(tmp_path.iterdir()) == []
    assert invoke("query", "SELECT N'é' AS x", "--out", str(path), on=target).code == 0
    assert path.read_bytes() == "x\né\n".encode()


@pytest.mark.parametrize(
    "arguments", [("query", "SELECT 1 AS x"), ("inspect", "diagram")], ids=lambda arguments: arguments[0]
)
def test_a_file_that_cannot_be_made_is_told(
    invoke: Invoke, demo: Target, tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    """With its name and what to do, and an exit code of its own."""
    path = tmp_path / "missing" / "x.csv"
    done = invoke(*arguments, "--out", str(path), on=demo)
    assert done.code == 12
    assert done.err.startswith(f"Error [output.file]: Cannot write to {path}: No such file or directory.\nHint: ")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="This system has no device that is always full")
@pytest.mark.parametrize("output_format", ["csv", "json", "parquet"])
def test_a_full_disk_is_told(invoke: Invoke, demo: Target, output_format: str) -> None:
    """By the system's reason, not as a defect."""
    if output_format == "parquet":
        pytest.importorskip("pyarrow")
    done = invoke("query", "SELECT 1 AS x", "--out", "/dev/full", "--format", output_format, on=demo)
    assert done.code == 12
    assert done.err.startswith("Error [output.file]: Cannot write to /dev/full: No space left on device.\n")
    assert Path("/dev/full").is_char_device()


def test_a_plan_goes_to_the_file_that_is_named(
    invoke: Invoke, demo: Target, tmp_path: Path, repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As rows do. The plan is a kept one: neither the demo nor the server of the live tests makes any."""
    xml = (repository / "tests/insight/plans/join_with_scan.sqlplan").read_text(encoding="utf-8")
    monkeypatch.setattr(Workspace, "explain", lambda *_: PlanXml(xml, "demo", "Lanternworks"))
    path = tmp_path / "plan.txt"
    done = invoke("query", "SELECT 1 AS x", "--plan", "--out", str(path), on=demo)
    assert (done.code, done.out) == (0, "")
    text = path.read_text(encoding="utf-8")
    assert text.startswith("Estimated plan")
    assert text == invoke("query", "SELECT 1 AS x", "--plan", on=demo).out
