"""Names are completed from what the catalog knows."""

from mssql_mcp.server.completions import matching


def test_beginnings_come_first_then_own_names_then_the_rest():
    """What a person most likely means is on top; case does not matter."""
    names = ["hr.orders_log", "sales.orders", "orders.archive", "sales.customers", "hr.reorders"]
    assert matching(names, "Ord") == ["orders.archive", "hr.orders_log", "sales.orders", "hr.reorders"]


def test_quoted_names_are_found_without_their_brackets():
    """As most people type them; what is completed is what a server understands."""
    names = ["dbo.[a.b]", "dbo.[New Table]", "sales.orders"]
    assert matching(names, "dbo.a.") == ["dbo.[a.b]"]
    assert matching(names, "dbo.[New") == ["dbo.[New Table]"]


def test_nothing_typed_offers_everything():
    """An empty value is the beginning of every name."""
    assert matching(["b", "a"], "") == ["a", "b"]
