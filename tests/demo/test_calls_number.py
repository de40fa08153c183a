"""Mathematical functions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mssql_mcp.errors import QueryError, UnsupportedError

if TYPE_CHECKING:
    from conftest import Asker


@pytest.mark.parametrize(
    ("expression", "type_", "text"),
    [
        ("ABS(-1.0)", "decimal(2,1)", "1.0"),
        ("ABS(-5)", "int", "5"),
        ("ABS($-5)", "money", "5.0000"),
        ("CEILING(123.45)", "decimal(5,0)", "124"),
        ("CEILING(-123.45)", "decimal(5,0)", "-123"),
        ("FLOOR(-123.45)", "decimal(5,0)", "-124"),
        ("CEILING($123.45)", "money", "124.0000"),
        ("CEILING($-123.45)", "money", "-123.0000"),
        ("FLOOR($123.45)", "money", "123.0000"),
        ("FLOOR(1.9e0)", "float", "1.0"),
        ("CEILING(5)", "int", "5"),
        ("ROUND(123.9994, 3)", "decimal(7,4)", "123.9990"),
        ("ROUND(123.9995, 3)", "decimal(7,4)", "124.0000"),
        ("ROUND(123.4545, 2)", "decimal(7,4)", "123.4500"),
        ("ROUND(123.45, -2)", "decimal(5,2)", "100.00"),
        ("ROUND(150.75, 0)", "decimal(5,2)", "151.00"),
        ("ROUND(150.75, 0, 1)", "decimal(5,2)", "150.00"),
        ("ROUND(748.58, -4)", "decimal(5,2)", "0.00"),
        ("ROUND(748.58, -1)", "decimal(5,2)", "750.00"),
        ("ROUND(CAST(748.58 AS decimal(6,2)), -3)", "decimal(6,2)", "1000.00"),
        ("ROUND(-2.5, 0)", "decimal(2,1)", "-3.0"),
        ("ROUND(1250, -2)", "int", "1300"),
        ("ROUND(1250, 2)", "int", "1250"),
        ("ROUND(2.675e0, 2)", "float", "2.68"),
        ("ROUND($12.3456, 2)", "money", "12.3500"),
        ("POWER(2, 10)", "int", "1024"),
        ("POWER(2, -100.0)", "int", "0"),
        ("POWER(2.0, -100.0)", "decimal(38,1)", "0.0"),
        ("POWER(2.0, 3)", "decimal(38,1)", "8.0"),
        ("POWER(CAST(2.5 AS float), 3)", "float", "15.625"),
        ("SQRT(16)", "float", "4.0"),
        ("SQUARE(3)", "float", "9.0"),
        ("SIGN(-125)", "int", "-1"),
        ("SIGN(0.0)", "decimal(1,1)", "0.0"),
        ("SIGN($5)", "money", "1.0000"),
        ("SIGN(-2e0)", "float", "-1.0"),
        ("PI()", "float", "3.141592653589793"),
        ("EXP(0)", "float", "1.0"),
        ("LOG(EXP(1e0))", "float", "1.0"),
        ("LOG(8, 2)", "float", "3.0"),
        ("LOG10(1000)", "float", "3.0"),
        ("DEGREES(PI())", "float", "180.0"),
        ("DEGREES(3)", "int", "171"),
        ("RADIANS(180e0)", "float", "3.141592653589793"),
        ("SIN(0)", "float", "0.0"),
        ("COS(0)", "float", "1.0"),
        ("ATN2(0, 1)", "float", "0.0"),
        ("ROUND(COT(1), 6)", "float", "0.642093"),
        ("ISNUMERIC('12.5')", "int", "1"),
        ("ISNUMERIC('1e5')", "int", "1"),
        ("ISNUMERIC('$1,000')", "int", "1"),
        ("ISNUMERIC('abc')", "int", "0"),
        ("ISNUMERIC('')", "int", "0"),
        ("ISNUMERIC('-')", "int", "1"),
        ("ISNUMERIC(5)", "int", "1"),
        ("BIT_COUNT(7)", "bigint", "3"),
        ("BIT_COUNT(-1)", "bigint", "32"),
        ("ABS(NULL)", "float", "None"),
        ("ROUND(NULL, 2)", "float", "None"),
        ("ABS('-5')", "float", "5.0"),
    ],
)
def test_functions_answer_as_documented(ask: Asker, expression: str, type_: str, text: str) -> None:
    """Pages of the functions: their examples and return types."""
    assert ask.type(expression) == type_
    assert str(ask.value(expression)) == text


def test_wide_decimals_go_through_every_function(ask: Asker) -> None:
    """Decimals of more than 18 digits are kept otherwise; the functions must not tell."""
    wide = "CAST('-12345678901234567890.555' AS decimal(30,3))"
    assert ask.text(f"ABS({wide})") == "12345678901234567890.555"
    assert ask.text(f"FLOOR({wide})") == "-12345678901234567891"
    assert ask.text(f"CEILING({wide})") == "-12345678901234567890"
    assert ask.text(f"ROUND({wide}, 1)") == "-12345678901234567890.600"
    assert ask.text(f"SIGN({wide})") == "-1.000"
    assert ask.text(f"CAST({wide} AS varchar(40))") == "-12345678901234567890.555"
    assert ask.text(f"CAST({wide} AS decimal(38,5))") == "-12345678901234567890.55500"
    assert ask.value(f"CAST({wide} AS float)") == -12345678901234567890.555
    assert ask.value(f"IIF({wide} < 0, 'less', 'more')") == "less"
    assert ask.text(f"ISNULL(NULL, {wide})") == "-12345678901234567890.555"


def test_wide_decimals_sort_and_group(ask: Asker) -> None:
    """Their stored form compares as the numbers do."""
    sql = "SELECT v FROM (VALUES (CAST(-3 AS decimal(20,1))), (10), (2.5), (-20), (2.5)) AS t(v)"
    assert [f"{v}" for (v,) in ask.rows(sql + " ORDER BY v")] == ["-20.0", "-3.0", "2.5", "2.5", "10.0"]
    assert ask.one(f"SELECT COUNT(DISTINCT v) FROM ({sql}) AS s") == 4
    assert str(ask.one(f"SELECT MAX(v) FROM ({sql}) AS s")) == "10.0"
    assert str(ask.one(f"SELECT SUM(v) FROM ({sql}) AS s")) == "-8.0"
    assert str(ask.one(f"SELECT AVG(v) FROM ({sql}) AS s")) == "-1.600000"


@pytest.mark.parametrize(
    ("expression", "number"),
    [
        ("ROUND(748.58, -3)", 8115),
        ("ABS(CAST(-2147483648 AS int))", 8115),
        ("SQRT(-1)", 3623),
        ("LOG(0)", 3623),
        ("LOG(-1)", 3623),
        ("ACOS(2)", 3623),
        ("POWER(2, 31)", 232),
        ("EXP(1000)", 8115),
        ("ABS(GETDATE())", 8116),
        ("ABS('x')", 8114),
        ("SQRT()", 174),
    ],
)
def test_wrong_calls_have_the_server_s_numbers(ask: Asker, expression: str, number: int) -> None:
    """Domain errors, overflows and arguments of a wrong type."""
    with pytest.raises(QueryError) as caught:
        ask(f"SELECT {expression}")
    assert caught.value.number == number


def test_random_values_are_random(ask: Asker) -> None:
    """NEWID differs by row, RAND by statement; a seed is refused, for SQL Server's sequence is its own."""
    assert ask.one("SELECT COUNT(DISTINCT x) FROM (SELECT NEWID() AS x FROM sales.countries) AS t") == 22
    assert ask.one("SELECT COUNT(DISTINCT x) FROM (SELECT RAND() AS x FROM sales.countries) AS t") == 1
    assert 0 <= ask.value("RAND()") < 1
    assert len(ask.rows("SELECT TOP 5 name FROM sales.countries ORDER BY NEWID()")) == 5
    with pytest.raises(UnsupportedError, match="seed"):
        ask("SELECT RAND(5)")
