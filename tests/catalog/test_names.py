"""Names as people write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mssql_mcp.catalog.identifiers import bracketed, quoted
from mssql_mcp.catalog.model import Catalog, Routine, Synonym, Table
from mssql_mcp.catalog.names import (
    ObjectName,
    full_name,
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
    "text", ["", "  ", ".", "a.", ".a", "a..b", "[a", '"a', "a.b.c.d", "a]b", "[a]b", "[].x", "[a] b"]
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


def test_names_are_written_for_tsql() -> None:
    """An object's name comes out ready to paste."""
    assert full_name(Table("dbo", "Order")) == "dbo.[Order]"
    assert str(ObjectName("c", "b", "a")) == "a.b.c"


def test_schemas_have_neighbours() -> None:
    """A misspelt schema gets the nearest."""
    assert nearest_schemas("slaes", ["dbo", "sales"]) == ["sales"]
