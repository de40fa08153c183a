"""A table's description as text."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mssql_mcp.catalog.describe import describe
from mssql_mcp.catalog.describe_text import column_line, describe_text, index_line, key_line
from mssql_mcp.catalog.model import Column, Computed, ForeignKey, Index, IndexKey, Table

if TYPE_CHECKING:
    from collections.abc import Callable


def test_a_summary_reads_like_this(invoices: Table) -> None:
    """One line a column with key and link, what points here, and what else there is."""
    assert describe_text(invoices).splitlines() == [
        "sales.Invoices · table · 1234 rows",
        "What was billed.",
        "columns (null: may be NULL):",
        "  InvoiceId int identity(1,1) PK",
        "  Number nvarchar(20)",
        "  CustomerId int null -> crm.Customers(Id) on delete set null -- Who pays",
        "  IssuedOn date default (getdate())",
        "  Total as ([Net]+[Tax]) persisted".replace("Total ", "Total decimal(12,2) "),
        "unique (Number)",
        "referenced by:",
        "  sales.Lines(InvoiceId)",
        "Not shown: 2 indexes, 3 constraints, 1 trigger; ask with detail=full or sections.",
    ]


def test_full_adds_the_rest(invoices: Table) -> None:
    """Indexes, constraints, triggers with their text, size, dates and partitions follow."""
    text = describe_text(invoices, detail="full")
    assert text.startswith(describe_text(invoices).partition("\nNot shown")[0])
    for line in (
        "  PK_Invoices (InvoiceId) primary key clustered page compression 512 KiB",
        "  IX_Customer (CustomerId, IssuedOn desc) include (Total) where ([Total]>(0))",
        "  CK_Total check ([Total]>=(0)) not trusted",
        "  PK_Invoices primary key (InvoiceId)",
        "  FK_Customer foreign key (CustomerId)",
        "  UQ_Number unique (Number)",
        "  DF_IssuedOn default of IssuedOn",
        "  TR_Invoices after insert DISABLED",
        "640 KiB, created 2024-01-02 03:04, changed 2024-05-06 07:08",
        "partitioned by IssuedOn (ps, range right) at 2024-01-01, 2025-01-01",
    ):
        assert line in text.splitlines()
    assert "Not shown" not in text


def test_a_budget_is_kept(invoices: Table) -> None:
    """Texts go first, then comments, then lines; what was left out is said."""
    full = describe_text(invoices, detail="full")
    shorter = describe_text(invoices, detail="full", budget=len(full) - 1)
    assert "CREATE TRIGGER" not in shorter
    assert shorter.endswith("Left out to fit: definition.")
    shortest = describe_text(invoices, detail="full", budget=len(shorter) - 1)
    assert "What was billed." not in shortest
    assert "Left out to fit: definition, comments." in shortest
    cut = describe_text(invoices, detail="full", budget=400)
    assert len(cut) <= 400
    assert "lines do not fit into 400 characters; ask for fewer sections." in cut
    assert cut.startswith("sales.Invoices")


def test_a_view_shows_its_text(invoices: Table) -> None:
    """A view's text is in the full description, and counted in the summary."""
    view = Table("s", "v", "view", columns=(Column("a", "int"),), definition="CREATE VIEW s.v AS SELECT 1 AS a")
    assert "Not shown: definition of 32 characters" in describe_text(view)
    assert view.definition is not None
    assert view.definition in describe_text(view, detail="full")


def test_special_columns_are_told() -> None:
    """Everything that DDL would add is on the line."""
    column = Column(
        "c", "int", alias="dbo.T", computed=Computed(""), default="(0)", generated="row start", collation="Greek_CI_AS",
        masking="default()", encryption="deterministic", marks=("sparse", "hidden"), comment="two\nlines",
    )  # fmt: skip
    assert column_line(column) == (
        "c int (dbo.T) null as (not visible) default (0) generated as row start collate Greek_CI_AS "
        "masked default() encrypted deterministic sparse hidden -- two lines"
    )


