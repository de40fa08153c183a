"""The comments of the map."""

from __future__ import annotations

from mssql_mcp.catalog.map_comments import Comments
from mssql_mcp.catalog.model import Column, Schema, Table


def made() -> Comments:
    columns = (Column("A", "int", comment="The {first}\nletter"), Column("B", "int"))
    tables = (
        Table("s", "T", columns=columns, comment="word " * 50),
        Table("s", "U", columns=(columns[0], Column("C", "int", comment="The {first}\nletter"))),
    )
    return Comments((Schema("s", "About s"), Schema("t")), tables)


def test_all_stand_where_there_is_room() -> None:
    """Each is cut to one line; braces become parentheses; a text that columns of one name share stands once."""
    assert made().count == 4
    assert made().within(1_000) == {
        ("s", "", ""): "About s",
        ("s", "T", ""): ("word " * 20)[:99].rstrip() + "…",
        ("s", "T", "A"): "The (first) letter",
        ("s", "U", "C"): "The (first) letter",
    }


def test_less_room_shortens_then_leaves_out() -> None:
    """Comments become shorter, then those of columns go, then those of tables, at last those of schemas."""
    told = made().within(120)
    assert len(told) == 4
    assert told["s", "T", ""] == "word word word word word word word word…"
    assert list(made().within(60)) == [("s", "", ""), ("s", "T", "")]
    assert list(made().within(10)) == [("s", "", "")]
    assert made().within(0) == {}
    assert Comments((), ()).within(100) == {}
