"""Tables that are told as copies of others."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from mssql_mcp.catalog.hints import find_hints
from mssql_mcp.catalog.map import LEVELS
from mssql_mcp.catalog.map_lines import TableLines
from mssql_mcp.catalog.model import Catalog, Column, ForeignKey, PrimaryKey, Table

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture
def orders(make_table: Callable[..., Table]) -> Table:
    """A table with a key and a link."""
    links = (ForeignKey("f", "s", "Orders", ("B",), "s", "Buyers", ("BuyerId",)),)
    return make_table("s", "Orders", "Id A B C D E", key="Id", foreign_keys=links)


@pytest.fixture
def line(make_table: Callable[..., Table], orders: Table) -> Callable[[Table], str]:
    """Write the line of a table beside that of Orders."""

    def write(copy: Table) -> str:
        tables = (make_table("s", "Buyers", "BuyerId", key="BuyerId"), orders, copy)
        catalog = Catalog(database="S", tables=tables)
        return TableLines(catalog, find_hints(catalog), tables).line(copy, LEVELS[0])

    return write


def test_the_same_but_for_a_few_columns(line: Callable[[Table], str], orders: Table) -> None:
    """An archive with the same keys and links says whose they are, what it has more, less and otherwise."""
    copy = replace(orders, name="Orders_2019", foreign_keys=(replace(orders.foreign_keys[0], table="Orders_2019"),))
    assert line(copy) == "Orders_2019 [archive]: as Orders"
    columns = (*(replace(each, type="bigint") if each.name == "A" else each for each in copy.columns[:-1]),
               Column("Extra", "int"))  # fmt: skip
    assert line(replace(copy, columns=columns)) == "Orders_2019 [archive]: as Orders,A big,Extra int,-E"


def test_what_may_be_null_counts(line: Callable[[Table], str], orders: Table) -> None:
    """A column that may not be NULL in the copy alone is told."""
    columns = (*orders.columns[:-1], replace(orders.columns[-1], is_nullable=False))
    copy = replace(orders, name="Orders_2019", columns=columns)
    assert line(copy) == "Orders_2019 [archive]: as Orders,E! int"


def test_a_copy_with_another_key_is_told_in_full(line: Callable[[Table], str], orders: Table) -> None:
    """Where the key is another one, or a link is missing beside a key, that is seen."""
    other = replace(orders, name="Orders_2019", primary_key=PrimaryKey("PK", ("Id", "A")))
    assert line(other) == "Orders_2019 [archive]: *Id,*A,B>Buyers,C,D,E int"
    no_link = replace(orders, name="Orders_2019", foreign_keys=())
    assert line(no_link) == "Orders_2019 [archive]: as Orders,B int"


def test_a_copy_without_keys(make_table: Callable[..., Table], line: Callable[[Table], str]) -> None:
    """A copy without keys has the columns alone; a link that is not even guessed is told to be none."""
    copy = make_table("s", "Orders_2019", "Id A B C D E")
    copy = replace(copy, columns=(replace(copy.columns[0], is_nullable=False), *copy.columns[1:]))
    assert line(copy) == "Orders_2019 [archive]: like Orders,B int"


def test_the_original_must_be_in_sight(orders: Table) -> None:
    """A copy whose original is not on the map is told in full."""
    copy = replace(orders, name="Orders_2019", foreign_keys=())
    catalog = Catalog(database="S", tables=(orders, copy))
    assert "as Orders" not in TableLines(catalog, find_hints(catalog), [copy]).line(copy, LEVELS[0])
