"""A database in a few facts."""

from mssql_mcp.catalog.model import Catalog, Schema, Table
from mssql_mcp.catalog.summary import summary_of


def test_tables_and_views_are_counted_apart():
    """An external table is a table, a view is not."""
    catalog = Catalog(
        "db",
        schemas=(Schema("a"),),
        tables=(Table("a", "t"), Table("a", "e", kind="external"), Table("a", "v", kind="view")),
        server="SQL Server 16",
    )
    facts = summary_of(catalog)
    assert (facts["table_count"], facts["view_count"], facts["schemas"]) == (2, 1, ["a"])
    assert facts["server"] == "SQL Server 16"
