"""A text comes from one place, in an encoding that can be told."""

from __future__ import annotations

import io
import sys

import pytest

from mssql_mcp.cli.texts import decoded, given_text
from mssql_mcp.errors import ValidationError

TEXT = "SELECT N'Łódź 月' AS city\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_what_the_server_s_tools_write_is_read(encoding: str) -> None:
    """UTF-8 with and without its mark, and what Windows calls Unicode."""
    assert decoded(TEXT.encode(encoding), "report.sql") == TEXT
    assert decoded(b"\xfe\xff" + TEXT.encode("utf-16-be"), "report.sql") == TEXT


@pytest.mark.parametrize(
    ("data", "title", "place"),
    [
        ("SELECT 1,\n 'é'".encode("cp1252"), "UTF-8", "line 2 holds the byte 0xe9"),
        (b"\xff\xfea", "UTF-16", "line 1"),
    ],
)
def test_another_encoding_is_told_with_its_place(data: bytes, title: str, place: str) -> None:
    """Which encoding was expected, and where the text is not in it."""
    with pytest.raises(ValidationError) as caught:
        decoded(data, "report.sql")
    assert caught.value.code == "input.encoding"
    assert caught.value.message.startswith(f"report.sql is no text in {title}: ")
    assert place in caught.value.message


def test_a_text_is_given_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """An argument, a file, - or nothing at all for stdin."""
    file = io.BytesIO(TEXT.encode())
    file.name = "report.sql"
    assert given_text(("SELECT 1",), None) == "SELECT 1"
    assert given_text((), file) == TEXT
    for words in (("-",), ()):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(TEXT.encode("utf-16")), encoding="ascii"))
        assert given_text(words, None) == TEXT
    with pytest.raises(ValidationError) as caught:
        given_text(("SELECT 1",), file)
    assert caught.value.code == "input.two_texts"


def test_a_text_without_quotes_is_told() -> None:
    """What the shell took apart, and may have put file names into, is not put together again."""
    with pytest.raises(ValidationError) as caught:
        given_text(("SELECT", "1"), None)
    assert caught.value.code == "input.two_texts"
    assert "quotes" in caught.value.hint


def test_no_text_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty stdin is no text."""
    monkeypatch.setattr(sys, "stdin", io.StringIO(" \n"))
    with pytest.raises(ValidationError) as caught:
        given_text((), None)
    assert caught.value.code == "input.no_text"


def test_a_file_that_fails_is_told() -> None:
    """With the system's reason."""

    class Failing(io.BytesIO):
        name = "report.sql"

        def read(self, *_: object) -> bytes:
            raise OSError(5, "Input/output error")

    with pytest.raises(ValidationError, match=r"report\.sql cannot be read: Input/output error\."):
        given_text((), Failing())
