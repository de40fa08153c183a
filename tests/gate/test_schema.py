"""Where a name is looked for in the catalogue."""

from __future__ import annotations

import threading

import pytest

from mssql_mcp.gate import Policy, check
from mssql_mcp.gate.policy import MaskRule
from mssql_mcp.gate.schema import NotAskedYet, ShapeMemory, TableShape, find_shape

ORDERS = TableShape("sales", "orders", ("id",))


class Asked:
    """A catalogue that remembers what it was asked."""

    def __init__(self) -> None:
        self.names: list[tuple[str, str, str]] = []

    def find(self, database: str, schema: str, name: str) -> TableShape | None:
        self.names.append((database, schema, name))
        return ORDERS if (schema, name) == ("sales", "orders") else None


def test_a_name_without_schema_is_looked_for_in_order() -> None:
    """The default schema comes first, then the next, until the name is found."""
    asked = Asked()
    assert find_shape(asked, ("orders",), ["hr", "sales", "dbo"]) is ORDERS
    assert asked.names == [("", "hr", "orders"), ("", "sales", "orders")]


def test_a_written_schema_is_the_only_one() -> None:
    """A name with a schema, or with a database, is looked for there alone."""
    asked = Asked()
    assert find_shape(asked, ("hr", "orders"), ["sales"]) is None
    assert find_shape(asked, ("other", "", "orders"), ["sales"]) is ORDERS
    assert asked.names == [("", "hr", "orders"), ("other", "sales", "orders")]


def test_a_name_is_asked_for_once() -> None:
    """What was not asked for yet is told, and what was answered is remembered."""
    asked = Asked()
    memory = ShapeMemory(asked)
    with pytest.raises(NotAskedYet) as question:
        memory.find("", "sales", "orders")
    memory.ask(question.value.key)
    memory.ask(("", "hr", "orders"))
    assert memory.find("", "sales", "orders") is ORDERS
    assert memory.find("", "hr", "orders") is None
    assert len(asked.names) == 2


def test_the_catalogue_is_asked_in_the_callers_thread() -> None:
    """A slow catalogue keeps nobody else from the gate, and may itself use the gate."""

    class Asking:
        def find(self, database: str, schema: str, name: str) -> TableShape | None:
            threads.add(threading.current_thread())
            check(f"SELECT 1 AS asked_for_{name}")
            shapes = {"orders": ORDERS, "lines": TableShape("sales", "lines", ("id", "pin"))}
            return shapes.get(name) if schema == "sales" else None

    threads: set[threading.Thread] = set()
    policy = Policy(masks=(MaskRule("lines.pin", "hidden"),), default_schema="sales")
    approved = check("SELECT l.pin, o.id FROM orders o JOIN lines l ON l.id = o.id", policy, schema=Asking())
    assert approved.masks == ("hidden", None)
    assert threads == {threading.current_thread()}
