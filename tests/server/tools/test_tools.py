"""Toolsets are switched on by name, and the default set stays small."""

from mssql_mcp.server.tools import TOOLSETS, all_tools, tools_of


def test_every_tool_belongs_to_the_toolset_that_lists_it():
    """A tool cannot be offered by another switch than its own."""
    for toolset in TOOLSETS:
        assert {spec.toolset for spec in tools_of([toolset])} == {toolset}


def test_the_order_is_the_same_whatever_the_wish():
    """Clients see a stable list."""
    assert tools_of(["query", "catalog"]) == tools_of(["catalog", "query"])


def test_no_name_is_given_twice():
    """All toolsets can be on at once."""
    names = [spec.name for spec in all_tools()]
    assert len(set(names)) == len(names)
