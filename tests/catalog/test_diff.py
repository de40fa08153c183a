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
    assert found.objects == ("dbo.New", "sales.Invoices")


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
