"""What the words of a search mean."""

from __future__ import annotations

import pytest

from mssql_mcp.catalog.terms import Term, parse_terms


@pytest.mark.parametrize(
    ("query", "terms"),
    [
        ("Order  customer order", [Term("order"), Term("customer")]),
        ("Sales.Customers", [Term("sales.customers", ("customers",), "sales")]),
        ("[Sales].[Order Details] x", [Term("[sales].[order details]", ("order details",), "sales"), Term("x")]),
        ("db.sales.t", [Term("db.sales.t", ("t",), "sales")]),
        ("[Order ID]", [Term("order id")]),
        ('"Order ID"', [Term("order id")]),
        ("orders.customer_id", [Term("orders.customer_id", ("orders", "customer_id"))]),
        (".net", [Term(".net")]),
        ("v1.", [Term("v1.")]),
        ("[open", [Term("[open")]),
        ("a.b.c.d", [Term("a.b.c.d")]),
        (" ", []),
    ],
)
def test_words_phrases_and_names(query: str, terms: list[Term]) -> None:
    """A schema that exists says where to look; what is no name is looked for as it stands."""
    assert parse_terms(query, {"sales"}) == terms


def test_all_of_a_term_is_pointed_out() -> None:
    """As it stands, and its parts."""
    assert Term("a.b", ("b",), "a").words == ("a.b", "b")
