"""Arithmetic: SQL Server's types, scales, rounding and overflows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mssql_mcp.errors import QueryError, UnsupportedError

if TYPE_CHECKING:
    from conftest import Asker


@pytest.mark.parametrize(
    ("expression", "type_", "value"),
    [
        ("7 / 2", "int", "3"),
        ("-7 / 2", "int", "-3"),
        ("7 % 3", "int", "1"),
        ("-7 % 3", "int", "-1"),
        ("1.0 / 3", "decimal(7,6)", "0.333333"),
        ("2.0 / 3", "decimal(7,6)", "0.666666"),
        ("2 / 3.0", "decimal(8,6)", "0.666666"),
        ("10 / 4.0", "decimal(9,6)", "2.500000"),
        ("1.00 + 2.5", "decimal(4,2)", "3.50"),
        ("1.5 * 2.25", "decimal(6,3)", "3.375"),
        ("12.5 % 4", "decimal(2,1)", "0.5"),
        ("CAST(1 AS smallint) + CAST(2 AS tinyint)", "smallint", "3"),
        ("2147483648", "decimal(10,0)", "2147483648"),
        ("CAST(2147483647 AS bigint) + 1", "bigint", "2147483648"),
        ("0.5", "decimal(1,1)", "0.5"),
        (".50", "decimal(2,2)", "0.50"),
        ("1e3 / 8", "float", "125.0"),
        ("5 & 3", "int", "1"),
        ("5 | 3", "int", "7"),
        ("5 ^ 3", "int", "6"),
        ("~5", "int", "-6"),
        ("~CAST(1 AS bit)", "bit", "False"),
        ("~CAST(1 AS tinyint)", "tinyint", "254"),
        ("-(-3)", "int", "3"),
        ("2 + 3 * 4", "int", "14"),
        ("'2' + 3", "int", "5"),
        ("'a' + 'b'", "varchar(2)", "ab"),
        ("N'a' + 'b'", "nvarchar(2)", "ab"),
        ("'a' + NULL", "varchar(2)", "None"),
        ("NULL + 1", "int", "None"),
        ("0x01 + 0x02", "varbinary(2)", r"b'\x01\x02'"),
    ],
)
def test_operators_have_their_type_and_value(ask: Asker, expression: str, type_: str, value: str) -> None:
    """Types of results and the digits that they show; pages "+ (Addition)" and "Data type precedence"."""
    assert ask.type(expression) == type_
    assert str(ask.value(expression)) == value


@pytest.mark.parametrize(
    ("expression", "type_", "value"),
    [
        # The examples of the page itself.
        (
            "CAST(0.0000009000 AS decimal(30,20)) * CAST(1.0000000000 AS decimal(30,20))",
            "decimal(38,17)",
            "0.00000090000000000",
        ),
        ("CAST(0.0000009000 AS decimal(30,10)) * CAST(1.0000000000 AS decimal(30,10))", "decimal(38,6)", "0.000001"),
        ("CAST(1 AS decimal(38,2)) + CAST(1 AS money)", "decimal(38,2)", "2.00"),
        ("CAST(10 AS decimal(10,2)) / CAST(3 AS decimal(10,2))", "decimal(23,13)", "3.3333333333333"),
        ("CAST(1 AS int) / CAST(3 AS decimal(10,0))", "decimal(21,11)", "0.33333333333"),
        ("CAST(99999999999999999999 AS decimal(20,0)) + 1", "decimal(21,0)", "100000000000000000000"),
        ("CAST(-5 AS decimal(20,2)) - CAST(2.5 AS decimal(20,2))", "decimal(21,2)", "-7.50"),
        ("-CAST(5 AS decimal(20,2))", "decimal(20,2)", "-5.00"),
        ("CAST(7 AS decimal(20,2)) % 4", "decimal(3,2)", "3.00"),
    ],
)
def test_decimals_follow_the_documented_scales(ask: Asker, expression: str, type_: str, value: str) -> None:
    """Page "Precision, scale, and length (Transact-SQL)"."""
    assert ask.type(expression) == type_
    assert f"{ask.value(expression):f}" == value


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("$12.50", "12.5000"),
        ("-$3", "-3.0000"),
        ("$1 + 2", "3.0000"),
        ("$10 / 3", "3.3333"),
        ("$20 / 3", "6.6666"),
        ("$100 / $339 * $10000", "2949.0000"),
        ("$1.5 * $2", "3.0000"),
        ("CAST(1.23456 AS money)", "1.2346"),
        ("CAST('1,234.5' AS money)", "1234.5000"),
        ("$7 % $4", "3.0000"),
    ],
)
def test_money_has_four_digits(ask: Asker, expression: str, value: str) -> None:
    """Division of money is cut after four digits; page "money and smallmoney (Transact-SQL)"."""
    assert ask.type(expression) == "money"
    assert str(ask.value(expression)) == value


@pytest.mark.parametrize(
    ("expression", "number", "words"),
    [
        ("1 / 0", 8134, "Divide by zero error encountered"),
        ("1.0 / 0", 8134, "Divide by zero"),
        ("1 % 0", 8134, "Divide by zero"),
        ("$1 / 0", 8134, "Divide by zero"),
        ("1e0 / 0", 8134, "Divide by zero"),
        ("order_id / (order_id - order_id) FROM sales.orders", 8134, "Divide by zero"),
        ("2147483647 + 1", 8115, "converting expression to data type int"),
        ("1000000 * 1000000", 8115, "converting expression to data type int"),
        ("CAST(200 AS tinyint) + CAST(100 AS tinyint)", 8115, "data type tinyint"),
        ("CAST(9223372036854775807 AS bigint) + 1", 8115, "data type bigint"),
        ("SUM(order_id * 1000) FROM sales.orders", 8115, "data type int"),
        ("CAST(99999999999999999999999999999999999999 AS decimal(38,0)) * 10", 8115, "data type numeric"),
        ("1e308 * 10", 8115, "data type float"),
        ("CAST(1 AS bit) + CAST(1 AS bit)", 8117, "bit is invalid for add operator"),
        ("CAST('2024-01-01' AS date) + 1", 206, "date is incompatible with int"),
        ("'a' - 'b'", 402, "incompatible in the subtract operator"),
        ("1e0 % 2", 402, "incompatible in the modulo operator"),
        ("-'a'", 8117, "invalid for minus operator"),
        ("'a' + 1", 245, "converting the varchar value 'a' to data type int"),
        ("123456789012345678901234567890123456789", 1007, "out of the range"),
        ("1e400", 168, "out of the range of computer representation"),
    ],
)
def test_what_cannot_be_worked_out_says_so(ask: Asker, expression: str, number: int, words: str) -> None:
    """SQL Server's numbers and words."""
    with pytest.raises(QueryError, match=words) as caught:
        ask(f"SELECT {expression}")
    assert caught.value.number == number


