"""How the inner layers of the gate say no: a rule, a place in the original text, and edits that would make it pass.

A `Fault` never leaves the package. `mssql_mcp.gate.check` turns it into a `Refusal`, works out line and
column, and tries the edits: a rewrite is only shown when the gate has accepted it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mssql_mcp.gate.lexer import Token


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace `text[start:end]` of the original text.

    Attributes:
        start: 0-based character offset.
        end: Offset after the last replaced character.
        replacement: What stands there instead.
    """

    start: int
    end: int
    replacement: str


class Fault(Exception):  # noqa: N818 - a verdict; `Refusal` is the error that callers see
    """One rule does not hold.

    Args:
        code: Stable code, `gate.*` for the built-in rules and `policy.*` for configured ones.
        message: One sentence that names what was found.
        start: 0-based offset of the offending token in the original text.
        end: Offset after it.
        hint: What to do next.
        shell_hint: The same for a person at a command line, where it differs.
        edits: Changes of the original text that keep its meaning and heal this fault.
        rule: The configured pattern that refused, for `policy.*`.
    """

    def __init__(
        self,
        code: str,
        message: str,
        start: int,
        end: int,
        *,
        hint: str = "",
        shell_hint: str = "",
        edits: tuple[Edit, ...] = (),
        rule: str = "",
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.start = start
        self.end = end
        self.hint = hint
        self.shell_hint = shell_hint
        self.edits = edits
        self.rule = rule


def fault_at(
    token: Token, code: str, message: str, *, hint: str = "", shell_hint: str = "", edits: tuple[Edit, ...] = ()
) -> Fault:
    """Make the fault that points at one token."""
    return Fault(code, message, token.start, token.end, hint=hint, shell_hint=shell_hint, edits=edits)


def placeholder_fault(sign: str, start: int, end: int, edits: tuple[Edit, ...] = ()) -> Fault:
    """Object to a placeholder of another library."""
    return Fault(
        "gate.parameter",
        f"Values are bound by name here, not by {sign}.",
        start,
        end,
        hint="Name it in the text as @name and pass its value in `parameters`; values are bound, never pasted.",
        shell_hint="Name it in the text as @name and pass its value with --param name=value; values are bound, never "
        "pasted.",
        edits=edits,
    )


def bracketing(token: Token) -> tuple[Edit, ...]:
    """Give the edit that turns a word into a delimited identifier."""
    return (Edit(token.start, token.end, f"[{token.text}]"),)
