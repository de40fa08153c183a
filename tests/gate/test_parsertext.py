"""What sqlglot reads is the query, without the words and clauses that would lead it astray."""

from __future__ import annotations

import pytest

from mssql_mcp.gate import Policy, Refusal, check
from mssql_mcp.gate.check import read
from mssql_mcp.gate.parsertext import parser_text
from mssql_mcp.gate.tree import NoTree


def written(sql: str) -> str:
    text = read(sql, {})
    return " ".join(parser_text(text.tokens, text.partner).split())


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("SELECT a, t.b FROM t", "SELECT [a], [t].[b] FROM [t]"),
        ("SELECT a FROM t semi JOIN u qualify ON 1 = 1", "SELECT [a] FROM [t] [semi] JOIN [u] [qualify] ON 1 = 1"),
        ("SELECT f(a), COUNT(*) FROM t", "SELECT [f]([a]), [COUNT](*) FROM [t]"),
        ("SELECT DATEADD(day, 1, day)", "SELECT [DATEADD](day, 1, [day])"),
        ("SELECT CAST(a AS int)", "SELECT [CAST]([a] AS [int])"),
        ("SELECT a !< 1", "SELECT [a] >= 1"),
        ("SELECT a FROM t WITH (NOLOCK) OPTION (USE HINT ('X'))", "SELECT [a] FROM [t]"),
        ("SELECT a FROM OPENJSON(b) WITH (c int)", "SELECT [a] FROM [OPENJSON]([b]) WITH ([c] [int])"),
        ("SELECT a FROM t TABLESAMPLE SYSTEM (5) REPEATABLE (1) x", "SELECT [a] FROM [t] [x]"),
        ("WITH XMLNAMESPACES ('u' AS x) SELECT a", "SELECT [a]"),
        ("WITH XMLNAMESPACES ('u' AS x), c AS (SELECT 1 a) SELECT a FROM c",
         "WITH [c] AS (SELECT 1 [a]) SELECT [a] FROM [c]"),
        ("SELECT 1 FROM a, b FOR PATH c WHERE MATCH(a-(c)->b) AND a.x = 1",
         "SELECT 1 FROM [a], [b] [c] WHERE 1=1 AND [a].[x] = 1"),
        ("SELECT a FROM t FOR JSON PATH", "SELECT [a] FROM [t] FOR JSON PATH"),
        ("SELECT JSON_ARRAY(a NULL ON NULL RETURNING json)", "SELECT [JSON_ARRAY]([a] )"),
        ("SELECT JSON_VALUE(a, '$' RETURNING decimal(5, 2))", "SELECT [JSON_VALUE_OF]([a], '$' )"),
        ("SELECT returning FROM t", "SELECT [returning] FROM [t]"),
        ("SELECT PARSE(a AS int USING 'en')", "SELECT [PARSE]([a] AS [int] )"),
        ("SELECT a FROM ::f() WHERE b LIKE c {escape '!'}", "SELECT [a] FROM [f]() WHERE [b] LIKE [c] escape '!'"),
        ("SELECT {fn f(a)}, {d '2024-01-01'}", "SELECT [f]([a]) , '2024-01-01'"),
        ("SELECT a FROM {oj t LEFT JOIN u ON 1 = 1}", "SELECT [a] FROM [t] LEFT JOIN [u] ON 1 = 1"),
        ("SELECT int(1), date, char(65), CONVERT(varchar(9), a), CAST(a AS decimal(5, 2)) FROM xml",
         "SELECT [int](1), [date], [char_OF](65), CONVERT([int] , [a]), [CAST]([a] AS [decimal](5, 2)) FROM [xml]"),
        ("SELECT xml.query('.') FROM t", "SELECT [xml].[query]('.') FROM [t]"),
        ("SELECT a AT TIME ZONE b FROM t FOR XML RAW, BINARY BASE64",
         "SELECT [a] AT TIME ZONE [b] FROM [t] FOR XML RAW, BINARY BASE64"),
        ("SELECT CAST(a AS national char varying(9)), TRY_CONVERT(date, a, 23), CAST(a AS double precision)",
         "SELECT [CAST]([a] AS [char] (9)), TRY_CONVERT([int] , [a], 23), [CAST]([a] AS [float] )"),
        ("SELECT CONVERT(sys.date, a), CONVERT(decimal(a), b), CONVERT([char](max), c)",
         "SELECT CONVERT([sys].[date], [a]), [CONVERT_OF] ([decimal]([a]), [b]), CONVERT([int] , [c])"),
        ("SELECT {fn CONVERT(date, SQL_CHAR)}, {fn CONVERT(char(a), SQL_CHAR)}",
         "SELECT [CONVERT_OF] ([date], [SQL_CHAR]) , [CONVERT_OF] ([char_OF]([a]), [SQL_CHAR])"),
        ("SELECT {fn CONVERT(f(a), SQL_INTEGER)}, TRY_PARSE(a AS date USING 'en')",
         "SELECT [CONVERT_OF] ([f]([a]), [SQL_INTEGER]) , [TRY_PARSE]([a] AS [date] )"),
        ("SELECT sort_array(a, [Left](b, 1)), dbo.left(a), SUM(c), a.value('x', 'int')",
         "SELECT [sort_array_OF]([a], [Left_OF]([b], 1)), [dbo].left([a]), [SUM]([c]), [a].[value]('x', 'int')"),
        ("SELECT TOP 5 WITH APPROX a FROM t", "SELECT TOP 5 [a] FROM [t]"),
        ("SELECT returning text, (SELECT a returning xml) FROM t",
         "SELECT [returning] [text], (SELECT [a] [returning] [xml]) FROM [t]"),
        ("SELECT using 'x', a FROM t absent JOIN u ON NULL = a",
         "SELECT [using] 'x', [a] FROM [t] absent JOIN [u] ON NULL = [a]"),
        ("SELECT a FROM t JOIN u absent ON NULL = a WHERE match = 1",
         "SELECT [a] FROM [t] JOIN [u] absent ON NULL = [a] WHERE [match] = 1"),
        ("SELECT TOP 5 rows, (SELECT TOP (1) PERCENT only) FROM t ORDER BY 1 OFFSET 1 ROWS",
         "SELECT TOP 5 [rows], (SELECT TOP (1) PERCENT [only]) FROM [t] ORDER BY 1 OFFSET 1 ROWS"),
        ("SELECT TOP (5) PERCENT WITH TIES first FROM t", "SELECT TOP (5) PERCENT WITH TIES [first] FROM [t]"),
        ("WITH split(a) AS (SELECT 1), [left] (a, [b]) AS (SELECT 3) SELECT split(a) FROM split",
         "WITH [split]([a]) AS (SELECT 1), [left] ([a], [b]) AS (SELECT 3) SELECT [split_OF]([a]) FROM [split]"),
        ("SELECT 1 FROM (SELECT 1) AS split(a), (SELECT 1) log(a), t date (NOLOCK) OUTER APPLY f(a)",
         "SELECT 1 FROM (SELECT 1) AS [split]([a]), (SELECT 1) [log]([a]), [t] [date] (NOLOCK) OUTER APPLY [f]([a])"),
        ("SELECT TOP (5) split(a), CAST(a AS char(5)) FROM t",
         "SELECT TOP (5) [split_OF]([a]), [CAST]([a] AS [char_OF](5)) FROM [t]"),
        ("SELECT 1 FROM (SELECT 1) offset(a) ORDER BY a OFFSET (1) ROWS",
         "SELECT 1 FROM (SELECT 1) [offset]([a]) ORDER BY [a] OFFSET (1) ROWS"),
        ("SELECT offset FROM t offset LEFT JOIN u window ON 1 = 1 ORDER BY offset OFFSET - 1 + 2 ROWS",
         "SELECT [offset] FROM [t] [offset] LEFT JOIN [u] [window] ON 1 = 1 ORDER BY [offset] OFFSET - 1 + 2 ROWS"),
        ("SELECT a FROM t offset WINDOW w AS (ORDER BY a) ORDER BY a OFFSET abs(1) ROWS",
         "SELECT [a] FROM [t] [offset] WINDOW [w] AS (ORDER BY [a]) ORDER BY [a] OFFSET [abs_OF](1) ROWS"),
        ("SELECT a FROM t window ORDER BY 1 OFFSET (a - 1) * 5 ROWS",
         "SELECT [a] FROM [t] [window] ORDER BY 1 OFFSET ([a] - 1) * 5 ROWS"),
        ("SELECT changetable, a FROM changetable(CHANGES t, 1) x", "SELECT [changetable], [a] FROM CHANGETABLE() [x]"),
        ("WITH approx AS (SELECT 1 a) SELECT a FROM approx",
         "WITH [approx] AS (SELECT 1 [a]) SELECT [a] FROM [approx]"),
    ],
)  # fmt: skip
def test_names_are_bracketed_and_what_names_no_column_is_left_out(sql: str, expected: str) -> None:
    """Plain names become names to every parser; hints, namespaces and the like disappear."""
    assert written(sql) == expected


