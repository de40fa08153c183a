"""Types that names tell."""

from __future__ import annotations

from mssql_mcp.catalog.map_types import MOST_CHARACTERS, TypeRules


def test_frequent_ends_and_beginnings_tell_a_type() -> None:
    """What saves characters becomes a rule; types that a word has only sometimes do not."""
    columns = [(f"{word}Date", "datetime") for word in ("Ship", "Due", "Paid", "Made", "Seen", "Told")]
    columns += [(f"Is{word}", "bit") for word in ("Open", "Paid", "Late", "Main", "New", "Old", "Good", "Bad")]
    columns += [("FirstName", "nvarchar(50)"), ("LastName", "nvarchar(60)"), ("X", "int")]
    rules = TypeRules.among(columns)
    assert rules.ends == {"date": "dt"}
    assert rules.beginnings == {"is": "bit"}
    assert rules.text() == "-date dt; is- bit"


def test_the_longest_end_counts_and_ends_come_first() -> None:
    """Case is ignored; a beginning counts where no end fits."""
    rules = TypeRules({"id": "int", "guid": "guid"}, {"is": "bit"})
    assert rules.type_of("OrderID") == "int"
    assert rules.type_of("row_GUID") == "guid"
    assert rules.type_of("IsValid") == "int"
    assert rules.type_of("is_open") == "bit"
    assert rules.type_of("Open") is None


def test_rules_are_few() -> None:
    """All rules together stay short, however many words there are."""
    words = [f"{chr(97 + n % 26)}{chr(97 + n // 26)}word" for n in range(200)]
    rules = TypeRules.among([(f"{n} {word}", "nvarchar(50)") for word in words for n in range(9)])
    assert len(rules.ends) > 5
    assert len(rules.text()) <= MOST_CHARACTERS
    assert TypeRules.among([]).text() == ""
