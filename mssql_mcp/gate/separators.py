"""What stands around the only statement of a text and is no part of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mssql_mcp.gate.fault import Fault
from mssql_mcp.gate.words import CANNOT_END

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mssql_mcp.gate.lexer import Token


def strip_separators(tokens: list[Token]) -> list[Token]:
    """Leave out semicolons around the only statement, and GO on a line of its own, with which client tools end a batch.

    Raises:
        Fault: Nothing is left.
    """
    first, last = 0, len(tokens)
    while first < last and tokens[first].upper == ";":
        first += 1
    while first < last and (tokens[last - 1].upper == ";" or _is_batch_end(tokens, last - 1)):
        last -= 1
    if first == last:
        raise Fault("gate.empty", "The text holds no query.", 0, 0, hint="Write one SELECT.")
    return tokens[first:last]


def _is_batch_end(tokens: Sequence[Token], index: int) -> bool:
    before = tokens[index - 1].upper if index else ";"
    waits = before in CANNOT_END or before in (",", ".")  # then GO is a name
    return tokens[index].upper == "GO" and "\n" in tokens[index].gap and not waits
