"""The map is read back, and has every fact; with real names it is small."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from map_reading import facts_of, read_map

from mssql_mcp.catalog.demo import declared_catalog
from mssql_mcp.catalog.index import CatalogIndex
from mssql_mcp.catalog.model import Catalog, Column, ForeignKey, PrimaryKey, Routine, Schema, Table

if TYPE_CHECKING:
    from collections.abc import Callable

    from hypothesis.strategies import DrawFn

NO_LIMIT = 10**7
TYPES = (
    "int", "bigint", "bit", "date", "datetime", "datetime2(7)", "datetime2(0)", "datetimeoffset(3)", "time(7)", "money",
    "nvarchar(50)", "nvarchar(max)", "varchar(8000)", "char(2)", "nchar(5)", "varbinary(max)", "binary(8)", "xml",
    "decimal(18,2)", "numeric(9,0)", "float", "uniqueidentifier", "smalldatetime", "tinyint", "smallint", "vector(3)",
    "geography", "sql_variant", "sysname", "timestamp",
)  # fmt: skip
KEY_TYPES = ("int", "bigint", "char(2)", "uniqueidentifier")
ENTITIES = (
    "Order",
    "Orders",
    "orders",
    "Customer",
    "customer_address",
    "Categories",
    "tmp_Order",
    "Order_2019",
    "Status",
)
PARTS = ("ID", "Name", "OrderID", "order_id", "CustomerId", "Date", "CreatedAt", "created_by", "Amount", "IsOpen", "x")
# Signs that mean something on the map, and letters of other scripts.
ODD_SIGNS = "aB1_ .,;:*?!@&>~(){}[]\"'-#$\n\t\x7fß漢İ"
odd = st.text(ODD_SIGNS, min_size=1, max_size=6)
table_names = st.one_of(st.sampled_from(ENTITIES), odd)
column_names = st.one_of(
    st.sampled_from(PARTS), st.builds("{}{}".format, st.sampled_from(ENTITIES), st.sampled_from(PARTS)), odd
)


@st.composite
def tables(draw: DrawFn, schemas: list[str]) -> Table:
    """A table or view without foreign keys."""
    names = draw(st.lists(column_names, min_size=1, max_size=7, unique=True))
    kind = draw(st.sampled_from(["table", "table", "table", "view"]))
    key = draw(st.lists(st.sampled_from(names), max_size=3, unique=True)) if kind == "table" else []
    columns = []
    for name in names:
        written = draw(st.sampled_from(KEY_TYPES if name in key else TYPES))
        comment = draw(st.sampled_from([None, None, "What it {is},\nor was; >x"]))
        columns.append(Column(name, written, is_nullable=name not in key and draw(st.booleans()), comment=comment))
    return Table(
        draw(st.sampled_from(schemas)),
        draw(table_names),
        "view" if kind == "view" else "table",
        columns=tuple(columns),
        primary_key=PrimaryKey("PK", tuple(key)) if key else None,
        row_count=None if kind == "view" else draw(st.sampled_from([None, 0, 12, 1_234, 5_600_000])),
        comment=draw(st.sampled_from([None, "About: it"])),
    )


@st.composite
def catalogs(draw: DrawFn) -> Catalog:
    """A database with links of all kinds, copies with and without keys, and columns that many tables have."""
    schemas = draw(st.lists(st.one_of(st.sampled_from(["dbo", "sales"]), odd), min_size=1, max_size=3, unique=True))
    made = draw(st.lists(tables(schemas), min_size=1, max_size=7, unique_by=lambda table: (table.schema, table.name)))
    audit = (Column("ModifiedBy", "nvarchar(50)"), Column("ModifiedAt", "datetime2(3)", is_nullable=False))
    is_audited = draw(st.booleans())
    full, targets = [], [table for table in made if table.kind == "table"]
    for table in made:
        own = {column.name for column in table.columns}
        columns = table.columns + (audit if is_audited and own.isdisjoint({"ModifiedBy", "ModifiedAt"}) else ())
        keys = []
        for number in range(draw(st.integers(0, 3)) if table.kind == "table" else 0):
            other = draw(st.sampled_from(targets))
            wanted = other.primary_key.columns if other.primary_key and draw(st.booleans()) else None
            count = min(draw(st.sampled_from([1, 1, 1, 2])), len(table.columns), len(other.columns))
            theirs = wanted or tuple(column.name for column in draw(st.permutations(other.columns))[:count])
            if len(theirs) <= len(table.columns):
                ours = tuple(column.name for column in draw(st.permutations(table.columns))[: len(theirs)])
                ends = (table.schema, table.name, ours, other.schema, other.name, theirs)
                keys.append(ForeignKey(f"FK{number}", *ends))
        full.append(Table(table.schema, table.name, table.kind, columns, table.primary_key, tuple(keys),
                          row_count=table.row_count, comment=table.comment))  # fmt: skip
    for table in draw(st.lists(st.sampled_from(full), max_size=2, unique_by=id)):
        copy = draw(copies(table))
        if all((other.schema, other.name) != (copy.schema, copy.name) for other in full):
            full.append(copy)
    return Catalog(
        "Db",
        schemas=tuple(Schema(name) for name in schemas),
        tables=tuple(sorted(full, key=lambda table: (table.schema.casefold(), table.name.casefold()))),
        routines=(Routine(schemas[0], "Do", "procedure"),),
    )


@st.composite
def copies(draw: DrawFn, table: Table) -> Table:
    """An archive of a table, with or without its keys, perhaps with a change."""
    with_keys, change = draw(st.booleans()), draw(st.sampled_from(["", "null", "type", "less", "more"]))
    columns, key = list(table.columns), table.primary_key if with_keys and table.kind == "table" else None
    if change == "null" and (key is None or columns[-1].name not in key.columns):
        columns[-1] = Column(columns[-1].name, columns[-1].type, not columns[-1].is_nullable)
    elif change == "type":
        columns[-1] = Column(columns[-1].name, "real", columns[-1].is_nullable)
    elif change == "more":
        columns.append(Column("ArchivedOn", "date"))
    elif change == "less" and len(columns) > 1 and not with_keys:
        del columns[-1]
    name = f"{table.name}_2018"
    keys = tuple(
        ForeignKey(key.name, key.schema, name, key.columns, key.referenced_schema, key.referenced_table,
                   key.referenced_columns) for key in table.foreign_keys
    )  # fmt: skip
    return Table(table.schema, name, "table", tuple(columns), key, keys if with_keys else (), row_count=3)


def assert_told(catalog: Catalog) -> str:
    index = CatalogIndex(catalog)
    text = index.map(budget=NO_LIMIT)
    told, wanted = read_map(text), facts_of(catalog, index.hints)
    assert told.keys() == wanted.keys(), text
    for place, facts in wanted.items():
        rows, facts.rows = facts.rows, told[place].rows
        assert told[place] == facts, text
        assert facts.rows == (pytest.approx(rows, rel=0.005) if rows is not None else None)
    return text


@settings(max_examples=150, deadline=None)
@given(catalogs())
def test_the_map_has_every_fact(catalog: Catalog) -> None:
    """Columns, types, nullability, keys and links read from the text alone are those of the catalog."""
    assert_told(catalog)


def test_the_map_of_the_sample_has_every_fact() -> None:
    """The sample database can be read back from its map."""
    assert_told(declared_catalog({"sales.orders": 15_234}))


THINGS = """
    Customer Invoice Shipment Product Supplier Warehouse Employee Contract Purchase Delivery Territory Campaign
    Inspection Machine Ledger Budget Project Vehicle Insurance Payment
