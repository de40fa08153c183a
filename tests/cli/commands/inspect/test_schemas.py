"""`mssql-mcp inspect schemas` counts what is in each."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from command_runs import Command


def test_each_schema_with_its_counts(demo: Command) -> None:
    """csv where stdout is no terminal."""
    found = demo("schemas")
    assert (found.code, found.err) == (0, "")
    assert found.lines == [
        "schema,tables,views,routines,comment",
        "hr,3,1,1,People and pay.",
        'production,7,1,1,"Products, parts, stock and tests."',
        'sales,9,3,3,"Customers, orders and payments."',
    ]


def test_markdown_for_a_page(demo: Command) -> None:
    """The same rows as a table to paste."""
    assert demo("schemas", "--format", "markdown").lines[:3] == [
        "| schema | tables | views | routines | comment |",
        "|---|---|---|---|---|",
        "| hr | 3 | 1 | 1 | People and pay. |",
    ]