def test_an_error_waits_until_it_is_reached(ask: Asker) -> None:
    """What a CASE does not come to is not worked out."""
    assert ask.value("CASE WHEN 1 = 0 THEN 1 / 0 ELSE 5 END") == 5
    assert ask.value("CASE WHEN 1 = 0 THEN CAST('x' AS int) ELSE 5 END") == 5


def test_days_are_added_to_datetime(ask: Asker) -> None:
    """The old types take numbers as days; page "+ (Addition)"."""
    assert str(ask.value("CAST('2024-01-31' AS datetime) + 1")) == "2024-02-01 00:00:00"
    assert str(ask.value("CAST('2024-01-31' AS datetime) - 0.5")) == "2024-01-30 12:00:00"
    assert str(ask.value("GETDATE() - 7")) == "2025-06-24 12:34:56.790000"


def test_one_rank_of_operators_needs_parentheses(ask: Asker) -> None:
    """sqlglot groups & otherwise than T-SQL does: refused, not answered wrongly; page "Operator precedence"."""
    with pytest.raises(UnsupportedError, match="needs parentheses"):
        ask("SELECT 1 + 2 & 3")
    assert ask.value("(1 + 2) & 3") == 3


@pytest.mark.parametrize("count", [3, 60, 400])
def test_long_chains_are_translated(ask: Asker, count: int) -> None:
    """Programs write long sums of characters and long conditions."""
    assert ask.value(" + ".join(["'ab'"] * count)) == "ab" * count
    condition = " OR ".join(f"order_id = {10_000 + number}" for number in range(1, count + 1))
    assert ask.one(f"SELECT COUNT(*) FROM sales.orders WHERE {condition}") == count
