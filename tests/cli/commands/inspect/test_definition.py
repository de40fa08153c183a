"""`mssql-mcp inspect definition` prints texts."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from command_runs import Command


def test_several_texts_each_under_its_name(demo: Command) -> None:
    """A view and a trigger, in the order in which they were asked for."""
    found = demo("definition", "sales.order_totals", "TR_orders_no_delete")
    assert (found.code, found.err) == (0, "")
    assert found.lines[:2] == ["-- view sales.order_totals", "CREATE VIEW sales.order_totals AS"]
    place = found.lines.index("-- trigger sales.TR_orders_no_delete")
    assert found.lines[place - 1] == ""
    assert found.lines[place + 1].startswith("CREATE TRIGGER sales.TR_orders_no_delete ON sales.orders")


def test_json_keeps_them_apart(demo: Command) -> None:
    """Kind, schema, name and text of each."""
    [row] = demo("definition", "gross_price", "--format", "json").json
    assert (row["schema"], row["name"], row["kind"]) == ("sales", "gross_price", "function")
    assert row["definition"].startswith("CREATE FUNCTION sales.gross_price")


def test_what_has_no_text_is_said(demo: Command) -> None:
    """Beside a text on stderr; alone it is exit code 8."""
    found = demo("definition", "orders", "order_totals")
    assert found.code == 0
    assert found.err == "sales.orders is a table, which has no text of its own.\n"
    found = demo("definition", "orders")
    assert (found.code, found.out) == (8, "")
    assert "sales.orders is a table, which has no text of its own." in found.err


def test_a_missing_routine_gets_the_nearest(demo: Command) -> None:
    """Exit code 8."""
    found = demo("definition", "gros_price")
    assert found.code == 8
    assert "sales.gross_price" in found.err


def test_one_missing_name_leaves_the_others(demo: Command) -> None:
    """Their texts are printed, what is missing is said, and the exit code is 8 all the same."""
    found = demo("definition", "gross_price", "gros_price")
    assert found.code == 8
    assert "CREATE FUNCTION sales.gross_price" in found.out
    assert "gros_price" in found.err


def test_a_name_may_say_its_database(demo: Command) -> None:
    """Which is then asked, or refused."""
    assert demo("definition", "lanternworks.sales.gross_price").code == 0
    assert demo("definition", "elsewhere.sales.gross_price").code == 8
    assert demo("join-path", "elsewhere.sales.orders", "elsewhere.sales.customers").code == 8
    assert demo("join-path", "elsewhere.sales.orders", "sales.customers").code == 2
