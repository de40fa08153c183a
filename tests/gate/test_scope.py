"""Columns in reach of a part of a query."""

from __future__ import annotations

from mssql_mcp.gate.scope import OutputColumn, RowSource, Scope, Shape

STAFF = Shape((OutputColumn("id"), OutputColumn("SSN", "hidden"), OutputColumn("mail", "partial")))
OPEN = Shape((), is_open=True)


def test_a_shape_knows_its_strictest_mask() -> None:
    """A shape is as secret as its most secret column."""
    assert STAFF.mask == "hidden"
    assert OPEN.mask is None
    assert [column.mask for column in STAFF.named("ssn ")] == ["hidden"]


def test_columns_are_looked_for_once() -> None:
    """Names are read one time for all questions: a query can ask a thousand times about a million columns."""
    shape = Shape((OutputColumn("id"), OutputColumn("ID"), OutputColumn("ssn")))
    assert shape.named("id") is shape.named("Id ")
    assert [column.name for column in shape.named("iD")] == ["id", "ID"]
    assert shape.named("x") == []
    assert shape == Shape(shape.columns)


def test_columns_are_renamed_one_by_one_or_not_at_all() -> None:
    """New names must fit; over unknown columns they fit only where nothing is masked."""
    renamed = STAFF.renamed(["a", "b", "c"])
    assert renamed is not None
    assert [(column.name, column.mask) for column in renamed.columns] == [
        ("a", None),
        ("b", "hidden"),
        ("c", "partial"),
    ]
    assert STAFF.renamed(["a"]) is None
    assert OPEN.renamed(["a", "b"]) == Shape((OutputColumn("a"), OutputColumn("b")))
    assert Shape(STAFF.columns, is_open=True).renamed(["a", "b", "c"]) is None


def test_qualifiers_are_matched_from_their_end() -> None:
    """A table answers to its name with or without schema and database, an alias to itself only."""
    table = RowSource(("shop", "hr", "staff"), STAFF)
    assert table.answers_to(["Staff"])
    assert table.answers_to(["HR", "staff"])
    assert not table.answers_to(["dbo", "staff"])
    assert not RowSource((), OPEN).answers_to(["staff"])


def test_inner_sources_come_first() -> None:
    """A name is looked for outwards, and no further than a source that certainly has it."""
    outer = Scope({}, sources=[RowSource(("s",), STAFF)])
    closed = Scope({}, outer, [RowSource(("t",), Shape((OutputColumn("ssn"),)))])
    assert [column.mask for column in closed.find("ssn")] == [None]
    assert [column.mask for column in closed.find("mail")] == ["partial"]
    assert closed.find("nothing") == []
    assert closed.find_source(["s"])[0].shape is STAFF
    assert closed.find_source(["x"]) == []
    assert closed.masked_names() == {"ssn", "mail"}


def test_an_open_source_lets_the_search_go_on() -> None:
    """Where a source may or may not have a column, what lies outside counts too."""
    outer = Scope({}, sources=[RowSource(("s",), STAFF)])
    inner = Scope({}, outer, [RowSource(("f",), OPEN)])
    assert [column.mask for column in inner.find("ssn")] == ["hidden"]
    assert inner.all_columns().is_open
    assert not outer.all_columns().is_open


def test_a_name_in_another_case_lets_the_search_go_on() -> None:
    """Where a server tells case apart, the inner column is another one, so what lies outside counts too."""
    outer = Scope({}, sources=[RowSource(("S",), STAFF)])
    inner = Scope({}, outer, [RowSource(("s",), Shape((OutputColumn("ssn"),)))])
    assert [column.mask for column in inner.find("SSN")] == [None, "hidden"]
    assert [column.mask for column in inner.find("ssn")] == [None]
    assert len(inner.find_source(["S"])) == 2
    assert len(inner.find_source(["s"])) == 1


def test_a_star_leaves_hidden_columns_out() -> None:
    """What `*` does not give has a name and no place."""
    shape = Shape((OutputColumn("id"), OutputColumn("since", is_in_star=False), OutputColumn("ssn", "hidden")))
    scope = Scope({}, sources=[RowSource(("t",), shape)])
    assert [column.name for column in scope.all_columns().columns] == ["id", "ssn"]
    assert [column.name for column in scope.find("since")] == ["since"]
    renamed = shape.renamed(["a", "b"])
    assert renamed is not None
    assert renamed.columns[1].mask == "hidden"
