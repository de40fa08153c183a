"""Which database several names mean."""

from __future__ import annotations

import pytest

from mssql_mcp.catalog.model import Catalog
from mssql_mcp.catalog.places import check_within, database_of
from mssql_mcp.errors import ValidationError


def test_the_names_choose_where_all_of_them_do() -> None:
    """Else the question does."""
    assert database_of(["other.s.a", "OTHER.s.b"], "this") == "other"
    assert database_of(["other.s.a", "s.b"], "this") == "this"
    assert database_of(["a", "s.b"], None) is None


def test_names_of_two_databases_are_refused() -> None:
    """With what to do instead; the catalog's own name in any case is no other database."""
    check_within(Catalog("Shop"), ["SHOP.dbo.a", "dbo.b", "c"])
    with pytest.raises(ValidationError) as caught:
        check_within(Catalog("Shop"), ["Shop.dbo.a", "other.dbo.b"])
    assert caught.value.code == "input.databases"
    assert "other.dbo.b" in caught.value.message
    assert "within each" in caught.value.hint
