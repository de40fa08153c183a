"""Finding one table on a server without its catalog."""

from __future__ import annotations

from typing import Any

import pytest

from mssql_mcp.catalog.locate import locate
from mssql_mcp.catalog.names import ObjectName
from mssql_mcp.catalog.session import Session
from mssql_mcp.connection.call import Call
from mssql_mcp.errors import ObjectNotFoundError


def find(server: Any, name: ObjectName, default_schema: str = "dbo") -> Any:
    call = Call(30)
    return locate(Session(server, call), name, "Shop", default_schema)


def test_case_does_not_matter(small_server: Any) -> None:
    """A name in another case is found even where the database's collation tells cases apart."""
    assert find(small_server, ObjectName("ORDERTOTALS", "Sales")).object_name == "OrderTotals"


def test_an_exact_name_takes_one_question(small_server: Any) -> None:
    """The usual case is one round trip."""
    find(small_server, ObjectName("Order", "sales"))
    assert len(small_server.asked) == 1


def test_routines_are_not_meant(small_server: Any) -> None:
    """A procedure's name is not a table."""
    with pytest.raises(ObjectNotFoundError) as caught:
        find(small_server, ObjectName("GetCustomer"))
    assert caught.value.code == "catalog.not_found"


def test_two_of_equal_rank_are_ambiguous(small_server: Any) -> None:
    """The same name in two spellings of one schema is answered with both."""
    small_server.add("sys.objects", {"object_id": 700, "name": "ORDER", "type": "U ", "schema_id": 5,
                                     "is_ms_shipped": 0, "parent_object_id": 0})  # fmt: skip
    with pytest.raises(ObjectNotFoundError) as caught:
        find(small_server, ObjectName("oRDER"))
    assert caught.value.nearest == ("sales.[Order]", "sales.[ORDER]")
    assert find(small_server, ObjectName("ORDER", "sales")).object_id == 700
