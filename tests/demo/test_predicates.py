"""Conditions: comparison under the demo's collation, LIKE, IN, quantifiers, and what is unknown."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mssql_mcp.errors import QueryError, UnsupportedError

if TYPE_CHECKING:
    from conftest import Asker


def holds(ask: Asker, condition: str) -> bool | None:
    """Whether a condition is true; None where it is unknown."""
    found = ask.value(f"CASE WHEN {condition} THEN 1 WHEN NOT ({condition}) THEN 0 END")
    return None if found is None else bool(found)


@pytest.mark.parametrize(
    ("condition", "result"),
    [
        ("'abc' = 'ABC'", True),
        ("'abc' = 'abc   '", True),
        ("N'straße' = N'STRASSE'", True),
        ("N'é' = N'e'", False),
        ("N'É' = N'é'", True),
        ("N'Ａ' = N'a'", True),
        ("'a' < 'B'", True),
        ("'a' < N'á' AND N'á' < 'b'", True),
        ("N'Ø' > 'O' AND N'Ø' < 'P'", True),
        ("'_' < '1' AND '1' < 'a'", True),
        ("N'🙂' = N'😎'", False),
        ("NULL = NULL", None),
        ("NULL <> 1", None),
        ("1 = 1 OR NULL = 1", True),
        ("1 = 0 AND NULL = 1", False),
        ("1 = 1 AND NULL = 1", None),
        ("NOT (1 = 1)", False),
        ("NULL IS NULL", True),
        ("1 IS NOT NULL", True),
        ("1 !< 1", True),
        ("1 !> 0", False),
        ("1 != 2", True),
        ("2 BETWEEN 1 AND 3", True),
        ("2 NOT BETWEEN 1 AND 3", False),
        ("2 BETWEEN 3 AND 1", False),
        ("NULL BETWEEN 1 AND 3", None),
        ("1 IN (1, 2)", True),
        ("1 NOT IN (2, 3)", True),
        ("1 IN (2, NULL)", None),
        ("1 NOT IN (2, NULL)", None),
        ("'B' IN ('a', 'b')", True),
        ("1 IN ('1', '2')", True),
        ("1.0 IN (1, 2)", True),
        ("NULL IS NOT DISTINCT FROM NULL", True),
        ("1 IS DISTINCT FROM NULL", True),
        ("'a' IS DISTINCT FROM 'A'", False),
        ("EXISTS (SELECT 1 WHERE 1 = 0)", False),
        ("1.10 = 1.1", True),
        ("CAST('2024-01-01' AS date) = '2024-01-01 00:00:00'", True),
        ("CAST('2024-01-01 12:00 +02:00' AS datetimeoffset) = CAST('2024-01-01 10:00 +00:00' AS datetimeoffset)", True),
        ("CAST('2024-01-01' AS datetime) < CAST('2024-01-01 00:00:00.001' AS datetime2)", True),
        ("0x01 < 0x02", True),
        ("CAST(1 AS bit) = 'true'", True),
    ],
)
def test_conditions_are_true_false_or_unknown(ask: Asker, condition: str, result: bool | None) -> None:
    """Three-valued logic and the collation; page "Collation and Unicode support"."""
    assert holds(ask, condition) is result


@pytest.mark.parametrize(
    ("condition", "result"),
    [
        ("'Robert King' LIKE '% King'", True),
        # Page "LIKE (Transact-SQL)": blanks at the end matter for Unicode alone.
        ("CAST('Robert King' AS char(30)) LIKE '% King'", True),
        ("CAST(N'Robert King' AS nchar(30)) LIKE N'% King'", False),
        ("'abc' LIKE 'A_C'", True),
        ("'abc' LIKE '[A-C]bc'", True),
        ("'abc' LIKE '[^a]bc'", False),
        ("'5%' LIKE '5[%]'", True),
        ("'50' LIKE '5[%]'", False),
        ("'_n' LIKE '[_]n'", True),
        ("'a-b' LIKE 'a[x-]b'", True),
        ("'100%' LIKE '100!%' ESCAPE '!'", True),
        ("'100x' LIKE '100!%' ESCAPE '!'", False),
        ("'abc' NOT LIKE 'x%'", True),
        ("'abc' LIKE NULL", None),
        ("'a.c' LIKE 'a.c' AND 'abc' NOT LIKE 'a.c'", True),
        ("'line1' + CHAR(10) + 'line2' LIKE '%line2'", True),
        ("12345 LIKE '12%'", True),
        ("N'日本語' LIKE N'日%'", True),
        ("'abc' LIKE '[abc'", False),
        ("'x' LIKE ''", False),
        ("'' LIKE '%'", True),
    ],
)
def test_patterns_match_as_documented(ask: Asker, condition: str, result: bool | None) -> None:
    """Page "LIKE (Transact-SQL)"."""
    assert holds(ask, condition) is result


@pytest.mark.parametrize(
    ("condition", "result"),
    [
        ("'abc' COLLATE Latin1_General_CS_AS = 'ABC'", False),
        ("'abc' COLLATE SQL_Latin1_General_CP1_CI_AS = 'ABC'", True),
        ("'abc' = 'ABC' COLLATE DATABASE_DEFAULT", True),
        ("N'é' COLLATE Latin1_General_CI_AI = 'E'", True),
        ("N'é' COLLATE Latin1_General_100_CS_AI = 'E'", False),
        ("'a' COLLATE Latin1_General_BIN2 > 'B'", True),
        ("'abc' COLLATE Latin1_General_CS_AS LIKE 'A%'", False),
        ("N'Éa' COLLATE Latin1_General_CI_AI LIKE 'e%'", True),
        ("'b' COLLATE Latin1_General_CS_AS IN ('B', 'c')", False),
    ],
)
def test_other_collations_change_comparisons(ask: Asker, condition: str, result: bool) -> None:
    """COLLATE decides about case and accents where it stands."""
    assert holds(ask, condition) is result


def test_collations_that_are_not_there_are_refused(ask: Asker) -> None:
    """Nothing is compared under rules that the demo does not have."""
    with pytest.raises(UnsupportedError, match="Latin1_General"):
        ask("SELECT 1 WHERE 'i' = 'I' COLLATE Turkish_CI_AS")
    with pytest.raises(UnsupportedError, match="inside functions"):
        ask("SELECT REPLACE('a' COLLATE Latin1_General_CS_AS, 'A', 'x')")
    with pytest.raises(QueryError, match="collation conflict") as caught:
        ask("SELECT 1 WHERE 'a' COLLATE Latin1_General_CS_AS = 'A' COLLATE Latin1_General_BIN")
    assert caught.value.number == 468
    with pytest.raises(QueryError, match="invalid for COLLATE"):
        ask("SELECT 5 COLLATE Latin1_General_CS_AS")


def test_collations_order_and_group(ask: Asker) -> None:
    """COLLATE holds for ORDER BY, GROUP BY and DISTINCT as well."""
    source = "(VALUES ('b'), ('B'), ('a'), ('A')) AS t(x)"
    assert ask.rows(f"SELECT DISTINCT COUNT(*) FROM {source} GROUP BY x") == [(2,)]
    assert ask.rows(f"SELECT COUNT(*) FROM {source} GROUP BY x COLLATE Latin1_General_CS_AS") == [(1,)] * 4
    ordered = ask.rows(f"SELECT x FROM {source} ORDER BY x COLLATE Latin1_General_CS_AS")
    assert [x for (x,) in ordered] == ["a", "A", "b", "B"]
    ordered = ask.rows(f"SELECT x FROM {source} ORDER BY x COLLATE Latin1_General_BIN")
    assert [x for (x,) in ordered] == ["A", "B", "a", "b"]


@pytest.mark.parametrize(
    ("condition", "result"),
    [
        ("5 > ALL (SELECT v FROM (VALUES (1), (4)) AS t(v))", True),
        ("5 > ALL (SELECT v FROM (VALUES (1), (6)) AS t(v))", False),
        ("5 > ALL (SELECT v FROM (VALUES (1), (NULL)) AS t(v))", None),
        ("5 > ALL (SELECT v FROM (VALUES (9), (NULL)) AS t(v))", False),
        ("5 > ALL (SELECT 1 WHERE 1 = 0)", True),
        ("5 = ANY (SELECT v FROM (VALUES (1), (5)) AS t(v))", True),
        ("5 = SOME (SELECT v FROM (VALUES (1), (4)) AS t(v))", False),
        ("5 = ANY (SELECT v FROM (VALUES (1), (NULL)) AS t(v))", None),
        ("5 = ANY (SELECT 1 WHERE 1 = 0)", False),
        ("5 IN (SELECT v FROM (VALUES (1), (5)) AS t(v))", True),
        ("5 NOT IN (SELECT v FROM (VALUES (1), (NULL)) AS t(v))", None),
        ("'Germany' IN (SELECT UPPER(name) FROM sales.countries)", True),
        ("'a' COLLATE Latin1_General_CS_AS IN (SELECT 'A')", False),
    ],
)
def test_quantifiers_know_the_unknown(ask: Asker, condition: str, result: bool | None) -> None:
    """Page "SOME | ANY" and "ALL (Transact-SQL)"."""
    assert holds(ask, condition) is result


@pytest.mark.parametrize(
    ("sql", "number"),
    [
        ("SELECT 1 WHERE 1", 4145),
        ("SELECT order_id FROM sales.orders WHERE note", 4145),
        ("SELECT CASE WHEN 1 THEN 2 END", 4145),
        ("SELECT (1 = 1)", 102),
        ("SELECT 1 WHERE 1 IN (SELECT 1, 2)", 116),
        ("SELECT 1 WHERE 1 > ALL (SELECT 1, 2)", 116),
        ("SELECT 1 WHERE CAST('<a/>' AS xml) = CAST('<a/>' AS xml)", 402),
    ],
)
def test_what_is_no_condition_is_refused(ask: Asker, sql: str, number: int) -> None:
    """A value is no condition, and a condition no value."""
    with pytest.raises(QueryError) as caught:
        ask(sql)
    assert caught.value.number == number
