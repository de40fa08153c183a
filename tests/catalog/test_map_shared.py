"""Columns that many tables share."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mssql_mcp.catalog.hints import find_hints
from mssql_mcp.catalog.map import LEVELS
from mssql_mcp.catalog.map_lines import TableLines
from mssql_mcp.catalog.model import Catalog, ForeignKey, Table

if TYPE_CHECKING:
    from collections.abc import Callable


def writer(*tables: Table) -> TableLines:
    catalog = Catalog(database="S", tables=tables)
    return TableLines(catalog, find_hints(catalog), tables)


def test_shared_columns_are_said_once(make_table: Callable[..., Table]) -> None:
    """Columns that many tables have alike get one sign; a table with only some of them lists them."""
    tables = [make_table("s", f"T{n}", f"Id{n} ChangedBy ChangedAt", key=f"Id{n}") for n in range(6)]
    odd = make_table("s", "Odd", "OddId ChangedBy", key="OddId")
    lines = writer(*tables, odd)
    assert lines.shared_text(types=True) == "ChangedBy int,ChangedAt int"
    assert lines.shared_text(types=False) == "ChangedBy,ChangedAt"
    assert lines.line(tables[0], LEVELS[0]) == "T0: *Id0 int,&"
    assert lines.line(odd, LEVELS[0]) == "Odd: *@Id,ChangedBy int"


def test_a_link_is_not_shared(make_table: Callable[..., Table]) -> None:
    """Where one of the columns is a link in one table, that table tells it."""
    people = make_table("s", "People", "Badge", key="Badge")
    tables = [make_table("s", f"T{n}", f"Id{n} ChangedBy ChangedAt", key=f"Id{n}") for n in range(6)]
    link = ForeignKey("f", "s", "T0", ("ChangedBy",), "s", "People", ("Badge",))
    linked = replace(tables[0], foreign_keys=(link,))
    lines = writer(people, linked, *tables[1:])
    assert lines.line(linked, LEVELS[0]) == "T0: *Id0,ChangedBy>People,ChangedAt int"
    assert lines.line(tables[1], LEVELS[0]) == "T1: *Id1 int,&"


def test_comments_do_not_part_them(make_table: Callable[..., Table]) -> None:
    """Columns are shared though some have comments."""
    tables = [make_table("s", f"T{n}", f"Id{n} ChangedBy", key=f"Id{n}") for n in range(6)]
    first = replace(tables[0], columns=(tables[0].columns[0], replace(tables[0].columns[1], comment="Who.")))
    assert writer(first, *tables[1:]).line(first, LEVELS[0]) == "T0: *Id0 int,&"


def test_few_tables_share_nothing(make_table: Callable[..., Table]) -> None:
    """Where fewer than five tables have a column it is listed with each."""
    assert not writer(*(make_table("s", f"T{n}", f"Id{n} ChangedBy", key=f"Id{n}") for n in range(4))).shared.columns
