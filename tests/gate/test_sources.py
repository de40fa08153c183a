"""What a query touches is read from its tokens, without a parser."""

from __future__ import annotations

import pytest

from mssql_mcp.gate.lexer import tokenize
from mssql_mcp.gate.proof import prove
from mssql_mcp.gate.sources import Reading, read_sources


def reading(text: str) -> Reading:
    tokens = tokenize(text, {"p": "p"})
    return read_sources(tokens, prove(tokens))


def names(text: str) -> list[str]:
    return [".".join(source.parts) for source in reading(text).sources]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SELECT a FROM t", ["t"]),
        ("SELECT a.b FROM x.y AS a, [z].[w w] b", ["x.y", "z.w w"]),
        ("SELECT 1 FROM db..t JOIN db.s.u ON db..t.a = db.s.u.b", ["db..t", "db.s.u"]),
        ("SELECT 1 FROM a JOIN b ON a.x = b.x, c CROSS APPLY d.e(c.x) f", ["a", "b", "c", "d.e"]),
        ("SELECT 1 FROM a LEFT JOIN (b CROSS JOIN c) ON 1 = 1", ["a", "b", "c"]),
        ("SELECT (SELECT 1 FROM a), x FROM b WHERE EXISTS (SELECT 1 FROM c) AND x IN (SELECT y FROM d)", list("abcd")),
        ("SELECT TRIM('x' FROM y) FROM t WHERE a IS DISTINCT FROM b AND c IS NOT DISTINCT FROM d", ["t"]),
        ("SELECT 1 FROM t FOR SYSTEM_TIME FROM '1' TO '2', u", ["t", "u"]),
        (
            "SELECT 1 FROM t WITH (NOLOCK) TABLESAMPLE (5), u (NOLOCK), v PIVOT (SUM(a) FOR b IN ([x], [y])) p, w",
            list("tuvw"),
        ),
        ("SELECT 1 FROM {oj a LEFT JOIN b ON 1 = 1}", ["a", "b"]),
        ("SELECT 1 FROM (VALUES (x), (y)) v(a), t", ["t"]),
        ("SELECT SUM(a) OVER w FROM t WINDOW w AS (ORDER BY b), v AS (ORDER BY c)", ["t"]),
        ("SELECT 1 FROM t GROUP BY a, b ORDER BY c, d", ["t"]),
        ("SELECT 1 FROM t UNION ALL SELECT 2 FROM u EXCEPT SELECT 3 FROM v", ["t", "u", "v"]),
        ("SELECT 1 FROM CONTAINSTABLE(s.t, *, 'x') k JOIN u ON 1 = 1", ["s.t", "u"]),
        ("SELECT 1 FROM CHANGETABLE(CHANGES s.t, 0) c", ["CHANGETABLE", "s.t"]),
        ("SELECT 1 FROM VECTOR_SEARCH(TABLE = s.t AS x, COLUMN = c) r", ["VECTOR_SEARCH", "s.t"]),
        ("SELECT 1 FROM t CROSS APPLY t.c.nodes('/x') AS n(x)", ["t", "t.c.nodes"]),
        ("SELECT 1 FROM a b FOR JSON PATH, ROOT('x')", ["a"]),
    ],
)
def test_row_sources_are_found(text: str, expected: list[str]) -> None:
    """Every table, view and row-set function is found, in order, and nothing else."""
    found = names(text)
    assert sorted(found) == sorted(expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("WITH c AS (SELECT 1 FROM t) SELECT * FROM c, C, d.c", ["no", "exact", "folded", "no"]),
        ("WITH a AS (SELECT 1 FROM b), b AS (SELECT 1 FROM a) SELECT * FROM b", ["no", "exact", "exact"]),
        ("WITH r(n) AS (SELECT 1 UNION ALL SELECT n FROM r) SELECT * FROM r", ["exact", "exact"]),
        ("WITH XMLNAMESPACES ('u' AS x), c AS (SELECT 1 a) SELECT * FROM c, xmlnamespaces", ["exact", "no"]),
        ("SELECT * FROM (SELECT 1 a) c, c", ["no"]),
    ],
)
def test_common_table_expressions_are_no_tables(text: str, expected: list[str]) -> None:
    """A name is a CTE's only after its definition began, without a schema, and exactly only in the same case."""
    assert [source.cte for source in reading(text).sources] == expected


def test_calls_are_found() -> None:
    """Every function that is called is found, with its qualifiers."""
    calls = reading("SELECT dbo.f(a), COUNT(*), x.value('.', 'int'), t::p(1) FROM g(h(1)) WHERE [k](2) = 1").calls
    assert [".".join(call.parts) for call in calls] == ["dbo.f", "COUNT", "x.value", "t.p", "g", "h", "k"]
    assert [call.parts for call in reading("SELECT USER, @@SPID, [user]").calls] == [("USER",), ("@@SPID",)]


def test_methods_are_told_from_functions() -> None:
    """A name with a schema is somebody's function, unless it is a method of a column."""
    calls = reading(
        "SELECT dbo.f(1), c.value('.'), x.c.value('.'), db.s.value('.'), $PARTITION.p(1), g::Point(1) FROM t AS x"
    ).calls
    assert [call.is_function for call in calls] == [True, False, False, True, False, False]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SELECT 1 FROM t WITH (UPDLOCK, ROWLOCK)", ["UPDLOCK"]),
        ("SELECT 1 FROM t (XLOCK)", ["XLOCK"]),
        ("SELECT 1 FROM t x ([XLOCK])", ["XLOCK"]),
        ("SELECT 1 FROM t HOLDLOCK", ["HOLDLOCK"]),
        ("SELECT 1 FROM t WITH (INDEX (xlock))", []),
        ("SELECT xlock, f(updlock) FROM t WHERE tablock = 1", []),
        ("SELECT 1 FROM t OPTION (TABLE HINT (t, TABLOCKX))", ["TABLOCKX"]),
    ],
)
def test_blocking_hints_are_found(text: str, expected: list[str]) -> None:
    """A word is a hint only where hints stand, delimited or not."""
    assert [hint.word for hint in reading(text).hints] == expected


def test_recursion_limits_are_found() -> None:
    """MAXRECURSION is read from OPTION; what is no plain number is -1."""
    found = reading("SELECT maxrecursion FROM t OPTION (FAST 1, MAXRECURSION 0)").recursions
    assert [recursion.depth for recursion in found] == [0]
    assert reading("SELECT 1 OPTION (MAXRECURSION @p)").recursions[0].depth == -1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SELECT 1 FROM a JOIN b ON 1 = 1 LEFT JOIN c ON 1 = 1 CROSS JOIN d", 0),
        ("SELECT 1 FROM a JOIN b JOIN c ON 1 = 1 ON 1 = 1", 1),
        ("SELECT 1 FROM a JOIN b JOIN c JOIN d", 3),
        ("SELECT 1 FROM a JOIN b CROSS JOIN c ON 1 = 1", 1),
        ("SELECT 1 FROM (a JOIN b), c JOIN d WHERE 1 = 1", 2),
    ],
)
def test_joins_without_their_own_on_are_counted(text: str, expected: int) -> None:
    """A join that something else follows than its ON is counted, since it costs a parser dearly."""
    assert reading(text).deferred_joins == expected
