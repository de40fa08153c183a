"""A parameter is what was typed: a number, a text, nothing, or a value of a stated type."""

from __future__ import annotations

from decimal import Decimal

import pytest

from mssql_mcp.cli.parameters import read_parameters
from mssql_mcp.errors import ValidationError


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("5", 5),
        ("1.5", 1.5),
        ("-0.1", -0.1),
        ("1e3", 1000.0),
        ("123456789012345.6", Decimal("123456789012345.6")),
        ("12345678901234567890.12", Decimal("12345678901234567890.12")),
        ("0.00000000000000000001", 1e-20),
        ("12345678901234567890", 12345678901234567890),
        ("9" * 5000, "9" * 5000),
        ("true", True),
        ("null", None),
        ("", ""),
        ('"5"', "5"),
        ("2024-05-01", "2024-05-01"),
        ("a=b", "a=b"),
        ("[1]", "[1]"),
        ('{"value": 1, "type": "int"}', '{"value": 1, "type": "int"}'),
    ],
)
def test_values_are_what_json_says_and_else_text(written: str, value: object) -> None:
    """No digit is lost: a number that a float would round is a decimal."""
    (read,) = read_parameters([f"@a={written}"]).values()
    assert (type(read), read) == (type(value), value)


@pytest.mark.parametrize(
    ("written", "value", "type_name"),
    [
        ("a:date=2024-05-01", "2024-05-01", "date"),
        ("a:decimal(10,2)=1.50", "1.50", "decimal(10,2)"),
        ("a:int=null", None, "int"),
        ("a:nvarchar(9)=null", "null", "nvarchar(9)"),
        ("a:nvarchar=x:y=z", "x:y=z", "nvarchar"),
    ],
)
def test_a_type_stands_behind_a_colon(written: str, value: object, type_name: str) -> None:
    """Its value is the rest as it stands; null is NULL but for texts."""
    assert read_parameters([written]) == {"a": {"value": value, "type": type_name}}


def test_a_colon_in_a_value_is_no_type() -> None:
    """A type stands before the first equals sign."""
    assert read_parameters(["at=10:30"]) == {"at": "10:30"}


@pytest.mark.parametrize("written", [["a"], ["=1"], ["@=1"], ["a:=1"], [":int=1"], ["a=1", "A=2"], ["a=1", "@a=1"]])
def test_what_is_no_parameter_is_refused(written: list[str]) -> None:
    """Also a name that was given twice, of which one would be lost."""
    with pytest.raises(ValidationError) as caught:
        read_parameters(written)
    assert caught.value.code == "input.parameter"
