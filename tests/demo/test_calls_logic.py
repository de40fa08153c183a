"""Functions that choose between values."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mssql_mcp.errors import QueryError

if TYPE_CHECKING:
    from conftest import Asker


@pytest.mark.parametrize(
    ("expression", "type_", "value"),
    [
        ("ISNULL(NULL, 'x')", "varchar(1)", "x"),
        # ISNULL keeps the first one's type: characters are cut.
        ("ISNULL(CAST(NULL AS varchar(2)), 'abcdef')", "varchar(2)", "ab"),
        ("ISNULL(CAST(NULL AS int), '5')", "int", "5"),
        ("ISNULL(CAST(NULL AS decimal(5,1)), 2.55)", "decimal(5,1)", "2.6"),
        ("COALESCE(NULL, CAST(NULL AS varchar(2)), 'abcdef')", "varchar(6)", "abcdef"),
        ("COALESCE(NULL, 1, 2.5)", "decimal(2,1)", "1.0"),
        ("COALESCE(NULL, '7', 1)", "int", "7"),
        ("NULLIF(4, 4)", "int", "None"),
        ("NULLIF('a', 'A')", "varchar(1)", "None"),
        ("NULLIF(5, 7)", "int", "5"),
        ("IIF(3 > 4, 'A', 'BCD')", "varchar(3)", "BCD"),
        ("IIF(NULL > 4, 1, 2.5)", "decimal(2,1)", "2.5"),
        ("IIF(1 = 1, NULL, 'x')", "varchar(1)", "None"),
        ("CHOOSE(2, 'Manager', 'Director')", "varchar(8)", "Director"),
        ("CHOOSE(5, 1, 2)", "int", "None"),
        ("CHOOSE(NULL, 1, 2)", "int", "None"),
        ("CASE WHEN 1 = 2 THEN 'x' END", "varchar(1)", "None"),
        ("CASE 2 WHEN 1 THEN 'one' WHEN 2 THEN 'two' ELSE 'many' END", "varchar(4)", "two"),
        ("CASE NULL WHEN NULL THEN 1 ELSE 2 END", "int", "2"),
        ("CASE WHEN 1 = 1 THEN 1 ELSE 2.50 END", "decimal(3,2)", "1.00"),
        ("CASE 'b' WHEN 'B' THEN 1 END", "int", "1"),
        ("GREATEST('6.62', 3.1415, N'7')", "decimal(5,4)", "7.0000"),
        ("LEAST('6.62', 3.1415, N'7')", "decimal(5,4)", "3.1415"),
        ("GREATEST('Glacier', N'Joshua Tree', 'Mount Rainier')", "nvarchar(13)", "Mount Rainier"),
        ("GREATEST(NULL, 3, 1)", "int", "3"),
        ("LEAST(NULL, 3, 1)", "int", "1"),
        ("GREATEST(NULL, 'b', 'A')", "varchar(1)", "b"),
    ],
)
def test_the_right_value_in_the_right_type(ask: Asker, expression: str, type_: str, value: str) -> None:
    """Pages "ISNULL", "COALESCE", "NULLIF", "IIF", "CHOOSE", "CASE", "GREATEST" and "LEAST (Transact-SQL)"."""
    assert ask.type(expression) == type_
    assert str(ask.value(expression)) == value


@pytest.mark.parametrize(
    ("expression", "number"),
    [
        ("COALESCE(NULL, NULL)", 4127),
        ("CASE WHEN 1 = 1 THEN NULL END", 8133),
        ("IIF(1 = 1, NULL, NULL)", 8133),
        ("NULLIF(NULL, 1)", 4151),
        ("ISNULL(1)", 174),
        ("ISNULL(CAST(NULL AS int), 'x')", 245),
        ("CASE WHEN 1 = 1 THEN 'x' ELSE 1 END", 245),
    ],
)
def test_what_has_no_type_is_refused(ask: Asker, expression: str, number: int) -> None:
    """SQL Server's numbers."""
    with pytest.raises(QueryError) as caught:
        ask(f"SELECT {expression}")
    assert caught.value.number == number
