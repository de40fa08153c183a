"""`mssql-mcp inspect` on a live server says of the sample database what it says of the embedded one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from command_runs import Outcome

from mssql_mcp.cli.main import run

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import sqlalchemy
    from command_runs import Command


@pytest.fixture
def live(live_url: sqlalchemy.URL, live_sample: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Command:
    """Run `mssql-mcp inspect ...` on the sample database of the live server, unless another one is named."""
    config = tmp_path / "live.toml"
    url = live_url.render_as_string(hide_password=False)
    config.write_text(f'[connections.live]\nurl = "{url}"\n[limits]\ntimeout_seconds = 120\n', encoding="utf-8")
    config.chmod(0o600)

    def running(*arguments: str, database: str = live_sample.database) -> Outcome:
        code = run(["inspect", *arguments, "--config", str(config), "--database", database])
        captured = capsys.readouterr()
        return Outcome(code, captured.out, captured.err)

    return running


@pytest.fixture
def demo(capsys: pytest.CaptureFixture[str]) -> Command:
    """Run `mssql-mcp inspect ... --demo`."""

    def running(*arguments: str) -> Outcome:
        code = run(["inspect", *arguments, "--demo"])
        captured = capsys.readouterr()
        return Outcome(code, captured.out, captured.err)

    return running


@pytest.mark.parametrize(
    ("arguments", "keys"),
    [
        (("relations", "sales.orders"), ("direction", "table", "columns", "referenced_table", "on_delete")),
        (("relations", "hr.employees"), ("direction", "table", "columns", "referenced_table", "on_delete")),
        (("indexes", "sales.customers"), ("columns", "included", "unique", "primary_key")),
        (("constraints", "sales.order_lines", "--kind", "foreign key"), ("columns", "definition", "rules")),
        (("procedures",), ("schema", "procedure", "parameters")),
    ],
    ids=" ".join,
)
def test_the_same_is_said_of_both(live: Command, demo: Command, arguments: tuple[str, ...], keys: list[str]) -> None:
    """Value by value, in whatever order; names of keys and indexes aside, which a server may write otherwise."""

    def facts(outcome: Outcome) -> list[str]:
        assert outcome.code == 0, outcome.err
        return sorted(repr([row[key] for key in keys]) for row in outcome.json)

    assert facts(live(*arguments, "--format", "json")) == facts(demo(*arguments, "--format", "json"))


def test_texts_and_paths_are_the_same(live: Command, demo: Command) -> None:
    """The text of a view, and the best way between two tables, as they stand."""
    for arguments in (
        ("definition", "sales.order_totals"),
        ("join-path", "sales.customers", "production.products", "--max-paths", "1"),
        ("diagram", "--table", "sales.payments", "--columns", "none", "--no-guesses"),
    ):
        there, here = live(*arguments), demo(*arguments)
        assert (there.code, here.code) == (0, 0), there.err
        assert there.lines == here.lines


def test_a_profile_counts_the_same(live: Command, demo: Command) -> None:
    """NULLs and different values of a table that is read whole."""
    arguments = ("profile", "hr.employees", "--column", "left_on", "--column", "job_title", "--format", "json")
    there, here = live(*arguments), demo(*arguments)
    assert there.code == 0, there.err
    for key in ("column", "sampled", "nulls", "distinct", "max_length"):
        assert [row[key] for row in there.json] == [row[key] for row in here.json]


def test_a_snapshot_shows_what_changed(live: Any, live_admin: Any, live_database: str, tmp_path: Path) -> None:
    """Exit code 0 right after it was written, 11 once there is a table more; in a database that is this run's own."""
    snapshot = str(tmp_path / "before.catalog.json.gz")
    assert live("snapshot", "--out", snapshot, database=live_database).code == 0
    same = live("diff", snapshot, "--format", "json", database=live_database)
    assert (same.code, same.json) == (0, [])
    live_admin("CREATE TABLE shop.inspect_diff (id int NOT NULL)", database=live_database)
    try:
        other = live("diff", snapshot, "--format", "json", database=live_database)
    finally:
        live_admin("DROP TABLE shop.inspect_diff", database=live_database)
    assert other.code == 11
    assert [(row["what"], row["kind"], row["name"]) for row in other.json] == [("added", "table", "shop.inspect_diff")]


def test_a_missing_table_is_not_found(live: Command) -> None:
    """Exit code 8 with the nearest names, without reading the whole."""
    found = live("relations", "sales.ordrs")
    assert (found.code, found.out) == (8, "")
    assert "sales.orders" in found.err


def test_a_name_of_three_parts_is_asked_where_it_says(
    live: Command, live_sample: Any, live_database: str, live_admin: Callable[..., None]
) -> None:
    """A view of the same name in two databases, and a path through tables of another one."""
    live_admin("CREATE VIEW shop.twice AS SELECT 1 AS here", database=live_database)
    try:
        found = live("definition", f"{live_database}.shop.twice", "sales.order_totals")
    finally:
        live_admin("DROP VIEW shop.twice", database=live_database)
    assert found.code == 0, found.err
    assert "AS here" in found.out
    assert "sales.order_totals" in found.out
    path = live("join-path", f"{live_database}.shop.orders", f"{live_database}.shop.customer")
    assert path.code == 0, path.err
    assert "JOIN shop.customer" in path.out
    assert live("join-path", f"{live_database}.shop.orders", "sales.customers").code == 2
