"""Connection strings survive reading and writing, whatever their values hold, and never show a secret."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mssql_mcp.errors import ConfigurationError
from mssql_mcp.settings.odbc import ConnectionString, parse, quoted

values = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1, max_size=30)
keywords = st.sampled_from(["UID", "PWD", "Database", "APP", "HostnameInCertificate"])


@given(st.lists(st.tuples(keywords, values), max_size=6))
def test_every_value_survives_writing_and_reading(pairs: list[tuple[str, str]]) -> None:
    """A value with semicolons, braces, quotes or spaces comes back as it was."""
    string = ConnectionString(tuple(pairs))
    assert parse(string.reveal()) == string


@given(values)
def test_no_value_breaks_out_of_its_keyword(value: str) -> None:
    """A hostile value adds no keyword of its own."""
    read = parse(ConnectionString((("PWD", value), ("Encrypt", "yes"))).reveal())
    assert [key for key, _ in read.pairs] == ["PWD", "Encrypt"]


def test_braces_are_doubled() -> None:
    """ODBC's escape of a closing brace inside a value is two of them."""
    assert quoted("PWD", "a}b;c{d=") == "{a}}b;c{d=}"


def test_a_plain_value_stays_plain() -> None:
    """Braces are written only where they are needed."""
    assert ConnectionString((("Server", "db.example.com,1433"), ("Database", "sales"))).reveal() == (
        "Server=db.example.com,1433;Database=sales;"
    )


def test_the_driver_is_always_in_braces() -> None:
    """Driver managers read a driver's name in braces on every platform."""
    assert quoted("DRIVER", "ODBC Driver 18 for SQL Server") == "{ODBC Driver 18 for SQL Server}"


def test_keywords_are_case_insensitive_and_the_first_wins() -> None:
    """`pwd` and `Password` are one keyword, and the driver takes the first of two."""
    string = parse("SERVER = h ; Password={x}; pwd=y")
    assert string.get("PWD") == "x"
    assert string.get("server") == "h"
    assert string.secrets == ("x", "y")


def test_values_are_set_in_place_or_at_the_end() -> None:
    """A change keeps the order of the other keywords."""
    string = parse("Server=h;Initial Catalog=a;UID=u")
    assert string.with_value("Database", "b").reveal() == "Server=h;Initial Catalog=b;UID=u;"
    assert string.with_default("APP", "x").reveal() == "Server=h;Initial Catalog=a;UID=u;APP=x;"
    assert string.with_default("uid", "x") == string
    assert string.without(["database", "app"]).reveal() == "Server=h;UID=u;"


def test_no_representation_shows_a_secret() -> None:
    """`repr` and `str` show server and database: half a password may have become a keyword."""
    string = parse("Server=h;UID=me;PWD={c4nary;}}x};c4nary=1")
    for text in (repr(string), str(string), f"{string}"):
        assert "c4nary" not in text
        assert "Server=h" in text


@pytest.mark.parametrize("text", ["c4nary", "Server=h;c4nary", "PWD={c4nary", "PWD={x}c4nary", "=c4nary"])
def test_an_unreadable_string_is_refused_without_being_shown(text: str) -> None:
    """The error tells the place of the fault and nothing of the text, which may be half a password."""
    with pytest.raises(ConfigurationError) as caught:
        parse(text)
    assert caught.value.code == "config.odbc_connect"
    assert "c4nary" not in str(caught.value) + caught.value.hint
    assert "character" in str(caught.value)
