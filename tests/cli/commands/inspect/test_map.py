"""`mssql-mcp inspect map` prints the compact map."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from command_runs import Command


def test_the_whole_database_at_once(demo: Command) -> None:
    """Every table, its schema, and what is special about it."""
    found = demo("map")
    assert (found.code, found.err) == (0, "")
    assert found.lines[0].startswith("Lanternworks: 19 tables, 5 views, 5 routines.")
    assert [line.partition("]")[0] for line in found.lines if line.startswith("[")] == ["[hr", "[production", "[sales"]
    assert any(line.startswith("orders_2019 640 [archive]") for line in found.lines)


def test_a_budget_is_kept(demo: Command) -> None:
    """Detail goes before tables, and what went is said."""
    found = demo("map", "--budget", "2500")
    assert len(found.out) <= 2501
    assert "Left out to fit: " in found.lines[-1]
    assert any(line.startswith("order_lines") for line in found.lines)


def test_a_part_of_the_database(demo: Command) -> None:
    """One schema, and tables that match."""
    found = demo("map", "*history", "--schema", "hr")
    assert found.lines[0].startswith("Lanternworks, schema hr: 1 table.")


def test_a_budget_too_small_for_anything_is_refused(demo: Command) -> None:
    """Exit code 2."""
    assert demo("map", "--budget", "10").code == 2
