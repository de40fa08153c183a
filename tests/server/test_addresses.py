"""Which addresses a change of the schema touches."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mssql_mcp.catalog.diff import diff
from mssql_mcp.catalog.model import Catalog, Column, Table, Trigger
from mssql_mcp.server.addresses import WHOLE, touched

TABLES = (
    Table("HR", "Emp", columns=(Column("Id", "int"),)),
    Table("dbo", "Emp", columns=(Column("Id", "int"),)),
    Table("dbo", "New Table", columns=(Column("Id", "int"),)),
    Table("odd.schema", "a.b", columns=(Column("Id", "int"),)),
)
NOW = Catalog("Shop", tables=TABLES)


def changed(schema: str, name: str) -> Catalog:
    """The catalog as it was, with one table otherwise."""
    return replace(
        NOW,
        tables=tuple(
            replace(each, columns=()) if (each.schema, each.name) == (schema, name) else each for each in TABLES
        ),
    )


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("mssql://table/HR.Emp", ("HR", "Emp")),
        ("mssql://table/hr.emp", ("HR", "Emp")),
        ("mssql://table/[HR].[Emp]/preview", ("HR", "Emp")),
        ("mssql://table/Emp", ("dbo", "Emp")),
        ("mssql://table/dbo.New%20Table", ("dbo", "New Table")),
        ("mssql://table/dbo.New Table", ("dbo", "New Table")),
        ("mssql://table/%5Bodd.schema%5D.%5Ba.b%5D", ("odd.schema", "a.b")),
        ("mssql://schema/hr", ("HR", "Emp")),
        ("mssql://schema/odd.schema", ("odd.schema", "a.b")),
        *((address, ("HR", "Emp")) for address in WHOLE),
    ],
)
def test_any_spelling_is_heard(address: str, place: tuple[str, str]) -> None:
    """As reading understands it; what changed elsewhere is not told of."""
    assert touched([address, address], diff(changed(*place), NOW), NOW) == [address]
    if address not in WHOLE:
        others = [(table.schema, table.name) for table in TABLES if (table.schema, table.name) != place]
        elsewhere = [other for other in others if not address.endswith(f"schema/{other[0].casefold()}")]
        for other in elsewhere:
            assert touched([address], diff(changed(*other), NOW), NOW) == []


def test_what_is_gone_is_told_of() -> None:
    """A table that was dropped is found by the name that it had."""
    before = replace(NOW, tables=(*TABLES, Table("HR", "Old")))
    waiting = ["mssql://table/old", "mssql://table/HR.Old/preview", "mssql://table/dbo.Old"]
    assert touched(waiting, diff(before, NOW), NOW) == waiting[:2]
    assert touched(waiting, diff(before, NOW), None) == waiting[:2]


def test_a_trigger_of_the_database_is_no_schema() -> None:
    """Only what shows the whole is touched by it."""
    difference = diff(replace(NOW, triggers=(Trigger("ddl", "", "", ()),)), NOW)
    assert touched(["mssql://schema/ddl", "mssql://table/ddl", "mssql://info"], difference, NOW) == ["mssql://info"]


def test_what_is_no_address_of_a_table_is_passed_by() -> None:
    """Results and plans do not change; a text that is no name means nothing."""
    difference = diff(changed("HR", "Emp"), NOW)
    assert touched(["mssql://results/x", "mssql://table/a.b.c.d", "mssql://table/", "http://x"], difference, NOW) == []
