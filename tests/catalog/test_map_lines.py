"""The lines of the map."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mssql_mcp.catalog.hints import find_hints
from mssql_mcp.catalog.map import LEVELS
from mssql_mcp.catalog.map_lines import TableLines
from mssql_mcp.catalog.model import Catalog, Column, ForeignKey, PrimaryKey, Table

if TYPE_CHECKING:
    from collections.abc import Callable


def writer(*tables: Table) -> TableLines:
    catalog = Catalog(database="S", tables=tables)
    shown = [table for table in tables if table.kind != "view"]
    return TableLines(catalog, find_hints(catalog), shown, [table for table in tables if table.kind == "view"])


def lines(*tables: Table, level: int = 0) -> list[str]:
    made = writer(*tables)
    return [made.line(table, LEVELS[level]) for table in tables]


def test_a_type_stands_after_the_last_that_has_it() -> None:
    """Columns in a row of one type say it once; NULL has a sign."""
    table = Table("dbo", "T", row_count=12_000, columns=(
        Column("A", "int", is_nullable=False), Column("B", "int", is_nullable=False), Column("C", "nvarchar(9)"),
        Column("D", "int"),
    ))  # fmt: skip
    assert lines(table) == ["T 12k: A,B int,C? n9,D? int"]


def test_the_rarer_of_null_and_not_null_has_the_sign() -> None:
    """Where most columns may be NULL, those that may not are marked; the key needs no sign."""
    table = Table("dbo", "T", primary_key=PrimaryKey("PK", ("K",)), columns=(
        Column("K", "int", is_nullable=False), Column("A", "int"), Column("B", "int"),
        Column("C", "int", is_nullable=False),
    ))  # fmt: skip
    assert lines(table) == ["T: *K,A,B,C! int"]
    assert lines(table, level=3) == ["T: *K,A,B,C"]


def test_the_own_name_is_a_sign() -> None:
    """A column that begins with the table's name, in the singular where that fits more, has a sign for it."""
    kinds = (Column("OrderID", "int"), Column("OrderDate", "int"), Column("Orderly", "int"), Column("Order", "int"))
    assert lines(Table("dbo", "Orders", columns=kinds)) == ["Orders: @ID,@Date,Orderly,Order int"]
    own = (Column("ordersID", "int"), Column("orders_date", "int"), Column("orders_a b", "int"))
    assert lines(Table("dbo", "orders", columns=own)) == ["orders: @ID,@_date,[orders_a b] int"]


def test_types_that_names_tell_are_left_out() -> None:
    """A type that the end of the name or the key it points at tells is not written; another one is."""
    tables = [
        Table("dbo", f"T{n}", columns=(Column("ShipDate", "datetime2(3)"), Column("Amount", "decimal(18,2)")))
        for n in range(4)
    ]
    odd = Table("dbo", "Odd", columns=(Column("DueDate", "date"), Column("PaidDate", "datetime2(3)")))
    made = writer(*tables, odd)
    assert made.rules.ends == {"date": "dt2.3", "amount": "dec18.2"}
    assert made.line(odd, LEVELS[0]) == "Odd: DueDate date,PaidDate"


def test_links_are_told(make_table: Callable[..., Table]) -> None:
    """A column that names its table needs no target, others name it; its type is that of the key."""

    def key(column: str, schema: str, table: str, other: str) -> ForeignKey:
        return ForeignKey(f"FK_{column}", "s", "F", (column,), schema, table, (other,))

    customers = make_table("s", "Customers", "CustomerId", key="CustomerId")
    people = make_table("hr", "People", "Id Badge", key="Id")
    facts = make_table("s", "F", "FactId CustomerId BillTo Boss BadgeNo OtherCustomerId", key="FactId", foreign_keys=(
        key("CustomerId", "s", "Customers", "CustomerId"), key("BillTo", "s", "Customers", "CustomerId"),
        key("Boss", "hr", "People", "Id"), key("BadgeNo", "hr", "People", "Badge"),
        key("BadgeNo", "s", "Customers", "CustomerId"),
    ))  # fmt: skip
    assert lines(customers, people, facts)[2] == (
        "F: *FactId int,CustomerId>,BillTo>Customers,Boss>People,BadgeNo>People(Badge)>Customers,OtherCustomerId~>"
    )


def test_a_key_that_points_further_tells_no_type(make_table: Callable[..., Table]) -> None:
    """The type is written where the column that is pointed at is itself a link, and where that is out of sight."""
    base = make_table("s", "Base", "BaseId", key="BaseId")
    part = make_table("s", "Part", "BaseId", key="BaseId", foreign_keys=(
        ForeignKey("f", "s", "Part", ("BaseId",), "s", "Base", ("BaseId",)),))  # fmt: skip
    leaf = make_table("s", "Leaf", "PartRef", foreign_keys=(
        ForeignKey("g", "s", "Leaf", ("PartRef",), "s", "Part", ("BaseId",)),))  # fmt: skip
    assert lines(base, part, leaf) == ["Base: *@Id int", "Part: *BaseId>", "Leaf: PartRef>Part int"]
    catalog = Catalog(database="S", tables=(base, part, leaf))
    alone = TableLines(catalog, find_hints(catalog), [leaf])
    assert alone.line(leaf, LEVELS[0]) == "Leaf: PartRef>Part int"
    among = writer(base, part, leaf)
    assert among.line(part, LEVELS[0], is_among_shorter=True) == "Part: *BaseId> int"


def test_a_key_of_several_columns_stands_at_the_end(make_table: Callable[..., Table]) -> None:
    """A composite link is told after the columns, and the order of a key that has another than its columns."""
    parent = make_table("s", "P", "a b", key="b a")
    link = ForeignKey("f", "s", "C", ("x", "y"), "s", "P", ("b", "a"))
    other = ForeignKey("g", "s", "C", ("x", "y"), "s", "P", ("a", "b"))
    child = make_table("s", "C", "x y", foreign_keys=(link, other))
    assert lines(parent, child) == ["P: *a,*b int,*(b,a)", "C: x,y int,(x,y)>P,(x,y)>P(a,b)"]


def test_signs_and_comments() -> None:
    """What a table is and what is said of it stand before its columns."""
    table = Table(
        "s", "T", marks=("node", "cdc"), temporal="history", columns=(Column("a,b", "int", is_nullable=False),)
    )
    comments = {("s", "T", ""): "About it", ("s", "T", "a,b"): "odd"}
    assert writer(table).line(table, LEVELS[0], comments) == "T [node, history] {About it}: [a,b]{odd} int"
    assert lines(table, level=3) == ["T [node, history]: [a,b]"]
    assert lines(table, level=4) == ["T [node, history]"]


def test_odd_names_are_told_from_signs_and_schemas() -> None:
    """A table in brackets without columns does not look like a schema."""
    assert lines(Table("s", "my table"), Table("s", "view"), Table("s", "t]")) == ["[my table]:", "[view]:", "[t]]]:"]
    assert writer(Table("s", "a\nb", row_count=3)).head(Table("s", "a\nb", row_count=3)) == "[a␊b] 3"
