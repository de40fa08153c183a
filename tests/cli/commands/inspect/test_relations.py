"""`mssql-mcp inspect relations` shows foreign keys from both ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mssql_mcp.catalog.model import ForeignKey, Table
from mssql_mcp.cli.commands.inspect.relations import relations_of, rules

if TYPE_CHECKING:
    from command_runs import Command


def test_both_directions_with_actions_and_state(demo: Command) -> None:
    """What sales.orders points at, and what points at it."""
    rows = demo("relations", "orders", "--format", "json").json
    assert [(row["direction"], row["foreign_key"]) for row in rows] == [
        ("references", "FK_orders_customer"),
        ("references", "FK_orders_address"),
        ("references", "FK_orders_employee"),
        ("references", "FK_orders_status"),
        ("referenced by", "FK_order_lines_order"),
        ("referenced by", "FK_payments_order"),
    ]
    assert rows[1] == {
        "direction": "references",
        "foreign_key": "FK_orders_address",
        "table": "sales.orders",
        "columns": ["customer_id", "address_no"],
        "referenced_table": "sales.customer_addresses",
        "referenced_columns": ["customer_id", "address_no"],
        "on_delete": "NO ACTION",
        "on_update": "NO ACTION",
        "enabled": True,
        "trusted": True,
    }
    assert (rows[4]["table"], rows[4]["on_delete"]) == ("sales.order_lines", "CASCADE")


def test_a_key_to_itself_is_in_both_directions(demo: Command) -> None:
    """The tree of departments points up and down."""
    rows = demo("relations", "hr.departments", "--format", "json").json
    ends = [(row["direction"], row["foreign_key"]) for row in rows]
    assert ("references", "FK_departments_parent") in ends
    assert ("referenced by", "FK_departments_parent") in ends


def test_a_terminal_groups_by_direction(screen: Command) -> None:
    """The other table stands with its columns, and only unusual rules are told."""
    lines = screen("relations", "hr.salary_history", "--demo").lines
    assert lines[0].split() == ["foreign_key", "columns", "other", "table", "rules"]
    assert lines[2] == "references"
    assert lines[3].split("  ")[1] == "FK_salary_history_employee"
    assert "on delete" in lines[3]
    assert "referenced by" not in lines


def test_a_table_without_relations_says_so(screen: Command) -> None:
    """No empty table on a terminal."""
    found = screen("relations", "tmp_import", "--demo")
    assert (found.code, found.out) == (0, "")
    assert "Nothing found." in found.err


def test_a_missing_table_is_not_found(demo: Command) -> None:
    """Exit code 8 with the nearest names."""
    found = demo("relations", "employes")
    assert found.code == 8
    assert "hr.employees" in found.err


def test_rules_tell_what_is_unusual() -> None:
    """Actions other than NO ACTION, and keys that the server does not hold; a disabled key is not trusted anyway."""
    key = ForeignKey("FK", "dbo", "a", ("x",), "dbo", "b", ("y",))
    assert rules(key) == ()
    doubtful = ForeignKey("FK", "dbo", "a", ("x",), "dbo", "b", ("y",), "SET NULL", "CASCADE", is_trusted=False)
    assert rules(doubtful) == ("on delete set null", "on update cascade", "not trusted")
    off = ForeignKey("FK", "dbo", "a", ("x",), "dbo", "b", ("y",), is_enabled=False, is_trusted=False)
    assert rules(off) == ("disabled",)
    assert [item.direction for item in relations_of(Table("dbo", "b", referenced_by=(key,)))] == ["referenced by"]
