"""`mssql-mcp inspect triggers` lists what fires when."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from command_runs import Command


def test_every_trigger_of_the_database(demo: Command) -> None:
    """With its table, its events and whether it is enabled."""
    found = demo("triggers")
    assert found.code == 0
    assert found.lines == [
        "schema,table,trigger,fires,events,enabled",
        "hr,employees,TR_employees_salary_history,after,update,true",
        "sales,orders,TR_orders_no_delete,instead of,delete,true",
    ]


def test_the_triggers_of_one_table(demo: Command) -> None:
    """Of that table alone; a table without one has an empty list."""
    [row] = demo("triggers", "orders", "--format", "json").json
    assert (row["trigger"], row["events"]) == ("TR_orders_no_delete", ["delete"])
    assert demo("triggers", "payments", "--format", "json").json == []


def test_a_terminal_names_the_table_above(screen: Command) -> None:
    """As for indexes."""
    lines = screen("triggers", "--schema", "sales", "--demo").lines
    assert lines[2] == "sales.orders"
    assert lines[3].split() == ["TR_orders_no_delete", "instead", "of", "delete", "yes"]
