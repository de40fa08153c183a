"""A tool as data, and the strict form in which it is given to the SDK.

Strict means: an argument that the schema does not name is refused by name (the SDK would drop it silently), every
failure is an answer with `isError`, a code and a hint, and the published schema carries no noise.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from mcp.server.mcpserver.tools import Tool
from mcp.types import CallToolResult, TextContent, ToolAnnotations
from pydantic import ValidationError as ArgumentError

from mssql_mcp import errors
from mssql_mcp.redact import redact
from mssql_mcp.rendering import error_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from mcp.server.mcpserver import Context

# JSON Schema's words in ours, for hints.
_KINDS = {
    "string": "a text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "array": "a list",
    "object": "an object",
}
_BOUNDS = {
    "minimum": "at least {}",
    "exclusiveMinimum": "above {}",
    "maximum": "at most {}",
    "exclusiveMaximum": "below {}",
    "minLength": "at least {} characters",
    "maxLength": "at most {} characters",
    "minItems": "at least {} items",
    "maxItems": "at most {} items",
}

log = logging.getLogger(__name__)

# All four are set, since a client must assume the worst of what is not said (MCP, tools, ToolAnnotations).
READ_ONLY = ToolAnnotations(read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False)


@dataclass(frozen=True, slots=True)
class ToolSpec:
    """What a tool is, apart from the server it runs in.

    Attributes:
        handler: A coroutine function; its signature is the input schema, its docstring the description.
        toolset: The group by which it is switched on and off.
        title: For people.
        meta: Sent as `_meta` in tools/list.
        has_output_schema: Whether the return annotation is published as output schema.
    """

    handler: Callable[..., Any]
    toolset: str
    title: str
    meta: dict[str, Any] | None = None
    has_output_schema: bool = False

    @property
    def name(self) -> str:
        """The tool's name on the wire."""
        return self.handler.__name__


class StrictTool(Tool):
    """A tool that answers every failure itself, in our words."""

    async def run(self, arguments: dict[str, Any], context: Context[Any, Any], convert_result: bool = False) -> Any:
        """Run the tool; what goes wrong becomes an answer with `isError`, never the SDK's own text."""
        try:
            validated = self.fn_metadata.validate_arguments(arguments)
        except ArgumentError as error:
            return failure(_argument_error(self, error))
        try:
            injected = {self.context_kwarg: context} if self.context_kwarg else {}
            result = await self.fn_metadata.call_fn(self.fn, self.is_async, validated, injected)
        except errors.ToolError as error:
            log.info("%s: %s", self.name, error.code)
            return failure(error)
        except Exception as error:  # noqa: BLE001 - the client gets no text of a defect, the log gets it redacted
            log.error("%s: unexpected %s: %s", self.name, type(error).__name__, redact(str(error)))  # noqa: TRY400
            return failure(
                errors.ToolError(
                    f"{self.name} failed unexpectedly ({type(error).__name__}).",
                    hint="This is a defect of mssql-mcp; its log on stderr says more.",
                )
            )
        return self.fn_metadata.convert_result(result) if convert_result else result


def strict(spec: ToolSpec) -> Tool:
    """Make the SDK's tool of a spec."""
    tool = StrictTool.from_function(
        spec.handler,
        title=spec.title,
        description=" ".join((spec.handler.__doc__ or "").split()),
        annotations=READ_ONLY,
        meta=spec.meta,
        structured_output=None if spec.has_output_schema else False,
    )
    model = tool.fn_metadata.arg_model
    model.model_config["extra"] = "forbid"
    model.model_rebuild(force=True)
    tool.parameters = lean(model.model_json_schema(by_alias=True))
    if tool.fn_metadata.output_schema:
        tool.fn_metadata.output_schema = lean(tool.fn_metadata.output_schema)
    return tool


def lean(node: Any, *, in_properties: bool = False) -> Any:
    """Take out of a JSON Schema what tells a model nothing: titles, null defaults, the null side of optionals."""
    if isinstance(node, list):
        return [lean(item) for item in node]
    if not isinstance(node, dict):
        return node
    if in_properties:
        return {key: lean(value) for key, value in node.items()}
    kept = {
        key: lean(value, in_properties=key in ("properties", "$defs"))
        for key, value in node.items()
        if not (key == "title" and isinstance(value, str)) and not (key == "default" and value is None)
    }
    sides = kept.get("anyOf")
    if isinstance(sides, list) and {"type": "null"} in sides:
        sides = [side for side in sides if side != {"type": "null"}]
        if len(sides) == 1:
            del kept["anyOf"]
            kept = {**sides[0], **kept}
    return kept


def failure(error: errors.ToolError) -> CallToolResult:
    """Make the answer of a failed call: the text for the model, the same facts in `_meta` for programs."""
    return CallToolResult(
        content=[TextContent(type="text", text=error_text(error))],
        is_error=True,
        _meta={"mssql-mcp/error": error.as_dict()},
    )


def _argument_error(tool: Tool, error: ArgumentError) -> errors.ValidationError:
    """Say in one sentence which argument is wrong; the rejected value is not repeated."""
    known = list(tool.parameters.get("properties", {}))
    found = error.errors(include_url=False, include_input=False)
    # A misspelt argument is also a missing one; its own name says more.
    first = next((fault for fault in found if fault["type"] == "extra_forbidden"), found[0])
    name = ".".join(str(part) for part in first["loc"]) or "arguments"
    if first["type"] == "extra_forbidden":
        return errors.ValidationError(
            f"{tool.name} has no argument {name!r}.",
            code="input.unknown_argument",
            hint=f"Its arguments are: {', '.join(known)}.",
            nearest=get_close_matches(name, known, 3),
        )
    if first["type"] == "missing":
        return errors.ValidationError(
            f"{tool.name} needs the argument {name!r}.",
            code="input.missing_argument",
            hint=f"Its arguments are: {', '.join(known)}.",
        )
    return errors.ValidationError(
        f"{tool.name}: {name}: {first['msg']}.",
        code="input.invalid_argument",
        hint=_wanted(tool.parameters.get("properties", {}).get(name.partition(".")[0], {})),
    )


def _wanted(schema: dict[str, Any]) -> str:
    """Say what an argument takes, in the words of its schema."""
    kinds = [side.get("type") for side in schema.get("anyOf", [schema]) if side.get("type")]
    given = f"Give {' or '.join(_KINDS.get(kind, kind) for kind in kinds)}" if kinds else "See the tool's schema"
    facts = [words.format(schema[key]) for key, words in _BOUNDS.items() if key in schema]
    if "enum" in schema:
        facts.append("one of " + ", ".join(map(str, schema["enum"])))
    return f"{given}{': ' if facts else ''}{', '.join(facts)}."
