"""What each type's values can tell."""

from __future__ import annotations

import pytest

from mssql_mcp.catalog.profile_columns import FACTS, NAMES, as_text, facts_of


@pytest.mark.parametrize(
    ("kind", "known", "unknown"),
    [
        ("int", {"distinct", "average", "minimum"}, {"max_length", "empty"}),
        ("decimal(9,2)", {"average"}, {"empty"}),
        ("datetime2(3)", {"minimum", "maximum"}, {"average"}),
        ("nvarchar(50)", {"distinct", "max_length", "empty"}, {"average"}),
        ("nvarchar(max)", {"max_length", "empty"}, {"distinct", "minimum"}),
        ("varbinary(16)", {"max_bytes"}, {"distinct", "minimum"}),
        ("uniqueidentifier", {"distinct"}, {"minimum"}),
        ("bit", {"distinct"}, {"minimum", "average"}),
        ("xml", {"values"}, {"distinct", "minimum"}),
        ("geography", {"values"}, {"distinct"}),
        ("dbo.Point", {"values"}, {"distinct"}),
    ],
)
def test_a_type_tells_what_the_server_can_compute(kind: str, known: set[str], unknown: set[str]) -> None:
    """Only what T-SQL allows for the type is asked."""
    facts = set(facts_of(kind))
    assert known <= facts
    assert not facts & unknown
    assert facts <= set(FACTS)


def test_values_as_text() -> None:
    """Moments are written in ISO form whatever the language, others as they are cast."""
    assert as_text("[d]", "datetime", 30) == "CONVERT(nvarchar(30), [d], 121)"
    assert as_text("[n]", "int", 30) == "CAST([n] AS nvarchar(30))"
    assert set(NAMES) <= set(FACTS)
