"""Prompts start the usual jobs and name tools that exist."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from mssql_mcp.server.prompts import PROMPTS
from mssql_mcp.server.tools import all_tools

if TYPE_CHECKING:
    from conversations import Conversation

ARGUMENTS = {
    "explore_database": {},
    "answer_question": {"question": "Who buys most?"},
    "tune_query": {"sql": "SELECT * FROM sales.orders"},
    "document_table": {"table": "sales.orders"},
    "review_schema": {},
}
TOOL_LIKE = re.compile(r"\b(?:list|describe|search|get|find|run|explain|profile)_[a-z_]+\b")


def text_of(assistant: Conversation, name: str, **arguments: str) -> str:
    result = assistant.ask(lambda client: client.get_prompt(name, arguments))
    return "\n".join(message.content.text for message in result.messages)


def test_every_prompt_is_listed(demo_assistant: Conversation) -> None:
    """With a title, a description, and what each argument means."""
    listed = {prompt.name: prompt for prompt in demo_assistant.ask(lambda client: client.list_prompts()).prompts}
    assert set(listed) == {prompt.__name__ for prompt in PROMPTS} == set(ARGUMENTS)
    for prompt in listed.values():
        assert prompt.title
        assert prompt.description
        assert all(argument.description for argument in prompt.arguments)


@pytest.mark.parametrize("name", sorted(ARGUMENTS))
def test_prompts_name_tools_that_exist(demo_assistant: Conversation, name: str) -> None:
    """A model that follows them finds each step."""
    text = text_of(demo_assistant, name, **ARGUMENTS[name])
    known = {spec.name for spec in all_tools()}
    assert set(TOOL_LIKE.findall(text)) <= known
    assert TOOL_LIKE.search(text)
    for argument in ARGUMENTS[name].values():
        assert argument in text


def test_a_database_can_be_named(demo_assistant: Conversation) -> None:
    """Otherwise it is the default one."""
    assert "the database Archive" in text_of(demo_assistant, "explore_database", database="Archive")
    assert "the schema hr" in text_of(demo_assistant, "review_schema", schema="hr")
    assert "this database" in text_of(demo_assistant, "review_schema")
