"""Names are compared as a server may, and globs match their parts."""

from __future__ import annotations

import pytest

from mssql_mcp.gate.names import (
    could_match,
    dotted,
    first_match,
    first_possible_match,
    fold,
    is_plain,
    matches,
    matches_parts,
    split_name,
)


def test_case_and_trailing_spaces_do_not_tell_names_apart() -> None:
    """Two spellings that a server can hold for one name fold to the same."""
    assert fold("Straße ") == fold("STRASSE")
    assert fold(" a") != fold("a")
    assert is_plain("ssn")
    assert not is_plain("ｓｓｎ")


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("a", ("a",)),
        ("a.b.c", ("a", "b", "c")),
        ("[a.b].[c]]d]", ("a.b", "c]d")),
        ('"a""b".c*', ('a"b', "c*")),
        ("a..b", ("a", "", "b")),
        (" a . b ", ("a", "b")),
    ],
)
def test_names_are_split_at_their_dots(name: str, parts: tuple[str, ...]) -> None:
    """Delimiters protect dots, as in T-SQL."""
    assert split_name(name) == parts


@pytest.mark.parametrize("name", ["[a", "a]b", 'a"b', "[a]b", '"a'])
def test_what_is_no_name_is_refused(name: str) -> None:
    """A glob that is not written properly is an error, not a rule that never matches."""
    with pytest.raises(ValueError, match="not a dotted name"):
        split_name(name)


@pytest.mark.parametrize(
    ("glob", "name", "expected"),
    [("*", "", True), ("s*", "SALES", True), ("s?les", "sales", True), ("s?les", "sles", False), ("a.b", "axb", False)],
)
def test_globs_know_two_signs(glob: str, name: str, expected: bool) -> None:
    """`*` stands for any characters, `?` for one, everything else for itself."""
    assert matches(glob, name) is expected


def test_dotted_globs_are_aligned_at_the_last_part() -> None:
    """A glob with fewer parts matches in every schema and database."""
    assert matches_parts("staff", ("shop", "hr", "staff"))
    assert matches_parts("hr.*", ("shop", "hr", "staff"))
    assert not matches_parts("shop.hr.staff", ("hr", "staff"))
    assert first_match(("x", "hr.s*", "*"), ("hr", "staff")) == "hr.s*"
    assert first_match((), ("a",)) is None
    assert dotted(("a", "", "b")) == "a..b"


@pytest.mark.parametrize(
    ("glob", "name"),
    [
        ("secret", "Ｓecret"),
        ("secret", "sécret"),
        ("secret", "se\u0301cret"),
        ("secret", "sec\U0001f600ret"),
        ("secret", "\u200bsecret\x7f"),
        ("secret", "secret\u3000"),
        ("secret", "\U0001d42cecret"),
        ("password*", "PAßWORDS"),
        ("file", "\ufb01le"),
        ("straße", "strasse"),
        ("größe", "groesse"),
        ("hr", "ħr"),
        ("カナ", "かな"),
        ("顧*", "顧客"),
        ("a?c", "aéc"),
    ],
)
def test_another_spelling_that_a_collation_takes_for_the_same_could_match(glob: str, name: str) -> None:
    """Width, accents, ligatures, kana and characters without a weight do not hide a name from a rule that denies."""
    assert could_match(glob, name)
    assert first_possible_match(("x", f"dbo.{glob}"), ("dbo", name)) == f"dbo.{glob}"


@pytest.mark.parametrize(
    ("glob", "name"),
    [
        ("secret", "secrets"),
        ("secret", "顧客"),
        ("secret", "Секрет"),
        ("secret", "Verträge"),
        ("xp_*", "Ölpreise"),
        ("sp_*", "Événements"),
        ("xp_*", "\U0001f600\U0001f600\U0001f600"),
        ("größe", "grüße"),
    ],
)
def test_names_of_other_languages_are_not_taken_for_everything(glob: str, name: str) -> None:
    """A letter with a weight of its own stays that letter."""
    assert not could_match(glob, name)
