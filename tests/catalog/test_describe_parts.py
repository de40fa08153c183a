"""The facts of the parts of a table."""

from __future__ import annotations

from mssql_mcp.catalog.describe_parts import (
    column_facts,
    foreign_key_facts,
    identity_words,
    incoming_facts,
    index_facts,
    partition_facts,
    statistics_facts,
    trigger_facts,
)
from mssql_mcp.catalog.model import (
    Column,
    Computed,
    ForeignKey,
    Identity,
    Index,
    IndexKey,
    Partition,
    Partitioning,
    Table,
    Trigger,
)


def test_usual_values_are_left_out() -> None:
    """A plain column is its name and type; everything special is told."""
    assert column_facts(Column("a", "int", is_nullable=False)) == {"name": "a", "type": "int"}
    special = Column(
        "b", "nvarchar(9)", default="(1)", computed=Computed("", is_persisted=True), comment="c", alias="dbo.T",
        collation="Greek_CI_AS", generated="row end", masking="default()", encryption="randomized", marks=("sparse",),
    )  # fmt: skip
    assert column_facts(special) == {
        "name": "b",
        "type": "nvarchar(9)",
        "nullable": True,
        "computed": "(not visible)",
        "persisted": True,
        "default": "(1)",
        "alias": "dbo.T",
        "collation": "Greek_CI_AS",
        "generated": "row end",
        "masked": "default()",
        "encrypted": "randomized",
        "marks": ["sparse"],
        "comment": "c",
    }
    assert "comment" not in column_facts(special, with_comment=False)


def test_identity_is_told_as_far_as_known() -> None:
    """Seed and increment where the server tells them, else that there is one."""
    known, unknown = (Column("a", "int", identity=Identity(*rule)) for rule in ((5, 2), ()))
    assert (column_facts(known)["identity"], identity_words(known)) == ([5, 2], "identity(5,2)")
    assert (column_facts(unknown)["identity"], identity_words(unknown)) == (True, "identity")
    assert identity_words(Column("a", "int")) == ""


def test_foreign_keys_are_told_from_both_ends() -> None:
    """Actions and states stand only where they are not the usual ones."""
    plain = ForeignKey("f", "s", "a", ("x",), "t", "b", ("y",))
    assert foreign_key_facts(plain) == {
        "name": "f", "columns": ["x"], "references": "t.b", "referenced_columns": ["y"],
    }  # fmt: skip
    special = ForeignKey("f", "s", "a", ("x",), "t", "b", ("y",), "CASCADE", "SET NULL", False, False)
    facts = incoming_facts(special)
    assert facts["table"] == "s.a"
    assert (facts["on_delete"], facts["on_update"], facts["disabled"]) == ("cascade", "set null", True)
    assert "untrusted" not in facts


def test_indexes_tell_order_and_cargo() -> None:
    """Key order, direction, included columns, filter and state are there."""
    index = Index(
        "i", "nonclustered", (IndexKey("a"), IndexKey("b", is_descending=True)), ("c",), is_unique=True,
        filter="([a]>(0))", is_disabled=True, compression="page", size_kb=8, comment="why",
    )  # fmt: skip
    assert index_facts(index) == {
        "name": "i", "type": "nonclustered", "keys": ["a", "b desc"], "included": ["c"], "unique": True,
        "filter": "([a]>(0))", "disabled": True, "compression": "page", "size_kb": 8, "comment": "why",
    }  # fmt: skip


def test_triggers_tell_when_they_fire() -> None:
    """Timing, events and state; the text on demand."""
    trigger = Trigger("t", "s", "a", ("INSERT", "UPDATE"), is_instead_of=True, is_enabled=False, definition="x")
    assert trigger_facts(trigger) == {"name": "t", "fires": "instead of insert, update", "disabled": True}
    assert trigger_facts(trigger, with_text=True)["definition"] == "x"


def test_partitions_tell_rule_and_rows() -> None:
    """The rule, its boundaries and the rows of each partition; nothing where there is none."""
    rule = Partitioning("ps", "pf", "d", is_right=True, boundaries=("1", "2"))
    table = Table("s", "t", partitioning=rule, partitions=(Partition(1, 5), Partition(2, 0), Partition(3, 1)))
    assert partition_facts(table) == {
        "scheme": "ps", "function": "pf", "column": "d", "range": "right", "boundaries": ["1", "2"], "rows": [5, 0, 1],
    }  # fmt: skip
    assert partition_facts(Table("s", "t")) == {}
    assert statistics_facts(Table("s", "t")) == {}
