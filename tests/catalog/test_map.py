"""The map of a whole database."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from mssql_mcp.catalog.demo import declared_catalog
from mssql_mcp.catalog.hints import find_hints
from mssql_mcp.catalog.map import LEVELS, map_text
from mssql_mcp.catalog.model import Catalog, Column, ForeignKey, MissingPart, PrimaryKey, Routine, Schema, Table
from mssql_mcp.errors import ValidationError

if TYPE_CHECKING:
    from collections.abc import Iterator

DEMO = declared_catalog({"sales.orders": 15_234})

THINGS = tuple(
    """
    Customer Order OrderLine Product ProductCategory Supplier Warehouse StockLevel Shipment ShipmentLine Invoice
    InvoiceLine Payment PaymentMethod Currency ExchangeRate Country Region City Address ContactPerson Employee
    Department SalaryStep TimeSheet Project ProjectTask ProjectMember Contract ContractTerm Subscription Ticket
    TicketComment Priority KnowledgeArticle Campaign CampaignMember Lead Opportunity Stage Quote QuoteLine PriceList
    PriceListItem Discount TaxRate BankAccount LedgerEntry LedgerAccount CostCenter Budget BudgetLine PurchaseOrder
    PurchaseOrderLine GoodsReceipt ReturnRequest ReturnReason Inspection Machine MaintenancePlan MaintenanceLog
    Document Carrier Vehicle Route
    """.split()  # noqa: SIM905 - a list of words
)
WORDS = ("Approved", "Plan", "Ship", "Last", "Unit", "Net", "Received", "List", "Due", "Actual", "Main")
FACTS = (
    "Description",
    "Amount",
    "Quantity",
    "Reference",
    "Percent",
    "Comment",
    "Date",
    "Code",
    "Score",
    "Name",
    "Weight",
)
TYPES = ("nvarchar(50)", "int", "decimal(18,2)", "nvarchar(50)", "datetime2(7)", "bit", "varchar(20)", "nvarchar(max)")


def enterprise() -> Catalog:
    """65 tables with 600 columns over five schemas, names of eleven characters on average, some comments."""
    tables = []
    schemas = ("sales", "buying", "finance", "staff", "service")
    for number, name in enumerate(THINGS):
        schema = schemas[number % 5]
        columns = [Column(f"{name}ID", "int", is_nullable=False)]
        keys = []
        for step in (7, 13)[: 1 + number % 2]:
            other = (number + step) % len(THINGS)
            columns.append(Column(f"{THINGS[other]}ID", "int"))
            target = (schemas[other % 5], THINGS[other], (f"{THINGS[other]}ID",))
            keys.append(ForeignKey(f"FK_{name}_{step}", schema, name, (f"{THINGS[other]}ID",), *target))
        wanted = 8 + (number < 15)
        for position in range(wanted - len(columns)):
            seed = number * 7 + position * 3
            columns.append(
                Column(
                    f"{WORDS[seed % 11]}{FACTS[(seed // 3 + position) % 11]}",
                    TYPES[(seed + position) % 8],
                    is_nullable=seed % 3 == 0,
                    comment="What it means." if seed % 29 == 0 else None,
                )
            )
        columns.append(Column("ModifiedDate", "datetime", is_nullable=False))
        tables.append(
            Table(schema, name, columns=tuple(columns), primary_key=PrimaryKey("PK", (f"{name}ID",)),
                  foreign_keys=tuple(keys), row_count=number ** 4, comment="All of it." if number % 9 == 0 else None)
        )  # fmt: skip
    views = tuple(Table("sales", f"{name}Summary", "view", columns=(Column("Total", "int"),)) for name in THINGS[:6])
    return Catalog(
        database="Enterprise",
        schemas=tuple(Schema(schema) for schema in schemas),
        tables=(*tables, *views),
        routines=tuple(Routine("sales", f"Get{name}", "procedure") for name in THINGS[:10]),
    )


@pytest.fixture(scope="module")
def big() -> Catalog:
    return enterprise()


BY_NAME = {table.name: table.columns[1:] for table in enterprise().tables}


def names(catalog: Catalog) -> Iterator[str]:
    yield from (table.name for table in catalog.tables)


def test_sixty_five_tables_fit_in_twelve_thousand_characters(big: Catalog) -> None:
    """65 tables with 600 columns are shown with everything: every name, key, link, comment, view and routine."""
    tables = [table for table in big.tables if table.kind == "table"]
    assert len(tables) == 65
    assert sum(len(table.columns) for table in tables) == 600
    assert sum(len(column.name) for table in tables for column in table.columns) / 600 > 11
    text = map_text(big, find_hints(big), budget=12_000)
    assert len(text) <= 12_000
    assert "Left out" not in text
    for table in tables:
        line = next(line for line in text.splitlines() if line.startswith(f"{table.name} "))
        assert line.split(": ")[1].startswith("*@ID,")
        assert all(column.name in line for column in table.columns[1:] if column.name != "ModifiedDate")
    assert "&=ModifiedDate dt" in text
    assert "{All of it.}" in text
    assert "{What it means.}" in text
    assert all(view.name in text for view in big.tables if view.kind == "view")
    assert all(routine.name in text for routine in big.routines)


@pytest.mark.parametrize("budget", [10_000, 8_000, 6_000, 5_000, 4_000, 3_000, 2_000, 1_500])
def test_a_smaller_budget_keeps_every_table(big: Catalog, budget: int) -> None:
    """Detail goes before tables do, the budget is kept, and the last line says what was left out."""
    text = map_text(big, find_hints(big), budget=budget)
    assert len(text) <= budget
    words = set(text.replace(",", " ").replace(":", " ").split())
    assert [name for name in names(big) if name not in words] == []
    assert text.splitlines()[-1].startswith("Left out to fit: ")


def test_more_budget_never_tells_less(big: Catalog) -> None:
    """With growing budget columns appear and never go again."""
    hints = find_hints(big)
    shown = []
    for budget in range(1_500, 13_000, 500):
        text = map_text(big, hints, budget=budget)
        lines = text.splitlines()
        shown.append(sum(column.name in line for line in lines for column in BY_NAME.get(line.split(" ")[0], ())))
    assert shown == sorted(shown)


def test_too_small_for_the_names_says_so(big: Catalog) -> None:
    """Where not even the names fit, schemas are counted, and how many are named is told truthfully."""
    text = map_text(big, find_hints(big), budget=600)
    assert len(text) <= 600
    assert "By schema: sales 19, buying 13" in text
    shown = sum(name in text.split() for name in names(big))
    assert f"{shown} of 71 tables and views are named here" in text
    assert 0 < shown < 71


def test_some_tables_are_told_richer_where_there_is_room(big: Catalog) -> None:
    """What a level leaves free is used for the most linked tables, and the last line counts the others."""
    text = map_text(big, find_hints(big), budget=8_000)
    assert len(text) > 7_500
    assert " of 65 tables" in text.splitlines()[-1]
    assert "; …=the rest is left out; " in text
    typed = map_text(big, find_hints(big), budget=9_500)
    assert "; …=the rest is left out: types, NULL; " in typed
    shorter = [line for line in typed.splitlines() if ": *@ID" in line and line.endswith(" …")]
    assert f"types and nullability of {len(shorter)} of 65 tables" in typed.splitlines()[-1]
    assert not any(" n50" in line or "?" in line for line in shorter)
    assert "…=" not in map_text(big, find_hints(big), budget=20_000)


def test_the_sample_database_is_whole() -> None:
    """Every table, view and routine of the sample database is there with every column and link."""
    text = map_text(DEMO, find_hints(DEMO), budget=20_000)
    for table in DEMO.tables:
        start = table.name if table.kind == "table" else f"view {table.name}"
        line = next(line for line in text.splitlines() if line.split(" {")[0].split(":")[0].startswith(start))
        if "like orders" not in line:
            assert all(column.name in line or f"@_{column.name.rpartition('_')[2]}" in line for column in table.columns)
    assert "orders 15.2k {One row an order" in text
    assert "(customer_id,address_no)>customer_addresses" in text
    assert "orders_2019 [archive] {Archive of the year 2019" in text
    assert "raise_salaries procedure (@department_id int, @percent decimal(5,2), @changed int out)" in text
    assert "customer_id~>" in text


def test_a_schema_or_a_pattern_narrows_the_map() -> None:
    """One schema or the tables of a pattern are mapped, with links to the others named."""
    text = map_text(DEMO, find_hints(DEMO), schema="SALES", pattern="order*")
    assert text.startswith("Lanternworks, schema sales: 4 tables, 1 view, 1 routine.")
    assert ",product_id>production.products," in text
    assert "departments" not in text
    with pytest.raises(ValidationError):
        map_text(DEMO, find_hints(DEMO), schema="nothing")


def test_what_is_missing_is_told() -> None:
    """Parts that were not read are named on the map."""
    catalog = replace(DEMO, missing=(MissingPart("row counts", "Denied."),), is_stale=True)
    text = map_text(catalog, find_hints(catalog))
    assert "Not read: row counts. Denied." in text
    assert "May be out of date" in text


def test_an_empty_database_is_said_to_be_empty() -> None:
    """A database without tables has a map too."""
    assert map_text(Catalog(database="New"), find_hints(Catalog(database="New"))).startswith("New: nothing.")


def test_each_level_tells_less_than_the_one_before() -> None:
    """The levels only ever leave out more."""
    sizes = []
    for level in LEVELS:
        order = ("all", "keys", "none").index(level.columns)
        flags = (level.view_columns, level.signatures, level.types)
        sizes.append((sum(flags), -order, not level.is_packed))
    assert sizes == sorted(sizes, reverse=True)


def test_comments_have_a_room_of_their_own(big: Catalog) -> None:
    """Comments are cut, then left out, before anything else is; how many were is told."""
    noted = replace(
        big,
        tables=tuple(
            replace(
                table,
                comment=f"Holds each {table.name} that was ever seen, whatever it was, and {'more ' * 20}",
                columns=tuple(replace(each, comment=f"{each.name} as it was agreed.") for each in table.columns),
            )
            for table in big.tables
        ),
    )
    text = map_text(noted, find_hints(noted), budget=20_000)
    assert 11_000 < len(text) <= 12_000
    assert "types and nullability" not in text
    assert re.search(r" \{Holds each \w+ that was.{1,20}…\}: ", text)
    assert " of 259 comments. Ask" in text.splitlines()[-1]
    many = replace(noted, tables=noted.tables + tuple(replace(each, schema="more") for each in noted.tables))
    assert len(map_text(many, find_hints(many), budget=30_000)) > 12_000


def test_kinds_and_pages(big: Catalog) -> None:
    """Tables or views alone, and a page of them with what comes next."""
    hints = find_hints(big)
    views = map_text(big, hints, kinds=("view",))
    assert views.startswith("Enterprise: 6 views.")
    assert "view CustomerSummary: Total?\n" in views
    assert "routines:" not in views
    assert map_text(big, hints, kinds=("table",)).startswith("Enterprise: 65 tables.")
    page = map_text(big, hints, limit=10, offset=20)
    assert page.startswith("Enterprise, tables and views 21 to 30 of 71: 10 tables.")
    assert page.endswith("\n41 more: ask with offset=30.")
    assert "more: ask" not in map_text(big, hints, offset=70)
    assert map_text(big, hints, offset=99).startswith("Enterprise, tables and views 100 to 99 of 71: nothing.")
