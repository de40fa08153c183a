"""Where a name is looked for in the catalogue."""

from __future__ import annotations

from mssql_mcp.gate.schema import TableShape, find_shape

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
