"""The lines of the map."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mssql_mcp.catalog.hints import find_hints
from mssql_mcp.catalog.map import EVERYTHING, LEVELS
from mssql_mcp.catalog.map_lines import SharedColumns, TableLines
from mssql_mcp.catalog.model import Catalog, Column, ForeignKey, Table

if TYPE_CHECKING:
    from collections.abc import Callable


def lines(*tables: Table, shared: SharedColumns | None = None, level: int = 0) -> list[str]:
    catalog = Catalog(database="S", tables=tables)
    shown = {(table.schema, table.name) for table in tables}
    writer = TableLines(catalog, find_hints(catalog), shared or SharedColumns(), shown)
    return [writer.line(table, LEVELS[level]) for table in tables]


def test_a_type_stands_after_the_last_that_has_it() -> None:
    """Columns in a row of one type say it once; NULL has a sign, the key another."""
    table = Table("dbo", "T", row_count=12_000, columns=(
        Column("A", "int", is_nullable=False), Column("B", "int"), Column("C", "nvarchar(9)"), Column("D", "int"),
    ))  # fmt: skip
    assert lines(table) == ["T 12k: A,B? int,C? n9,D? int"]


def test_links_are_told(make_table: Callable[..., Table]) -> None:
    """A key column that names its table needs no target; others name it, with the schema where it is another."""

    def key(column: str, schema: str, table: str, other: str) -> ForeignKey:
        return ForeignKey(f"FK_{column}", "s", "F", (column,), schema, table, (other,))

    customers = make_table("s", "Customers", "CustomerId", key="CustomerId")
    people = make_table("hr", "People", "Id Badge", key="Id")
    facts = make_table("s", "F", "FactId CustomerId BillTo Boss BadgeNo OtherCustomerId", key="FactId", foreign_keys=(
        key("CustomerId", "s", "Customers", "CustomerId"), key("BillTo", "s", "Customers", "CustomerId"),
        key("Boss", "hr", "People", "Id"), key("BadgeNo", "hr", "People", "Badge"),
    ))  # fmt: skip
    assert lines(customers, people, facts)[2] == (
        "F: *FactId,CustomerId?>,BillTo?>Customers,Boss?>hr.People,BadgeNo?>hr.People.Badge,"
        "OtherCustomerId?~>Customers int"
    )


def test_links_out_of_sight_are_named(make_table: Callable[..., Table]) -> None:
    """A link to a table that is not on the map names it."""
    customers = make_table("s", "Customers", "CustomerId", key="CustomerId")
    facts = make_table("t", "F", "CustomerId")
    catalog = Catalog(database="S", tables=(customers, facts))
    writer = TableLines(catalog, find_hints(catalog), SharedColumns(), {("t", "F")})
    assert writer.line(facts, EVERYTHING) == "F: CustomerId?~>s.Customers int"


def test_a_key_of_several_columns_stands_at_the_end(make_table: Callable[..., Table]) -> None:
    """A composite link is told after the columns."""
    parent = make_table("s", "P", "a b", key="a b")
    link = ForeignKey("f", "s", "C", ("x", "y"), "s", "P", ("a", "b"))
    assert lines(parent, make_table("s", "C", "x y", foreign_keys=(link,)))[1] == "C: x?,y? int,(x,y)>P"


def test_a_copy_is_told_by_its_difference(make_table: Callable[..., Table]) -> None:
    """An archive says whose columns it has, what it has more, less and otherwise."""
    orders = make_table("s", "Orders", "Id A B C D E", key="Id")
    copy = make_table("s", "Orders_2019", "Id A B C D Extra")
    copy = replace(copy, columns=(replace(copy.columns[0], type="bigint"), *copy.columns[1:]))
    assert lines(orders, copy)[1] == "Orders_2019 [archive]: columns of Orders +Extra int,Id big,-E"


def test_signs_and_comments() -> None:
    """What a table is and what is said of it stand before its columns."""
    table = Table("s", "T", marks=("node", "cdc"), temporal="history", comment="About\nit",
                  columns=(Column("a,b", "int", comment="odd"),))  # fmt: skip
    assert lines(table) == ["T [node, history] {About it}: [a,b]?{odd} int"]
    assert lines(table, level=4) == ["T [node, history]: [a,b]? int"]
    assert lines(table, level=5) == ["T [node, history]: [a,b]"]
    assert lines(table, level=6) == ["T [node, history]"]


def test_shared_columns_are_said_once(make_table: Callable[..., Table]) -> None:
    """Columns that many tables have alike get one sign; a table with only some of them lists them."""
    tables = [make_table("s", f"T{n}", f"Id{n} ChangedBy ChangedAt", key=f"Id{n}") for n in range(6)]
    odd = make_table("s", "Odd", "OddId ChangedBy", key="OddId")
    catalog = Catalog(database="S", tables=(*tables, odd))
    shared = SharedColumns.among([*tables, odd], find_hints(catalog))
    assert shared.text(types=True) == "ChangedBy?,ChangedAt? int"
    assert shared.text(types=False) == "ChangedBy,ChangedAt"
    assert lines(*tables, odd, shared=shared)[0] == "T0: *Id0 int,&"
    assert lines(*tables, odd, shared=shared)[6] == "Odd: *OddId,ChangedBy? int"


def test_few_tables_share_nothing(make_table: Callable[..., Table]) -> None:
    """Where fewer than five tables have a column it is listed with each."""
    tables = [make_table("s", f"T{n}", f"Id{n} ChangedBy", key=f"Id{n}") for n in range(4)]
    assert SharedColumns.among(tables, find_hints(Catalog(database="S", tables=tuple(tables)))).columns == ()