""".split()  # noqa: SIM905 - a list of words
ASPECTS = "Allocation Address ContactPerson Adjustment StatusCode Category Document Agreement ScheduleLine".split()  # noqa: SIM905
QUALITIES = "Plan Actual Net Gross Due Last First Unit Main Base Billed Open Target Shipped Own".split()  # noqa: SIM905
MEASURES = {
    "Amount": "decimal(18,2)", "Quantity": "int", "Description": "nvarchar(200)", "Number": "nvarchar(30)",
    "Code": "varchar(10)", "Date": "datetime2(0)", "Price": "money", "Weight": "decimal(9,3)",
    "Remark": "nvarchar(max)", "Percentage": "decimal(5,2)", "Reason": "nvarchar(100)", "Rating": "tinyint",
    "Title": "nvarchar(80)", "Level": "smallint",
}  # fmt: skip
STRANGE_TYPES = ("int", "nvarchar(50)", "varchar(20)", "datetime", "bit", "decimal(12,4)")


def pascal(*words: str) -> str:
    return "".join(words)


def snake(*words: str) -> str:
    return "".join(f"_{sign.lower()}" if sign.isupper() else sign for sign in "".join(words)).lstrip("_")


def camel(*words: str) -> str:
    return words[0].lower() + "".join(words[1:]) if len(words) > 1 else words[0][0].lower() + words[0][1:]


def business(seed: int, style: str, *, comments: float = 0.0, exceptions: float = 0.1) -> Catalog:
    """65 tables, 600 columns, about 125 foreign keys; names of words of business, 18 and 14 characters on average.

    Args:
        seed: Of chance.
        style: `pascal`, `snake`, `plural` (tables in the plural with a key `Id`), or `mixed`.
        comments: Part of the columns and tables that have one.
        exceptions: Part of the columns whose type is not that of their last word.
    """
    chance = random.Random(seed)
    pairs = [(thing, aspect) for thing in THINGS for aspect in ASPECTS]
    chance.shuffle(pairs)
    write = {"snake": snake}.get(style, pascal)
    made: list[Table] = []
    keys: dict[str, str] = {}
    for number, pair in enumerate(pairs[:65]):
        hand: Callable[..., str] = chance.choice((pascal, snake, camel)) if style == "mixed" else write
        one = hand(*pair)
        name = f"{one.removesuffix('y')}ies" if style == "plural" and one.endswith("y") else one
        name = f"{name}s" if style == "plural" and name == one and not one.endswith("s") else name
        key = "Id" if style == "plural" else hand(*pair, "ID" if hand is pascal else "Id")
        columns = [Column(key, "int", is_nullable=False)]
        links = []
        for other in chance.sample(made, min(len(made), chance.choice((1, 2, 2, 2, 3)))):
            their = keys[other.name]
            role = chance.choice(("Parent", "Billing", "Default")) if chance.random() < 0.2 else ""
            column = f"{role}{their}" if hand is not snake else f"{snake(role)}_{their}".lstrip("_")
            if all(column != known.name for known in columns):
                columns.append(Column(column, "int", is_nullable=chance.random() < 0.4))
                assert other.primary_key
                links.append(ForeignKey("FK", "dbo", name, (column,), "dbo", other.name, other.primary_key.columns))
        while len(columns) < (10 if number < 15 else 9):
            measure = chance.choice(list(MEASURES))
            words = () if chance.random() < 0.2 else (chance.choice(QUALITIES),)
            if chance.random() < (0.0 if hand is snake else 0.15):
                words = (*words, chance.choice(QUALITIES))
            column = hand(*words, measure)
            if all(column != known.name for known in columns):
                kind = chance.choice(STRANGE_TYPES) if chance.random() < exceptions else MEASURES[measure]
                comment = f"Meaning of {column} in the process." if chance.random() < comments else None
                columns.append(Column(column, kind, is_nullable=chance.random() < 0.5, comment=comment))
        keys[name] = hand(*pair, "ID" if hand is pascal and style != "plural" else "Id")
        about = f"Holds every {one} of the company." if chance.random() < comments else None
        rows = chance.randrange(10 ** chance.randrange(2, 7))
        made.append(Table("dbo", name, columns=tuple(columns), primary_key=PrimaryKey("PK", (key,)), comment=about,
                          foreign_keys=tuple(links), row_count=rows))  # fmt: skip
    return Catalog("Enterprise", tables=tuple(sorted(made, key=lambda table: table.name.casefold())))


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("style", ["pascal", "snake", "plural", "mixed"])
@pytest.mark.parametrize("comments", [0.0, 0.3])
def test_sixty_five_tables_with_real_names_take_twelve_thousand_characters(
    seed: int, style: str, comments: float
) -> None:
    """Names of 18 and 14 characters, 125 links, six hundred columns: every fact in 12,000 characters, some comments."""
    catalog = business(seed, style, comments=comments)
    columns = [column for table in catalog.tables for column in table.columns]
    assert (len(catalog.tables), len(columns)) == (65, 600)
    assert sum(len(table.name) for table in catalog.tables) / 65 >= 17
    # With keys that are just Id, columns are shorter by what `@` would save.
    assert sum(len(column.name) for column in columns) / 600 >= (11.5 if style == "plural" else 13.4)
    assert sum(len(table.foreign_keys) for table in catalog.tables) >= 120
    text = assert_told(catalog)
    assert len(text) <= 12_000
    assert ("{Holds every" in text) == (comments > 0)
    legend = next(line for line in text.splitlines() if line.startswith("Legend: "))
    assert len(legend) <= 420
