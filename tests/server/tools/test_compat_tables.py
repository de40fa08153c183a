"""What the compat tools say of one table, from values alone; bugs of pyodbc-mcp-server have their tests."""

from __future__ import annotations

from typing import Any

import pytest

from mssql_mcp.catalog.demo import declared_catalog
from mssql_mcp.catalog.model import (
    CheckConstraint,
    Column,
    Computed,
    ForeignKey,
    Index,
    IndexKey,
    Table,
    UniqueConstraint,
)
from mssql_mcp.server.tools.compat_tables import (
    column_entries,
    constraint_entries,
    index_entries,
    relationships,
    type_facts,
)

DEMO = declared_catalog({})


def demo(name: str) -> Table:
    schema, _, table = name.partition(".")
    found = DEMO.table(schema, table)
    assert found is not None
    return found


def by_name(entries: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {entry["name"]: entry for entry in entries}


@pytest.mark.parametrize(
    ("written", "facts"),
    [
        ("int", {"type": "int", "precision": 10, "scale": 0}),
        ("money", {"type": "money", "precision": 19, "scale": 4}),
        ("float", {"type": "float", "precision": 53, "scale": None}),
        ("decimal(10,2)", {"type": "decimal", "precision": 10, "scale": 2}),
        ("numeric(5, 0)", {"type": "numeric", "precision": 5, "scale": 0}),
        ("nvarchar(120)", {"type": "nvarchar", "max_length": 120}),
        ("varbinary(max)", {"type": "varbinary", "max_length": -1}),
        ("xml", {"type": "xml", "max_length": -1}),
        ("ntext", {"type": "ntext", "max_length": 1073741823}),
        ("datetime2(3)", {"type": "datetime2", "datetime_precision": 3}),
        ("date", {"type": "date"}),
        ("bit", {"type": "bit"}),
        ("vector(3)", {"type": "vector"}),
        ("(odd", {"type": "(odd"}),
    ],
)
def test_types_are_taken_apart_as_information_schema_does(written: str, facts: dict[str, Any]) -> None:
    """Base type, length, precision and scale stand under the keys they had."""
    assert type_facts(written) == facts


def test_columns_have_the_keys_they_had() -> None:
    """Name, type, nullability, default, primary key and foreign key; what is new is there only where it applies."""
    columns = by_name(column_entries(demo("sales.customers")))
    assert columns["customer_id"] == {
        "name": "customer_id",
        "type": "int",
        "precision": 10,
        "scale": 0,
        "nullable": False,
        "is_identity": True,
        "is_primary_key": True,
    }
    assert columns["country_code"] == {
        "name": "country_code",
        "type": "char",
        "max_length": 2,
        "nullable": False,
        "is_primary_key": False,
        "foreign_key": {"references_table": "sales.countries", "references_column": "country_code"},
    }
    assert columns["is_active"]["default"] == "((1))"
    assert columns["kind"]["comment"] == "business, person or public."
    assert by_name(column_entries(demo("sales.order_lines")))["line_total"]["computed"].startswith("(CONVERT(")


def test_of_several_foreign_keys_the_narrowest_speaks_for_a_column() -> None:
    """orders.customer_id is part of a composite key to addresses too; it points at customers."""
    columns = by_name(column_entries(demo("sales.orders")))
    assert columns["customer_id"]["foreign_key"]["references_table"] == "sales.customers"
    assert columns["address_no"]["foreign_key"] == {
        "references_table": "sales.customer_addresses",
        "references_column": "address_no",
    }


def test_a_computed_column_out_of_sight_is_still_computed() -> None:
    """Without VIEW DEFINITION its expression is empty, and that is said."""
    table = Table("dbo", "t", columns=(Column("c", "int", computed=Computed("")),))
    assert column_entries(table)[0]["computed"] == "(not visible)"


def test_relationships_go_in_both_directions() -> None:
    """Composite keys keep their columns in order; actions are spelt as sys.foreign_keys spells them."""
    answer = relationships({"table": "sales.orders"}, demo("sales.orders"), room=100_000)
    outgoing = {key["constraint"]: key for key in answer["outgoing_relationships"]}
    assert outgoing["FK_orders_address"] == {
        "constraint": "FK_orders_address",
        "columns": ["customer_id", "address_no"],
        "references_table": "sales.customer_addresses",
        "references_columns": ["customer_id", "address_no"],
        "on_delete": "NO_ACTION",
        "on_update": "NO_ACTION",
        "is_disabled": False,
    }
    incoming = {key["constraint"]: key for key in answer["incoming_relationships"]}
    assert incoming["FK_order_lines_order"] == {
        "constraint": "FK_order_lines_order",
        "from_table": "sales.order_lines",
        "from_columns": ["order_id"],
        "to_columns": ["order_id"],
        "on_delete": "CASCADE",
        "on_update": "NO_ACTION",
        "is_disabled": False,
    }
    assert answer["outgoing_count"] == len(outgoing)
    assert answer["incoming_count"] == len(incoming)
    assert "note" not in answer


def test_many_relationships_are_cut_with_their_full_counts() -> None:
    """A table that everything points at does not flood the answer."""
    keys = tuple(ForeignKey(f"FK_{n}", "dbo", f"t{n}", ("a",), "dbo", "hub", ("a",)) for n in range(2_000))
    answer = relationships({}, Table("dbo", "hub", referenced_by=keys), room=4_000)
    assert answer["incoming_count"] == 2_000
    assert len(answer["incoming_relationships"]) < 40
    assert answer["note"].startswith("Showing first 0 outgoing and ")


def test_bug_8_included_columns_stand_apart_from_keys() -> None:
    """Key columns stand in key order with their direction; INCLUDE, filter and state have keys of their own."""
    indexes = by_name(index_entries(demo("sales.orders")))
    assert indexes["IX_orders_customer"] == {
        "name": "IX_orders_customer",
        "type": "NONCLUSTERED",
        "is_unique": False,
        "is_primary_key": False,
        "columns": "customer_id, ordered_at DESC",
        "included_columns": ["status_id", "freight"],
        "filter": None,
        "is_disabled": False,
    }
    assert indexes["IX_orders_open"]["filter"] == "([shipped_on] IS NULL)"


def test_the_primary_key_comes_first_among_indexes() -> None:
    """The others follow by name."""
    names = [index["name"] for index in index_entries(demo("sales.orders"))]
    assert names == ["PK_orders", "IX_orders_customer", "IX_orders_open", "IX_orders_ordered_at"]


def test_a_columnstore_s_columns_are_its_columns() -> None:
    """It has neither keys nor INCLUDE; a name with a comma cannot be taken for two."""
    store = Index("CCI", "clustered columnstore", (), included=("a", "b,c"))
    off = Index("IX", "nonclustered", (IndexKey("a"),), is_disabled=True)
    entries = by_name(index_entries(Table("dbo", "t", indexes=(store, off))))
    assert (entries["CCI"]["type"], entries["CCI"]["columns"]) == ("CLUSTERED COLUMNSTORE", "a, [b,c]")
    assert entries["CCI"]["included_columns"] == []
    assert entries["IX"]["is_disabled"] is True


def test_bug_11_a_composite_unique_constraint_is_listed_once() -> None:
    """It has `columns`; one of a single column has `column`, as before."""
    table = Table(
        "dbo",
        "t",
        uniques=(UniqueConstraint("UQ_two", ("a", "b")), UniqueConstraint("UQ_one", ("a",))),
        checks=(CheckConstraint("CK_t", "([a]<[b])", is_enabled=False), CheckConstraint("CK_dark", "", "a")),
    )
    assert constraint_entries(table) == [
        {"name": "CK_t", "type": "CHECK", "definition": "([a]<[b])", "is_disabled": True},
        {"name": "CK_dark", "type": "CHECK", "column": "a", "is_disabled": False},
        {"name": "UQ_two", "type": "UNIQUE", "columns": ["a", "b"]},
        {"name": "UQ_one", "type": "UNIQUE", "column": "a"},
    ]


def test_all_kinds_of_constraints_are_listed() -> None:
    """Keys too, as pyodbc-mcp-server's README promised."""
    entries = by_name(constraint_entries(demo("sales.order_lines")))
    assert {entry["type"] for entry in entries.values()} == {"CHECK", "DEFAULT", "PRIMARY KEY", "FOREIGN KEY"}
    assert entries["PK_order_lines"] == {
        "name": "PK_order_lines",
        "type": "PRIMARY KEY",
        "columns": ["order_id", "line_no"],
    }
    assert entries["DF_order_lines_discount"] == {
        "name": "DF_order_lines_discount",
        "type": "DEFAULT",
        "column": "discount",
        "definition": "((0))",
    }
    assert entries["FK_order_lines_order"]["references_table"] == "sales.orders"
