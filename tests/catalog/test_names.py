"""Names as people write them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mssql_mcp.catalog.describe_text import describe_text
from mssql_mcp.catalog.identifiers import bracketed, quoted, shown_full
from mssql_mcp.catalog.listing import list_objects, listing_text
from mssql_mcp.catalog.model import Catalog, Routine, Synonym, Table
from mssql_mcp.catalog.names import (
    ObjectName,
    full_name,
    nearest_names,
    nearest_schemas,
    parse_name,
    resolve,
    resolve_table,
)
from mssql_mcp.errors import ObjectNotFoundError, ValidationError

CATALOG = Catalog(
    database="Shop",
    default_schema="app",
    tables=(
        Table("app", "Orders"),
        Table("dbo", "Customers"),
        Table("dbo", "Orders"),
        Table("sales", "Customers"),
        Table("sales", "Invoice"),
        Table("sales", "invoice"),
        Table("web", "Clicks"),
        Table("old", "Clicks"),
    ),
    routines=(Routine("dbo", "GetOrders", "procedure"),),
    synonyms=(Synonym("dbo", "Clients", "[Shop].[sales].[Customers]"), Synonym("dbo", "Far", "Other.dbo.T")),
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Orders", ObjectName("Orders")),
        ("dbo.Orders", ObjectName("Orders", "dbo")),
        ("Shop.dbo.Orders", ObjectName("Orders", "dbo", "Shop")),
        ("shop..Orders", ObjectName("Orders", None, "shop")),
        ("[a.b]..[c]", ObjectName("c", None, "a.b")),
        ("[dbo].[Order Lines]", ObjectName("Order Lines", "dbo")),
        ('"dbo"."Order.Lines"', ObjectName("Order.Lines", "dbo")),
        ("[a]]b].[c.d]", ObjectName("c.d", "a]b")),
        (' dbo . "say ""hi""" ', ObjectName('say "hi"', "dbo")),
        ("Ünïcode", ObjectName("Ünïcode")),
        ("two words", ObjectName("two words")),
        ("#temp", ObjectName("#temp")),
    ],
)
def test_names_are_taken_apart(text: str, expected: ObjectName) -> None:
    """One to three parts, bare, bracketed or quoted, with spaces around, are understood."""
    assert parse_name(text) == expected


@pytest.mark.parametrize(
    "text", ["", "  ", ".", "a.", ".a", "..a", "a.b..c", "a...b", "[a", '"a', "a.b.c.d", "a]b", "[a]b", "[].x", "[a] b"]
)
def test_what_is_no_name_is_refused(text: str) -> None:
    """Empty, half open and overlong names are refused with the form that is wanted."""
    with pytest.raises(ValidationError) as caught:
        parse_name(text)
    assert caught.value.code == "input.name"


@given(st.lists(st.text(min_size=1, max_size=8).filter(str.strip), min_size=1, max_size=3))
def test_quoted_names_come_back(parts: list[str]) -> None:
    """Whatever the parts are, bracketed or quoted where needed they are read back as they were."""
    for write in (bracketed, quoted):
        name = parse_name(".".join(write(part) for part in parts))
        assert [part for part in (name.database, name.schema, name.name) if part is not None] == parts


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("orders", ("app", "Orders")),
        ("dbo.orders", ("dbo", "Orders")),
        ("CUSTOMERS", ("dbo", "Customers")),
        ("[Sales].[customers]", ("sales", "Customers")),
        ("sales.invoice", ("sales", "invoice")),
        ("sales.Invoice", ("sales", "Invoice")),
        ("getorders", ("dbo", "GetOrders")),
    ],
)
def test_the_one_that_is_meant_is_found(text: str, expected: tuple[str, str]) -> None:
    """Case does not matter, the default schema wins over dbo and dbo over others, exact spelling over all."""
    found = resolve(CATALOG, text)
    assert (found.schema, found.name) == expected


@pytest.mark.parametrize("text", ["clicks", "sales.INVOICE"])
def test_several_that_may_be_meant_are_listed(text: str) -> None:
    """A name in two schemas of equal rank, or in two spellings, is answered with the candidates."""
    with pytest.raises(ObjectNotFoundError) as caught:
        resolve(CATALOG, text)
    assert caught.value.code == "catalog.ambiguous"
    assert len(caught.value.nearest) == 2


@pytest.mark.parametrize(
    ("text", "first"),
    [("custmers", "dbo.Customers"), ("sales.custmers", "sales.Customers"), ("nosuch.Clicks", "web.Clicks")],
)
def test_an_unknown_name_gets_the_nearest(text: str, first: str) -> None:
    """A misspelt name gets its look-alikes, those of the schema that was written first."""
    with pytest.raises(ObjectNotFoundError) as caught:
        resolve(CATALOG, text)
    assert caught.value.code == "catalog.not_found"
    assert caught.value.nearest[0] == first
    assert first in caught.value.hint


