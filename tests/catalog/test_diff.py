"""What differs between two catalogs."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from mssql_mcp.catalog.diff import Change, diff
from mssql_mcp.catalog.model import (
    Catalog,
    Column,
    MissingPart,
    Parameter,
    Routine,
    Schema,
    Sequence,
    Synonym,
    Table,
    Trigger,
    UserType,
)

if TYPE_CHECKING:
    from collections.abc import Callable

ROUTINE = Routine("dbo", "p", "procedure", definition="CREATE PROC dbo.p AS SELECT 1")


def catalog(*tables: Table, **more: object) -> Catalog:
    return Catalog(database="Shop", tables=tables, **more)  # type: ignore[arg-type]


def texts(old: Catalog, new: Catalog) -> list[str]:
    return [str(change) for change in diff(old, new).changes]


def test_equal_catalogs_do_not_differ(invoices: Table) -> None:
    """Rows, sizes and dates are no differences."""
    other = replace(invoices, row_count=1, size_kb=1, modified=None, created=None)
    other = replace(other, indexes=(replace(other.indexes[0], size_kb=9), *other.indexes[1:]))
    assert not diff(catalog(invoices), catalog(other))


def test_tables_come_and_go(invoices: Table) -> None:
    """A table that is new or gone is told once, without its columns."""
    found = diff(catalog(invoices), catalog(Table("dbo", "New")))
    assert found.changes == (Change("added", "table", "dbo.New"), Change("removed", "table", "sales.Invoices"))
    assert found.has_other_objects
    assert found.objects == (("dbo", "New"), ("sales", "Invoices"))
    assert found.schemas == ("dbo", "sales")


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (
            lambda t: replace(t, columns=(*t.columns, Column("New", "bit"))),
            "added column sales.Invoices.New",
        ),
        (lambda t: replace(t, columns=t.columns[:-1]), "removed column sales.Invoices.Total"),
        (
            lambda t: replace(t, columns=(replace(t.columns[0], type="bigint"), *t.columns[1:])),
            "changed column sales.Invoices.InvoiceId: int identity(1,1) => bigint identity(1,1)",
        ),
        (lambda t: replace(t, foreign_keys=()), "removed foreign key sales.Invoices.FK_Customer"),
        (
            lambda t: replace(t, foreign_keys=(replace(t.foreign_keys[0], is_enabled=False),)),
            "changed foreign key sales.Invoices.FK_Customer: {0} => {0} DISABLED".format(
                "CustomerId -> crm.Customers(Id) on delete set null"
            ),
        ),
        (lambda t: replace(t, indexes=t.indexes[:1]), "removed index sales.Invoices.IX_Customer"),
        (lambda t: replace(t, checks=()), "removed check sales.Invoices.CK_Total"),
        (
            lambda t: replace(t, triggers=(replace(t.triggers[0], is_enabled=True),)),
            "changed trigger sales.Invoices.TR_Invoices: after insert DISABLED => after insert",
        ),
        (
            lambda t: replace(t, comment="Other"),
            "changed comment sales.Invoices.comment: What was billed. => Other",
        ),
        (
            lambda t: replace(t, foreign_keys=(replace(t.foreign_keys[0], is_trusted=False),)),
            "changed foreign key sales.Invoices.FK_Customer: {0} => {0} not trusted".format(
                "CustomerId -> crm.Customers(Id) on delete set null"
            ),
        ),
        (
            lambda t: replace(t, checks=(replace(t.checks[0], is_trusted=True),)),
            "changed check sales.Invoices.CK_Total: ([Total]>=(0)) not trusted => ([Total]>=(0))",
        ),
        (
            lambda t: replace(t, triggers=(replace(t.triggers[0], definition="CREATE TRIGGER other"),)),
            "changed definition sales.Invoices.TR_Invoices.definition: {} => CREATE TRIGGER other".format(
                "CREATE TRIGGER sales.TR_Invoices ON sales.Invoices AFTER INSERT AS RETURN"
            ),
        ),
        (
            lambda t: replace(t, defaults=(replace(t.defaults[0], name="DF_Other"),)),
            "changed default sales.Invoices.IssuedOn: DF_IssuedOn => DF_Other",
        ),
        (
            lambda t: replace(t, indexes=(t.indexes[0], replace(t.indexes[1], comment="For reports"))),
            "changed comment sales.Invoices.IX_Customer.comment",
        ),
        (
            lambda t: replace(t, partitioning=replace(t.partitioning, boundaries=("2024-01-01",))),
            "changed partitioning sales.Invoices.partitioning: {0}(2024-01-01, 2025-01-01) => {0}(2024-01-01)".format(
                "ps(IssuedOn) by pf range right "
            ),
        ),
        (
            lambda t: replace(t, partitioning=None),
            "changed partitioning sales.Invoices.partitioning: {} => none".format(
                "ps(IssuedOn) by pf range right (2024-01-01, 2025-01-01)"
            ),
        ),
        (
            lambda t: replace(t, history_table="sales.Invoices_old"),
            "changed table sales.Invoices: table => table history sales.Invoices_old",
        ),
        (
            lambda t: replace(t, temporal="system-versioned"),
            "changed table sales.Invoices: table => table system-versioned",
        ),
    ],
)  # fmt: skip
def test_changes_inside_a_table(invoices: Table, change: Callable[[Table], Table], expected: str) -> None:
    """Each kind of change is told with how it was and how it is; it brings no other object."""
    found = diff(catalog(invoices), catalog(change(invoices)))
    assert [str(item) for item in found.changes] == [expected]
    assert not found.has_other_objects


def test_changes_of_other_objects() -> None:
    """Routines, synonyms, sequences, types and database triggers are compared too."""
    old = catalog(
        routines=(ROUTINE,),
        synonyms=(Synonym("dbo", "s", "a.b"),),
        sequences=(Sequence("dbo", "n", "int", increment="1", current="5"),),
        types=(UserType("dbo", "t", "alias", base="int"),),
        triggers=(Trigger("d", "", "", ("CREATE_TABLE",)),),
    )
    new = catalog(
        routines=(replace(ROUTINE, definition="x", parameters=(Parameter("@a", "int"),)),),
        synonyms=(Synonym("dbo", "s", "a.c"),),
        sequences=(Sequence("dbo", "n", "int", increment="2", current="6"),),
        types=(UserType("dbo", "t", "alias", base="bigint"),),
        triggers=(),
    )
    assert {(change.what, change.kind, change.name) for change in diff(old, new).changes} == {
        ("removed", "trigger", "d"),
        ("changed", "sequence", "dbo.n"),
        ("changed", "definition", "dbo.p.definition"),
        ("changed", "procedure", "dbo.p"),
        ("changed", "synonym", "dbo.s"),
        ("changed", "type", "dbo.t"),
    }


def test_what_was_not_read_is_not_compared(invoices: Table) -> None:
    """A part that one side could not read is no difference."""
    bare = replace(invoices, checks=(), comment=None)
    missing = (MissingPart("check constraints", "Denied."), MissingPart("comments", "Denied."))
    assert texts(catalog(invoices), catalog(bare, missing=missing)) == []
    assert len(texts(catalog(invoices), catalog(bare))) == 2


def test_a_view_that_became_a_table() -> None:
    """An object of another kind under the same name is one change."""
    assert texts(catalog(Table("dbo", "x", "view")), catalog(Table("dbo", "x"))) == [
        "changed table dbo.x: view => table"
    ]


def test_long_texts_are_cut() -> None:
    """A changed definition shows its beginning only."""
    old, new = (catalog(routines=(replace(ROUTINE, definition=letter * 500),)) for letter in "ab")
    (change,) = diff(old, new).changes
    assert len(change.before) == len(change.after) == 120


def test_schemas_and_the_database_are_compared() -> None:
    """A schema comes or goes like an object; comments of both count."""
    old = catalog(schemas=(Schema("a"), Schema("b")), comment="The shop.")
    new = catalog(schemas=(Schema("b", "Back office"), Schema("c d")), comment="The store.")
    found = diff(old, new)
    assert [str(change) for change in found.changes] == [
        "added schema [c d]",
        "removed schema a",
        "changed comment b.comment",
        "changed comment database.comment: The shop. => The store.",
    ]
    assert found.has_other_objects
    assert found.objects == ()
    assert set(found.schemas) == {"a", "b", "c d"}


def test_columns_of_functions_and_table_types_are_compared() -> None:
    """With type and nullability."""
    function = Routine("dbo", "f", "function", "inline table", returns="table", columns=(Column("Id", "int"),))
    kind = UserType("dbo", "t", "table", columns=(Column("Id", "int"),))
    old = catalog(routines=(function,), types=(kind,))
    new = catalog(
        routines=(replace(function, columns=(Column("Id", "bigint"), Column("N", "int"))),),
        types=(replace(kind, columns=(Column("Id", "int", is_nullable=False),)),),
    )
    assert texts(old, new) == [
        "changed column dbo.f.Id: int null => bigint null",
        "added column dbo.f.N",
        "changed type dbo.t: table  Id int null => table  Id int",
    ]


def test_texts_of_database_triggers_are_compared() -> None:
    """They belong to no schema, so that no address of one is told of."""
    trigger = Trigger("ddl", "", "", ("CREATE_TABLE",), definition="CREATE TRIGGER ddl 1")
    found = diff(catalog(triggers=(trigger,)), catalog(triggers=(replace(trigger, definition="CREATE TRIGGER ddl 2"),)))
    assert [change.name for change in found.changes] == ["ddl.definition"]
    assert (found.objects, found.schemas, found.has_other_objects) == ((), (), False)


def test_names_with_dots_stay_whole() -> None:
    """What is printed is quoted; the object is carried as two names."""
    table = Table("odd.schema", "a.b", columns=(Column("x.y", "int"),))
    found = diff(catalog(table), catalog(replace(table, columns=())))
    assert [str(change) for change in found.changes] == ["removed column [odd.schema].[a.b].[x.y]"]
    assert found.objects == (("odd.schema", "a.b"),)


@pytest.mark.parametrize(
    ("part", "more"),
    [
        ("sequences", {"sequences": (Sequence("dbo", "n", "int"),)}),
        ("synonyms", {"synonyms": (Synonym("dbo", "s", "t"),)}),
        ("user types", {"types": (UserType("dbo", "t", "alias"),)}),
        ("schemas", {"schemas": (Schema("a"),)}),
        ("triggers", {"triggers": (Trigger("d", "", "", ()),)}),
        ("objects", {"routines": (ROUTINE,)}),
    ],
)
def test_a_group_that_was_not_read_did_not_go(part: str, more: dict[str, object]) -> None:
    """Where the server could not tell this time, nothing was removed."""
    assert texts(catalog(**more), catalog(missing=(MissingPart(part, "Down."),))) == []
    assert len(texts(catalog(**more), catalog())) == 1
