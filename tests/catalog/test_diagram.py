"""Diagrams as text."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from mssql_mcp.catalog.demo import declared_catalog
from mssql_mcp.catalog.diagram import Drawing, Selection, dot, key_columns, link_columns, mermaid, select_drawing
from mssql_mcp.catalog.hints import find_hints
from mssql_mcp.catalog.model import Catalog, Column, ForeignKey, Table, UniqueConstraint
from mssql_mcp.errors import ObjectNotFoundError, ValidationError

if TYPE_CHECKING:
    from collections.abc import Callable

DEMO = declared_catalog({"sales.orders": 15_000})
HINTS = find_hints(DEMO)


def draw(**selection: object) -> Drawing:
    return select_drawing(DEMO, HINTS, Selection(**selection))  # type: ignore[arg-type]


def names(drawing: Drawing) -> list[str]:
    return [table.name for table in drawing.tables]


def test_everything_is_drawn_once() -> None:
    """All tables without views, with every foreign key and every guess between them."""
    drawing = draw()
    tables = [table for table in DEMO.tables if table.kind == "table"]
    assert names(drawing) == [table.name for table in tables]
    declared = sum(len(table.foreign_keys) for table in tables)
    assert [link.is_guess for link in drawing.links].count(False) == declared
    assert [link.child[1] for link in drawing.links if link.is_guess] == ["orders_2019"] * 3
    assert any(table.kind == "view" for table in draw(has_views=True).tables)


def test_a_part_can_be_drawn() -> None:
    """A schema, a pattern, or what is around a table; links to what is not drawn are not drawn either."""
    assert names(draw(schema="HR")) == ["departments", "employees", "salary_history"]
    assert names(draw(pattern="order*")) == ["order_lines", "order_statuses", "orders", "orders_2019"]
    assert names(draw(around=("payments",))) == ["orders", "payments"]
    assert "customers" in names(draw(around=("payments",), steps=2))
    assert names(draw(around=("orders_2019",), has_guesses=False)) == ["orders_2019"]
    drawn = {(table.schema, table.name) for table in draw(schema="hr").tables}
    assert all(link.child in drawn and link.parent in drawn for link in draw(schema="hr").links)
    assert draw(schema="hr").title == "Lanternworks, schema hr"


def test_too_many_are_cut_to_the_most_linked() -> None:
    """Of too many tables the most linked are kept, in their order, and how many are left out is told."""
    drawing = draw(max_tables=4)
    assert len(drawing.tables) == 4
    assert "customers" in names(drawing)
    assert names(drawing) == sorted(names(drawing), key=names(draw()).index)
    assert drawing.left_out == len(draw().tables) - 4
    assert f"{drawing.left_out} more tables are not drawn" in mermaid(drawing)
    assert f"{drawing.left_out} more tables are not drawn" in dot(drawing)


def test_wrong_names_are_refused() -> None:
    """A schema or table that is not there is an error."""
    with pytest.raises(ValidationError):
        draw(schema="nothing")
    with pytest.raises(ObjectNotFoundError):
        draw(around=("nothing",))


def test_mermaid_tells_cardinality(make_table: Callable[..., Table]) -> None:
    """One or none to many, one to one, and a guess that is dotted, each with its columns."""
    parent = make_table("s", "P", "PId", key="PId")
    keys = (
        ForeignKey("f", "s", "C", ("Must",), "s", "P", ("PId",)),
        ForeignKey("g", "s", "C", ("May",), "s", "P", ("PId",)),
        ForeignKey("h", "s", "C", ("Only",), "s", "P", ("PId",)),
    )
    child = make_table("s", "C", "Must May Only PId", key="Must Only", foreign_keys=keys)
    child = replace(child, uniques=(UniqueConstraint("u", ("Only",)),))
    catalog = Catalog(database="S", tables=(parent, child))
    text = mermaid(select_drawing(catalog, find_hints(catalog)))
    assert text.splitlines() == [
        "erDiagram",
        '    s_P["s.P"] {',
        "        int PId PK",
        "    }",
        '    s_C["s.C"] {',
        "        int Must PK, FK",
        "        int May FK",
        "        int Only PK, FK",
        "        int PId FK",
        "    }",
        '    s_P ||--o{ s_C : "Must"',
        '    s_P |o--o{ s_C : "May"',
        '    s_P ||--o| s_C : "Only"',
        '    s_P |o..o{ s_C : "PId ?"',
    ]


def test_mermaid_takes_any_name() -> None:
    """Names, types and comments that Mermaid would not take are made to fit; two that then look alike stay apart."""
    tables = (
        Table("s", "a b", columns=(Column("1st name", "decimal(9,2)", comment='say "hi"\nthere'),)),
        Table("s", "a-b", columns=(Column("x", "dbo.Typ"),)),
    )
    drawing = Drawing("S", tables, ())
    text = mermaid(drawing, columns="all")
    assert 's_a_b["s.a b"]' in text
    assert 's_a_b_2["s.a-b"]' in text
    assert "decimal(9_2) _1st_name \"say 'hi' there\"" in text
    assert "dbo_Typ x" in text
    for line in text.splitlines()[1:]:
        assert re.fullmatch(
            r'    (\w+\["[^"]+"\] \{|\}|    [A-Za-z][\w()\[\]-]* [A-Za-z_]\w*( (PK|FK))*( "[^"]*")?)', line
        )


def test_columns_can_be_left_out() -> None:
    """Boxes without columns are names only; with all columns every one is there."""
    assert "{" not in mermaid(draw(schema="hr"), columns="none").replace("o{", "")
    assert "work_starts_at" in mermaid(draw(schema="hr"), columns="all")
    assert "work_starts_at" not in mermaid(draw(schema="hr"))


def test_dot_is_graphviz() -> None:
    """Every table is a node, every link an edge; Graphviz takes it where it is installed."""
    text = dot(draw(has_views=True), columns="all")
    for table in draw(has_views=True).tables:
        assert f'"{table.schema}.{table.name}" [label=<' in text
    assert text.count(" -> ") == len(draw(has_views=True).links)
    assert "style=dashed" in text
    if program := shutil.which("dot"):
        done = subprocess.run(
            [program, "-Tsvg"], input=text, encoding="utf-8", capture_output=True, check=False, timeout=60
        )
        assert (done.returncode, done.stderr) == (0, "")


def test_dot_escapes_names() -> None:
    """Quotes, brackets and ampersands in names stay names."""
    table = Table("s", 'a"b<c>&', columns=(Column("x<y", "int"),))
    text = dot(Drawing('t"', (table,), ()), columns="all")
    assert 'digraph "t\\""' in text
    assert '"s.a\\"b<c>&"' in text
    assert "s.a&quot;b&lt;c&gt;&amp;" in text
    assert "x&lt;y" in text


def test_tied_columns_are_known() -> None:
    """The columns of the key and those of drawn links are told apart."""
    drawing = draw(schema="sales")
    orders = next(table for table in drawing.tables if table.name == "orders")
    assert key_columns(orders) == {"order_id"}
    assert link_columns(orders, drawing) == {"customer_id", "address_no", "status_id"}