def test_kinds_narrow_the_choice() -> None:
    """A table is not found where a procedure is wanted."""
    with pytest.raises(ObjectNotFoundError):
        resolve(CATALOG, "dbo.Orders", kinds=("procedure",))


def test_synonyms_lead_to_tables() -> None:
    """A synonym of this database is followed; one of another database says where to ask."""
    assert resolve_table(CATALOG, "clients") == Table("sales", "Customers")
    with pytest.raises(ObjectNotFoundError) as caught:
        resolve_table(CATALOG, "Far")
    assert "database='Other'" in caught.value.hint


def test_a_bare_name_in_a_synonym_is_looked_up_as_a_query_does() -> None:
    """The login's default schema counts, then dbo, not the schema of the synonym."""
    catalog = Catalog(
        "Shop",
        tables=(Table("dbo", "Thing"), Table("mine", "Thing"), Table("app", "Own")),
        synonyms=tuple(Synonym("mine", *each) for each in (("Bare", "Thing"), ("Other", "[Own]"), ("Gone", "Nothing"))),
    )
    assert resolve_table(catalog, "mine.Bare").schema == "dbo"
    assert resolve_table(replace(catalog, default_schema="mine"), "Bare").schema == "mine"
    assert resolve_table(catalog, "Other").schema == "app"
    with pytest.raises(ObjectNotFoundError):
        resolve_table(catalog, "Gone")


@pytest.mark.parametrize(
    ("text", "expected"),
    [("abc", "abc"), ("ABC", "ABC"), ("DBO.abc", "abc"), ("dbo.ABC", "ABC"), ("[Abc]", None), ("dbo.Abc", None)],
)
def test_names_that_differ_in_case_alone(text: str, expected: str | None) -> None:
    """The exact spelling wins, however the schema is written; else the hint says what to write."""
    catalog = Catalog("Shop", tables=(Table("dbo", "abc"), Table("dbo", "ABC")))
    if expected is not None:
        assert resolve(catalog, text).name == expected
        return
    with pytest.raises(ObjectNotFoundError) as caught:
        resolve(catalog, text)
    assert caught.value.hint == "Names differ in case alone: write it as it stands here."
    several = replace(catalog, tables=(*catalog.tables, Table("x", "abc")), default_schema="y")
    with pytest.raises(ObjectNotFoundError) as caught:
        resolve(several, "aBc")
    assert caught.value.hint == "Names differ in case alone: write name and schema as they stand here."


def test_two_dots_stand_for_the_default_schema() -> None:
    """`database..name` is a bare name in that database."""
    found = resolve(CATALOG, "Shop..orders")
    assert (found.schema, found.name) == ("app", "Orders")
    assert str(parse_name("Shop..orders")) == "Shop..orders"


odd_names = st.text("aA1 .,;[]()\"'@-#\n\t\x7f漢", min_size=1, max_size=5).filter(str.strip)


@given(st.lists(st.tuples(odd_names, odd_names), min_size=1, max_size=8, unique=True))
def test_names_as_lists_and_hints_write_them_are_found(places: list[tuple[str, str]]) -> None:
    """Whatever a name is made of, what a list of tables or a hint prints means that table."""
    tables = tuple(Table(schema, name, row_count=1) for schema, name in sorted(places))
    catalog = Catalog("Shop", tables=tables)
    schema, printed = "", []
    for line in listing_text(catalog, list_objects(catalog)).split("\n")[1:]:
        if line.endswith(" 1"):
            printed.append(f"{schema}.{line.removesuffix(' 1')}")
        else:
            schema = line
            assert {item.schema for item in list_objects(catalog, schema=schema).items} == {tables[len(printed)].schema}
    assert [resolve_table(catalog, name) for name in printed] == list(tables)
    for table in tables:
        for name in nearest_names(catalog, ObjectName(table.name, table.schema)):
            assert shown_full(resolve(catalog, name).schema, resolve(catalog, name).name) == name
        assert resolve_table(catalog, describe_text(table).split(" · ")[0]) == table


def test_names_are_written_for_tsql() -> None:
    """An object's name comes out ready to paste."""
    assert full_name(Table("dbo", "Order")) == "dbo.[Order]"
    assert str(ObjectName("c", "b", "a")) == "a.b.c"


def test_schemas_have_neighbours() -> None:
    """A misspelt schema gets the nearest."""
    assert nearest_schemas("slaes", ["dbo", "sales"]) == ["sales"]
