"""What the gate makes of a text, as lines for a person: the verdict first, then the place, then what helps."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mssql_mcp.gate import Explanation

VERDICTS = {
    "approved": "APPROVED: exactly one query, and it only reads.",
    "not one query": "REFUSED: not provably one query that only reads.",
    "not allowed here": "REFUSED: one query, but it reads what is not allowed here.",
}
# A line of the text is shown around the token, so that the mark stands under it on a narrow terminal too.
WINDOW = 72
BEFORE = 40
CUT = "…"


def verdict_lines(explanation: Explanation, sql: str) -> Iterator[str]:
    """Give the lines of a verdict.

    Args:
        explanation: Of the gate.
        sql: The text as it was given.
    """
    yield VERDICTS[explanation.verdict]
    if not explanation.is_approved:
        yield from _refusal(explanation, sql)
    if explanation.canonical:
        yield "executed:" if explanation.is_approved else "read as:"
        yield from (f"  {visible(line)}" for line in explanation.canonical.split("\n"))
    numbered = (f"{number} = @{name}" for number, name in enumerate(explanation.parameter_order, 1))
    yield from _listed("parameters", list(numbered))
    yield from _listed("objects", [".".join(parts) for parts in explanation.objects])
    yield from _listed("columns", [".".join(parts) for parts in explanation.columns])
    masked = (f"{number} {mask}" for number, mask in enumerate(explanation.masks, 1) if mask)
    yield from _listed("masked columns of the result", list(masked))
    if explanation.is_approved and not explanation.has_tree:
        yield "The tokens prove it; no tree could be made of it, so rules on objects would refuse it."


def marked_line(sql: str, line: int, column: int, token: str) -> tuple[str, str]:
    """Give a line of a text, and a line that marks a token in it.

    Args:
        sql: The text.
        line: 1-based, counted by line feeds.
        column: 1-based, of the token's first character.
        token: As it was written; what goes on in the next line is not marked.

    Returns:
        Both lines, cut around the token where they are long; what cannot be seen is written as its code point.
    """
    from rich.cells import cell_len

    whole = sql.split("\n")[line - 1].removesuffix("\r")
    start = column - 1
    first = max(0, start - BEFORE) if len(whole) > WINDOW else 0
    last = min(len(whole), first + WINDOW)
    end = min(last, start + len(token.partition("\n")[0].removesuffix("\r")))
    lead, trail = CUT if first else "", CUT if last < len(whole) else ""
    before = cell_len(lead + visible(whole[first:start]))
    marks = max(1, cell_len(visible(whole[start:end])))
    return f"{lead}{visible(whole[first:last])}{trail}", f"{' ' * before}{'^' * marks}"


def visible(text: str) -> str:
    r"""Write every character that cannot be seen, or that would move others, as its code point: `\u202e`.

    A text that is to be judged must not be able to look like another one.
    """
    return "".join(
        character if character.isprintable() else " " if character == "\t" else _code_point(character)
        for character in text
    )


def _code_point(character: str) -> str:
    number = ord(character)
    return f"\\u{number:04x}" if number <= 0xFFFF else f"\\U{number:08x}"


def _refusal(explanation: Explanation, sql: str) -> Iterator[str]:
    yield f"[{explanation.code}] {visible(explanation.message)}"
    if explanation.token and explanation.line and explanation.column:
        text, marks = marked_line(sql, explanation.line, explanation.column, explanation.token)
        yield f"line {explanation.line}, column {explanation.column}:"
        yield f"  {text}"
        yield f"  {marks}"
    if explanation.rule:
        yield f"rule: {explanation.rule}"
    if explanation.rewrite:
        yield "accepted instead:"
        yield from (f"  {visible(line)}" for line in explanation.rewrite.split("\n"))
    if explanation.shell_hint:
        yield f"hint: {explanation.shell_hint}"


def _listed(title: str, items: Sequence[str]) -> Iterator[str]:
    if items:
        yield f"{title}: {visible(', '.join(items))}"
