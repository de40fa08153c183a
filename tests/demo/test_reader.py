"""What the text of a statement may look like before it is a tree."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mssql_mcp.demo.bridge import translate
from mssql_mcp.errors import UnsupportedError

if TYPE_CHECKING:
    from conftest import Asker


@pytest.mark.parametrize(
    "sql",
    ["SELECT 1 AS a;", "SELECT 1 AS a;;", "SELECT 1 AS a; -- done", "/* before */ SELECT 1 AS a;\n/* behind */"],
)
def test_comments_and_semicolons_are_no_statements(ask: Asker, sql: str) -> None:
    """What stands around one statement is none."""
    assert ask.one(sql) == 1


@pytest.mark.parametrize("sql", ["", "-- only a comment", ";"])
def test_no_statement(sql: str) -> None:
    """A text without a statement says so."""
    with pytest.raises(UnsupportedError, match="no statement") as caught:
        translate(sql)
    assert caught.value.code == "unsupported.demo"


def test_two_statements() -> None:
    """The demo runs one statement at a time."""
    with pytest.raises(UnsupportedError, match="one statement at a time"):
        translate("SELECT 1; SELECT 2")


def test_empty_binary(ask: Asker) -> None:
    """`0x` alone is a binary value without a byte."""
    answer = ask("SELECT 0x AS nothing, DATALENGTH(0x) AS bytes, CASE WHEN 0xAB > 0x THEN 1 ELSE 0 END AS is_more")
    assert answer.rows == [(b"", 0, 1)]


def test_money_and_its_sign(ask: Asker) -> None:
    """Money literals may have a sign and no whole part."""
    assert [str(cell) for cell in ask.rows("SELECT $12.5 AS a, $-5 AS b, $.25 AS c")[0]] == [
        "12.5000",
        "-5.0000",
        "0.2500",
    ]


def test_name_of_a_function_as_a_column(ask: Asker) -> None:
    """A bracketed name is a name, whatever it is called."""
    assert ask.one("SELECT x.[left] FROM (VALUES (7)) AS x([left])") == 7
