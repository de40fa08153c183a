"""What holds for every tool, and what clients see of each: a change of it is a change of a snapshot."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from mssql_mcp.server.tool import strict
from mssql_mcp.server.tools import TOOLSETS, all_tools, tools_of
from mssql_mcp.settings import ServerSettings

if TYPE_CHECKING:
    from conversations import Conversation

    from mssql_mcp.server.tool import ToolSpec

SNAPSHOTS = Path(__file__).parent / "snapshots"
UPDATE = bool(os.environ.get("UPDATE_SNAPSHOTS"))
# 2,500 tokens of about four characters: what the default tools may take of a model's context.
MAX_LIST_CHARACTERS = 10_000
NAME = re.compile(r"[a-z]+(_[a-z]+)+")
# The names of pyodbc-mcp-server are not ours to choose.
COMPAT_NAME = re.compile(r"([A-Z][a-z]+)+")
COMBINATORS = {"anyOf", "oneOf", "allOf", "not", "$ref"}

SPECS = all_tools()


def published(spec: ToolSpec) -> dict[str, Any]:
    """Give a tool as `tools/list` does."""
    tool = strict(spec)
    shown = {
        "name": tool.name,
        "title": tool.title,
        "description": tool.description,
        "inputSchema": tool.parameters,
        "outputSchema": tool.fn_metadata.output_schema,
        "annotations": tool.annotations.model_dump(by_alias=True, exclude_none=True) if tool.annotations else None,
        "_meta": tool.meta,
    }
    return {key: value for key, value in shown.items() if value is not None}


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.name)
def test_what_clients_see_is_known(spec: ToolSpec) -> None:
    """Run with UPDATE_SNAPSHOTS=1 to take a change over, and look at the difference."""
    path = SNAPSHOTS / f"{spec.name}.json"
    now = json.dumps(published(spec), indent=2, ensure_ascii=False) + "\n"
    if UPDATE:
        path.write_text(now, encoding="utf-8")
    assert path.exists(), f"no snapshot of {spec.name}: run with UPDATE_SNAPSHOTS=1"
    assert now == path.read_text(encoding="utf-8")


def test_no_snapshot_is_left_of_a_tool_that_is_gone() -> None:
    """Each snapshot is one of a tool."""
    assert {path.stem for path in SNAPSHOTS.glob("*.json")} == {spec.name for spec in SPECS}


def test_the_default_tools_are_cheap(demo_assistant: Conversation) -> None:
    """Every conversation pays for the list."""
    tools = demo_assistant.ask(lambda client: client.list_tools()).tools
    shown = [tool.model_dump(by_alias=True, mode="json", exclude_none=True) for tool in tools]
    assert [tool.name for tool in tools] == [spec.name for spec in tools_of(ServerSettings().toolsets)]
    assert len(json.dumps(shown, ensure_ascii=False, separators=(",", ":"))) <= MAX_LIST_CHARACTERS


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.name)
def test_each_tool_says_what_it_is(spec: ToolSpec) -> None:
    """A name of the pattern, a title, a description that begins with what it does."""
    tool = strict(spec)
    assert (COMPAT_NAME if spec.toolset == "compat" else NAME).fullmatch(tool.name)
    assert tool.title
    assert tool.description
    assert tool.description[0].isupper()
    assert tool.description.endswith(".")
    assert "  " not in tool.description
    assert spec.toolset in TOOLSETS


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.name)
def test_each_tool_says_that_it_only_reads(spec: ToolSpec) -> None:
    """All four annotations are set: a client must assume the worst of what is not said."""
    tool = strict(spec)
    assert tool.annotations is not None
    assert tool.annotations.model_dump(exclude={"title"}) == {
        "read_only_hint": True,
        "destructive_hint": False,
        "idempotent_hint": True,
        "open_world_hint": False,
    }


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.name)
def test_each_schema_is_closed_and_plain(spec: ToolSpec) -> None:
    """Unknown arguments are refused; no combinators at the top, which some hosts drop; every array says of what."""
    schema = strict(spec).parameters
    assert schema["type"] == "object"
    assert schema["additionalProperties"] is False
    assert not COMBINATORS & set(schema)
    assert set(schema.get("required", ())) <= set(schema["properties"])
    for name, argument in schema["properties"].items():
        assert "title" not in argument, name
        assert argument.get("type") != "array" or argument["items"], name


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.name)
def test_a_shared_argument_is_described_once(spec: ToolSpec) -> None:
    """`connection` and `database` mean the same everywhere and look the same."""
    properties = strict(spec).parameters["properties"]
    for name in ("connection", "database"):
        if name in properties and spec.toolset != "compat":
            assert properties[name]["type"] == "string"
            assert "omit" in properties[name]["description"]