def test_keys_and_indexes_in_a_line() -> None:
    """A key of several columns, a disabled one, a columnstore and a unique index."""
    key = ForeignKey("f", "s", "a", ("x", "y"), "s", "b", ("p", "q"), on_update="CASCADE", is_enabled=False)
    assert key_line(key) == "x, y -> b(p, q) on update cascade DISABLED"
    assert index_line(Index("i", "clustered columnstore", (), ("a",), compression="columnstore")) == (
        "i include (a) clustered columnstore"
    )
    assert index_line(Index("u", "nonclustered", (IndexKey("a"),), is_unique=True, is_disabled=True)) == (
        "u (a) unique DISABLED"
    )


def test_composite_keys_stand_apart(make_table: Callable[..., Table]) -> None:
    """A primary key and a foreign key of several columns have lines of their own."""
    table = make_table("s", "t", "a b", key="a b")
    link = ForeignKey("f", "s", "t", ("a", "b"), "s", "u", ("c", "d"))
    text = describe_text(Table("s", "t", columns=table.columns, primary_key=table.primary_key, foreign_keys=(link,)))
    assert "primary key (a, b)" in text
    assert "  a, b -> u(c, d)" in text


def test_a_thirty_column_table_stays_small(make_table: Callable[..., Table]) -> None:
    """The summary of thirty columns fits in 1,200 characters, as text a third of what its objects take."""
    columns = " ".join(f"SomeColumn{number}" for number in range(30))
    assert len(describe_text(make_table("sales", "Wide", columns, key="SomeColumn0"))) < 1_200


def test_every_foreign_key_of_a_column_is_told(make_table: Callable[..., Table]) -> None:
    """A column may have several; each is told with the column, and by name in full."""
    keys = tuple(
        ForeignKey(f"FK {other}", "s", "T", columns, "s", other, columns)
        for other, columns in (("A", ("x",)), ("B", ("x",)), ("C", ("x", "y")))
    )
    table = make_table("s", "T", "x y", foreign_keys=keys)
    lines = describe_text(table, detail="full").splitlines()
    assert "  x int null -> A(x) -> B(x)" in lines
    assert "  x, y -> C(x, y)" in lines
    for constraint in ("[FK A] foreign key (x) -> A(x)", "[FK B] foreign key (x) -> B(x)", "[FK C] foreign key (x, y)"):
        assert f"  {constraint}" in lines
    alone = describe_text(table, sections=["foreign_keys"]).splitlines()
    assert alone[1:5] == ["foreign keys:", "  x -> A(x)", "  x -> B(x)", "  x, y -> C(x, y)"]


def test_odd_names_stand_in_brackets() -> None:
    """Names can be given back as they stand, and stay on their line."""
    table = Table("o.s", "a\nb", columns=(Column("two words", "int", is_nullable=False), Column("Order", "int")))
    assert describe_text(table).splitlines()[0] == "[o.s].[a␊b] · table"
    assert "  [two words] int\n  [Order] int null" in describe_text(table)
    assert describe(table)["name"] == "[o.s].[a␊b]"


def test_comments_of_constraints_stand_beside_them(invoices: Table) -> None:
    """Of checks, defaults, foreign keys and triggers, each on its line."""
    table = replace(
        invoices,
        checks=(replace(invoices.checks[0], comment="No\ncredit."),),
        defaults=(replace(invoices.defaults[0], comment="Today."),),
        foreign_keys=(replace(invoices.foreign_keys[0], comment="Who pays."),),
        triggers=(replace(invoices.triggers[0], comment="Off."),),
    )
    text = describe_text(table, sections=["constraints", "triggers"])
    for words in ("not trusted -- No credit.", "IssuedOn -- Today.", "FK_Customer foreign key -- Who pays."):
        assert f"{words}\n" in text
    assert "DISABLED -- Off." in text