def test_expressions_may_be_called_like_functions() -> None:
    """A common table expression with column names is read wherever it is named."""
    sql = "WITH split(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM split WHERE n < 9), log(n) AS (SELECT n FROM split)"
    assert check(f"{sql} SELECT split.n FROM split JOIN log ON 1 = 1", Policy(deny_objects=("secret",))).has_tree


def test_foreign_keywords_are_names() -> None:
    """Words that only other dialects know do not change what is seen."""
    for sql in (
        "SELECT a FROM t STRAIGHT_JOIN",
        "SELECT a FROM t natural JOIN u asof ON 1 = 1",
        "SELECT qualify, limit, lateral FROM using",
        "SELECT interval FROM t unnest",
    ):
        approved = check(sql, Policy(deny_objects=("secret",)))
        assert approved.has_tree


def test_a_union_that_joins_no_query_is_kept_from_the_parser() -> None:
    """To sqlglot UNION begins a type too, which it reads in exponential time; in T-SQL a query follows."""
    assert check("(SELECT 1) UNION ((SELECT 2)) UNION ALL SELECT 3", Policy(deny_objects=("secret",))).has_tree
    assert not check("SELECT a FROM OPENJSON(a) WITH (a " + "union(" * 90 + "1" + ")" * 90 + ")").has_tree


def test_joins_that_cost_a_parser_dearly_are_kept_from_it() -> None:
    """Joins whose ON comes late double the parser's work each; beyond the bound there is no tree, and no wait."""
    cheap = read("SELECT 1 FROM a" + " JOIN b" * 3 + " ON 1 = 1" * 3, {})
    assert parser_text(cheap.tokens, cheap.partner)
    dear = "SELECT 1 FROM a" + " JOIN b CROSS JOIN c ON 1 = 1" * 40
    text = read(dear, {})
    for reading in (text.reading, None):
        with pytest.raises(NoTree):
            parser_text(text.tokens, text.partner, reading)
    assert not check(dear).has_tree
    with pytest.raises(Refusal):
        check(dear, Policy(allow_schemas=("dbo",)))
