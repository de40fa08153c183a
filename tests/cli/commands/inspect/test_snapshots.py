"""`mssql-mcp inspect snapshot` keeps a catalog, `diff` says what changed since."""

from __future__ import annotations

import stat
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from mssql_mcp.catalog.model import MissingPart
from mssql_mcp.catalog.snapshot import load_snapshot, save_snapshot

if TYPE_CHECKING:
    from command_runs import Command

BEFORE, AFTER = "before.catalog.json.gz", "after.catalog.json.gz"


@pytest.fixture
def changed(demo: Command) -> None:
    """Two snapshots: as it is, and without a table and with a column that is another."""
    assert demo("snapshot", "--out", BEFORE).code == 0
    catalog = load_snapshot(Path(BEFORE))
    tables = []
    for table in catalog.tables:
        if table.name == "tmp_import":
            continue
        if table.name == "payments":
            columns = (replace(table.columns[0], type="int"), *table.columns[1:])
            tables.append(replace(table, columns=columns))
        else:
            tables.append(table)
    missing = (MissingPart("triggers", "The server does not tell."),)
    save_snapshot(replace(catalog, tables=tuple(tables), missing=missing), Path(AFTER))


def test_a_snapshot_holds_the_catalog(demo: Command) -> None:
    """For its owner alone, and what was written is said on stderr."""
    found = demo("snapshot", "--out", BEFORE)
    assert (found.code, found.out) == (0, "")
    assert found.err == f"{BEFORE}: Lanternworks, 24 tables and views, 5 routines.\n"
    assert len(load_snapshot(Path(BEFORE)).tables) == 24
    if sys.platform != "win32":
        assert stat.S_IMODE(Path(BEFORE).stat().st_mode) == 0o600


def test_nothing_changed(demo: Command, screen: Command) -> None:
    """Exit code 0 against the server: no row, and a word on stderr."""
    demo("snapshot", "--out", BEFORE)
    found = demo("diff", BEFORE)
    assert (found.code, found.lines) == (0, ["what,kind,name,before,after"])
    assert found.err.startswith("No difference since 20")
    assert screen("diff", BEFORE, "--demo").out == ""


def test_every_change_is_a_row(demo: Command, changed: None) -> None:
    """Exit code 11; how it was and how it is."""
    found = demo("diff", BEFORE, "--against", AFTER, "--format", "json")
    assert found.code == 11
    assert found.json == [
        {
            "what": "changed",
            "kind": "column",
            "name": "sales.payments.payment_id",
            "before": "bigint identity(1,1)",
            "after": "int identity(1,1)",
        },
        {"what": "removed", "kind": "table", "name": "sales.tmp_import", "before": None, "after": None},
    ]
    assert found.err.startswith("2 differences since 20")
    assert "Not compared: triggers. After: The server does not tell." in found.err


def test_the_other_direction(demo: Command, changed: None) -> None:
    """Against the server what the snapshot lacks was added."""
    rows = demo("diff", AFTER, "--format", "json").json
    assert [(row["what"], row["name"]) for row in rows] == [
        ("changed", "sales.payments.payment_id"),
        ("added", "sales.tmp_import"),
    ]


def test_a_terminal_shows_before_and_after(screen: Command, changed: None) -> None:
    """In one column."""
    found = screen("diff", BEFORE, "--against", AFTER)
    assert found.code == 11
    assert "bigint identity(1,1) => int identity(1,1)" in " ".join(found.out.split())


def test_files_that_cannot_be_used(demo: Command) -> None:
    """One that is not there is a usage error, one that is no snapshot is told apart."""
    assert demo("diff", "nothing.gz").code == 2
    Path("text.gz").write_text("no snapshot", encoding="utf-8")
    found = demo("diff", "text.gz")
    assert found.code == 3
    assert "Error [config.snapshot]" in found.err
    demo("snapshot", "--out", BEFORE)
    found = demo("diff", BEFORE, "--against", "nothing.gz")
    assert found.code == 2
    assert "'nothing.gz' does not exist" in found.err
