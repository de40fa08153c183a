"""The tour shows what a client really gets, over stdio."""

import pytest

from mssql_mcp.cli.main import run
from mssql_mcp.server.tour import STOPS, take_tour


@pytest.fixture(scope="module")
def parts():
    return list(take_tour())


def test_every_stop_is_made(parts):
    """Tools, a table, a question, a refused write."""
    assert len(parts) == len(STOPS)
    assert all(part.title and part.text for part in parts)


def test_the_tools_and_the_table_are_those_of_the_server(parts):
    """What is shown was answered by a server of its own."""
    assert "run_query" in parts[0].text
    assert "customer_id int" in parts[1].text


def test_the_question_has_an_answer_and_the_write_has_none(parts):
    """Five countries; and a refusal with its code and the word that it is about."""
    assert "(5 rows" in parts[2].text
    assert "isError: true" in parts[3].text
    assert "DELETE" in parts[3].text


def test_the_command_ends_with_how_to_add_it_to_four_clients(capsys):
    """Nobody has to look it up."""
    assert run(["demo"]) == 0
    shown = capsys.readouterr().out
    for client in ("Claude Desktop", "Claude Code", "VS Code", "Cursor"):
        assert client in shown
    assert '"--demo"' in shown
    assert "claude mcp add" in shown
