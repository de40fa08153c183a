"""What may have been meant by a name that the server does not know."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mssql_mcp.catalog.demo import declared_catalog
from mssql_mcp.catalog.suggestions import suggest, suggesting
from mssql_mcp.errors import DatabaseConnectionError, QueryError

if TYPE_CHECKING:
    from mssql_mcp.catalog.model import Catalog


@pytest.mark.parametrize(
    ("objects", "best"),
    [
        ([("sales", "ordrs")], "sales.orders"),
        ([("sales", "customers"), ("hr", "orders")], "sales.orders"),
        ([("Lanternworks", "sales", "custmers")], "sales.customers"),
        ([("Lanternworks", "", "custmers")], "sales.customers"),
        ([("employes",)], "hr.employees"),
    ],
)
def test_the_first_unknown_name_is_answered(objects: list[tuple[str, ...]], best: str) -> None:
    """A misspelt name, a wrong schema, a name of three parts."""
    assert suggest(declared_catalog({}), objects)[0] == best


@pytest.mark.parametrize(
    "objects",
    [
        [],
        [("SALES", "Orders"), ("orders",)],
        [("hr", "staff")],
        [("sys", "tabels")],
        [("INFORMATION_SCHEMA", "TABELS")],
        [("elsewhere", "sales", "ordrs")],
        [("zzzzzzzzzzzz",)],
    ],
)
def test_nothing_is_made_up(objects: list[tuple[str, ...]]) -> None:
    """Known names in any case, synonyms, system objects, other databases and names like no other get no answer."""
    assert suggest(declared_catalog({}), objects) == []


def unreachable() -> Catalog:
    raise DatabaseConnectionError("The server is gone.", code="connection.lost")


def test_the_error_gets_the_names() -> None:
    """What the server says stays, what may have been meant comes to it."""
    with pytest.raises(QueryError) as caught, suggesting([("sales", "ordrs")], lambda: declared_catalog({})):
        raise QueryError("Invalid object name 'sales.ordrs'.", code="query.invalid_object", number=208)
    assert caught.value.nearest[0] == "sales.orders"
    assert caught.value.number == 208


@pytest.mark.parametrize("code", ["query.invalid_object", "query.syntax"])
def test_the_error_comes_whatever_else_fails(code: str) -> None:
    """A catalog that cannot be read does not hide the server's error, and other errors ask for none."""
    with pytest.raises(QueryError) as caught, suggesting([("sales", "ordrs")], unreachable):
        raise QueryError("No.", code=code)
    assert caught.value.nearest == ()
