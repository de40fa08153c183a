"""No word and no construct, nested or repeated, makes the parser's work grow faster than the text.

This file is also the program that looks, in a child process with a limit of CPU time: what grows without the meter's
knowledge ends that child. Set MSSQL_MCP_GROWTH=all to try every word in every shape (about an hour); the tests try
each word in some of them.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

CPU_SECONDS = 300
DEPTH = 28
"""Work that doubles with each level would take longer than CPU_SECONDS."""
QUESTIONS_A_TOKEN, QUESTIONS_OF_A_TEXT = 12, 300

# Heads and tails of queries, each with the place where something is nested or repeated.
HEADS = (
    ("SELECT ", ""), ("SELECT a FROM t WHERE a = ", ""), ("SELECT CAST(1 AS ", ")"), ("SELECT a FROM ", ""),
    ("SELECT a FROM t ORDER BY ", ""), ("SELECT a FROM t JOIN u ON ", ""), ("SELECT CONVERT(", ", a)"),
    ("SELECT a FROM OPENJSON(a) WITH (a ", ")"), ("SELECT a FROM t PIVOT (SUM(a) FOR b IN (", ")) p"),
)  # fmt: skip
# What is nested: % stands for the word, the first line break for what is inside.
NESTED = (
    "%(\n)", "(% \n)", "%((\n))", "f(% \n)", "%(a, \n)", "% %(\n)", "CASE WHEN %(\n) THEN 1 END", "CAST(%(\n) AS int)",
    "(SELECT %(\n))", "a IN (%(\n))", "%(SELECT \n)", "%(DISTINCT \n)", "%.f(\n)", "%::f(\n)", "CONVERT(int, %(\n))",
    "%(1 AS \n)", "{fn %(\n)}", "(% (\n))", "a.%(\n)", "% a(\n)", "-%(\n)", "NOT %(\n)", "f(a % \n)", "f(a % (\n))",
    "%(a = \n)", "f(1) OVER (% \n)", "f(1) OVER (PARTITION BY %(\n))", "CASE % WHEN \n THEN 1 END",
    "(SELECT 1 FROM %(\n))", "(SELECT 1 FROM t WHERE % \n)", "IIF(%(\n), 1, 2)", "JSON_OBJECT('a': %(\n))",
    "f(% a -> \n)", "CAST(1 AS %(\n))", "CONVERT(%(\n), 1)", "(%) (\n)",
)  # fmt: skip
TAILS = (
    ("SELECT a", ""), ("SELECT a FROM t", ""), ("SELECT f(a", ")"), ("SELECT a FROM t WHERE a = b", ""),
    ("SELECT a FROM t ORDER BY a", ""), ("SELECT f(a) OVER (PARTITION BY a", ")"), ("SELECT CASE a", " END"),
    ("SELECT CAST(a AS int", ")"), ("WITH a AS (SELECT 1 AS x)", " SELECT 1"), ("SELECT a FROM t FOR XML PATH", ""),
)  # fmt: skip
REPEATED = (
    " %", " % a", ", %", ", % a", " % 1", " AS %", ".%", " %.%", " + %", " AND %", " % %(1)", " %(1)", ".%(1)",
    " OVER %", ", %(1) a", " % a = 1", " % (a)", " % = 1 AND", " % 'x'", " AND a % b", " % JOIN u ON 1 = 1", " % BY a",
    " CROSS APPLY %(1)", " UNION ALL SELECT %(1)", " COLLATE %", "::%", " -> %", ", (%)", " WHEN % THEN 1",
)  # fmt: skip

EXPRESSIONS = (
    "(\n)", "f(\n)", "a.f(\n)", "CASE WHEN \n THEN 1 END", "CASE a WHEN 1 THEN 1 ELSE \n END", "NOT \n", "- \n",
    "a IN (\n)", "a NOT IN (1, \n)", "EXISTS (SELECT \n)", "(SELECT \n)", "(SELECT 1 FROM t WHERE \n)",
    "a = ANY (SELECT \n)", "a BETWEEN (\n) AND 1", "CAST(\n AS int)", "TRY_CAST(\n AS int)", "CONVERT(int, \n, 1)",
    "COALESCE(1, \n)", "IIF(1 = 1, \n, 2)", "(SELECT 1 FROM (SELECT \n AS a) t)", "(SELECT 1 FROM t JOIN u ON \n)",
    "SUM(\n) OVER (ORDER BY a)", "SUM(1) OVER (PARTITION BY \n)", "COUNT(DISTINCT \n)", "(SELECT TOP (\n) a FROM t)",
    "TRIM(BOTH \n FROM a)", "a LIKE b ESCAPE (\n)", "JSON_OBJECT(\n : 1)", "JSON_ARRAY(\n NULL ON NULL)",
    "{fn f(\n)}", "(a COLLATE b + \n)", "(SELECT 1 FROM (VALUES (\n)) v (a))", "a -> \n", "f((a, b) -> \n)",
    "STRING_AGG(a, \n) WITHIN GROUP (ORDER BY a)", "a::f(\n)", "a AT TIME ZONE (\n)", "a IS DISTINCT FROM (\n)",
    "a || (\n)", "(1, \n)", "f(a = \n)", "f(SELECT \n)", "(SELECT 1 FROM OPENJSON(\n) WITH (a int) x)",
    "(SELECT 1 FROM t WHERE a = \n FOR XML PATH)", "(SELECT 1 FROM t FOR SYSTEM_TIME AS OF \n x)",
    "(SELECT 1 GROUP BY ROLLUP (\n))", "(SELECT 1 ORDER BY a OFFSET 1 ROWS FETCH NEXT (\n) ROWS ONLY)",
    "(SELECT \n EXCEPT SELECT 1 INTERSECT SELECT 2)", "DATEADD(day, \n, a)", "PARSE(\n AS int USING 'x')", "(\n).f()",
    "[a b](\n)", "CONTAINS(a, \n)", "f(a AS \n)", "f(a ORDER BY \n)", "int(\n)", "date (\n)",
    "(WITH c AS (SELECT \n) SELECT 1)",
)  # fmt: skip
ROW_SOURCES = (
    "(\n)", "(t JOIN \n ON 1 = 1)", "(t CROSS JOIN \n)", "(\n JOIN t ON 1 = 1)", "t JOIN (\n) ON 1 = 1",
    "t JOIN \n ON 1 = 1", "t CROSS JOIN \n", "t, \n", "(SELECT 1 FROM \n) x", "(SELECT 1 FROM \n x) y",
    "t CROSS APPLY (SELECT 1 FROM \n) x",
    "t OUTER APPLY \n", "((SELECT 1 FROM \n) UNION ALL (SELECT 1 FROM t)) x", "t FULL JOIN \n", "f((SELECT 1 FROM \n))",
    "(SELECT * FROM \n) x PIVOT (SUM(a) FOR b IN ([c])) p", "(t UNPIVOT (a FOR b IN (c, d)) u JOIN \n ON 1 = 1)",
    "t x JOIN \n y ON 1 = 1", "(VALUES ((SELECT 1 FROM \n))) v (a)", "t (NOLOCK) JOIN \n ON 1 = 1",
    "t FOR SYSTEM_TIME ALL JOIN \n ON 1 = 1", "{oj t LEFT JOIN \n ON 1 = 1}", "f(1) JOIN \n ON 1 = 1",
)  # fmt: skip
QUERIES = (
    "(\n)", "(\n UNION ALL SELECT 1)", "SELECT 1 UNION (\n)", "SELECT 1 EXCEPT \n", "WITH c AS (\n) SELECT 1",
    "SELECT 1 FROM (\n) x", "SELECT (\n)", "SELECT 1 WHERE EXISTS (\n)", "(\n) EXCEPT (SELECT 1)", "(\n) ORDER BY 1",
    "SELECT 1 FROM t CROSS APPLY (\n) x", "((SELECT 1) UNION (\n))", "SELECT f((\n))", "SELECT 1 ORDER BY (\n)",
)  # fmt: skip
FAMILIES = (("SELECT ", EXPRESSIONS, "1"), ("SELECT 1 FROM ", ROW_SOURCES, "t"), ("", QUERIES, "SELECT 1"))


def special_words() -> list[str]:
    """Give every word that sqlglot treats specially, or that the gate does."""
    import sqlglot.parser
    from sqlglot.dialects.tsql import TSQL
    from sqlglot.tokens import TokenType

    from mssql_mcp.gate import parsertext, words

    texts = [*TSQL.tokenizer_class.KEYWORDS, *(token.name for token in TokenType)]
    tables = [getattr(TSQL.parser_class, name) for name in dir(TSQL.parser_class) if name.isupper()]
    texts += [key for table in tables if isinstance(table, (dict, set, tuple)) for key in table if isinstance(key, str)]
    folder = Path(sqlglot.parser.__file__).parent
    for source in ("parser.py", "parsers/tsql.py"):
        texts += re.findall(r'"([A-Z_][A-Z_ 0-9]*)"', (folder / source).read_text(encoding="utf-8"))
    for module in (words, parsertext):
        texts += [word for value in vars(module).values() if isinstance(value, frozenset) for word in value]
    return sorted({word.lower() for text in texts for word in re.findall(r"[A-Za-z_][A-Za-z_0-9]*", text)})


def nested(*shapes: str, inside: str, times: int) -> str:
    opened, closed = "", ""
    for shape in shapes * times:
        before, _, after = shape.partition("\n")
        opened, closed = opened + before, after + closed
    return opened + inside + closed


def texts_of_words(share: int) -> Iterator[str]:
    """Give texts with each word in one of `share` of the shapes."""
    from mssql_mcp.gate.parsertext import stands_bare

    texts = list(product(HEADS, NESTED)), list(product(TAILS, REPEATED))
    for place, word in enumerate(special_words()):
        is_bare = stands_bare(word.upper())
        for number, ((head, tail), shape) in enumerate(texts[0]):
            if (number + place) % share == 0 and (is_bare or "%(" in shape):
                yield head + nested(shape.replace("%", word), inside="1", times=DEPTH) + tail
        for number, ((head, tail), shape) in enumerate(texts[1]):
            if (number + place) % share == 0 and (is_bare or "%(" in shape):
                yield head + shape.replace("%", word) * 100 + tail


def texts_of_pairs(share: int) -> Iterator[str]:
    """Give texts in which two constructs are nested in each other by turns."""
    for head, shapes, inside in FAMILIES:
        for number, (first, second) in enumerate(product(shapes, shapes)):
            if number % share == 0 or first == second:
                yield head + nested(first, second, inside=inside, times=DEPTH // 2)


def look(texts: Iterator[str], note: Path) -> None:
    """Print the texts that take too many questions; the one at hand is noted, should the process end."""
    from mssql_mcp.gate.check import read
    from mssql_mcp.gate.fault import Fault
    from mssql_mcp.gate.meter import TooMuchWork, parse_metered
    from mssql_mcp.gate.parsertext import parser_text
    from mssql_mcp.gate.tree import NoTree
    from mssql_mcp.gate.worker import run_with_large_stack

    def work() -> tuple[int, int]:
        tried = parsed = 0
        with note.open("w", encoding="utf-8") as notes:
            for sql in texts:
                tried += 1
                try:
                    text = read(sql, {})
                    written = parser_text(text.tokens, text.partner, text.reading)
                except (Fault, NoTree):
                    continue
                notes.seek(0)
                notes.write(sql)
                notes.truncate()
                try:
                    parse_metered(written, a_token=QUESTIONS_A_TOKEN, of_a_text=QUESTIONS_OF_A_TEXT)
                    parsed += 1
                except TooMuchWork:
                    print("grows:", sql)
                except Exception:  # noqa: BLE001 - sqlglot raises anything where it cannot parse
                    continue
        return tried, parsed

    print("tried {} parsed {}".format(*run_with_large_stack(work)))


@pytest.mark.parametrize("kind", ["words", "pairs"])
def test_work_grows_with_the_text_and_no_faster(kind: str, tmp_path: Path) -> None:
    """Each word that a parser knows and each pair of constructs, deeply nested and often repeated, is linear work."""
    pytest.importorskip("resource", reason="This system cannot limit CPU time.")
    note = tmp_path / "at-hand.sql"
    share = "1" if os.environ.get("MSSQL_MCP_GROWTH") == "all" else {"words": "53", "pairs": "3"}[kind]
    done = subprocess.run(
        [sys.executable, __file__, kind, share, str(note)], capture_output=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, (note.read_text(encoding="utf-8")[:500], done.stderr[-2000:])
    *findings, summary = done.stdout.splitlines()
    assert findings == []
    tried, parsed = (int(number) for number in re.findall(r"\d+", summary))
    assert tried > 1_000
    assert parsed > tried / 20


def main() -> None:
    import resource

    kind, share, note = sys.argv[1:]
    limit = CPU_SECONDS * (20 if share == "1" else 1)
    resource.setrlimit(resource.RLIMIT_CPU, (limit, limit))
    look({"words": texts_of_words, "pairs": texts_of_pairs}[kind](int(share)), Path(note))


if __name__ == "__main__":
    main()
