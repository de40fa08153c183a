"""sqlglot's second opinion: a query, and nothing that no query has."""

from __future__ import annotations

import pytest

from mssql_mcp.gate.check import read
from mssql_mcp.gate.fault import Fault
from mssql_mcp.gate.tree import NoTree, read_facts, sees_same_tables, with_tree


def test_facts_are_collected() -> None:
    """Tables, columns and joins of a query are found, those of APPLY too."""
    facts = with_tree(
        "SELECT a, t.b FROM x.t, db..u CROSS APPLY w OUTER APPLY (SELECT c FROM v) q JOIN y ON 1 = 1", read_facts
    )
    assert set(facts.tables) == {("x", "t"), ("db", "u"), ("w",), ("v",), ("y",)}
    assert set(facts.columns) == {("a",), ("t", "b"), ("c",)}
    assert facts.join_count == 4


@pytest.mark.parametrize("sql", ["SELECT FROM WHERE", "SELECT HASHBYTES(1)", "SELECT ("])
def test_what_cannot_be_parsed_has_no_tree(sql: str) -> None:
    """Whatever sqlglot raises, the answer is that there is no tree."""
    with pytest.raises(NoTree):
        with_tree(sql, read_facts)


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM t",
        "SELECT 1; SELECT 2",
        "EXEC p",
        "SELECT a INTO b FROM t",
        "CREATE TABLE t (a int)",
        "SELECT NEXT VALUE FOR s",
        "MERGE t USING u ON 1 = 1 WHEN MATCHED THEN DELETE",
        "TRUNCATE TABLE t",
        "DECLARE @x int",
        "sp_who",
        "WITH c AS (SELECT 1 a) UPDATE c SET a = 1",
        "SELECT * FROM t FOR UPDATE",
    ],
)
def test_trees_of_anything_else_are_refused(sql: str) -> None:
    """Defence in depth: the tree alone refuses statements that the proof would have refused before."""
    with pytest.raises((Fault, NoTree)):
        with_tree(sql, read_facts)


def test_the_two_readings_are_compared() -> None:
    """Where tokens and tree name the same tables they agree, where one sees more they do not."""
    text = read("SELECT 1 FROM #a, b.c CROSS APPLY f(1) CROSS APPLY d", {})
    facts = with_tree(text.canonical, read_facts)
    assert sees_same_tables(facts, text.reading)
    assert not sees_same_tables(facts, read("SELECT 1 FROM #a, b.c", {}).reading)
    assert not sees_same_tables(facts, read("SELECT 1 FROM #a, b.c, d, e", {}).reading)
