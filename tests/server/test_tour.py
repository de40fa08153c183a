"""The tour shows what an assistant sees: tools, a table, an answer, a refusal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mssql_mcp.server.tour import QUESTION, WRITE, take_tour

if TYPE_CHECKING:
    from mssql_mcp.server.tour import Part


@pytest.fixture(scope="module")
def parts() -> list[Part]:
    return list(take_tour())


def test_the_tools_come_first(parts: list[Part]) -> None:
    """Each with its first sentence."""
    assert parts[0].title.startswith("tools/list")
    assert any(line.startswith("run_query ") and line.endswith(".") for line in parts[0].text.splitlines())


def test_a_table_is_described(parts: list[Part]) -> None:
    """With its columns."""
    assert "order_id int identity" in parts[1].text


def test_a_question_is_answered(parts: list[Part]) -> None:
    """The query as it was sent, and five rows."""
    assert QUESTION in parts[2].text
    assert "(5 rows" in parts[2].text


def test_a_write_is_refused(parts: list[Part]) -> None:
    """With the reason and the place."""
    assert WRITE in parts[3].text
    assert "isError: true" in parts[3].text
    assert "gate.statement_word" in parts[3].text
