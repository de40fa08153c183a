"""An error as the lines that a person or an assistant reads."""

from __future__ import annotations

from mssql_mcp.errors import Refusal, ToolError

# Of what stands below the error's own lines.
MAX_CHARACTERS = 2_500


def error_lines(error: ToolError, *, is_shell: bool = False) -> list[str]:
    """Give the error's lines: what happened, then whatever helps, each on its own line.

    Args:
        error: To tell.
        is_shell: Whether a person at a command line reads it, not an MCP client.
    """
    hint = error.shell_hint if is_shell else error.hint
    lines = [f"Error [{error.code}]{_where(error)}: {error.message}"]
    if error.nearest and not hint.startswith("Did you mean"):
        lines.append(f"Did you mean: {', '.join(error.nearest)}?")
    if isinstance(error, Refusal) and error.rewrite:
        lines.append(f"Accepted instead: {error.rewrite}")
    if hint:
        lines.append(f"Hint: {hint}")
    plan = error.details.get("plan")
    if isinstance(plan, str):
        lines.extend(["", *_shortened(plan).splitlines()])
    return lines


def error_text(error: ToolError) -> str:
    """Give `error_lines` as one text."""
    return "\n".join(error_lines(error))


def _shortened(text: str) -> str:
    """Give a text that is no longer than a plan's digest may be."""
    return text if len(text) <= MAX_CHARACTERS else f"{text[: MAX_CHARACTERS - 1]}…"


def _where(error: ToolError) -> str:
    facts = []
    if error.number is not None:
        facts.append(f"SQL Server error {error.number}")
    if error.line is not None:
        column = getattr(error, "column", None)
        facts.append(f"line {error.line}" + (f", column {column}" if column else ""))
    return f" ({', '.join(facts)})" if facts else ""
