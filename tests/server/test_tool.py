"""Every failure of a tool is an answer with a code and a hint; no argument is dropped silently."""

from typing import Annotated, Literal

import anyio
import pytest
from mcp import Client
from mcp.server import MCPServer
from mcp.types import CallToolResult, TextContent
from pydantic import Field

from mssql_mcp import errors
from mssql_mcp.server.tool import ToolSpec, lean, strict


async def lend_book(
    title: Annotated[str, Field(description="Title", max_length=20)],
    days: Annotated[int | None, Field(ge=1, le=30)] = None,
    shelf: Literal["a", "b"] | None = None,
) -> CallToolResult:
    """Lend a book.

    Or not.
    """
    if title == "gone":
        raise errors.ObjectNotFoundError("No book 'gone'.", nearest=["gonzo"], hint="Look again.")
    if title == "defect":
        raise RuntimeError("PWD=c4n4ry broke")
    return CallToolResult(content=[TextContent(type="text", text=f"{title} {days} {shelf}")])


def call(arguments, mode="auto"):
    """Call the tool through a real client."""

    async def run():
        server = MCPServer("t", tools=[strict(ToolSpec(lend_book, "x", "Lend"))])
        async with Client(server, mode=mode) as client:
            listed = (await client.list_tools()).tools[0]
            return listed, await client.call_tool("lend_book", arguments)

    return anyio.run(run)


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_a_good_call_is_answered(mode):
    """Both protocol eras run the tool."""
    _, answer = call({"title": "Dune", "days": 3}, mode)
    assert not answer.is_error
    assert answer.content[0].text == "Dune 3 None"


def test_a_misspelt_argument_is_named_before_the_missing_one():
    """The name that was typed says more than the one that was not."""
    _, answer = call({"titel": "Dune"})
    assert answer.meta["mssql-mcp/error"]["code"] == "input.unknown_argument"
    assert answer.meta["mssql-mcp/error"]["nearest"][0] == "title"


def test_an_unknown_argument_is_refused_by_name():
    """A misspelt argument is not ignored."""
    _, answer = call({"title": "Dune", "day": 3})
    assert answer.is_error
    text = answer.content[0].text
    assert "[input.unknown_argument]" in text
    assert "'day'" in text
    assert "Did you mean: days?" in text


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ({}, "input.missing_argument"),
        ({"title": "x" * 21}, "input.invalid_argument"),
        ({"title": "x", "days": 31}, "input.invalid_argument"),
        ({"title": "x", "shelf": "c"}, "input.invalid_argument"),
    ],
)
def test_bad_arguments_have_codes_and_are_not_repeated(arguments, code):
    """The answer names the argument, not the value, and links nowhere."""
    _, answer = call(arguments)
    text = answer.content[0].text
    assert answer.is_error
    assert f"[{code}]" in text
    assert "pydantic" not in text
    assert "x" * 21 not in text


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        ({"title": "x" * 21}, "Hint: Give a text: at most 20 characters."),
        ({"title": "x", "days": 31}, "Hint: Give a whole number: at least 1, at most 30."),
        ({"title": "x", "shelf": "c"}, "Hint: Give a text: one of a, b."),
    ],
)
def test_a_bad_argument_is_told_what_is_taken(arguments, hint):
    """The hint says it in the words of the schema."""
    assert call(arguments)[1].content[0].text.splitlines()[-1] == hint


def test_our_errors_keep_code_hint_and_near_names():
    """The model can act on what it reads; a program finds the same in `_meta`."""
    _, answer = call({"title": "gone"})
    assert answer.is_error
    assert answer.content[0].text.splitlines() == [
        "Error [catalog.not_found]: No book 'gone'.",
        "Did you mean: gonzo?",
        "Hint: Look again.",
    ]
    assert answer.meta["mssql-mcp/error"]["code"] == "catalog.not_found"


def test_a_defect_shows_no_text_of_its_own(caplog):
    """What an unexpected exception says stays in the log, redacted."""
    _, answer = call({"title": "defect"})
    assert answer.is_error
    assert "broke" not in answer.content[0].text
    assert "RuntimeError" in answer.content[0].text
    assert "broke" in caplog.text
    assert "c4n4ry" not in caplog.text


def test_the_published_schema_is_closed_and_lean():
    """No titles, no null sides, no additional properties; all four annotations."""
    listed, _ = call({"title": "x"})
    assert listed.input_schema == {
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "title": {"type": "string", "description": "Title", "maxLength": 20},
            "days": {"type": "integer", "minimum": 1, "maximum": 30},
            "shelf": {"type": "string", "enum": ["a", "b"]},
        },
        "required": ["title"],
    }
    assert listed.description == "Lend a book. Or not."
    hints = listed.annotations
    assert (hints.read_only_hint, hints.destructive_hint, hints.idempotent_hint, hints.open_world_hint) == (
        True, False, True, False,
    )  # fmt: skip


def test_lean_keeps_an_argument_that_is_named_title():
    """Only the noise goes, not a property of that name."""
    assert lean({"properties": {"title": {"title": "Title", "type": "string"}}}) == {
        "properties": {"title": {"type": "string"}}
    }
