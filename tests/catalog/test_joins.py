"""How tables join."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from mssql_mcp.catalog.demo import declared_catalog
from mssql_mcp.catalog.hints import find_hints
from mssql_mcp.catalog.joins import JoinGraph, JoinPath, paths_text
from mssql_mcp.catalog.model import Catalog, ForeignKey, Table, UniqueConstraint
from mssql_mcp.demo.database import open_demo
from mssql_mcp.errors import ObjectNotFoundError, ValidationError

if TYPE_CHECKING:
    from collections.abc import Callable

DEMO = declared_catalog({})
GRAPH = JoinGraph(DEMO, find_hints(DEMO))


def graph(*tables: Table) -> JoinGraph:
    catalog = Catalog(database="S", tables=tables)
    return JoinGraph(catalog, find_hints(catalog))


def through(path: JoinPath) -> list[str]:
    return [name for _, name in path.tables]


@pytest.mark.parametrize(
    ("tables", "expected"),
    [
        (["order_lines", "employees"], ["order_lines", "orders", "employees"]),
        (["products", "suppliers"], ["products", "product_suppliers", "suppliers"]),
        (["payments", "hr.departments"], ["payments", "orders", "employees", "departments"]),
        (["customers", "products"], ["customers", "orders", "order_lines", "products"]),
        (["SALES.Orders", "[customers]"], ["orders", "customers"]),
        (["customers", "products", "suppliers"],
         ["customers", "orders", "order_lines", "products", "product_suppliers", "suppliers"]),
    ],
)  # fmt: skip
def test_the_best_way_stands_first(tables: list[str], expected: list[str]) -> None:
    """Foreign keys are followed in both directions, through junctions rather than through a common country."""
    assert through(GRAPH.paths(tables)[0]) == expected


def test_the_text_is_ready_to_paste() -> None:
    """Aliases, quoted names and every column pair are there."""
    (path, *_) = GRAPH.paths(["orders", "customer_addresses"])
    assert path.sql() == (
        "FROM sales.orders AS o\n"
        "JOIN sales.customer_addresses AS ca ON ca.customer_id = o.customer_id AND ca.address_no = o.address_no"
    )


def test_every_path_of_the_sample_database_runs() -> None:
    """The FROM clause of the best path between any two linked tables is a query that the database accepts."""
    connection = open_demo()
    tables = [f"{table.schema}.{table.name}" for table in DEMO.tables if table.foreign_keys]
    ran = 0
    for left in tables:
        for right in tables:
            for path in GRAPH.paths([left, right])[:1] if left != right else ():
                sql = path.sql()
                for schema, name in path.tables:
                    sql = sql.replace(f"{schema}.{name} AS", f'"{schema}.{name}" AS')
                connection.execute(f"SELECT 1 {sql} LIMIT 1")
                ran += 1
    connection.close()
    assert ran > 100


def test_other_ways_come_with_it() -> None:
    """Different ways are told, no dearer than a detour of two joins, and not more than asked."""
    paths = GRAPH.paths(["order_lines", "employees"], max_paths=2)
    assert [through(path) for path in paths] == [
        ["order_lines", "orders", "employees"],
        ["order_lines", "orders", "customers", "employees"],
    ]
    assert paths[0].cost < paths[1].cost <= paths[0].cost + 2


def test_two_keys_between_two_tables_are_two_ways(make_table: Callable[..., Table]) -> None:
    """`BillTo` and `ShipTo` are different joins."""
    people = make_table("s", "People", "Id", key="Id")
    keys = tuple(ForeignKey(f"FK_{c}", "s", "Orders", (c,), "s", "People", ("Id",)) for c in ("BillTo", "ShipTo"))
    orders = make_table("s", "Orders", "No BillTo ShipTo", key="No", foreign_keys=keys)
    assert [path.steps[0].left_columns for path in graph(people, orders).paths(["Orders", "People"])] == [
        ("BillTo",), ("ShipTo",),
    ]  # fmt: skip


def test_a_guess_is_marked_with_its_reason() -> None:
    """Where no foreign key leads, a guessed link is taken and called a guess."""
    (path, *_) = GRAPH.paths(["orders_2019", "employees"])
    assert path.has_guess
    assert "GUESS sales.orders_2019.employee_id to hr.employees: named like the key" in paths_text([path])
    assert not GRAPH.paths(["orders", "employees"])[0].has_guess


def test_rows_that_multiply_or_vanish_are_told(make_table: Callable[..., Table]) -> None:
    """A step to many says so, an optional one says LEFT JOIN, a one-to-one step says neither."""
    parent = make_table("s", "P", "PId", key="PId")
    key = ForeignKey("f", "s", "C", ("Ref",), "s", "P", ("PId",))
    child = make_table("s", "C", "CId Ref", key="CId", foreign_keys=(key,))
    (down,), (up,) = graph(parent, child).paths(["P", "C"]), graph(parent, child).paths(["C", "P"])
    assert (down.steps[0].is_to_many, up.steps[0].is_to_many, up.steps[0].is_optional) == (True, False, True)
    assert "several rows each from s.C" in paths_text([down])
    assert "LEFT JOIN keeps rows without s.P" in paths_text([up])
    single = replace(child, uniques=(UniqueConstraint("u", ("Ref",)),))
    assert not graph(parent, single).paths(["P", "C"])[0].steps[0].is_to_many


def test_a_disabled_key_comes_after_a_trusted_one(make_table: Callable[..., Table]) -> None:
    """Of two keys of the same length the one that the server checks is preferred."""
    parent = make_table("s", "P", "PId", key="PId")
    keys = (
        ForeignKey("f", "s", "C", ("A",), "s", "P", ("PId",), is_enabled=False),
        ForeignKey("g", "s", "C", ("B",), "s", "P", ("PId",)),
    )
    child = make_table("s", "C", "CId A B", key="CId", foreign_keys=keys)
    assert [path.steps[0].reason for path in graph(parent, child).paths(["C", "P"])] == ["g", "f"]


def test_what_nothing_joins_is_said() -> None:
    """Tables without a link have no path, and the text says what to do."""
    assert GRAPH.paths(["tmp_import", "orders"]) == []
    assert GRAPH.paths(["tmp_import", "orders", "customers"]) == []
    assert "No foreign key" in paths_text([])


def test_arguments_are_checked() -> None:
    """One table, too many and unknown ones are refused."""
    with pytest.raises(ValidationError):
        GRAPH.paths(["orders"])
    with pytest.raises(ValidationError):
        GRAPH.paths([f"{table.schema}.{table.name}" for table in DEMO.tables])
    with pytest.raises(ObjectNotFoundError) as caught:
        GRAPH.paths(["orders", "custmers"])
    assert caught.value.details["name"] == "custmers"


def test_odd_names_are_quoted_and_aliases_differ(make_table: Callable[..., Table]) -> None:
    """Names that need brackets get them; two tables with the same initials have different aliases."""
    parent = make_table("my schema", "Order", "Id", key="Id")
    key = ForeignKey("f", "s", "Offer", ("Order No",), "my schema", "Order", ("Id",))
    offer = replace(make_table("s", "Offer", "No", key="No"), foreign_keys=(key,))
    assert graph(parent, offer).paths(["Offer", "[my schema].[Order]"])[0].sql() == (
        "FROM s.Offer AS o\nJOIN [my schema].[Order] AS o2 ON o2.Id = o.[Order No]"
    )


def test_neighbours_are_told() -> None:
    """What a table joins directly is known, declared links first."""
    steps = GRAPH.neighbours(("sales", "orders_2019"))
    assert {step.right[1] for step in steps} == {"customers", "employees", "order_statuses"}
    assert all(step.is_guess for step in steps)


def test_a_table_joins_itself() -> None:
    """The same table twice asks for the keys within it: the row it points at is the second one."""
    (path,) = GRAPH.paths(["hr.employees", "employees"])
    assert path.sql() == "FROM hr.employees AS e\nJOIN hr.employees AS e2 ON e2.employee_id = e.manager_id"
    assert "LEFT JOIN keeps rows without hr.employees" in paths_text([path])
    assert GRAPH.paths(["orders", "Orders"]) == []
    assert through(GRAPH.paths(["orders", "orders", "customers"])[0]) == ["orders", "customers"]


def test_a_key_that_is_not_held_is_told(make_table: Callable[..., Table]) -> None:
    """A disabled or untrusted key is named: rows may point at nothing."""
    parent = make_table("s", "P", "Id", key="Id")
    for state, word in (({"is_enabled": False}, "disabled"), ({"is_trusted": False}, "not trusted")):
        key = ForeignKey("FK_x", "s", "C", ("Ref",), "s", "P", ("Id",), **state)
        child = make_table("s", "C", "No Ref", key="No Ref", foreign_keys=(key,))
        text = paths_text(graph(parent, child).paths(["C", "P"]))
        assert f"key FK_x is {word}: not every row need have its match" in text
        assert "LEFT JOIN keeps rows without s.P" in text


def test_rows_that_multiply_are_told() -> None:
    """A step to many says what it does to rows."""
    text = paths_text(GRAPH.paths(["customers", "orders"]))
    assert "several rows each from sales.orders: rows multiply, and an inner join drops those without any" in text


def test_paths_keep_a_budget() -> None:
    """A path that does not fit is left out whole, and how many are is told; a first one that does not is cut."""
    paths = GRAPH.paths(["products", "employees"], max_paths=3)
    whole = paths_text(paths)
    assert len(paths) > 1
    text = paths_text(paths, budget=len(whole) - 1)
    assert len(text) < len(whole)
    assert text.endswith(f"1 of {len(paths)} paths do not fit; ask for fewer tables at once.")
    assert paths_text(paths, budget=len(whole)) == whole
    least = paths_text(paths, budget=150)
    assert len(least) <= 150
    assert "lines do not fit" in least
